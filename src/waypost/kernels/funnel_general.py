"""Every rule of a funnel, person by person: gather the events that matter, then run attempts."""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_attempts import run_ordered
from waypost.kernels.funnel_rules import FOREVER, NEVER, FunnelEvents, FunnelRules
from waypost.kernels.funnel_units import (
    DROPPED_AT,
    ENTRY_FROM,
    ENTRY_UNTIL,
    NUMBERS,
    STRICT,
    TIE_SPAN,
    UNORDERED,
    end_person,
)
from waypost.kernels.funnel_unordered import run_unordered
from waypost.kernels.jit import kernel, sealed

__all__ = ["count_generally", "is_disjoint"]

_KEY_SHIFT = 32
_KEY_MASK = (1 << 32) - 1
_POLICIES = ("any", "first", "best", "each")
_TIES = ("recorded", "any", "rising")


@kernel
def _longest(offsets: Array) -> int:
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@kernel
def _gather(begin: int, end: int, source: Any, stream: Any, order: Array, rules: Array) -> int:
    """The events that exist and matter; returns how many. ``order`` gets their shared values."""
    codes, lookup, excluded, existing, at, keys = source
    instants, bits, excluding, place = stream
    size, anchor = 0, NEVER
    for i in range(begin, end):
        step_bits = lookup[codes[i]]
        stops = excluded[codes[i]] if excluded.size else 0
        if keys.size and keys[i] < 0:
            step_bits = 0
        matters = step_bits or stops or (rules[STRICT] and (not keys.size or keys[i] >= 0))
        if not matters or (existing.size and not existing[i]):
            continue
        instant = int(at[i])
        if rules[TIE_SPAN]:
            if anchor == NEVER or instant - anchor > rules[TIE_SPAN]:
                anchor = instant
            instant = anchor
        instants[size] = instant
        bits[size] = step_bits
        excluding[size] = stops
        place[size] = i
        if keys.size:
            order[size] = ((keys[i] + 1) << _KEY_SHIFT) | size
        size += 1
    return size


@kernel
def _sift(heap: Array, top: int, size: int) -> None:
    """Let the entry at ``top`` sink to where it belongs in a heap of ``size`` entries."""
    while 2 * top + 1 < size:
        child = 2 * top + 1
        if child + 1 < size and heap[child] < heap[child + 1]:
            child += 1
        if heap[top] >= heap[child]:
            return
        heap[top], heap[child] = heap[child], heap[top]
        top = child


