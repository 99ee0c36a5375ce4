"""What ends the search of a funnel: a step that comes again, or too early, or another event.

At one instant it counts in the order that is best for the person: after what can still be met.
"""

from __future__ import annotations

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import NEVER
from waypost.kernels.funnel_units import LEVELS, RULES, START, STEP_AT, STOP
from waypost.kernels.jit import kernel

__all__ = ["EARLY", "OTHER", "REPEAT", "is_stopped", "leave_out_repeats", "steps_met"]

REPEAT, OTHER, EARLY = 1, 2, 4
"""Bits of the rule."""


@kernel
def steps_met(run: Array) -> int:
    """Bits of the needed steps at which an attempt stood or stands."""
    met = 0
    for level in range(1, run[RULES, LEVELS] + 1):
        if run[START, level] != NEVER:
            met |= 1 << run[STEP_AT, level]
    return met


@kernel
def leave_out_repeats(first: int, last: int, before: int, stream: Array, run: Array) -> int:
    """Take steps after the first that were met ``before`` from the events of an instant.

    1 where an event has no step left that it could be, else 0.
    """
    found = 0
    if run[RULES, STOP] & REPEAT:
        again = before & ~1
        for g in range(first, last):
            if stream[1, g] & again:
                stream[1, g] &= ~again
                found |= stream[1, g] == 0
    return int(found)


@kernel
def _may_follow(bits: int, after: int, run: Array) -> int:
    """Whether an event may be a step whose needed step before is met; 1 or 0."""
    level = 1
    for s in range(run[STEP_AT, run[RULES, LEVELS]] + 1):
        if run[STEP_AT, level] < s:
            level += 1
        if (bits >> s) & 1 and (s == 0 or (after >> run[STEP_AT, level - 1]) & 1):
            return 1
    return 0


@kernel
def is_stopped(first: int, last: int, before: int, stream: Array, run: Array) -> int:
    """Whether events of an instant that was taken in end the search: 1 or 0.

    Nothing does that before an attempt has begun.
    """
    stop, after, seen = run[RULES, STOP], steps_met(run), 0
    if not before & 1:
        before = 0
    for g in range(first, last):
        bits = stream[1, g]
        new = bits & after & ~1
        if stop & REPEAT and new and not new & ~seen:
            return 1
        seen |= new
        if not before:
            continue
        if stop & OTHER and bits == 0:
            return 1
        if stop & EARLY and bits and not _may_follow(bits, after, run):
            return 1
    return 0
