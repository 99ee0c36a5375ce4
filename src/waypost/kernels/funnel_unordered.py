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
    OPEN,
    POLICY,
    REUSE,
    WINDOW,
    end_attempt,
    meet,
    note_wait,
)
from waypost.kernels.jit import kernel

__all__ = ["run_unordered"]


@kernel
def _seat(bits: int, now: int, seats: Array, reuse: int, replace: int) -> None:
    if not reuse:
        seat_event(bits, now, seats, replace)
        return
    for s in range(seats.shape[1]):
        if (bits >> s) & 1 and (replace or seats[0, s] == NEVER):
            seats[0, s] = now


@kernel
def _latest(seats: Array, not_before: int, ordered: Array) -> int:
    """Instants of the seated events from ``not_before`` on, the latest first; returns how many."""
    size = 0
    for s in range(seats.shape[1]):
        instant = seats[0, s]
        if instant < not_before:
            continue
        k = size
        while k > 0 and ordered[k - 1] < instant:
            ordered[k] = ordered[k - 1]
            k -= 1
        ordered[k] = instant
        size += 1
    return size


@kernel
def _every_entry(events: int, stream: Any, run: Any) -> None:
    """Any event may be the entry: the steps of the latest window, at every event."""
    at, bits, _, place = stream
    unit, rules, waits, flags, (seats, ordered) = run[0], run[1], run[4], run[5], run[8]
    window, steps, latest_entry = rules[WINDOW], unit.shape[1], NEVER
    for i in range(events):
        now = at[i]
        if unit[0, steps - 1] and now > unit[1, steps - 1] and rules[POLICY] != BEST:
            break
        _seat(bits[i], now, seats, rules[REUSE], 1)
        if rules[ENTRY_FROM] <= now < rules[ENTRY_UNTIL]:
            latest_entry = now
        not_before = max(now - window, rules[ENTRY_FROM])
        if latest_entry < not_before:
            continue
        met = _latest(seats, not_before, ordered)
        for k in range(met):
            begin = min(ordered[k], latest_entry)
            meet(k, begin, ordered[1] if k else now, now, place[i], run)
            note_wait(k + 1, now, begin + window, waits)
    flags[OPEN] |= latest_entry != NEVER and latest_entry + window > rules[DATA_UNTIL]


@kernel
def _clocked(events: int, stream: Any, first: Any, run: Any, sink: Any) -> None:
    """One attempt at a time, its clock running since its entry."""
    at, bits, _, place = stream
    unit, rules, waits, flags, (seats, _) = run[0], run[1], run[4], run[5], run[8]
    each, steps = rules[POLICY] == EACH, unit.shape[1]
    begin, before, met = NEVER, 0, 0
    for i in range(events):
        now = at[i]
        if begin != NEVER and now - begin > rules[WINDOW]:
            if not each:
                break
            end_attempt(0, run, sink)
            begin = NEVER
        if begin == NEVER:
            inside = rules[ENTRY_FROM] <= now < rules[ENTRY_UNTIL]
            if not inside or not (each or place[i] == first[1]):
                continue
            begin, before, met = now, now, 0
            seats[0, :] = NEVER
        _seat(bits[i], now, seats, rules[REUSE], 0)
        seated = 0
        for s in range(steps):
            seated += seats[0, s] != NEVER
        if seated > met:
            for k in range(met, seated):
                meet(k, begin, before, now, place[i], run)
                note_wait(k + 1, now, begin + rules[WINDOW], waits)
            met, before = seated, now
        if met == steps:
            if not each:
                break
            end_attempt(0, run, sink)
            begin = NEVER
    is_open = begin != NEVER and met < steps and begin + rules[WINDOW] > rules[DATA_UNTIL]
    flags[OPEN] |= is_open
    if each and begin != NEVER:
        end_attempt(1 if is_open else 0, run, sink)


@kernel
def run_unordered(events: int, stream: Any, first: Any, run: Any, sink: Any) -> None:
    """One person's events, or those of one shared value, in any order; as ``run_ordered``."""
    run[8][0][0, :] = NEVER
    if run[1][POLICY] == EACH or run[1][POLICY] == FIRST:
        _clocked(events, stream, first, run, sink)
    else:
        _every_entry(events, stream, run)
