"""Ordered attempts with every rule: windows between steps, exclusions, optional steps, re-entry.

Only needed steps are levels. A level remembers the latest entry from which it was met, when it was
met, and whether the next was met from it. The latest such pair is enough: of two ways to a level,
the one that met it later began no earlier, because the other could have gone on to the same event.
An exclusion ends all ways that stand between its two steps at once, so that stays true.
"""

from __future__ import annotations

from typing import Any

from waypost.kernels.coded import Array
from waypost.kernels.funnel_matching import forget_matches, match_step
from waypost.kernels.funnel_rules import NEVER
from waypost.kernels.funnel_stops import is_stopped, leave_out_repeats, steps_met
from waypost.kernels.funnel_units import (
    BEST,
    DATA_UNTIL,
    DISJOINT,
    DROPPED_AT,
    EACH,
    ENTRY_FROM,
    ENTRY_UNTIL,
    FIRST,
    FLAGS,
    GAPS,
    GONE,
    LEVELS,
    MET,
    OPEN,
    POLICY,
    REACHED,
    RECORDED,
    REUSE,
    RULES,
    RUNNING,
    SPANS,
    START,
    STEP_AT,
    STEPS,
    STOP,
    STRICT,
    TIES,
    TOGETHER,
    UNIT,
    WINDOW,
    end_attempt,
    forget_levels,
    meet,
    note_wait,
)
from waypost.kernels.jit import kernel

__all__ = ["run_ordered"]


@kernel
def _deadline(level: int, run: Array) -> int:
    """Until when a needed step may still follow ``level``; ``NEVER`` where nothing stands there."""
    if level >= run[RULES, LEVELS] or run[START, level] == NEVER:
        return NEVER
    gap = run[GAPS, run[STEP_AT, level + 1]]
    return int(min(run[START, level] + run[RULES, WINDOW], run[REACHED, level] + gap))


@kernel
def _alive_until(run: Array) -> int:
    until = NEVER
    for level in range(1, run[RULES, LEVELS]):
        until = max(until, _deadline(level, run))
    return until


@kernel
def _breaks(level: int, top: int, excluded: int, run: Array) -> int:
    """Whether an exclusion among ``excluded`` holds from ``level`` up to ``top``: 1 or 0."""
    r = 0
    while excluded >> r:
        if (excluded >> r) & (run[SPANS, r] >> level) & (run[SPANS, r] >> top) & 1:
            return 1
        r += 1
    return 0


@kernel
def _event_of(step: int, first: int, last: int, stream: Array) -> int:
    """The number of the first event among those of an instant that is a step."""
    for g in range(first, last):
        if (stream[1, g] >> step) & 1:
            return int(stream[3, g])
    return int(stream[3, first])


@kernel
def _rise(level: int, top: int, begin: int, group: Any, run: Array) -> None:
    """Let ``top`` be met by the group's events, coming from ``level``."""
    now, excluded = group[2], group[4]
    if _breaks(level, top, excluded, run):
        note_wait(top, now, now, run)
        return
    if begin >= run[START, top]:
        run[START, top] = begin
        run[REACHED, top] = now
        run[GONE, top] = 0
        if top < run[RULES, LEVELS]:
            note_wait(top, now, _deadline(top, run), run)


@kernel
def _climb(  # noqa: PLR0917 - Numba counts references to tuples
    level: int, begin: int, since: int, group: Any, stream: Array, run: Array, matching: Array
) -> int:
    """Go on from ``level`` by the events of one instant; returns the highest level met."""
    first, last, now, bits, _, several, apart = group
    top = level
    if now - begin > run[RULES, WINDOW]:
        return top
    if apart:
        forget_matches(last - first, matching)
    while top < run[RULES, LEVELS]:
        before = since if top == level else now
        needed = run[STEP_AT, top + 1]
        for o in range(run[STEP_AT, top] + 1, needed):
            if not (bits >> o) & 1 or now - before > run[GAPS, o]:
                continue
            if not apart or match_step(o, stream[1, first:last], 0, matching):
                meet(o, begin, before, now, _event_of(o, first, last, stream), run)
        if not (bits >> needed) & 1 or now - before > run[GAPS, needed]:
            return top
        if apart and not match_step(needed, stream[1, first:last], 1, matching):
            return top
        if top > level:
            run[GONE, top] = 1
        top += 1
        meet(needed, begin, before, now, _event_of(needed, first, last, stream), run)
        _rise(level, top, begin, group, run)
        if not several:
            return top
    return top


@kernel
def _may_rise(level: int, bits: int, run: Array) -> int:
    """Step bits that come next after ``level``: the needed one and the optional ones before it."""
    after = run[STEP_AT, level] + 1
    return int((bits >> after) & ((1 << (run[STEP_AT, level + 1] + 1 - after)) - 1))


