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

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = ["MOST_STEPS", "PRECISION", "FunnelCounts", "FunnelRules", "count_funnel"]

MOST_STEPS = 32
NEVER = -(1 << 62)
PRECISION = 7

_ONE_EACH, _SHORTEST_FIRST = 0, 1
_ALWAYS_SHORTEST = 2
_STEP_BITS = 6
_STEP_MASK = 63


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


State = tuple[Array, Array, Array, Array, Array, Array]
"""``start`` and ``reached`` of every level, then counts and sums of both histograms."""


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """``best: int64[steps + 1]``: persons whose best was that many steps; ``open``: of these, open.

    ``since_entry`` and ``since_previous`` have one row per step: ticks from the entry, and from the
    step before, to the first time the person reached the step.
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
def _note(s: int, since_entry: int, since_previous: int, state: State) -> None:
    record(state[2], state[3], s, since_entry, PRECISION)
    record(state[4], state[5], s, since_previous, PRECISION)


@kernel
def _extend(s: int, now: int, entry: int, window: int, best: int, state: State) -> int:
    """Extend level ``s`` by an event of step ``s + 1``; returns the person's best level."""
    start, reached = state[0], state[1]
    begin = entry if s == 0 else int(start[s])
    if now - begin > window:
        return best
    if s + 1 > best:
        best = s + 1
        _note(s, now - begin, 0 if s == 0 else now - reached[s], state)
    start[s + 1] = begin
    reached[s + 1] = now
    return best


@kernel
def _extend_apart(group: Array, now: int, entry: int, window: int, best: int, state: State) -> int:
    """The same for events of one instant of which each may serve one step.

    From every level, the next step takes the unused event that is of least use later.
    """
    start, reached = state[0], state[1]
    steps = start.size - 1
    old, before = start.copy(), reached.copy()
    for j in range(steps):
        begin = entry if j == 0 else int(old[j])
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
                _note(s, now - begin, now - before[s] if s == j and s > 0 else 0, state)
            if begin >= start[s + 1]:
                start[s + 1] = begin
                reached[s + 1] = now
    return best


@kernel
def _extend_all(bits: int, now: int, entry: int, upward: bool, best: int, state: State) -> int:  # noqa: FBT001 - Numba knows positions only
    """Extend by every step in ``bits``: the shortest level first, or the longest."""
    window = int(state[0][0])
    steps = state[0].size - 1
    for k in range(steps):
        s = k if upward else steps - 1 - k
        if (bits >> s) & 1:
            best = _extend(s, now, entry, window, best, state)
    return best


@kernel
def _entry_at(now: int, rules: Array, taken: bool) -> int:  # noqa: FBT001 - Numba knows positions only
    """When the clock of an attempt that begins now starts; ``NEVER`` where none may begin."""
    if now < rules[2] or now >= rules[3] or (rules[5] and taken):
        return NEVER
    return now


@kernel
def _close(best: int, latest: int, rules: Array, out: Array) -> None:
    """Count the person; one not through whose ``latest`` entry still has time is open."""
    out[0, best] += 1
    if 0 < best < rules[0] and latest + rules[1] > rules[4]:
        out[1, best] += 1


