"""Every rule of a funnel, person by person: gather the events that matter, then run attempts."""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_attempts import run_ordered
from waypost.kernels.funnel_rules import (
    FOREVER,
    MOST_FUNNEL_STEPS,
    NEVER,
    FunnelEvents,
    FunnelRules,
)
from waypost.kernels.funnel_units import (
    DROPPED_AT,
    ENTRY_FROM,
    ENTRY_UNTIL,
    FLAGS,
    GAPS,
    GONE,
    NUMBERS,
    REACHED,
    ROWS,
    RULES,
    SEATS,
    SPANS,
    START,
    STEP_AT,
    STRICT,
    TIE_SPAN,
    UNORDERED,
    UNTIL,
    WAIT,
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
def _gather(begin: int, end: int, source: Any, stream: Array, order: Array, run: Array) -> int:
    """The events that exist and matter; returns how many. ``order`` gets their shared values."""
    codes, lookup, excluded, existing, at, keys = source
    strict, tie_span = run[RULES, STRICT], run[RULES, TIE_SPAN]
    size, anchor = 0, NEVER
    for i in range(begin, end):
        step_bits = lookup[codes[i]]
        stops = excluded[codes[i]] if excluded.size else 0
        if keys.size and keys[i] < 0:
            step_bits = 0
        matters = step_bits or stops or (strict and (not keys.size or keys[i] >= 0))
        if not matters or (existing.size and not existing[i]):
            continue
        instant = int(at[i])
        if tie_span:
            if anchor == NEVER or instant - anchor > tie_span:
                anchor = instant
            instant = anchor
        stream[0, size] = instant
        stream[1, size] = step_bits
        stream[2, size] = stops
        stream[3, size] = i
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
def _take(k: int, to: int, stream: Array, own: Array) -> None:
    for row in range(4):
        own[row, to] = stream[row, k]


@kernel
def _run_apart(size: int, gathered: Any, first: Any, told: Any) -> None:
    """Run the events of every shared value by themselves, with those that have none."""
    stream, own, order = gathered
    run, matching, sink = told
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
        _run_one(count, first, (own, run, matching), sink)
        begin = end


@kernel
def _run_one(size: int, first: Any, room: Any, sink: Any) -> None:
    if room[1][RULES, UNORDERED]:
        run_unordered(size, first, room, sink)
    else:
        run_ordered(size, first, room, sink)


@kernel
def _first_entry(size: int, stream: Array, run: Array) -> Any:
    """Instant and number of the first event that may be an entry; ``NEVER`` and -1 if none may."""
    unordered, begin, end = run[RULES, UNORDERED], run[RULES, ENTRY_FROM], run[RULES, ENTRY_UNTIL]
    for k in range(size):
        may = stream[1, k] if unordered else stream[1, k] & 1
        if may and begin <= stream[0, k] < end:
            return stream[0, k], stream[3, k]
    return np.int64(NEVER), np.int64(-1)


@kernel
def _all_persons(offsets: Array, persons: Array, source: Any, gathered: Any, told: Any) -> None:
    run, matching, sink, who = told
    stream, _, order = gathered
    keyed = source[5].size > 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = _gather(offsets[p], offsets[p + 1], source, stream, order, run)
        first = _first_entry(size, stream, run)
        if keyed:
            _run_apart(size, gathered, first, (run, matching, sink))
        elif size:
            _run_one(size, first, (stream, run, matching), sink)
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
    disjoint, keyed = is_disjoint(lookup), longest if events.keys.size else 0
    source = (codes, lookup, sealed(events.excluded), existing, sealed(events.at))
    gathered = (
        np.zeros((4, longest), np.int64),
        np.zeros((4, keyed), np.int64),
        np.zeros(keyed, np.int64),
    )
    group = np.zeros(0 if disjoint else longest, np.int64)
    held = np.zeros(rules.steps + 1, np.int64)
    told = (_room(rules, disjoint=disjoint), (group, group.copy(), held, held.copy()), sink, who)
    _all_persons(offsets, persons, (*source, sealed(events.keys)), gathered, told)


def _room(rules: FunnelRules, *, disjoint: bool) -> Array:
    """The run that kernels write in: the rules as numbers, and nothing noted yet."""
    needed = [s for s in range(rules.steps) if s not in rules.optional]
    run = np.zeros((ROWS, MOST_FUNNEL_STEPS + 1), np.int64)
    run[RULES, :NUMBERS] = _numbers(rules, len(needed), disjoint=disjoint)
    run[STEP_AT, : len(needed) + 1] = [-1, *needed]
    run[GAPS, : rules.steps] = rules.limits or FOREVER
    for r, (i, j) in enumerate(rules.exclusions):
        levels = range(needed.index(i) + 1, needed.index(j) + 1)
        run[SPANS, r] = sum(1 << level for level in levels)
    run[[START, REACHED, WAIT, UNTIL, SEATS]] = NEVER
    run[GONE] = 0
    run[FLAGS, DROPPED_AT] = FOREVER
    return run


def _numbers(rules: FunnelRules, levels: int, *, disjoint: bool) -> Array:
    strict = rules.order == "strict"
    numbers = (
        *(levels, rules.window, rules.entry_from, rules.entry_until, rules.data_until),
        *(_POLICIES.index(rules.entry), 0 if strict else _TIES.index(rules.ties), rules.tie_span),
        *(rules.reuse and not strict, strict, rules.order == "any", disjoint),
        *(rules.drop_person, rules.attempts, rules.steps),
    )
    assert len(numbers) == NUMBERS
    return np.array(numbers, np.int64)
