"""Who comes back, when, how often and with how much money, counted from everyone's own entry.

Periods are numbered from a person's entry: those of a calendar, whose beginnings are given, or
windows of one width from the entry on. A cell is a range of periods, so one table holds single
periods, everything from a period on, brackets, and what has come together so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "FAR",
    "NOBODY",
    "CohortCounts",
    "Entrants",
    "PeriodRules",
    "add_square",
    "count_returns",
    "entered_at",
    "exact_squares",
    "find_entries",
    "mark_returned",
    "place_in",
]

NOBODY = -1
NO_VALUE = np.iinfo(np.int64).min
FAR = 1 << 30
"""The last period of a cell that has none."""

_ENTRY, _RETURN = 1, 2
_PERSONS, _DUE, _EVENTS, _VALUE, _DUE_VALUE, _SQUARES = range(6)
_WIDTH = 9


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """What a cell spans, in periods from the entry on (0 is the one of the entry).

    ``lows``, ``highs``: ``int64[cells]``, first and last period of each cell; a high of ``FAR``
    means everything later too. ``width``: ticks of a window; 0 = periods of a calendar.
    ``with_entry``: the entry event counts as well, if it is one to come back with.
    """

    lows: NDArray[np.int64]
    highs: NDArray[np.int64]
    width: int = 0
    with_entry: bool = False

    @property
    def most(self) -> int:
        """The last period that is told apart; all later ones are one."""
        finite = self.highs[self.highs < FAR]
        return int(max(self.lows.max(initial=0), finite.max(initial=0)))

    def is_single(self) -> bool:
        """Whether the cells are the periods from 0 on, one each."""
        numbers = np.arange(self.lows.size)
        return np.array_equal(self.lows, numbers) and np.array_equal(self.highs, numbers)

    def spans(self) -> NDArray[np.int64]:
        """``int64[3, cells]``: borders in running sums, and the period that has to end."""
        borders = np.minimum(self.highs, self.most + 1) + 1
        ends = np.where(self.highs < FAR, self.highs, self.lows)
        return np.stack([self.lows, borders, ends])

    def limits(self) -> NDArray[np.int64]:
        """The rest, as kernels read it: most, width, with_entry, whether later periods count."""
        far = bool((self.highs >= FAR).any())
        return np.array([self.most, self.width, self.with_entry, far], np.int64)


@dataclass(frozen=True, slots=True)
class Entrants:
    """Where each person's clock starts.

    ``entry: int64[persons]``: position of the entry event, ``NOBODY`` for who does not enter;
    ``clock: int64[persons]``: with a calendar the place of the entry's period among its beginnings,
    else the tick that windows run from; ``row: int64[persons]``: the person's cohort; ``passed:
    int64[persons]``: how many of their periods have ended by the end of the data.
    """

    entry: NDArray[np.int64]
    clock: NDArray[np.int64]
    row: NDArray[np.int64]
    passed: NDArray[np.int64]

    def arrays(self) -> tuple[Array, Array, Array, Array]:
        """The arrays in the one type that kernels compile for."""
        return sealed(self.entry), sealed(self.clock), sealed(self.row), sealed(self.passed)


@dataclass(frozen=True, slots=True)
class CohortCounts:
    """One row per cohort; ``numbers: int64[cohorts]`` names them, rising.

    ``entrants: int64[cohorts]``; ``due: int64[cohorts, cells]``: entrants for whom the cell's last
    period has ended; ``cells: int64[cohorts, cells, 9]``: persons, persons among the due, events,
    money, money of the due, and four parts of the sum of its squares (see ``exact_squares``).
    """

    numbers: NDArray[np.int64]
    entrants: NDArray[np.int64]
    due: NDArray[np.int64]
    cells: NDArray[np.int64]

    def __add__(self, other: CohortCounts) -> CohortCounts:
        numbers = np.union1d(self.numbers, other.numbers)
        entrants = np.zeros(numbers.size, np.int64)
        due = np.zeros((numbers.size, self.due.shape[1]), np.int64)
        cells = np.zeros((numbers.size, *self.cells.shape[1:]), np.int64)
        for part in (self, other):
            places = np.searchsorted(numbers, part.numbers)
            entrants[places] += part.entrants
            due[places] += part.due
            cells[places] += part.cells
        return CohortCounts(numbers, entrants, due, cells)

    def column(self, name: str) -> NDArray[np.int64]:
        """``persons``, ``persons_due``, ``events``, ``value`` or ``value_due``: cohorts x cells."""
        names = ("persons", "persons_due", "events", "value", "value_due")
        return self.cells[:, :, names.index(name)]

    def squares(self) -> NDArray[np.float64]:
        """The sum of squared money of the due, cohorts x cells."""
        return exact_squares(self.cells[:, :, _SQUARES:])


@kernel
def add_square(parts: Array, value: int) -> None:
    """Add ``value`` squared to four int64 that never round; exact below 2 ** 46 minor units."""
    size = abs(value)
    high, low = size >> 31, size & 0x7FFF_FFFF
    square = low * low
    parts[0] += square & 0xFFFF_FFFF
    parts[1] += square >> 32
    parts[2] += high * low
    parts[3] += high * high


def exact_squares(parts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sums that ``add_square`` keeps in the last axis: exact until they become floats here."""
    weights = (1, 1 << 32, 1 << 32, 1 << 62)
    flat = parts.reshape(-1, len(weights)).tolist()
    sums = [float(sum(a * b for a, b in zip(row, weights, strict=True))) for row in flat]
    return np.array(sums, dtype=np.float64).reshape(parts.shape[:-1])