@kernel
def _longest(offsets: Array) -> int:
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@kernel
def _swift(
    journeys: Journeys, at: Array, step_of: Array, rules: Array, out: Array, state: State
) -> None:
    """Every code is at most one step. Step events are gathered first, without a branch."""
    offsets, codes, _, persons, events = journeys
    steps, window, together = int(rules[0]), int(rules[1]), int(rules[6])
    entry_from, entry_until, first_entry = int(rules[2]), int(rules[3]), int(rules[5])
    start, reached, from_entry, entry_sums, from_previous, previous_sums = state
    found = np.empty(_longest(offsets) + 1, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = 0
        if events.size:
            for i in range(offsets[p], offsets[p + 1]):
                step = int(step_of[codes[i]])
                found[size] = (i << _STEP_BITS) | step
                size += (step > 0) & (events[i] > 0)
        else:
            for i in range(offsets[p], offsets[p + 1]):
                step = int(step_of[codes[i]])
                found[size] = (i << _STEP_BITS) | step
                size += step > 0
        best = 0
        for s in range(1, steps + 1):
            start[s] = NEVER
        j = 0
        while j < size and best < steps:
            now = int(at[found[j] >> _STEP_BITS])
            s = (found[j] & _STEP_MASK) - 1
            j += 1
            if together and j < size and at[found[j] >> _STEP_BITS] == now:
                bits = 1 << s
                while j < size and at[found[j] >> _STEP_BITS] == now:
                    bits |= 1 << ((found[j] & _STEP_MASK) - 1)
                    j += 1
                entry = _entry_at(now, rules, start[1] != NEVER)
                best = _extend_all(bits, now, entry, rules[7] > 0, best, state)
                continue
            begin = int(start[s])
            if s == 0:
                inside = entry_from <= now < entry_until
                begin = now if inside and not (first_entry and start[1] != NEVER) else NEVER
            if now - begin <= window:
                if s + 1 > best:
                    best = s + 1
                    previous = int(reached[s]) if s else now
                    record(from_entry, entry_sums, s, now - begin, PRECISION)
                    record(from_previous, previous_sums, s, now - previous, PRECISION)
                start[s + 1] = begin
                reached[s + 1] = now
        _close(best, int(start[1]), rules, out)


@kernel
def _loose(journeys: Journeys, at: Array, rules: Array, out: Array, state: State) -> None:
    """A code may be several steps."""
    offsets, codes, lookup, persons, events = journeys
    steps, together, upward, apart = int(rules[0]), rules[6], rules[7], rules[8]
    start = state[0]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        best = 0
        start[1:] = NEVER
        i = offsets[p]
        while i < offsets[p + 1] and best < steps:
            bits = int(lookup[codes[i]])
            if bits == 0 or (events.size and not events[i]):
                i += 1
                continue
            now = int(at[i])
            tied = i
            i += 1
            while together and i < offsets[p + 1] and at[i] == now:
                if events.size == 0 or events[i]:
                    bits |= int(lookup[codes[i]])
                i += 1
            entry = _entry_at(now, rules, start[1] != NEVER)
            if apart and i > tied + 1:
                group = np.zeros(i - tied, np.int64)
                for k in range(tied, i):
                    if events.size == 0 or events[k]:
                        group[k - tied] = int(lookup[codes[k]])
                best = _extend_apart(group, now, entry, int(rules[1]), best, state)
            else:
                rising = upward == _ALWAYS_SHORTEST or (upward and i > tied + 1)
                best = _extend_all(bits, now, entry, bool(rising), best, state)
        _close(best, int(start[1]), rules, out)


@kernel
def _strict(journeys: Journeys, at: Array, rules: Array, out: Array, state: State) -> None:
    """Every event that exists and does not extend a level ends it."""
    offsets, codes, lookup, persons, events = journeys
    steps, window = int(rules[0]), int(rules[1])
    start = state[0]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        best = 0
        entered = False
        start[1:] = NEVER
        for i in range(offsets[p], offsets[p + 1]):
            if best == steps or (events.size and not events[i]):
                continue
            bits = int(lookup[codes[i]])
            now = int(at[i])
            entry = _entry_at(now, rules, entered)
            if bits & 1 and entry != NEVER:
                entered = True
            for s in range(steps - 1, -1, -1):
                begin = entry if s == 0 else int(start[s])
                if (bits >> s) & 1 and now - begin <= window:
                    best = _extend(s, now, entry, window, best, state)
                else:
                    start[s + 1] = NEVER
        _close(best, int(start[1:].max()), rules, out)


def count_funnel(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: FunnelRules,
    *,
    ticks_per_second: int,
) -> FunnelCounts:
    """How many persons reach each step. O(events), one pass.

    Here ``journeys.lookup`` is ``uint32[dictionary]``: bit ``s`` set = the code is step ``s + 1``.
    """
    bins = bin_count(PRECISION, ticks_per_second)
    start, reached = np.full(rules.steps + 1, NEVER), np.zeros(rules.steps + 1, np.int64)
    start[0] = rules.window
    entry_times = LogHistogram.blank(rules.steps, bins)
    previous_times = LogHistogram.blank(rules.steps, bins)
    state = (start, reached, *entry_times, *previous_times)
    out = np.zeros((2, rules.steps + 1), np.int64)
    disjoint = is_disjoint(journeys.lookup)
    numbers = _packed(rules, disjoint=disjoint)
    arguments, ticks = journeys.arguments(), sealed(at)
    if rules.strict:
        _strict(arguments, ticks, numbers, out, state)
    elif disjoint:
        step_of = sealed(_step_of(journeys.lookup))
        _swift(arguments, ticks, step_of, numbers, out, state)
    else:
        _loose(arguments, ticks, numbers, out, state)
    times = (LogHistogram.of(*pair, PRECISION) for pair in (entry_times, previous_times))
    return FunnelCounts(out[0], out[1], *times)


def is_disjoint(lookup: NDArray[np.unsignedinteger[Any]]) -> bool:
    """Whether every code is at most one step."""
    return not np.any(lookup & (lookup - (lookup > 0).astype(lookup.dtype)))


def _step_of(lookup: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.uint8]:
    """``uint8[dictionary]``: the step, from 1, that a code is; 0 for none."""
    return np.where(lookup > 0, np.log2(np.maximum(lookup, 1)) + 1, 0).astype(np.uint8)


def _packed(rules: FunnelRules, *, disjoint: bool) -> NDArray[np.int64]:
    """The rules as kernels read them.

    Steps, window, entry_from, entry_until, data_until; then whether only a first entry counts,
    whether events of one instant are taken together, in which direction levels are extended, and
    whether tied events must each serve one step.
    """
    together = rules.ties in ("any", "rising")
    apart = rules.ties == "any" and not (rules.reuse or disjoint)
    direction = _SHORTEST_FIRST if rules.ties == "any" else _ONE_EACH
    if rules.reuse and rules.ties != "rising":
        direction = _ALWAYS_SHORTEST
    numbers = (rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until)
    return np.array([*numbers, rules.first_entry, together, direction, apart], dtype=np.int64)
