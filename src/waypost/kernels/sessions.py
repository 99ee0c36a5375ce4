"""Where sessions begin: a person's events cut at silences, at a length, at midnight, on signs.

Sessions partition the events of a shard, in their order, so their offsets may stand in place of the
persons' wherever a kernel takes offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import ALL, Array
from waypost.kernels.jit import kernel, sealed

__all__ = ["UNLIMITED", "SessionRules", "marks_of_change", "session_offsets"]

UNLIMITED = 1 << 62
_NO_DAYS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
_LARGEST_UINT32 = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a session ends; durations in ticks.

    ``gap``: the silence that ends one; ``at_gap_splits``: also a silence of exactly ``gap`` does.
    ``longest``: an event later than this after the session's first begins a new one (exactly this
    late stays). ``day_begins: int64[…]``: rising ticks at which a session ends at the latest; it
    must reach beyond the events; empty = days do not matter.
    """

    gap: int
    at_gap_splits: bool = True
    longest: int = UNLIMITED
    day_begins: NDArray[np.int64] = field(default_factory=lambda: _NO_DAYS)

    @property
    def least_gap(self) -> int:
        """The shortest silence that ends a session."""
        return self.gap if self.at_gap_splits else self.gap + 1

    def is_gap_only(self) -> bool:
        """Whether silence alone ends sessions."""
        return self.longest >= UNLIMITED and not self.day_begins.size


@kernel
def _cut_narrow(offsets: Array, at: Array, gap: int, starts: Array, first: Array) -> int:
    """Cut by silence; ``at: uint32``, where a difference of neighbours wraps around exactly."""
    found = np.uint64(0)
    one = np.uint64(1)
    least = np.uint32(gap)
    for p in range(offsets.size - 1):
        first[p] = found
        i, end = np.uint64(offsets[p]), np.uint64(offsets[p + 1])
        if end <= i:
            continue
        starts[found] = i
        found += one
        before = at[i]
        i += one
        while i < end:
            now = at[i]
            starts[found] = i
            found += np.uint64(np.uint32(now - before) >= least)
            before = now
            i += one
    return int(found)


@kernel
def _cut_wide(offsets: Array, at: Array, gap: int, starts: Array, first: Array) -> int:
    found = 0
    for p in range(offsets.size - 1):
        first[p] = found
        begin, end = offsets[p], offsets[p + 1]
        if end <= begin:
            continue
        starts[found] = begin
        found += 1
        for i in range(begin + 1, end):
            starts[found] = i
            found += int(at[i] - at[i - 1] >= gap)
    return found


@kernel
def _next_day(days: Array, now: int) -> int:
    """The first beginning of a day after ``now``; ``UNLIMITED`` where there is none."""
    low, high = 0, days.size
    while low < high:
        middle = (low + high) >> 1
        if days[middle] <= now:
            low = middle + 1
        else:
            high = middle
    return int(days[low]) if low < days.size else UNLIMITED


@kernel
def _cut_by_rules(
    journeys: tuple[Array, Array, Array],
    marks: Array,
    days: Array,
    limits: Array,
    starts: Array,
    first: Array,
) -> int:
    offsets, at, events = journeys
    gap, longest = int(limits[0]), int(limits[1])
    found = 0
    for p in range(offsets.size - 1):
        first[p] = found
        if offsets[p + 1] <= offsets[p]:
            continue
        starts[found] = offsets[p]
        found += 1
        empty = True
        before = 0
        opened = 0
        midnight = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            now = int(at[i])
            if not empty:
                cut = now - before >= gap or now - opened > longest or now >= midnight
                cut = cut or (marks.size > 0 and marks[i] > 0)
                if cut:
                    starts[found] = i
                    found += 1
            else:
                cut = True
                empty = False
            if cut:
                opened = now
                midnight = _next_day(days, now)
            before = now
    return found


def session_offsets(
    offsets: NDArray[np.int64],
    at: NDArray[np.signedinteger[Any]],
    rules: SessionRules,
    *,
    marks: NDArray[np.uint8] = ALL,
    events: NDArray[np.uint8] = ALL,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``int64[sessions + 1]`` offsets of sessions, ``int64[persons + 1]`` first session of each.

    Session ``s`` has the events ``offsets[s]`` to ``offsets[s + 1]`` of the same arrays, and person
    ``p`` the sessions ``first[p]`` to ``first[p + 1]``: both partition. ``marks: uint8[events]``:
    1 = the event begins a session; ``events: uint8[events]``: 0 = the event does not exist, so it
    neither begins nor prolongs one; empty = no marks, all exist. A person without events has no
    session; one whose events all do not exist has one session without an existing event. O(events),
    one pass; beside the answer at most 8 bytes an event of address space, touched only as used.
    """
    begin, end = (int(offsets[0]), int(offsets[-1])) if offsets.size else (0, 0)
    starts = np.empty(end - begin + 1, np.int64)
    first = np.empty(offsets.size, np.int64)
    found = _cut((sealed(offsets), sealed(at), sealed(events)), marks, rules, (starts, first))
    starts[found], first[-1] = end, found
    return starts[: found + 1].copy(), first


def _cut(
    journeys: tuple[Array, Array, Array],
    marks: NDArray[np.uint8],
    rules: SessionRules,
    blank: tuple[Array, Array],
) -> int:
    offsets, at, events = journeys
    gap = rules.least_gap
    if marks.size or events.size or not rules.is_gap_only():
        limits = np.array([gap, rules.longest], np.int64)
        found = _cut_by_rules(journeys, sealed(marks), sealed(rules.day_begins), limits, *blank)
    elif at.dtype == np.int32 and gap <= _LARGEST_UINT32:
        found = _cut_narrow(offsets, at.view(np.uint32), gap, *blank)
    else:
        found = _cut_wide(offsets, at, gap, *blank)
    return int(found)


@kernel
def _changes(offsets: Array, codes: Array, events: Array, marks: Array) -> None:
    for p in range(offsets.size - 1):
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            code = int(codes[i])
            if code < 0 or (events.size and not events[i]):
                continue
            marks[i] = (before >= 0) & (before != code)
            before = code


def marks_of_change(
    offsets: NDArray[np.int64], codes: NDArray[np.int32], events: NDArray[np.uint8] = ALL
) -> NDArray[np.uint8]:
    """``uint8[events]``: 1 where an event's code is another than the person's last known one.

    ``codes: int32[events]``, -1 = none; an event without a code changes nothing. O(events), 1 byte
    an event of the whole arrays.
    """
    marks = np.zeros(codes.size, np.uint8)
    _changes(sealed(offsets), sealed(codes), sealed(events), marks)
    return marks
