"""Every rule of a funnel, person by person: gather the events that matter, then run attempts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array
from waypost.kernels.funnel_attempts import run_ordered
from waypost.kernels.funnel_lists import bound_from, event_lists, person_from
from waypost.kernels.funnel_rules import (
    FOREVER,
    MOST_FUNNEL_STEPS,
    NEVER,
    FunnelEvents,
    FunnelRules,
)
from waypost.kernels.funnel_stops import OTHER
from waypost.kernels.funnel_units import (
    ATTEMPTS,
    BEST_STEP,
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
    STANDING,
    START,
    STEP_AT,
    STOP,
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
_FEW = 32
"""Events of one person that are sorted faster by insertion."""


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
    """Sort the first ``size`` numbers in place. Takes no memory, whatever comes in."""
    if size <= _FEW:
        for after in range(1, size):
            number, k = numbers[after], after
            while k > 0 and numbers[k - 1] > number:
                numbers[k] = numbers[k - 1]
                k -= 1
            numbers[k] = number
        return
    for top in range(size // 2 - 1, -1, -1):
        _sift(numbers, top, size)
    for end in range(size - 1, 0, -1):
        numbers[0], numbers[end] = numbers[end], numbers[0]
        _sift(numbers, 0, end)


@kernel
def _gather(  # noqa: PLR0917 - Numba counts references to tuples
    begin: int,
    end: int,
    base: int,
    positions: Array,
    cursor: Array,
    ends: Array,
    needed: Array,
    places: Array,
) -> int:
    """The person's events of all kinds, in order; returns how many.

    Where a kind that is needed does not occur, what only comes after it cannot matter.
    """
    size = 0
    for kind in range(ends.size):
        before, stop = size, ends[kind]
        k = bound_from(positions, cursor[kind], stop, begin)
        while k < stop and positions[k] < end:
            places[size] = base + np.int64(positions[k])
            size += 1
            k += 1
        cursor[kind] = k
        if needed[kind] and size == before:
            break
    _sort(places, size)
    return size


@kernel
def _sees_every_event(run: Array) -> int:
    """Whether events that are neither steps nor exclusions matter."""
    return int(run[RULES, STRICT] or run[RULES, STOP] & OTHER)


@kernel
def _read(  # noqa: PLR0917 - Numba counts references to tuples
    places: Array,
    many: int,
    codes: Array,
    lookup: Array,
    excluded: Array,
    existing: Array,
    exists: Array,
    at: Array,
    keys: Array,
    stream: Array,
    order: Array,
    run: Array,
) -> int:
    """Those of the events that exist and matter; returns how many.

    ``order`` gets their shared values.
    """
    every, tie_span = _sees_every_event(run), run[RULES, TIE_SPAN]
    size, anchor = 0, NEVER
    for k in range(many):
        i = places[k]
        step_bits = lookup[codes[i]]
        stops = excluded[codes[i]] if excluded.size else 0
        if keys.size and keys[i] < 0:
            step_bits = 0
        matters = step_bits or stops or (every and (not keys.size or keys[i] >= 0))
        if not matters or (existing.size and not exists[existing[i]]):
            continue
        instant = int(np.int64(at[i]))
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
def _take(k: int, to: int, stream: Array, own: Array) -> None:
    for row in range(4):
        own[row, to] = stream[row, k]


@kernel
def _run_apart(  # noqa: PLR0917 - Numba counts references to tuples
    size: int,
    first: Any,
    stream: Array,
    own: Array,
    order: Array,
    run: Array,
    matching: Array,
    out: Array,
    counts: Array,
    sums: Array,
    value: Array,
) -> None:
    """Run the events of every shared value by themselves, with those that have none."""
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
        _run_one(count, first, own, run, matching, out, counts, sums, value)
        begin = end


@kernel
def _run_one(  # noqa: PLR0917 - Numba counts references to tuples
    size: int,
    first: Any,
    stream: Array,
    run: Array,
    matching: Array,
    out: Array,
    counts: Array,
    sums: Array,
    value: Array,
) -> None:
    if run[RULES, UNORDERED]:
        run_unordered(size, first, stream, run, out, counts, sums, value)
    else:
        run_ordered(size, first, stream, run, matching, out, counts, sums, value)


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
def _all_persons(units: Any, lists: Any, source: Any, gathered: Any, told: Any) -> None:
    # Arrays go on one by one: Numba counts references to every array that a call takes out of a
    # tuple, which costs more than the work.
    offsets, counted, level_of, open_of, met_of = units
    base, positions, cursor, ends, needed = lists
    codes, lookup, excluded, existing, exists, at, keys = source
    places, stream, own, order = gathered
    run, matching, out, counts, sums, value = told
    every, keyed, p = _sees_every_event(run), keys.size > 0, 0
    run_through = 0
    while cursor[0] < ends[0]:
        p = person_from(offsets, p, base + np.int64(positions[cursor[0]]))
        begin, end = offsets[p] - base, offsets[p + 1] - base
        if every or (counted.size and not counted[p]):
            cursor[0] = bound_from(positions, cursor[0], ends[0], end)
        if counted.size and not counted[p]:
            continue
        if every:
            many = end - begin
            for k in range(many):
                places[k] = base + begin + k
        else:
            many = _gather(begin, end, base, positions, cursor, ends, needed, places)
        size = _read(
            places,
            many,
            codes,
            lookup,
            excluded,
            existing,
            exists,
            at,
            keys,
            stream,
            order,
            run,
        )
        first = _first_entry(size, stream, run)
        if first[1] < 0:
            continue
        run_through += 1
        if keyed:
            _run_apart(size, first, stream, own, order, run, matching, out, counts, sums, value)
        else:
            _run_one(size, first, stream, run, matching, out, counts, sums, value)
        if end_person(run, out, counts, sums, value) and level_of.size:
            level_of[p] = run[STANDING, 0]
            open_of[p] = run[STANDING, 1]
            met_of[p] = run[STANDING, 2]
    if not run[RULES, ATTEMPTS]:
        out[BEST_STEP, 0] -= run_through


def is_disjoint(lookup: Array) -> bool:
    """Whether every code is at most one step."""
    return not np.any(lookup & (lookup - (lookup > 0).astype(lookup.dtype)))


def count_generally(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through the rules, into ``sink`` and ``who``.

    Looks at events that matter of persons with an entry only; where the order is strict or other
    events stop the search, at all of theirs. O(events x steps), plus sorting where steps share a
    value. A person's events are held in buffers of the longest journey: 40 bytes per event of it,
    72 more where steps share a value, and what ``event_lists`` takes.
    """
    journeys = events.journeys
    offsets, codes, _, counted, _ = journeys.arguments()
    lookup = sealed(journeys.lookup.astype(np.int64))
    longest = int(np.diff(offsets).max(initial=0))
    disjoint, keyed = is_disjoint(lookup), longest if events.keys.size else 0
    source = (codes, lookup, sealed(events.excluded), *events.existence(), sealed(events.at))
    gathered = (
        np.zeros(longest, np.int64),
        np.zeros((4, longest), np.int64),
        np.zeros((4, keyed), np.int64),
        np.zeros(keyed, np.int64),
    )
    matching = np.zeros((4, 0 if disjoint else max(longest, rules.steps) + 1), np.int64)
    told = (_room(rules, disjoint=disjoint), matching, *sink)
    kind_of, needed = _kinds(events, rules, lookup)
    out = sink[0]
    if not rules.attempts:
        everyone = int(np.count_nonzero(counted)) if counted.size else offsets.size - 1
        out[BEST_STEP, 0] += everyone
    for lists in event_lists(journeys, kind_of, needed.size, postings=events.postings):
        part = slice(lists.first, lists.last)
        units = (offsets[lists.first : lists.last + 1], counted[part], *(w[part] for w in who))
        places = (lists.base, sealed(lists.positions), lists.begins.copy(), sealed(lists.ends))
        _all_persons(units, (*places, needed), (*source, sealed(events.keys)), gathered, told)


def _kinds(
    events: FunnelEvents, rules: FunnelRules, lookup: Array
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Kinds of events: entries, exclusions, then the later steps; and which of them are needed.

    A code that is several steps is of the kind of the first. Nothing is needed where the other
    events matter for more than their own step.
    """
    kind_of = np.zeros(lookup.size, np.uint8)
    excluded = events.excluded
    kind_of[: excluded.size][excluded > 0] = 2
    unordered = rules.order == "any"
    for s in range(rules.steps - 1, -1, -1):
        kind_of[(lookup >> s) & 1 > 0] = 1 if unordered or s == 0 else s + 2
    both = np.any((excluded > 0) & (lookup[: excluded.size] > 0))
    needed = np.zeros(rules.steps + 1, np.int64)
    if rules.order == "strict" or rules.stop & OTHER:
        kind_of[kind_of > 1] = 0
    elif not (unordered or rules.tie_span or rules.stop or both) and is_disjoint(lookup):
        needed[[s + 1 for s in range(1, rules.steps) if s not in rules.optional]] = 1
    return kind_of, needed


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
        *(rules.drop_person, rules.attempts, rules.steps, rules.stop),
    )
    assert len(numbers) == NUMBERS
    return np.array(numbers, np.int64)
