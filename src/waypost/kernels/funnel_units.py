"""What is noted of one person or attempt on its way through a funnel, and how it is counted."""

from __future__ import annotations

from typing import Any

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import FOREVER, NEVER, PRECISION
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel

__all__ = [
    "ANY",
    "ATTEMPTS",
    "BEST",
    "DATA_UNTIL",
    "DISJOINT",
    "DROP",
    "DROPPED_AT",
    "EACH",
    "ENTRY_FROM",
    "ENTRY_UNTIL",
    "FIRST",
    "LEVELS",
    "NUMBERS",
    "OPEN",
    "POLICY",
    "RECORDED",
    "REUSE",
    "RISING",
    "RUNNING",
    "STRICT",
    "TIES",
    "TIE_SPAN",
    "TOGETHER",
    "UNORDERED",
    "WINDOW",
    "count_unit",
    "end_attempt",
    "end_person",
    "is_through",
    "level_of",
    "meet",
    "note_wait",
]

LEVELS, WINDOW, ENTRY_FROM, ENTRY_UNTIL, DATA_UNTIL, POLICY, TIES, TIE_SPAN = range(8)
REUSE, STRICT, UNORDERED, DISJOINT, DROP, ATTEMPTS = range(8, 14)
NUMBERS = 14
"""Places of the rules in ``int64[NUMBERS]``, as kernels read them."""

ANY, FIRST, BEST, EACH = range(4)
RECORDED, TOGETHER, RISING = range(3)

OPEN, RUNNING, DROPPED_AT = range(3)
"""Places of a person's flags."""

MET, WHEN, SINCE_ENTRY, SINCE_PREVIOUS, PLACE = range(5)
"""Rows of a unit, ``int64[5, steps]``."""

_NO_VALUE = -(1 << 63)


@kernel
def meet(s: int, begin: int, before: int, now: int, place: int, run: Any) -> None:
    """Note that step ``s`` was met now, if no better way was noted.

    Better is earlier, for ``best`` sooner after the entry; at one instant the younger entry.
    """
    unit, policy = run[0], run[1][POLICY]
    span, gap = now - begin, now - before
    if unit[MET, s]:
        when, noted = unit[WHEN, s], unit[SINCE_ENTRY, s]
        if policy != BEST and now != when:
            if now > when:
                return
        elif span > noted or (span == noted and (now > when or gap >= unit[SINCE_PREVIOUS, s])):
            return
    unit[MET, s] = 1
    unit[WHEN, s] = now
    unit[SINCE_ENTRY, s] = span
    unit[SINCE_PREVIOUS, s] = gap
    unit[PLACE, s] = place


@kernel
def note_wait(level: int, reached: int, until: int, waits: Array) -> None:
    """Who stands at ``level`` since ``reached`` waits until then; the latest such wait counts."""
    if reached >= waits[0, level]:
        waits[0, level] = reached
        waits[1, level] = until


@kernel
def level_of(unit: Array, step_at: Array) -> int:
    """How many needed steps in a row were met."""
    level = 0
    while level + 1 < step_at.size and unit[MET, step_at[level + 1]]:
        level += 1
    return level


@kernel
def is_through(run: Any) -> bool:
    """Whether the person has met the last step, in this attempt or in an earlier one."""
    last = run[0].shape[1] - 1
    return bool(run[0][MET, last] or run[7][MET, last])


@kernel
def count_unit(unit: Array, is_open: int, run: Any, sink: Any) -> int:
    """Count one person or attempt; returns its level."""
    out, totals, entry_times, previous_times, waited_times, value = sink
    rules, step_at, waits = run[1], run[2][0], run[4]
    level = level_of(unit, step_at)
    out[0, step_at[level] + 1] += 1
    for s in range(unit.shape[1]):
        if unit[MET, s]:
            out[2, s] += 1
            record(entry_times[0], entry_times[1], s, unit[SINCE_ENTRY, s], PRECISION)
            record(previous_times[0], previous_times[1], s, unit[SINCE_PREVIOUS, s], PRECISION)
    if 0 < level < rules[LEVELS]:
        out[1, step_at[level] + 1] += is_open
        seen = max(0, min(waits[1, level], rules[DATA_UNTIL]) - waits[0, level])
        record(waited_times[0], waited_times[1], step_at[level + 1], seen, PRECISION)
    elif level > 0 and value.size:
        money = value[unit[PLACE, step_at[level]]]
        if money != _NO_VALUE:
            totals[1] += money
            totals[2] += 1
    return level


@kernel
def end_attempt(is_open: int, run: Any, sink: Any) -> None:
    """Count the running attempt, or keep what it met for its person, and forget it."""
    unit, rules, levels, waits, flags, whole = run[0], run[1], run[3], run[4], run[5], run[7]
    if rules[ATTEMPTS]:
        count_unit(unit, is_open, run, sink)
        waits[:] = NEVER
    for s in range(unit.shape[1]):
        if not unit[MET, s]:
            continue
        sooner = unit[WHEN, s] < whole[WHEN, s]
        at_once = unit[WHEN, s] == whole[WHEN, s] and unit[SINCE_ENTRY, s] < whole[SINCE_ENTRY, s]
        if not whole[MET, s] or sooner or at_once:
            whole[:, s] = unit[:, s]
    unit[MET, :] = 0
    levels[0, :] = NEVER
    flags[RUNNING] = 0


@kernel
def end_person(p: int, run: Any, sink: Any, who: Any) -> None:
    """Count the person and make room for the next one."""
    rules, flags = run[1], run[5]
    unit = run[7] if rules[POLICY] == EACH else run[0]
    last = unit.shape[1] - 1
    through = unit[WHEN, last] if unit[MET, last] else FOREVER
    if flags[DROPPED_AT] < through and rules[DROP]:
        sink[1][0] += 1
    else:
        level = level_of(unit, run[2][0])
        if not rules[ATTEMPTS]:
            count_unit(unit, flags[OPEN], run, sink)
        met = 0
        for s in range(last + 1):
            sink[0][3, s] += unit[MET, s]
            met |= unit[MET, s] << s
        if who[0].size:
            who[0][p] = run[2][0][level] + 1
            who[1][p] = flags[OPEN] if 0 < level < rules[LEVELS] else 0
            who[2][p] = met
    run[0][MET, :] = 0
    run[7][MET, :] = 0
    run[4][:] = NEVER
    flags[OPEN] = 0
    flags[RUNNING] = 0
    flags[DROPPED_AT] = FOREVER
