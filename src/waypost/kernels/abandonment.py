"""Attempts that begin and do not reach their goal in time: abandoned carts and checkouts.

An attempt begins with a start event while none is running; further start events belong to it as
long as each follows the one before within the window. It is converted by a goal within the window
after its latest start event, abandoned when that window passes, open while it has not passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "PRECISION",
    "RECOVERED",
    "RECOVERED_IN_FULL",
    "STILL_RECOVERABLE",
    "TO_GOAL",
    "TO_RECOVERY",
    "TO_THE_END",
    "AbandonmentCounts",
    "AbandonmentRules",
    "count_abandonment",
    "persons_with_attempts",
]

PRECISION = 7
CONVERTED, ABANDONED, OPEN = range(3)

TO_GOAL, TO_THE_END, TO_RECOVERY = range(3)
RECOVERED, STILL_RECOVERABLE, RECOVERED_IN_FULL = range(3)
NO_VALUE = -(1 << 63)

_BEGAN, _LATEST, _FURTHEST, _RUNNING, _PENDING = range(5)
_WINDOW, _FROM, _UNTIL, _DATA, _RECOVERY = 1, 2, 3, 4, 5
_LARGEST_SQUARED = 3_037_000_499
_HALF = 32


@dataclass(frozen=True, slots=True)
class AbandonmentRules:
    """``starts`` kinds of start event (bits 0 …), the goal is the next bit; the rest in ticks.

    Attempts that begin in ``begin_from <= at < begin_until`` count. ``recovery``: how long after
    its latest start an abandoned attempt may still be made good by a goal; −1 = not asked.
    """

    starts: int
    window: int
    begin_from: int
    begin_until: int
    data_until: int
    recovery: int = -1

    def numbers(self) -> NDArray[np.int64]:
        """The rules as a kernel reads them."""
        begins = (self.begin_from, self.begin_until)
        return np.array([self.starts, self.window, *begins, self.data_until, self.recovery])


@dataclass(frozen=True, slots=True)
class AbandonmentCounts:
    """By the furthest start that an attempt met (rows) and its fate: converted, abandoned, open.

    ``attempts``, ``persons`` (with at least one such attempt), ``valued`` (attempts with a value)
    and ``value`` (minor units): ``int64[starts, 3]``; ``anybody: int64[4]`` persons with an attempt
    of each fate and with any; ``times``, in ticks, three rows: from begin to goal, from begin to
    the latest start of abandoned attempts, from there to the goal that made them good.
    ``squares: int64[starts, 2]``: sum of the squared values of abandoned attempts, as multiples of
    2 ** 32 and the rest (exact, so that sums do not depend on their order; values count as at most
    3,037,000,499). ``recovered: int64[starts, 3]``: abandoned attempts made good, those that
    still may be, and those made good whose whole time for it lies within the data.
    """

    attempts: NDArray[np.int64]
    persons: NDArray[np.int64]
    valued: NDArray[np.int64]
    value: NDArray[np.int64]
    anybody: NDArray[np.int64]
    times: LogHistogram
    squares: NDArray[np.int64]
    recovered: NDArray[np.int64]

    def squared(self) -> NDArray[np.float64]:
        """``float64[starts]``: sum of the squared values of abandoned attempts."""
        return np.asarray(self.squares @ np.array([float(1 << _HALF), 1.0]), dtype=np.float64)

    def __add__(self, other: AbandonmentCounts) -> AbandonmentCounts:
        return AbandonmentCounts(
            self.attempts + other.attempts,
            self.persons + other.persons,
            self.valued + other.valued,
            self.value + other.value,
            self.anybody + other.anybody,
            self.times + other.times,
            self.squares + other.squares,
            self.recovered + other.recovered,
        )


@kernel
def _close(attempt: Array, fate: int, values: Array, rules: Array, out: Any) -> None:
    attempts, stamps, valued, value = out[0], out[1], out[2], out[3]
    attempt[_RUNNING] = 0
    if attempt[_BEGAN] >= rules[_FROM] and attempt[_BEGAN] < rules[_UNTIL]:
        row = attempt[_FURTHEST]
        attempts[row, fate] += 1
        stamps[row, fate] = 1
        for s in range(values.shape[0]):
            if values[s, 0]:
                valued[row, fate] += 1
                value[row, fate] += values[s, 1]
                if fate == ABANDONED:
                    _add_square(values[s, 1], row, out[8])
                break
        if fate == ABANDONED:
            record(out[6], out[7], TO_THE_END, attempt[_LATEST] - attempt[_BEGAN], PRECISION)
            if rules[_RECOVERY] >= 0:
                pending = out[10]
                pending[attempt[_PENDING], 0] = row
                pending[attempt[_PENDING], 1] = attempt[_LATEST]
                attempt[_PENDING] += 1
    values[:] = 0


@kernel
def _add_square(value: int, row: int, squares: Array) -> None:
    near = min(abs(value), _LARGEST_SQUARED)
    squares[row, 0] += (near * near) >> _HALF
    squares[row, 1] += (near * near) & ((1 << _HALF) - 1)


@kernel
def _recover(attempt: Array, now: int, rules: Array, out: Any) -> None:
    """A goal makes good what was abandoned not too long ago; the rest is lost for good."""
    pending, recovered = out[10], out[9]
    for k in range(attempt[_PENDING]):
        if now - pending[k, 1] <= rules[_RECOVERY]:
            recovered[pending[k, 0], RECOVERED] += 1
            is_full = pending[k, 1] + rules[_RECOVERY] <= rules[_DATA]
            recovered[pending[k, 0], RECOVERED_IN_FULL] += is_full
            record(out[6], out[7], TO_RECOVERY, now - pending[k, 1], PRECISION)
    attempt[_PENDING] = 0


@kernel
def _leave_open(attempt: Array, rules: Array, out: Any) -> None:
    pending, recovered = out[10], out[9]
    for k in range(attempt[_PENDING]):
        still = pending[k, 1] + rules[_RECOVERY] > rules[_DATA]
        recovered[pending[k, 0], STILL_RECOVERABLE] += still
    attempt[_PENDING] = 0


@kernel
def _start(s: int, now: int, attempt: Array, money: int, values: Array) -> None:
    if not attempt[_RUNNING]:
        attempt[_RUNNING] = 1
        attempt[_BEGAN] = now
        attempt[_FURTHEST] = s
    attempt[_LATEST] = now
    attempt[_FURTHEST] = max(attempt[_FURTHEST], s)
    if money != NO_VALUE:
        values[s, 0] += 1
        values[s, 1] += money


@kernel
def _mark(stamps: Array, wanted: Array, found: Array, p: int) -> None:
    """Whether the person has an attempt of the row and fate that are wanted; −1 = any."""
    for row in range(stamps.shape[0]):
        for fate in range(3):
            here = (wanted[0] < 0 or wanted[0] == row) and (wanted[1] < 0 or wanted[1] == fate)
            if here and stamps[row, fate]:
                found[p] = 1


@kernel
def _count_person(stamps: Array, persons: Array, anybody: Array) -> None:
    some = 0
    for fate in range(3):
        here = 0
        for row in range(stamps.shape[0]):
            persons[row, fate] += stamps[row, fate]
            here |= stamps[row, fate]
        anybody[fate] += here
        some |= here
    anybody[3] += some
    stamps[:] = 0


@kernel
def _abandonment(journeys: Journeys, at: Array, value: Array, rules: Array, out: Any) -> None:
    offsets, codes, lookup, persons, events = journeys
    starts, window = int(rules[0]), int(rules[_WINDOW])
    attempt = np.zeros(5, np.int64)
    values = np.zeros((starts, 2), np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        i = offsets[p]
        while i < offsets[p + 1]:
            now = int(at[i])
            if attempt[_RUNNING] and now - attempt[_LATEST] > window:
                _close(attempt, ABANDONED, values, rules, out)
            goal = False
            while i < offsets[p + 1] and at[i] == now:
                bits = int(lookup[codes[i]])
                if bits and (events.size == 0 or events[i]):
                    goal = goal or bits >> starts != 0
                    for s in range(starts - 1, -1, -1):
                        if (bits >> s) & 1:
                            _start(s, now, attempt, int(value[i]), values)
                            break
                i += 1
            if goal and attempt[_PENDING]:
                _recover(attempt, now, rules, out)
            if goal and attempt[_RUNNING]:
                if attempt[_BEGAN] >= rules[_FROM] and attempt[_BEGAN] < rules[_UNTIL]:
                    record(out[6], out[7], TO_GOAL, now - attempt[_BEGAN], PRECISION)
                _close(attempt, CONVERTED, values, rules, out)
        if attempt[_RUNNING]:
            fate = OPEN if attempt[_LATEST] + window > rules[_DATA] else ABANDONED
            _close(attempt, fate, values, rules, out)
        _leave_open(attempt, rules, out)
        if out[11].size:
            _mark(out[1], out[12], out[11], p)
        _count_person(out[1], out[4], out[5])


def count_abandonment(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    value: NDArray[np.int64],
    *,
    rules: AbandonmentRules,
    ticks_per_second: int,
) -> AbandonmentCounts:
    """Attempts by furthest start and fate. O(events).

    ``journeys.lookup: uint32[dictionary]``: bit ``s`` = start ``s``, bit ``starts`` = goal. Of
    events at one instant, starts count before goals. An attempt's value is the sum over its events
    of the first start that carries any.
    """
    nobody = (np.zeros(0, np.uint8), np.zeros(2, np.int64))
    bins = bin_count(PRECISION, ticks_per_second)
    return _run(journeys, (at, value), rules, bins=bins, wanted=nobody)


def persons_with_attempts(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    rules: AbandonmentRules,
    row: int,
    fate: int,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those with such an attempt; row and fate −1 = any."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    # Values do not decide who is meant, and any array of the right length and type will do.
    value = np.zeros(at.size, np.int64)
    _run(journeys, (at, value), rules, bins=1, wanted=(found, np.array([row, fate], np.int64)))
    return found


def _run(
    journeys: CodedJourneys,
    arrays: tuple[NDArray[Any], NDArray[Any]],
    rules: AbandonmentRules,
    *,
    bins: int,
    wanted: tuple[NDArray[np.uint8], NDArray[np.int64]],
) -> AbandonmentCounts:
    shape = (rules.starts, 3)
    attempts, stamps, valued, money, persons = (np.zeros(shape, np.int64) for _ in range(5))
    anybody = np.zeros(4, np.int64)
    squares, recovered = np.zeros((rules.starts, 2), np.int64), np.zeros(shape, np.int64)
    longest = int(np.diff(journeys.offsets).max(initial=0)) if rules.recovery >= 0 else 0
    pending = np.zeros((longest, 2), np.int64)
    blank = LogHistogram.blank(3, bins)
    tables = (attempts, stamps, valued, money, persons, anybody, *blank)
    out = (*tables, squares, recovered, pending, *wanted)
    at, value = (sealed(array) for array in arrays)
    _abandonment(journeys.arguments(), at, value, rules.numbers(), out)
    times = LogHistogram.of(*blank, PRECISION)
    return AbandonmentCounts(attempts, persons, valued, money, anybody, times, squares, recovered)