@kernel
def _leave(level: int, top: int, group: Any, run: Array) -> None:
    """What stood at ``level`` before the instant stays there, unless something broke it."""
    now, excluded = group[2], group[4]
    if not run[RULES, STRICT] and not _breaks(level, level, excluded, run):
        return
    deadline = _deadline(level, run)
    stood = run[GONE, level] == 0 and now <= deadline
    if stood and _breaks(level, top, excluded, run):
        run[FLAGS, DROPPED_AT] = min(run[FLAGS, DROPPED_AT], now)
    note_wait(level, run[REACHED, level], min(now, deadline), run)
    run[START, level] = NEVER


@kernel
def _instant(first: int, last: int, entry: int, stream: Array, run: Array, matching: Array) -> None:
    """Take in the events of one instant; ``entry`` is when an attempt may begin, or ``NEVER``."""
    bits, excluded = 0, 0
    for g in range(first, last):
        bits |= stream[1, g]
        excluded |= stream[2, g]
    ties, reuse = run[RULES, TIES], run[RULES, REUSE] > 0
    several = ties == RECORDED and reuse
    if ties == TOGETHER:
        several = last > first + 1 or reuse
    apart = several and not reuse and run[RULES, DISJOINT] == 0
    group = (first, last, stream[0, first], bits, excluded, several, apart)
    for level in range(run[RULES, LEVELS] - 1, -1, -1):
        begin = entry if level == 0 else run[START, level]
        if begin == NEVER or not (excluded or run[RULES, STRICT] or _may_rise(level, bits, run)):
            continue
        since = entry if level == 0 else run[REACHED, level]
        top = _climb(level, begin, since, group, stream, run, matching)
        if level > 0:
            _leave(level, top, group, run)
            run[GONE, level] |= top > level


@kernel
def _until_stopped(
    first: int, last: int, entry: int, stream: Array, run: Array, matching: Array
) -> int:
    """Take in an instant; 1 where the search ends with it, and nothing stands anywhere any more."""
    if not run[RULES, STOP]:
        _instant(first, last, entry, stream, run, matching)
        return 0
    before, now = steps_met(run), stream[0, first]
    again = leave_out_repeats(first, last, before, stream, run)
    _instant(first, last, entry, stream, run, matching)
    if not again and not is_stopped(first, last, before, stream, run):
        return 0
    for level in range(1, run[RULES, LEVELS]):
        deadline = _deadline(level, run)
        if deadline != NEVER:
            note_wait(level, run[REACHED, level], min(now, deadline), run)
    forget_levels(run)
    return 1


@kernel
def _entry_at(now: int, place: int, first: Any, run: Array) -> int:
    """When an attempt that begins now starts its clock; ``NEVER`` where none may begin."""
    if now < run[RULES, ENTRY_FROM] or now >= run[RULES, ENTRY_UNTIL]:
        return NEVER
    policy = run[RULES, POLICY]
    if policy == EACH and run[FLAGS, RUNNING]:
        return NEVER
    if policy == FIRST:
        apart = place != first[1] if run[RULES, TIES] == RECORDED else now != first[0]
        return NEVER if apart else now
    return now


@kernel
def run_ordered(  # noqa: PLR0917 - Numba counts references to tuples
    events: int,
    first: Any,
    stream: Array,
    run: Array,
    matching: Array,
    out: Array,
    counts: Array,
    sums: Array,
    value: Array,
) -> None:
    """One person's events, or those of one shared value, through all rules.

    ``first``: instant and number of the person's first entry. ``stream: int64[4, …]``: instants,
    step bits, exclusion bits and numbers of the events.
    """
    policy, through = run[RULES, POLICY], run[RULES, STEPS] - 1
    forget_levels(run)
    i = 0
    # Before the first entry nothing stands that an event could take further or break.
    while not run[RULES, STOP] and i < events and stream[0, i] < first[0]:
        i += 1
    while i < events:
        now, j = stream[0, i], i + 1
        while run[RULES, TIES] != RECORDED and j < events and stream[0, j] == now:
            j += 1
        if run[FLAGS, RUNNING] and _alive_until(run) < now:
            end_attempt(0, run, out, counts, sums, value)
        entry = _entry_at(now, stream[3, i], first, run)
        is_over = _until_stopped(i, j, entry, stream, run, matching)
        if policy == EACH:
            run[FLAGS, RUNNING] = run[UNIT + MET, 0]
            ended = run[UNIT + MET, through] or _alive_until(run) == NEVER
            if run[FLAGS, RUNNING] and ended:
                begins_anew = run[RULES, STRICT] and entry == NEVER and not run[UNIT + MET, through]
                end_attempt(0, run, out, counts, sums, value)
                if begins_anew:
                    continue
        elif is_over or (policy != BEST and run[START, run[RULES, LEVELS]] != NEVER):
            break
        i = j
    is_open = 1 if _alive_until(run) > run[RULES, DATA_UNTIL] else 0
    run[FLAGS, OPEN] |= is_open
    if run[FLAGS, RUNNING]:
        end_attempt(is_open, run, out, counts, sums, value)