@kernel
def _find_entries(journeys: Journeys, at: Array, limits: Array, entry: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    begin, end, only_first = int(limits[0]), int(limits[1]), limits[2] > 0
    for p in range(offsets.size - 1):
        entry[p] = NOBODY
        if persons.size and not persons[p]:
            continue
        for i in range(offsets[p], offsets[p + 1]):
            if not lookup[codes[i]] & _ENTRY or (events.size and not events[i]):
                continue
            if begin <= at[i] < end:
                entry[p] = i
                break
            if only_first or at[i] >= end:
                break


def find_entries(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    period: tuple[int, int],
    first: bool,
) -> NDArray[np.int64]:
    """``int64[persons]``: position of the event of bit 0 by which each enters, or ``NOBODY``.

    It is the earliest with ``period[0] <= at < period[1]``; with ``first``, the person's earliest
    of all has to lie there. ``journeys.lookup: uint32[…]`` of bits. O(events).
    """
    entry = np.empty(journeys.offsets.size - 1, np.int64)
    limits = np.array([*period, first], np.int64)
    _find_entries(journeys.arguments(), sealed(at), limits, entry)
    return entry


@kernel
def _entered(entry: Array, at: Array, ticks: Array, span: Array) -> int:
    found = 0
    for p in range(entry.size):
        if entry[p] != NOBODY:
            ticks[p] = at[entry[p]]
            span[0] = min(span[0], ticks[p])
            span[1] = max(span[1], ticks[p])
            found += 1
    for p in range(entry.size):
        if entry[p] == NOBODY:
            ticks[p] = span[0]
    return found


def entered_at(
    entry: NDArray[np.int64], at: NDArray[np.signedinteger[Any]]
) -> tuple[NDArray[np.int64], int, int]:
    """``int64[persons]`` ticks of entries, their least and greatest; nobody's is the least.

    All 0 where nobody enters.
    """
    ticks = np.zeros(entry.size, np.int64)
    limits = np.iinfo(np.int64)
    span = np.array([limits.max, limits.min], np.int64)
    if not _entered(sealed(entry), sealed(at), ticks, span):
        return np.zeros(entry.size, np.int64), 0, 0
    return ticks, int(span[0]), int(span[1])


@kernel
def _place(begins: Array, ticks: Array, places: Array) -> None:
    last = begins.size - 2
    width = max((begins[min(last, 64) + 1] - begins[0]) // (min(last, 64) + 1), 1)
    for p in range(ticks.size):
        tick = ticks[p]
        # Periods are about equally long, so the guess is off by a few at most.
        place = min(max((tick - begins[0]) // width, 0), last)
        while place < last and begins[place + 1] <= tick:
            place += 1
        while place > 0 and begins[place] > tick:
            place -= 1
        places[p] = place


def place_in(begins: NDArray[np.int64], ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """``int64[…]``: which of the consecutive periods each tick lies in; those outside in the ends.

    ``begins: int64[periods + 1]``, at least one period.
    """
    places = np.empty(ticks.size, np.int64)
    _place(sealed(begins), sealed(ticks), places)
    return places


Moments = tuple[Array, Array, Array]
"""Times and values of events, and the calendar's beginnings (not read with windows)."""

People = tuple[Array, Array, Array, Array]
"""Entry, clock, row and passed periods of each person."""


@kernel
def _collect(
    journeys: Journeys, moments: Moments, span: tuple[int, int, int], limits: Array, mine: Array
) -> int:
    """Events and money of one person into ``mine: int64[2, most + 3]``; returns how many events.

    ``mine[:, n]`` is what lies before period ``n``; the calendar must reach ``most + 1`` periods
    beyond the clock.
    """
    _, codes, lookup, _, events = journeys
    at, value, begins = moments
    first, end, clock = span
    most, width, with_entry, far = int(limits[0]), int(limits[1]), int(limits[2]), limits[3] > 0
    mine[:] = 0
    found = 0
    period = 0
    for i in range(first + 1 - with_entry, end):
        if not lookup[codes[i]] & _RETURN or (events.size and not events[i]):
            continue
        now = int(at[i])
        if width == 0:
            while period <= most and now >= begins[clock + period + 1]:
                period += 1
        elif period <= most:
            period = min((now - clock) // width, most + 1)
        if period > most and not far:
            break
        found += 1
        mine[0, period + 1] += 1
        if value.size and value[i] != NO_VALUE:
            mine[1, period + 1] += value[i]
    if found:
        for n in range(1, most + 3):
            mine[0, n] += mine[0, n - 1]
            mine[1, n] += mine[1, n - 1]
    return found


@kernel
def _add(cells: Array, place: tuple[int, int], events: int, money: int, due: bool) -> None:  # noqa: FBT001 - Numba knows positions only
    c, k = place
    cells[c, k, _PERSONS] += 1
    cells[c, k, _EVENTS] += events
    cells[c, k, _VALUE] += money
    if due:
        cells[c, k, _DUE] += 1
        cells[c, k, _DUE_VALUE] += money
        if money:
            add_square(cells[c, k, _SQUARES:], money)


@kernel
def _count_returns(
    journeys: Journeys,
    moments: Moments,
    entrants: People,
    limits: Array,
    spans: Array,
    cells: Array,
) -> None:
    offsets = journeys[0]
    entry, clock, row, passed = entrants
    mine = np.zeros((2, int(limits[0]) + 3), np.int64)
    for p in range(offsets.size - 1):
        if entry[p] == NOBODY:
            continue
        span = (int(entry[p]), int(offsets[p + 1]), int(clock[p]))
        if _collect(journeys, moments, span, limits, mine) == 0:
            continue
        c = row[p]
        for k in range(spans.shape[1]):
            low, high = spans[0, k], spans[1, k]
            events = mine[0, high] - mine[0, low]
            if events == 0:
                continue
            money = mine[1, high] - mine[1, low]
            _add(cells, (c, k), events, money, passed[p] > spans[2, k])


@kernel
def _count_single(
    journeys: Journeys, moments: Moments, entrants: People, limits: Array, cells: Array
) -> None:
    """The same where the cells are the periods 0, 1, … themselves: nothing is gathered.

    Events come in order of time, so a period is done when the next one begins.
    """
    offsets, codes, lookup, _, events = journeys
    at, value, begins = moments
    entry, clock, row, passed = entrants
    most, width, with_entry = int(limits[0]), int(limits[1]), int(limits[2])
    for p in range(offsets.size - 1):
        if entry[p] == NOBODY:
            continue
        begin = int(clock[p])
        period = 0
        border = begin + width if width else int(begins[begin + 1])
        count = 0
        money = 0
        for i in range(entry[p] + 1 - with_entry, offsets[p + 1]):
            if not lookup[codes[i]] & _RETURN or (events.size and not events[i]):
                continue
            now = int(at[i])
            if now >= border:
                if count:
                    _add(cells, (row[p], period), count, money, passed[p] > period)
                count = 0
                money = 0
                if width:
                    period = (now - begin) // width
                    border = begin + (period + 1) * width
                else:
                    while period <= most and now >= begins[begin + period + 1]:
                        period += 1
                    border = int(begins[min(begin + period + 1, begins.size - 1)])
                if period > most:
                    break
            count += 1
            if value.size and value[i] != NO_VALUE:
                money += value[i]
        if count:
            _add(cells, (row[p], period), count, money, passed[p] > period)


@kernel
def _mark_returned(
    journeys: Journeys, moments: Moments, entrants: People, limits: Array, span: Array, found: Array
) -> None:
    """``span``: borders of one cell, its cohort's row and whether only the due count."""
    offsets = journeys[0]
    entry, clock, row, passed = entrants
    mine = np.zeros((2, int(limits[0]) + 3), np.int64)
    for p in range(offsets.size - 1):
        if entry[p] == NOBODY or row[p] != span[3] or (span[4] and passed[p] <= span[2]):
            continue
        whole = (int(entry[p]), int(offsets[p + 1]), int(clock[p]))
        _collect(journeys, moments, whole, limits, mine)
        found[p] = mine[0, span[1]] > mine[0, span[0]]


def count_returns(
    journeys: CodedJourneys,
    moments: Moments,
    entrants: Entrants,
    rules: PeriodRules,
    numbers: NDArray[np.int64],
) -> CohortCounts:
    """Who of each cohort comes back in each cell. O(events).

    ``journeys.lookup: uint32[…]``: bit 1 = an event to come back with; ``moments``: ``at``,
    ``value`` (empty: no money) and ``begins``. Events after the entry in recorded order count,
    and the entry itself ``with_entry``. ``numbers``: the cohort of each row.
    """
    spans = rules.spans()
    cells = np.zeros((numbers.size, spans.shape[1], _WIDTH), np.int64)
    arguments, arrays = _arguments(journeys, moments)
    people, limits = entrants.arrays(), rules.limits()
    if rules.is_single():
        _count_single(arguments, arrays, people, limits, cells)
    else:
        _count_returns(arguments, arrays, people, limits, spans, cells)
    size, due = _entrants(entrants, spans[2], numbers.size)
    return CohortCounts(numbers, size, due, cells)


def _arguments(journeys: CodedJourneys, moments: Moments) -> tuple[Journeys, Moments]:
    at, value, begins = moments
    return journeys.arguments(), (sealed(at), sealed(value), sealed(begins))


@kernel
def _tally(entry: Array, row: Array, passed: Array, table: Array) -> None:
    for p in range(entry.size):
        if entry[p] != NOBODY:
            table[row[p], min(passed[p], table.shape[1] - 1)] += 1


def _entrants(
    people: Entrants, last: NDArray[np.int64], rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many are in each row, and how many of them have more periods behind them than ``last``.

    ``int64[rows]`` and ``int64[rows, cells]``.
    """
    table = np.zeros((rows, int(last.max(initial=0)) + 2), np.int64)
    _tally(sealed(people.entry), sealed(people.row), sealed(people.passed), table)
    beyond = np.cumsum(table[:, ::-1], axis=1)[:, ::-1]
    return table.sum(axis=1), np.asarray(beyond[:, last + 1], dtype=np.int64)


def mark_returned(
    journeys: CodedJourneys,
    moments: Moments,
    entrants: Entrants,
    rules: PeriodRules,
    cell: tuple[int, int],
    *,
    due: bool = False,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who of a cohort came back in a cell; ``due``: among those it ended for.

    ``cell``: the cohort's row in ``entrants`` and the place of the cell in ``rules``. O(events).
    """
    row, place = cell
    found = np.zeros(entrants.entry.size, np.uint8)
    span = np.array([*rules.spans()[:, place], row, due], np.int64)
    arguments, arrays = _arguments(journeys, moments)
    _mark_returned(arguments, arrays, entrants.arrays(), rules.limits(), span, found)
    return found
