"""How far persons get through ordered steps within a window.

Level ``s`` remembers the latest entry from which steps 1 to ``s`` were met in order; an event of
step ``s + 1`` extends it when it lies within the window of that entry. Keeping the latest entry is
enough, because a later entry leaves more time. It is what ClickHouse names ``windowFunnel``
(https://clickhouse.com/docs, aggregate functions, parametric), with every rule as its own option.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import CodedJourneys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of
from waypost.kernels.jit import kernel, sealed

__all__ = ["MOST_STEPS", "FunnelCounts", "FunnelRules", "count_funnel"]

MOST_STEPS = 32
NEVER = -(1 << 62)
LEAST = np.iinfo(np.int64).max
GREATEST = np.iinfo(np.int64).min
PRECISION = 7


@dataclass(frozen=True, slots=True)
class FunnelRules:
    """What counts as a conversion; instants and durations in ticks.

    An entry lies in ``entry_from <= at < entry_until``; a step counts up to and including
    ``window`` after the entry. ``first_entry``: only the first entry of a person starts the clock.
    ``strict``: no other event may lie between two steps. ``ties``: events at one instant count in
    either order (``any``), as recorded (``recorded``) or not at all after each other (``rising``).
    ``reuse``: one event may serve several steps. A person who is not through at ``data_until`` but
    whose latest entry still has time left is open.
    """

    steps: int
    window: int
    entry_from: int
    entry_until: int
    data_until: int
    first_entry: bool = False
    strict: bool = False
    ties: str = "any"
    reuse: bool = False


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """``best: int64[steps + 1]``: persons whose best was that many steps; ``open``: of these, open.

    ``since_entry`` and ``since_previous`` have one row per step: ticks from the entry, and from the
    step before, to the first time the person reached the step. ``before``: persons whose entry was
    outside the period or who had none.
    """

    best: NDArray[np.int64]
    open: NDArray[np.int64]
    since_entry: LogHistogram
    since_previous: LogHistogram

    def __add__(self, other: FunnelCounts) -> FunnelCounts:
        return FunnelCounts(
            self.best + other.best,
            self.open + other.open,
            self.since_entry + other.since_entry,
            self.since_previous + other.since_previous,
        )


@kernel
def _record(times, sums, row, duration, precision):  # type: ignore[no-untyped-def] # Numba infers
    times[row, bin_of(duration, precision, times.shape[1])] += 1
    sums[row, 0] += duration
    sums[row, 1] = min(sums[row, 1], duration)
    sums[row, 2] = max(sums[row, 2], duration)


@kernel
def _record(times, sums, row, duration):  # type: ignore[no-untyped-def] # Numba infers
    times[row, bin_of(duration, PRECISION, times.shape[1])] += 1
    sums[row, 0] += duration
    sums[row, 1] = min(sums[row, 1], duration)
    sums[row, 2] = max(sums[row, 2], duration)


@kernel
def _extend(s, now, entry, window, best, start, reached, times, sums):  # type: ignore[no-untyped-def] # Numba infers
    begin = entry if s == 0 else start[s]
    if now - begin > window:
        return best
    if s + 1 > best:
        best = s + 1
        _record(times[0], sums[0], s, now - begin)
        _record(times[1], sums[1], s, now - (now if s == 0 else reached[s]))
    start[s + 1] = begin
    reached[s + 1] = now
    return best


@kernel
def _extend_apart(group, now, entry, window, best, start, reached, times, sums):  # type: ignore[no-untyped-def] # Numba infers
    # Events of one instant, each serving one step at most: from every level, the next step takes
    # the unused event that is of least use later.
    steps = start.size - 1
    old, before = start.copy(), reached.copy()
    for j in range(steps):
        begin = entry if j == 0 else old[j]
        if now - begin > window:
            continue
        free = group.copy()
        for s in range(j, steps):
            chosen = -1
            for g in range(free.size):
                if (free[g] >> s) & 1 and (chosen < 0 or free[g] >> s < free[chosen] >> s):
                    chosen = g
            if chosen < 0:
                break
            free[chosen] = 0
            if s + 1 > best:
                best = s + 1
                previous = before[s] if s == j and s > 0 else now
                _record(times[0], sums[0], s, now - begin)
                _record(times[1], sums[1], s, now - previous)
            if begin >= start[s + 1]:
                start[s + 1] = begin
                reached[s + 1] = now
    return best


@kernel
def _loose(offsets, codes, lookup, persons, events, at, rules, out, times, sums):  # type: ignore[no-untyped-def] # Numba infers
    steps, window, entry_from, entry_until, data_until = rules[:5]
    first_entry, together, upward, apart = rules[5:9]
    everybody = persons.size == 0
    everything = events.size == 0
    start = np.empty(steps + 1, np.int64)
    reached = np.empty(steps + 1, np.int64)
    for p in range(offsets.size - 1):
        if not (everybody or persons[p]):
            continue
        end = offsets[p + 1]
        best = 0
        start[:] = NEVER
        i = offsets[p]
        while i < end:
            bits = np.int64(lookup[codes[i]])
            if bits == 0 or not (everything or events[i]):
                i += 1
                continue
            now = np.int64(at[i])
            tied = i
            i += 1
            while together and i < end and at[i] == now:
                if everything or events[i]:
                    bits |= np.int64(lookup[codes[i]])
                i += 1
            entry = NEVER
            if entry_from <= now and now < entry_until:
                if not (first_entry and start[1] != NEVER):
                    entry = now
            if apart and i > tied + 1 and bits & (bits - 1):
                group = np.zeros(i - tied, np.int64)
                for k in range(tied, i):
                    if everything or events[k]:
                        group[k - tied] = lookup[codes[k]]
                best = _extend_apart(group, now, entry, window, best, start, reached, times, sums)
            elif upward and i > tied + 1 or upward == 2:
                for s in range(steps):
                    if (bits >> s) & 1:
                        best = _extend(s, now, entry, window, best, start, reached, times, sums)
            else:
                for s in range(steps - 1, -1, -1):
                    if (bits >> s) & 1:
                        best = _extend(s, now, entry, window, best, start, reached, times, sums)
            if best == steps:
                break
        out[0, best] += 1
        if 0 < best and best < steps and start[1] + window > data_until:
            out[1, best] += 1


@kernel
def _strict(offsets, codes, lookup, persons, events, at, rules, out, times, sums):  # type: ignore[no-untyped-def] # Numba infers
    steps, window, entry_from, entry_until, data_until = rules[:5]
    first_entry = rules[5]
    everybody = persons.size == 0
    everything = events.size == 0
    start = np.empty(steps + 1, np.int64)
    reached = np.empty(steps + 1, np.int64)
    for p in range(offsets.size - 1):
        if not (everybody or persons[p]):
            continue
        best = 0
        entered = False
        start[:] = NEVER
        for i in range(offsets[p], offsets[p + 1]):
            if not (everything or events[i]):
                continue
            bits = np.int64(lookup[codes[i]])
            now = np.int64(at[i])
            entry = NEVER
            if entry_from <= now and now < entry_until and not (first_entry and entered):
                entry = now
            entered = entered or (bits & 1 and entry != NEVER)
            for s in range(steps - 1, -1, -1):
                begin = entry if s == 0 else start[s]
                if (bits >> s) & 1 and now - begin <= window:
                    best = _extend(s, now, entry, window, best, start, reached, times, sums)
                else:
                    start[s + 1] = NEVER
            if best == steps:
                break
        out[0, best] += 1
        if 0 < best and best < steps and start.max() + window > data_until:
            out[1, best] += 1


def count_funnel(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: FunnelRules,
    *,
    ticks_per_second: int,
) -> FunnelCounts:
    """How many persons reach each step. O(events), one pass.

    Here ``journeys.lookup`` is ``uint32[dictionary]``: bit ``s`` set = the code is step ``s``.
    """
    bins = bin_count(PRECISION, ticks_per_second)
    times = np.zeros((2, rules.steps, bins), np.int64)
    sums = np.zeros((2, rules.steps, 3), np.int64)
    sums[:, :, 1], sums[:, :, 2] = LEAST, GREATEST
    out = np.zeros((2, rules.steps + 1), np.int64)
    run = _strict if rules.strict else _loose
    run(*journeys.arguments(), sealed(at), _packed(rules, journeys.lookup), out, times, sums)
    since_entry, since_previous = (
        LogHistogram(times[k], *sums[k].T.copy(), PRECISION) for k in range(2)
    )
    return FunnelCounts(out[0], out[1], since_entry, since_previous)


def _packed(rules: FunnelRules, lookup: NDArray[np.uint32]) -> NDArray[np.int64]:
    disjoint = bool(np.all(lookup & (lookup - np.uint32(lookup > 0)) == 0))
    together = rules.ties in ("any", "rising")
    apart = rules.ties == "any" and not (rules.reuse or disjoint)
    # 0: an event extends the longest level first, so it serves one step; 1: the shortest first
    # where several events are tied; 2: always, so one event may serve several steps.
    upward = 0 if rules.ties == "rising" else 2 if rules.reuse else int(rules.ties == "any")
    numbers = (rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until)
    return np.array([*numbers, rules.first_entry, together, upward, apart], dtype=np.int64)
