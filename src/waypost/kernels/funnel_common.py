"""The common funnel: every code is at most one step, and only the total window is asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import NEVER, PRECISION, FunnelEvents, FunnelRules
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel, sealed

__all__ = ["count_commonly"]

_STEP_BITS = 6
_STEP_MASK = 63
_NO_VALUE = -(1 << 63)


@kernel
def _entry_at(now: int, entered: bool, rules: Array) -> int:  # noqa: FBT001 - Numba knows positions only
    """When the clock of an attempt that begins now starts; ``NEVER`` where none may begin."""
    if now < rules[2] or now >= rules[3] or (rules[5] and entered):
        return NEVER
    return int(now)


@kernel
def _tied(bits: int, now: int, best: int, rules: Array, levels: Array, times: Any) -> int:
    """Take in the steps of one instant; only with ties in any order do they follow each other."""
    entry_counts, entry_sums, previous_counts, previous_sums = times
    start, reached = levels[0], levels[1]
    steps, window, upward = rules[0], rules[1], rules[7]
    entry = _entry_at(now, start[1] != NEVER, rules)
    for k in range(steps):
        s = k if upward else steps - 1 - k
        begin = entry if s == 0 else start[s]
        if not (bits >> s) & 1 or now - begin > window:
            continue
        if s + 1 > best:
            best = s + 1
            record(entry_counts, entry_sums, s, now - begin, PRECISION)
            record(previous_counts, previous_sums, s, now - reached[s] if s else 0, PRECISION)
        start[s + 1] = begin
        reached[s + 1] = now
    return best


@kernel
def _longest(offsets: Array) -> int:
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@kernel
def _steps_of(begin: int, end: int, codes: Array, step_of: Array, found: Array) -> int:
    """Number and step of every event that is one, in ``found``; returns how many.

    Every event is written and the place only moves on after a step, so that nothing branches.
    """
    size = 0
    for i in range(begin, end):
        step = int(step_of[codes[i]])
        found[size] = (i << _STEP_BITS) | step
        size += step > 0
    return size


@kernel
def _kept(size: int, existing: Array, found: Array) -> int:
    """Leave those of the step events that exist; returns how many."""
    kept = 0
    for k in range(size):
        found[kept] = found[k]
        kept += existing[found[k] >> _STEP_BITS] > 0
    return kept


@kernel
def _scan(journeys: Any, at: Array, rules: Array, sink: Any, who: Any) -> None:
    # One body on purpose: Numba counts references to every array that a call takes out of a tuple,
    # which costs more than the work on a person with few step events.
    offsets, codes, step_of, persons, existing = journeys
    out, totals, entry_times, previous_times, waited_times, value = sink
    entry_counts, entry_sums = entry_times
    previous_counts, previous_sums = previous_times
    waited_counts, waited_sums = waited_times
    level_of, open_of, met_of = who
    times = (entry_counts, entry_sums, previous_counts, previous_sums)
    steps, window, data_until = int(rules[0]), int(rules[1]), int(rules[4])
    entry_from, entry_until, first, together = rules[2], rules[3], rules[5], rules[6]
    levels = np.full((2, steps + 1), NEVER)
    start, reached = levels[0], levels[1]
    found = np.empty(_longest(offsets) + 1, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = _steps_of(offsets[p], offsets[p + 1], codes, step_of, found)
        if existing.size:
            size = _kept(size, existing, found)
        for s in range(1, steps + 1):
            start[s] = NEVER
        best, j, place = 0, 0, 0
        while j < size and best < steps:
            place = found[j] >> _STEP_BITS
            now = int(at[place])
            s = (found[j] & _STEP_MASK) - 1
            j += 1
            if together and j < size and at[found[j] >> _STEP_BITS] == now:
                bits = 1 << s
                while j < size and at[found[j] >> _STEP_BITS] == now:
                    other = (found[j] & _STEP_MASK) - 1
                    if other == steps - 1 and not (bits >> other) & 1:
                        place = found[j] >> _STEP_BITS
                    bits |= 1 << other
                    j += 1
                best = _tied(bits, now, best, rules, levels, times)
                continue
            begin = int(start[s])
            if s == 0:
                inside = entry_from <= now < entry_until
                begin = now if inside and not (first and start[1] != NEVER) else NEVER
            if now - begin <= window:
                if s + 1 > best:
                    best = s + 1
                    gap = now - reached[s] if s else 0
                    record(entry_counts, entry_sums, s, now - begin, PRECISION)
                    record(previous_counts, previous_sums, s, gap, PRECISION)
                start[s + 1] = begin
                reached[s + 1] = now
        out[0, best] += 1
        is_open = 0
        if 0 < best < steps:
            is_open = 1 if start[1] + window > data_until else 0
            out[1, best] += is_open
            seen = max(0, min(start[best] + window, data_until) - reached[best])
            record(waited_counts, waited_sums, best, seen, PRECISION)
        elif best and value.size and value[place] != _NO_VALUE:
            totals[1] += value[place]
            totals[2] += 1
        if level_of.size:
            level_of[p] = best
            open_of[p] = is_open
            met_of[p] = (1 << best) - 1


def count_commonly(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through a common funnel, into ``sink`` and ``who``.

    One pass, O(events); a person's step events are gathered in a buffer of the longest journey.
    """
    offsets, codes, lookup, persons, existing = events.journeys.arguments()
    step_of = np.zeros(lookup.size, np.uint8)
    for s in range(rules.steps):
        step_of[(lookup >> np.asarray(s, lookup.dtype)) & 1 > 0] = s + 1
    source = (offsets, codes, sealed(step_of), persons, existing)
    numbers = (
        *(rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until),
        *(rules.entry == "first", rules.ties in ("any", "rising"), rules.ties == "any"),
    )
    _scan(source, sealed(events.at), sealed(np.array(numbers, np.int64)), sink, who)
