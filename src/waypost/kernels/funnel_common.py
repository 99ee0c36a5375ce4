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
def _note(s: int, now: int, begin: int, place: int, state: Any, sink: Any) -> None:
    """Step ``s`` is met for the first time."""
    reached = state[1]
    record(sink[2][0], sink[2][1], s, now - begin, PRECISION)
    record(sink[3][0], sink[3][1], s, now - reached[s] if s else 0, PRECISION)
    if s == reached.size - 2 and sink[5].size:
        money = sink[5][place]
        if money != _NO_VALUE:
            sink[1][1] += money
            sink[1][2] += 1


@kernel
def _close(p: int, best: int, rules: Array, state: Any, sink: Any, who: Any) -> None:
    """Count the person; one not through whose latest entry still has time is open."""
    start, reached = state
    out, steps, window, data_until = sink[0], rules[0], rules[1], rules[4]
    out[0, best] += 1
    is_open = 0
    if 0 < best < steps:
        is_open = 1 if start[1] + window > data_until else 0
        out[1, best] += is_open
        seen = max(0, min(start[best] + window, data_until) - reached[best])
        record(sink[4][0], sink[4][1], best, seen, PRECISION)
    if who[0].size:
        who[0][p] = best
        who[1][p] = is_open
        who[2][p] = (1 << best) - 1


@kernel
def _entry_at(now: int, entered: bool, rules: Array) -> int:  # noqa: FBT001 - Numba knows positions only
    """When the clock of an attempt that begins now starts; ``NEVER`` where none may begin."""
    if now < rules[2] or now >= rules[3] or (rules[5] and entered):
        return NEVER
    return now


@kernel
def _tied(bits: int, now: int, place: int, best: int, rules: Array, state: Any, sink: Any) -> int:  # noqa: PLR0917 - Numba knows positions only
    """Take in the steps of one instant; only with ties in any order do they follow each other."""
    start, reached = state
    steps, window, upward = rules[0], rules[1], rules[7]
    entry = _entry_at(now, start[1] != NEVER, rules)
    for k in range(steps):
        s = k if upward else steps - 1 - k
        begin = entry if s == 0 else start[s]
        if not (bits >> s) & 1 or now - begin > window:
            continue
        if s + 1 > best:
            best = s + 1
            _note(s, now, begin, place, state, sink)
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
def _steps_of(begin: int, end: int, source: Any, found: Array) -> int:
    """Number and step of every event that is one, in ``found``; returns how many.

    Every event is written and the place only moves on after a step, so that nothing branches.
    """
    codes, step_of, existing, _ = source
    size = 0
    if existing.size:
        for i in range(begin, end):
            step = int(step_of[codes[i]])
            found[size] = (i << _STEP_BITS) | step
            size += (step > 0) & (existing[i] > 0)
    else:
        for i in range(begin, end):
            step = int(step_of[codes[i]])
            found[size] = (i << _STEP_BITS) | step
            size += step > 0
    return size


@kernel
def _walk(found: Array, size: int, at: Array, rules: Array, state: Any, sink: Any) -> int:
    """One person's step events; returns the best level."""
    start, reached = state
    steps, window, together = rules[0], rules[1], rules[6]
    start[1:] = NEVER
    best, j = 0, 0
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
            best = _tied(bits, now, place, best, rules, state, sink)
            continue
        begin = _entry_at(now, start[1] != NEVER, rules) if s == 0 else start[s]
        if now - begin <= window:
            if s + 1 > best:
                best = s + 1
                _note(s, now, begin, place, state, sink)
            start[s + 1] = begin
            reached[s + 1] = now
    return best


@kernel
def _scan(offsets: Array, persons: Array, source: Any, rules: Array, told: Any) -> None:
    state, sink, who = told
    found = np.empty(_longest(offsets) + 1, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = _steps_of(offsets[p], offsets[p + 1], source, found)
        best = 0
        if size:
            best = _walk(found, size, source[3], rules, state, sink)
        _close(p, best, rules, state, sink, who)


def count_commonly(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through a common funnel, into ``sink`` and ``who``.

    One pass, O(events); a person's step events are gathered in a buffer of the longest journey.
    """
    offsets, codes, lookup, persons, existing = events.journeys.arguments()
    step_of = np.zeros(lookup.size, np.uint8)
    for s in range(rules.steps):
        step_of[(lookup >> np.asarray(s, lookup.dtype)) & 1 > 0] = s + 1
    source = (codes, sealed(step_of), existing, sealed(events.at))
    numbers = (
        *(rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until),
        *(rules.entry == "first", rules.ties in ("any", "rising"), rules.ties == "any"),
    )
    state = (np.full(rules.steps + 1, NEVER), np.zeros(rules.steps + 1, np.int64))
    _scan(offsets, persons, source, sealed(np.array(numbers, np.int64)), (state, sink, who))
