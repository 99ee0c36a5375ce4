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
from waypost.kernels.funnel_units import (
    ANY,
    DATA_UNTIL,
    DISJOINT,
    DROPPED_AT,
    EACH,
    ENTRY_FROM,
    ENTRY_UNTIL,
    FIRST,
    LEVELS,
    OPEN,
    POLICY,
    RECORDED,
    REUSE,
    RUNNING,
    STRICT,
    TIES,
    TOGETHER,
    WINDOW,
    end_attempt,
    is_through,
    meet,
    note_wait,
)
from waypost.kernels.jit import kernel

__all__ = ["run_ordered"]


@kernel
def _deadline(level: int, run: Any) -> int:
    """Until when a needed step may still follow ``level``; ``NEVER`` where nothing stands there."""
    rules, steps, levels = run[1], run[2], run[3]
    if level >= rules[LEVELS] or levels[0, level] == NEVER:
        return NEVER
    gap = steps[1][steps[0][level + 1]]
    return int(min(levels[0, level] + rules[WINDOW], levels[1, level] + gap))


@kernel
def _alive_until(run: Any) -> int:
    until = NEVER
    for level in range(1, run[1][LEVELS]):
        until = max(until, _deadline(level, run))
    return until


@kernel
def _breaks(level: int, top: int, excluded: int, run: Any) -> int:
    """Whether an exclusion among ``excluded`` holds from ``level`` up to ``top``: 1 or 0."""
    spans = run[2][2]
    for r in range(spans.size):
        if (excluded >> r) & 1 and (spans[r] >> level) & (spans[r] >> top) & 1:
            return 1
    return 0


@kernel
def _event_of(step: int, first: int, last: int, bits: Array) -> int:
    for g in range(first, last):
        if (bits[g] >> step) & 1:
            return g
    return first


@kernel
def _rise(level: int, top: int, begin: int, group: Any, run: Any) -> None:
    """Let ``top`` be met by the group's events, coming from ``level``."""
    now, excluded = group[2], group[4]
    rules, levels = run[1], run[3]
    if _breaks(level, top, excluded, run):
        note_wait(top, now, now, run[4])
        return
    if begin >= levels[0, top]:
        levels[0, top] = begin
        levels[1, top] = now
        levels[2, top] = 0
        if top < rules[LEVELS]:
            note_wait(top, now, _deadline(top, run), run[4])


@kernel
def _climb(level: int, begin: int, since: int, group: Any, stream: Any, run: Any) -> int:
    """Go on from ``level`` by the events of one instant; returns the highest level met."""
    first, last, now, bits, _, several, apart = group
    served, place = stream[1], stream[3]
    rules, (step_at, gaps, _), matching = run[1], run[2], run[6]
    top = level
    if now - begin > rules[WINDOW]:
        return top
    if apart:
        forget_matches(last - first, matching)
    while top < rules[LEVELS]:
        before = since if top == level else now
        needed = step_at[top + 1]
        for o in range(step_at[top] + 1, needed):
            if not (bits >> o) & 1 or now - before > gaps[o]:
                continue
            if not apart or match_step(o, served[first:last], 0, matching):
                meet(o, begin, before, now, place[_event_of(o, first, last, served)], run)
        if not (bits >> needed) & 1 or now - before > gaps[needed]:
            return top
        if apart and not match_step(needed, served[first:last], 1, matching):
            return top
        if top > level:
            run[3][2, top] = 1
        top += 1
        meet(needed, begin, before, now, place[_event_of(needed, first, last, served)], run)
        _rise(level, top, begin, group, run)
        if not several:
            return top
    return top


@kernel
def _leave(level: int, top: int, group: Any, run: Any) -> None:
    """What stood at ``level`` before the instant stays there, unless something broke it."""
    now, excluded = group[2], group[4]
    rules, levels, flags = run[1], run[3], run[5]
    if not rules[STRICT] and not _breaks(level, level, excluded, run):
        return
    stood = levels[2, level] == 0 and now <= _deadline(level, run) and not is_through(run)
    if stood and _breaks(level, top, excluded, run):
        flags[DROPPED_AT] = min(flags[DROPPED_AT], now)
    note_wait(level, levels[1, level], min(now, _deadline(level, run)), run[4])
    levels[0, level] = NEVER


@kernel
def _instant(first: int, last: int, entry: int, stream: Any, run: Any) -> None:
    """Take in the events of one instant; ``entry`` is when an attempt may begin, or ``NEVER``."""
    at, served, excluding, _ = stream
    rules, levels = run[1], run[3]
    bits, excluded = 0, 0
    for g in range(first, last):
        bits |= served[g]
        excluded |= excluding[g]
    if rules[TIES] == TOGETHER:
        several = last > first + 1 or rules[REUSE] > 0
    else:
        several = rules[TIES] == RECORDED and rules[REUSE] > 0
    apart = several and rules[REUSE] == 0 and rules[DISJOINT] == 0
    group = (first, last, at[first], bits, excluded, several, apart)
    for level in range(rules[LEVELS] - 1, -1, -1):
        begin = entry if level == 0 else levels[0, level]
        if begin == NEVER:
            continue
        since = entry if level == 0 else levels[1, level]
        top = _climb(level, begin, since, group, stream, run)
        if level > 0:
            _leave(level, top, group, run)
            levels[2, level] |= top > level


@kernel
def _entry_at(now: int, place: int, first: Any, run: Any) -> int:
    """When an attempt that begins now starts its clock; ``NEVER`` where none may begin."""
    rules, flags = run[1], run[5]
    if now < rules[ENTRY_FROM] or now >= rules[ENTRY_UNTIL]:
        return NEVER
    if rules[POLICY] == EACH and flags[RUNNING]:
        return NEVER
    if rules[POLICY] == FIRST:
        apart = place != first[1] if rules[TIES] == RECORDED else now != first[0]
        return NEVER if apart else now
    return now


@kernel
def run_ordered(events: int, stream: Any, first: Any, run: Any, sink: Any) -> None:
    """One person's events, or those of one shared value, through all rules.

    ``stream``: instants, step bits, exclusion bits and numbers of the events; ``first``: instant
    and number of the person's first entry.
    """
    at, _, _, place = stream
    unit, rules, levels, flags = run[0], run[1], run[3], run[5]
    through = unit.shape[1] - 1
    levels[0, :] = NEVER
    i = 0
    while i < events:
        now, j = at[i], i + 1
        while rules[TIES] != RECORDED and j < events and at[j] == now:
            j += 1
        if flags[RUNNING] and _alive_until(run) < now:
            end_attempt(0, run, sink)
        entry = _entry_at(now, place[i], first, run)
        _instant(i, j, entry, stream, run)
        if rules[POLICY] == EACH:
            flags[RUNNING] = unit[0, 0]
            if flags[RUNNING] and (unit[0, through] or _alive_until(run) == NEVER):
                begins_anew = rules[STRICT] and not unit[0, through] and entry == NEVER
                end_attempt(0, run, sink)
                if begins_anew:
                    continue
        elif rules[POLICY] in (ANY, FIRST) and unit[0, through]:
            break
        i = j
    is_open = 1 if _alive_until(run) > rules[DATA_UNTIL] else 0
    flags[OPEN] |= is_open
    if flags[RUNNING]:
        end_attempt(is_open, run, sink)
