"""Attempts one after another, where every code is at most one step and only a window is asked.

Only one attempt runs at a time, so each step is met by its first event after the step before, and
the lists of the steps are walked along: from an entry straight to the next event of each step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_lists import bound_from, event_lists, person_from
from waypost.kernels.funnel_rules import NEVER, PRECISION, FunnelEvents, FunnelRules
from waypost.kernels.funnel_units import (
    BEST_STEP,
    PERSONS,
    SEEN,
    STILL_OPEN,
    TOTALS,
    VALUE,
    VALUED,
)
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel, sealed

__all__ = ["count_each"]

_NO_VALUE = -(1 << 63)
_STEPS, _WINDOW, _FROM, _UNTIL, _DATA_UNTIL, _TIES = range(6)
_ANY, _RECORDED, _RISING = range(3)
_TIE_WORDS = ("any", "recorded", "rising")


@kernel
def _first(  # noqa: PLR0917 - Numba counts references to tuples
    positions: Array,
    k: int,
    stop: int,
    least: int,
    until: int,
    end: int,
    at: Array,
    existing: Array,
    exists: Array,
) -> int:
    """The first of ``positions[k:stop]`` below ``end`` from ``least`` to ``until``; -1 if none."""
    for found in range(k, stop):
        place = np.int64(positions[found])
        if place >= end or at[place] > until:
            return -1
        if at[place] >= least and (existing.size == 0 or exists[existing[place]] > 0):
            return found
    return -1


@kernel
def _latest(  # noqa: PLR0917 - Numba counts references to tuples
    positions: Array,
    k: int,
    stop: int,
    until: int,
    end: int,
    at: Array,
    existing: Array,
    exists: Array,
) -> Any:
    """The latest instant up to ``until`` of ``positions[k:stop]`` below ``end``; ``k`` has one."""
    latest = np.int64(at[positions[k]])
    for other in range(k + 1, stop):
        place = np.int64(positions[other])
        if place >= end or at[place] > until:
            return latest
        if existing.size == 0 or exists[existing[place]] > 0:
            latest = np.int64(at[place])
    return latest


@kernel
def _back(positions: Array, k: int, least: int, begin: int, place: int, at: Array) -> int:
    """Back from ``k`` to the first from ``begin`` on that is at the instant of ``place``."""
    while k > least and positions[k - 1] >= begin and at[positions[k - 1]] == at[place]:
        k -= 1
    return k


@kernel
def _all_entries(units: Any, lists: Any, source: Any, told: Any) -> None:
    """Every attempt; ``PERSONS`` gets how many persons have got to each step at most."""
    # All in one function: Numba counts references to every array that a call takes, unless what is
    # called only loops, and the counting costs more than the work.
    offsets, counted = units
    positions, edges = lists
    at, value, existing, exists = source
    rules, out, counts, sums = told
    steps, window, ties = rules[_STEPS], rules[_WINDOW], rules[_TIES]
    p, best, over, behind = 0, 0, NEVER, -1
    for entry in range(edges[0, 0], edges[2, 0]):
        place = int(np.int64(positions[entry]))
        person = person_from(offsets, p, place)
        if person != p:
            out[PERSONS, best] += 1
            p, best, over = person, 0, NEVER
        start = int(np.int64(at[place]))
        if start <= over or place <= behind or not rules[_FROM] <= start < rules[_UNTIL]:
            continue
        if existing.size > 0 and exists[existing[place]] == 0:
            continue
        if counted.size > 0 and counted[p] == 0:
            continue
        begin, end, until = offsets[p], offsets[p + 1], start + window
        now, since, level, k, met = start, start, 1, 0, -1
        while level < steps:
            k = bound_from(positions, edges[1, level], edges[2, level], place)
            edges[1, level] = k
            if ties == _ANY:
                k = _back(positions, k, edges[0, level], begin, place, at)
            least = now + 1 if ties == _RISING else now
            k = _first(positions, k, edges[2, level], least, until, end, at, existing, exists)
            last, to = until, end
            if k >= 0:
                place = int(np.int64(positions[k]))
                now = int(np.int64(at[place]))
                last = now - 1 if ties == _RISING else now
                to = place if ties == _RECORDED else end
            if level > 1:
                stop = edges[2, level - 1]
                since = _latest(positions, met, stop, last, to, at, existing, exists)
            if k < 0:
                break
            record(counts, sums, level, now - start, PRECISION)
            record(counts, sums, steps + level, now - since, PRECISION)
            met, since = k, now
            level += 1
        out[BEST_STEP, level] += 1
        best, over = max(best, level), until
        if level < steps:
            seen = min(until, rules[_DATA_UNTIL]) - since
            out[STILL_OPEN, level] += until > rules[_DATA_UNTIL]
            record(counts, sums, 2 * steps + level, max(0, seen), PRECISION)
            continue
        behind, over = place, NEVER if ties == _RECORDED else now
        if value.size > 0 and value[place] != _NO_VALUE:
            out[TOTALS, VALUE] += value[place]
            out[TOTALS, VALUED] += 1
    out[PERSONS, best] += 1


def count_each(events: FunnelEvents, rules: FunnelRules, sink: Any) -> None:
    """Run all attempts into ``sink``. O(step events); memory as ``event_lists``."""
    out, counts, sums, _ = sink
    journeys, steps = events.journeys, rules.steps
    kind_of = np.zeros(journeys.lookup.size, np.uint8)
    for s in range(steps):
        kind_of[(journeys.lookup >> np.asarray(s, journeys.lookup.dtype)) & 1 > 0] = s + 1
    existing, exists = events.existence()
    ties = _TIE_WORDS.index(rules.ties)
    numbers = (steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until, ties)
    told = (sealed(np.array(numbers, np.int64)), out, counts, sums)
    for lists in event_lists(journeys, kind_of, steps, postings=events.postings):
        part, base = slice(lists.first, lists.last), lists.base
        offsets = journeys.offsets[lists.first : lists.last + 1]
        units = (sealed(offsets - base if base else offsets), sealed(journeys.persons[part]))
        at, value, code = (sealed(one[base:]) for one in (events.at, sink[3], existing))
        edges = np.stack([lists.begins, lists.begins, lists.ends])
        _all_entries(units, (sealed(lists.positions), edges), (at, value, code, exists), told)
    for row, by_step in ((SEEN, BEST_STEP), (PERSONS, PERSONS)):
        out[row, :steps] = np.cumsum(out[by_step, steps:0:-1])[::-1]
    if out[SEEN, 0]:
        # Every attempt's first step is met at once.
        counts[[0, steps], 0] = out[SEEN, 0]
        sums[[0, steps], 1:] = 0