@kernel
def _sort(numbers: Array, size: int) -> None:
    """Sort the first ``size`` numbers in place. A heap sort takes no memory, whatever comes in."""
    for top in range(size // 2 - 1, -1, -1):
        _sift(numbers, top, size)
    for end in range(size - 1, 0, -1):
        numbers[0], numbers[end] = numbers[end], numbers[0]
        _sift(numbers, 0, end)


@kernel
def _take(k: int, to: int, stream: Any, own: Any) -> None:
    for row in range(4):
        own[row][to] = stream[row][k]


@kernel
def _run_apart(size: int, gathered: Any, first: Any, run: Any, sink: Any) -> None:
    """Run the events of every shared value by themselves, with those that have none."""
    stream, own, order = gathered
    _sort(order, size)
    free = 0
    while free < size and order[free] >> _KEY_SHIFT == 0:
        free += 1
    begin = free
    while begin < size:
        key = order[begin] >> _KEY_SHIFT
        k, end, count = 0, begin, 0
        while k < free or (end < size and order[end] >> _KEY_SHIFT == key):
            keyed = end < size and order[end] >> _KEY_SHIFT == key
            if k < free and (not keyed or order[k] & _KEY_MASK < order[end] & _KEY_MASK):
                _take(order[k] & _KEY_MASK, count, stream, own)
                k += 1
            else:
                _take(order[end] & _KEY_MASK, count, stream, own)
                end += 1
            count += 1
        _run_one(count, own, first, run, sink)
        begin = end


@kernel
def _run_one(size: int, stream: Any, first: Any, run: Any, sink: Any) -> None:
    if run[1][UNORDERED]:
        run_unordered(size, stream, first, run, sink)
    else:
        run_ordered(size, stream, first, run, sink)


@kernel
def _first_entry(size: int, stream: Any, rules: Array) -> Any:
    """Instant and number of the first event that may be an entry; ``NEVER`` and -1 if none may."""
    instants, bits, _, place = stream
    for k in range(size):
        may = bits[k] if rules[UNORDERED] else bits[k] & 1
        if may and rules[ENTRY_FROM] <= instants[k] < rules[ENTRY_UNTIL]:
            return instants[k], place[k]
    return np.int64(NEVER), np.int64(-1)


@kernel
def _all_persons(offsets: Array, persons: Array, source: Any, gathered: Any, told: Any) -> None:
    run, sink, who = told
    stream, _, order = gathered
    rules = run[1]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = _gather(offsets[p], offsets[p + 1], source, stream, order, rules)
        first = _first_entry(size, stream, rules)
        if source[5].size:
            _run_apart(size, gathered, first, run, sink)
        elif size:
            _run_one(size, stream, first, run, sink)
        end_person(p, run, sink, who)


def is_disjoint(lookup: Array) -> bool:
    """Whether every code is at most one step."""
    return not np.any(lookup & (lookup - (lookup > 0).astype(lookup.dtype)))


def count_generally(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through the rules, into ``sink`` and ``who``.

    One pass over the events; a person's events that matter are held in buffers of the longest
    journey. O(events x steps), plus sorting where steps share a value.
    """
    journeys = events.journeys
    offsets, codes, _, persons, existing = journeys.arguments()
    lookup = sealed(journeys.lookup.astype(np.int64))
    longest = int(_longest(offsets)) if offsets.size > 1 else 0
    stream = tuple(np.zeros(longest, np.int64) for _ in range(4))
    own = tuple(np.zeros(longest if events.keys.size else 0, np.int64) for _ in range(4))
    order = np.zeros(longest if events.keys.size else 0, np.int64)
    source = (codes, lookup, sealed(events.excluded), existing, sealed(events.at))
    run = _room(rules, longest, disjoint=is_disjoint(lookup))
    _all_persons(
        offsets, persons, (*source, sealed(events.keys)), (stream, own, order), (run, sink, who)
    )


def _room(rules: FunnelRules, longest: int, *, disjoint: bool) -> tuple[Any, ...]:
    """Rules as numbers, and the arrays in which a person's way is noted."""
    n = rules.steps
    needed = [s for s in range(n) if s not in rules.optional]
    levels = len(needed)
    gaps = sealed(np.array(rules.limits or (FOREVER,) * n, np.int64))
    spans = [
        sum(1 << level for level in range(needed.index(i) + 1, needed.index(j) + 1))
        for i, j in rules.exclusions
    ]
    steps = (sealed(np.array([-1, *needed], np.int64)), gaps, sealed(np.array(spans, np.int64)))
    flags = np.zeros(3, np.int64)
    flags[DROPPED_AT] = FOREVER
    group = np.zeros(0 if disjoint else longest, np.int64)
    matching = (group, group.copy(), np.zeros(n, np.int64), np.zeros(n + 1, np.int64))
    return (
        np.zeros((5, n), np.int64),
        sealed(_numbers(rules, levels, disjoint=disjoint)),
        steps,
        np.full((3, levels + 1), NEVER),
        np.full((2, levels + 1), NEVER),
        flags,
        matching,
        np.zeros((5, n), np.int64),
        (np.full((4, n), NEVER), np.zeros(n, np.int64)),
    )


def _numbers(rules: FunnelRules, levels: int, *, disjoint: bool) -> Array:
    strict = rules.order == "strict"
    numbers = (
        *(levels, rules.window, rules.entry_from, rules.entry_until, rules.data_until),
        *(_POLICIES.index(rules.entry), 0 if strict else _TIES.index(rules.ties), rules.tie_span),
        *(rules.reuse and not strict, strict, rules.order == "any", disjoint),
        *(rules.drop_person, rules.attempts),
    )
    assert len(numbers) == NUMBERS
    return np.array(numbers, np.int64)
