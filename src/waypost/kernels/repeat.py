"""How often persons do a thing again: the second, third, … time, how soon, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_edges, record
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.retention import add_square, exact_squares

__all__ = [
    "PRECISION",
    "RepeatCounts",
    "RepeatRules",
    "count_repeats",
    "kaplan_meier_share",
    "mark_repeats",
]

PRECISION = 7
NO_VALUE = np.iinfo(np.int64).min

_PERSONS, _EXACTLY, _DUE, _IN_TIME, _OPEN, _VALUED, _VALUE, _SQUARES = range(8)
_COLUMNS = ("persons", "exactly", "due", "in_time", "open", "valued", "value")
_WIDTH = 11
_SUMS = ("occurrences", "later", "later_value", "value", "value_of_repeaters", "more_than_most")


@dataclass(frozen=True, slots=True)
class RepeatRules:
    """``most``: the last time that has a row; instants and durations in ticks.

    A person counts whose first time lies in ``entry_from <= at < entry_until``. The next time is in
    time up to and including ``window`` after the one before; it is due when that has passed at
    ``data_until``.
    """

    most: int
    window: int
    entry_from: int
    entry_until: int
    data_until: int

    def packed(self) -> NDArray[np.int64]:
        """The rules as kernels read them."""
        numbers = (self.most, self.window, self.entry_from, self.entry_until, self.data_until)
        return np.array(numbers, np.int64)


@dataclass(frozen=True, slots=True)
class RepeatCounts:
    """``rows: int64[most, 11]``, row ``k`` for the time ``k + 1``.

    Persons who got that far, persons who stopped exactly there; of those who did it once less:
    whose window is over (due), of these who did it in time, who is still open; then values known,
    their sum and four parts of the sum of squares. ``sums: int64[6]``: times in all, times beyond
    ``most`` and their money, all money, money of persons with a second time, persons beyond
    ``most``. ``waits``: ticks since the time before; ``waiting``: ticks that those have waited who
    did not do it again; one row per time, the first empty.
    """

    rows: NDArray[np.int64]
    sums: NDArray[np.int64]
    waits: LogHistogram
    waiting: LogHistogram

    def __add__(self, other: RepeatCounts) -> RepeatCounts:
        return RepeatCounts(
            self.rows + other.rows,
            self.sums + other.sums,
            self.waits + other.waits,
            self.waiting + other.waiting,
        )

    def column(self, name: str) -> NDArray[np.int64]:
        """``persons``, ``exactly``, ``due``, ``in_time``, ``open``, ``valued`` or ``value``."""
        return self.rows[:, _COLUMNS.index(name)]

    def sum_of(self, name: str) -> int:
        """One of ``sums`` by name."""
        return int(self.sums[_SUMS.index(name)])

    def squares(self) -> NDArray[np.float64]:
        """The sum of squared values of each time."""
        return exact_squares(self.rows[:, _SQUARES:])


@kernel
def _times(journeys: Journeys, p: int, at: Array, rules: Array, places: Array) -> int:
    """Positions of a person's times into ``places``; returns how many, 0 for who does not count."""
    offsets, codes, lookup, persons, events = journeys
    if persons.size and not persons[p]:
        return 0
    found = 0
    for i in range(offsets[p], offsets[p + 1]):
        places[found] = i
        here = lookup[codes[i]] > 0
        if events.size:
            here &= events[i] > 0
        found += int(here)
    if found and not rules[2] <= at[places[0]] < rules[3]:
        return 0
    return found


