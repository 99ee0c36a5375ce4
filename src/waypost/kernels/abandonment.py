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

__all__ = ["PRECISION", "AbandonmentCounts", "AbandonmentRules", "count_abandonment"]

PRECISION = 7
CONVERTED, ABANDONED, OPEN = range(3)

_BEGAN, _LATEST, _FURTHEST, _RUNNING = range(4)


@dataclass(frozen=True, slots=True)
class AbandonmentRules:
    """``starts`` kinds of start event (bits 0 …), the goal is the next bit; the rest in ticks.

    Attempts that begin in ``begin_from <= at < begin_until`` count.
    """

    starts: int
    window: int
    begin_from: int
    begin_until: int
    data_until: int


@dataclass(frozen=True, slots=True)
class AbandonmentCounts:
    """By the furthest start that an attempt met (rows) and its fate: converted, abandoned, open.

    ``attempts``, ``persons`` (with at least one such attempt), ``valued`` (attempts with a value)
    and ``value`` (minor units): ``int64[starts, 3]``; ``anybody: int64[4]`` persons with an attempt
    of each fate and with any; ``times``: ticks from begin to goal, one row.
    """

    attempts: NDArray[np.int64]
    persons: NDArray[np.int64]
    valued: NDArray[np.int64]
    value: NDArray[np.int64]
    anybody: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: AbandonmentCounts) -> AbandonmentCounts:
        return AbandonmentCounts(
            self.attempts + other.attempts,
            self.persons + other.persons,
            self.valued + other.valued,
            self.value + other.value,
            self.anybody + other.anybody,
            self.times + other.times,
        )


@kernel
def _close(attempt: Array, fate: int, values: Array, rules: Array, out: Any) -> None:
    attempts, stamps, valued, value = out[0], out[1], out[2], out[3]
    attempt[_RUNNING] = 0
    if attempt[_BEGAN] >= rules[2] and attempt[_BEGAN] < rules[3]:
        row = attempt[_FURTHEST]
        attempts[row, fate] += 1
        stamps[row, fate] = 1
        for s in range(values.shape[0]):
            if values[s, 0]:
                valued[row, fate] += 1
                value[row, fate] += values[s, 1]
                break
    values[:] = 0


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
    starts, window = int(rules[0]), int(rules[1])
    attempt = np.zeros(4, np.int64)
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
            if goal and attempt[_RUNNING]:
                if attempt[_BEGAN] >= rules[2] and attempt[_BEGAN] < rules[3]:
                    record(out[6], out[7], 0, now - attempt[_BEGAN], PRECISION)
                _close(attempt, CONVERTED, values, rules, out)
        if attempt[_RUNNING]:
            fate = OPEN if attempt[_LATEST] + window > rules[4] else ABANDONED
            _close(attempt, fate, values, rules, out)
        _count_person(out[1], out[4], out[5])


NO_VALUE = -(1 << 63)


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
    shape = (rules.starts, 3)
    attempts, stamps, valued, money, persons = (np.zeros(shape, np.int64) for _ in range(5))
    anybody = np.zeros(4, np.int64)
    blank = LogHistogram.blank(1, bin_count(PRECISION, ticks_per_second))
    out = (attempts, stamps, valued, money, persons, anybody, *blank)
    numbers = (rules.starts, rules.window, rules.begin_from, rules.begin_until, rules.data_until)
    packed = np.array(numbers, np.int64)
    _abandonment(journeys.arguments(), sealed(at), sealed(value), packed, out)
    times = LogHistogram.of(*blank, PRECISION)
    return AbandonmentCounts(attempts, persons, valued, money, anybody, times)
