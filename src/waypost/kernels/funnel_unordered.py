"""Attempts whose steps may come in any order: how many different ones were met in the window."""

from __future__ import annotations

from typing import Any

from waypost.kernels.coded import Array
from waypost.kernels.funnel_matching import seat_event
from waypost.kernels.funnel_rules import NEVER
from waypost.kernels.funnel_units import (
    BEST,
    DATA_UNTIL,
    EACH,
    ENTRY_FROM,
    ENTRY_UNTIL,
    FIRST,
    FLAGS,
    MET,
    OPEN,
    POLICY,
    REUSE,
    RULES,
    SEATS,
    SORTED,
    STEPS,
    UNIT,
    WHEN,
    WINDOW,
    end_attempt,
    meet,
    note_wait,
)
from waypost.kernels.jit import kernel

__all__ = ["run_unordered"]


@kernel
def _seat(bits: int, now: int, run: Array, replace: int) -> None:
    steps = run[RULES, STEPS]
    if not run[RULES, REUSE]:
        seat_event(bits, now, run[SEATS : SEATS + 4, :steps], replace)
        return
    for s in range(steps):
        if (bits >> s) & 1 and (replace or run[SEATS, s] == NEVER):
            run[SEATS, s] = now


@kernel
def _latest(not_before: int, run: Array) -> int:
    """Sort instants of the seated events from ``not_before`` on, the latest first; how many."""
    size = 0
    for s in range(run[RULES, STEPS]):
        instant = run[SEATS, s]
        if instant < not_before:
            continue
        k = size
        while k > 0 and run[SORTED, k - 1] < instant:
            run[SORTED, k] = run[SORTED, k - 1]
            k -= 1
        run[SORTED, k] = instant
        size += 1
    return size


@kernel
def _stand_up(run: Array) -> None:
    for s in range(run[RULES, STEPS]):
        run[SEATS, s] = NEVER


@kernel
def _every_entry(events: int, stream: Array, run: Array) -> None:
    """Any event may be the entry: the steps of the latest window, at every event."""
    window, last, latest_entry = run[RULES, WINDOW], run[RULES, STEPS] - 1, NEVER
    for i in range(events):
        now = stream[0, i]
        through = run[UNIT + MET, last] and now > run[UNIT + WHEN, last]
        if through and run[RULES, POLICY] != BEST:
            break
        _seat(stream[1, i], now, run, 1)
        if run[RULES, ENTRY_FROM] <= now < run[RULES, ENTRY_UNTIL]:
            latest_entry = now
        not_before = max(now - window, run[RULES, ENTRY_FROM])
        if latest_entry < not_before:
            continue
        for k in range(_latest(not_before, run)):
            begin = min(run[SORTED, k], latest_entry)
            before = run[SORTED, 1] if k else now
            meet(k, begin, before, now, stream[3, i], run)
            note_wait(k + 1, now, begin + window, run)
    if latest_entry != NEVER and latest_entry + window > run[RULES, DATA_UNTIL]:
        run[FLAGS, OPEN] = 1


@kernel
def _clocked(  # noqa: PLR0917 - Numba counts references to tuples
    events: int,
    first: Any,
    stream: Array,
    run: Array,
    out: Array,
    counts: Array,
    sums: Array,
    value: Array,
) -> None:
    """One attempt at a time, its clock running since its entry."""
    each, steps = run[RULES, POLICY] == EACH, run[RULES, STEPS]
    begin, before, met = NEVER, 0, 0
    for i in range(events):
        now = stream[0, i]
        if begin != NEVER and now - begin > run[RULES, WINDOW]:
            if not each:
                break
            end_attempt(0, run, out, counts, sums, value)
            begin = NEVER
        if begin == NEVER:
            inside = run[RULES, ENTRY_FROM] <= now < run[RULES, ENTRY_UNTIL]
            if not inside or not (each or stream[3, i] == first[1]):
                continue
            begin, before, met = now, now, 0
            _stand_up(run)
        _seat(stream[1, i], now, run, 0)
        seated = 0
        for s in range(steps):
            seated += run[SEATS, s] != NEVER
        if seated > met:
            for k in range(met, seated):
                meet(k, begin, before, now, stream[3, i], run)
                note_wait(k + 1, now, begin + run[RULES, WINDOW], run)
            met, before = seated, now
        if met == steps:
            if not each:
                break
            end_attempt(0, run, out, counts, sums, value)
            begin = NEVER
    in_time = begin != NEVER and begin + run[RULES, WINDOW] > run[RULES, DATA_UNTIL]
    is_open = 1 if in_time and met < steps else 0
    run[FLAGS, OPEN] |= is_open
    if each and begin != NEVER:
        end_attempt(is_open, run, out, counts, sums, value)


@kernel
def run_unordered(  # noqa: PLR0917 - Numba counts references to tuples
    events: int,
    first: Any,
    stream: Array,
    run: Array,
    out: Array,
    counts: Array,
    sums: Array,
    value: Array,
) -> None:
    """One person's events, or those of one shared value, in any order; as ``run_ordered``."""
    _stand_up(run)
    if run[RULES, POLICY] == EACH or run[RULES, POLICY] == FIRST:
        _clocked(events, first, stream, run, out, counts, sums, value)
    else:
        _every_entry(events, stream, run)