@kernel
def _longest(offsets: Array) -> int:
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@kernel
def _count(
    journeys: Journeys, at: Array, value: Array, rules: Array, out: tuple[Array, Array], times: Any
) -> None:
    rows, sums = out
    waits, waiting = times
    most, window, until = int(rules[0]), int(rules[1]), int(rules[4])
    offsets, codes, lookup, persons, events = journeys
    places = np.empty(_longest(offsets) + 1, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        # As _times, written out: handing over arrays costs more than reading a short journey.
        found = 0
        for i in range(offsets[p], offsets[p + 1]):
            places[found] = i
            here = lookup[codes[i]] > 0
            if events.size:
                here &= events[i] > 0
            found += int(here)
        if found == 0 or not rules[2] <= at[places[0]] < rules[3]:
            continue
        sums[0] += found
        money = 0
        for k in range(found):
            amount = value[places[k]]
            known = amount != NO_VALUE
            if known:
                money += amount
            if k >= most:
                sums[1] += 1
                sums[2] += amount if known else 0
                continue
            rows[k, _PERSONS] += 1
            if known:
                rows[k, _VALUED] += 1
                rows[k, _VALUE] += amount
                add_square(rows[k, _SQUARES:], amount)
            if k:
                before = int(at[places[k - 1]])
                wait = int(at[places[k]]) - before
                record(waits[0], waits[1], k, wait, PRECISION)
                if until - before >= window:
                    rows[k, _DUE] += 1
                    rows[k, _IN_TIME] += wait <= window
        sums[3] += money
        if found > 1:
            sums[4] += money
        if found > most:
            sums[5] += 1
        else:
            rows[found - 1, _EXACTLY] += 1
        if found < most:
            waited = until - int(at[places[found - 1]])
            record(waiting[0], waiting[1], found, max(waited, 0), PRECISION)
            if waited >= window:
                rows[found, _DUE] += 1
            else:
                rows[found, _OPEN] += 1


def count_repeats(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    value: NDArray[np.int64],
    rules: RepeatRules,
    *,
    ticks_per_second: int,
) -> RepeatCounts:
    """How many persons do a thing again and again. O(events), one pass.

    Every existing event with a bit in ``journeys.lookup: uint32[…]`` is one time; those of one
    instant are two.
    """
    rows = np.zeros((rules.most, _WIDTH), np.int64)
    sums = np.zeros(len(_SUMS), np.int64)
    bins = bin_count(PRECISION, ticks_per_second)
    waits, waiting = (LogHistogram.blank(rules.most, bins) for _ in range(2))
    arguments = journeys.arguments()
    _count(arguments, sealed(at), sealed(value), rules.packed(), (rows, sums), (waits, waiting))
    histograms = (LogHistogram.of(*pair, PRECISION) for pair in (waits, waiting))
    return RepeatCounts(rows, sums, *histograms)


@kernel
def _mark(journeys: Journeys, at: Array, rules: Array, asked: Array, found: Array) -> None:
    k, column = int(asked[0]), int(asked[1])
    window, until = int(rules[1]), int(rules[4])
    places = np.empty(_longest(journeys[0]) + 1, np.int64)
    for p in range(found.size):
        times = _times(journeys, p, at, rules, places)
        if column == _PERSONS:
            found[p] = times > k
        elif column == _EXACTLY:
            found[p] = times == k + 1
        elif k > 0 and times >= k:
            before = int(at[places[k - 1]])
            due = until - before >= window
            if column == _OPEN:
                found[p] = times == k and not due
            elif column == _DUE:
                found[p] = due
            else:
                found[p] = due and times > k and int(at[places[k]]) - before <= window


def mark_repeats(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: RepeatRules,
    *,
    row: int,
    column: str,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted in a row and column of persons. O(events)."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    asked = np.array([row, _COLUMNS.index(column)], np.int64)
    _mark(journeys.arguments(), sealed(at), rules.packed(), asked, found)
    return found


def kaplan_meier_share(
    done: NDArray[np.int64], waiting: NDArray[np.int64], *, precision: int, within: int
) -> float:
    """Which share does it within so many ticks, counting those who still wait; NaN for nobody.

    ``done``, ``waiting``: counts in the bins of one row. E. L. Kaplan and P. Meier, JASA 53 (1958),
    457-481, equation (2b); within a bin, completed waits come first. Waits that share a bin with
    ``within`` count when the bin's middle does not lie beyond it.
    """
    if not done.sum() + waiting.sum():
        return float("nan")
    edges = bin_edges(precision, done.size)
    middle = (edges[:-1] + edges[1:] - 1) / 2
    ended = np.cumsum(done + waiting)
    at_risk = ended[-1] - np.concatenate([[0], ended[:-1]])
    hazard = np.divide(done, at_risk, out=np.zeros(done.size), where=at_risk > 0)
    return float(1.0 - np.prod(1.0 - hazard[middle <= within]))
