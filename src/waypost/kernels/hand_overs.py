"""Where journeys change from one node to another soon enough to belong together.

A visit is a run of neighbouring events at one node without a silence longer than the gap. Every
visit ends in one way, so that for every node: visits = hand-overs out + resumed after a silence at
the same node + moved elsewhere after a silence + ends of journeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_count_of, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "MOST_CHANGES",
    "PRECISION",
    "STAYED",
    "Arrivals",
    "HandOverCounts",
    "HandOverRules",
    "Places",
    "code_pairs",
    "count_hand_overs",
    "mark_hand_overs",
]

PRECISION = 5
MOST_CHANGES = 100
MOST_PLACES_AT_ONCE = 64
STAYED = -1
"""As target: from one event to the next at the same node."""

_COUNT, _PERSONS, _DUE, _IN_TIME, _OPEN = range(5)
_COLUMNS = ("count", "persons", "due", "in_time", "open")
_NODE_COLUMNS = (
    "persons",
    "events",
    "visits",
    "starts",
    "resumed",
    "moved_later",
    "came_later",
    "ends",
    "open_ends",
)
_VISITORS, _EVENTS, _VISITS, _STARTS, _RESUMED, _MOVED, _CAME, _ENDS, _OPEN_ENDS = range(9)

ByCode = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]
"""Codes of events, and a number by code."""

Arrivals = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]
"""Codes of events, and by code whether the event is the goal (not 0); no goal where both empty."""


@dataclass(frozen=True, slots=True)
class HandOverRules:
    """Ticks. ``gap``: the longest time between the two events of a hand-over (just met counts).

    ``window``: how long after the second event the goal may come, the second event included; it is
    due when that time has passed at ``data_until``.
    """

    gap: int
    window: int
    data_until: int

    def packed(self) -> NDArray[np.int64]:
        """The rules as kernels read them."""
        return np.array((self.gap, self.window, self.data_until), np.int64)


@dataclass(frozen=True, slots=True)
class Places:
    """What rows tell apart: places, each at a node; ``journeys.lookup`` gives places.

    ``ids: int64[places]`` rise and mean the same in every shard; ``node_of: int64[places]``.
    """

    ids: NDArray[np.int64]
    node_of: NDArray[np.int64]
    nodes: int


@dataclass(frozen=True, slots=True)
class HandOverCounts:
    """``keys: int64[rows, 2]``, ids of two places, rise; ``rows: int64[rows, 5]`` beside them.

    Columns: occurrences, persons with one, and by a person's first: goal due, of these in time,
    still open. ``times``: ticks between the two events, a row per key. ``stays: int64[nodes, 5]``:
    the same for steps from an event to the next at the same node. ``nodes: int64[nodes, 9]``: see
    ``of_nodes``. ``carried: int64[stages, nodes + 1, 2]``: events and persons, in the last column
    at any node. ``changes: int64[MOST_CHANGES + 1]``: persons by number of hand-overs, the last
    also for more. Counts of ``times`` are ``uint32``.
    """

    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    times: LogHistogram
    stays: NDArray[np.int64]
    nodes: NDArray[np.int64]
    carried: NDArray[np.int64]
    changes: NDArray[np.int64]

    def __add__(self, other: HandOverCounts) -> HandOverCounts:
        mine, theirs = _packed(self.keys), _packed(other.keys)
        keys = mine if np.array_equal(mine, theirs) else np.union1d(mine, theirs)
        own, foreign = np.searchsorted(keys, mine), np.searchsorted(keys, theirs)
        rows = np.zeros((keys.size, self.rows.shape[1]), np.int64)
        rows[own] = self.rows
        rows[foreign] += other.rows
        return HandOverCounts(
            np.stack([keys >> _HALF, keys & ((1 << _HALF) - 1)], axis=1),
            rows,
            _both(keys.size, (own, self.times), (foreign, other.times)),
            self.stays + other.stays,
            self.nodes + other.nodes,
            self.carried + other.carried,
            self.changes + other.changes,
        )

    def column(self, name: str) -> NDArray[np.int64]:
        """``count``, ``persons``, ``due``, ``in_time`` or ``open`` of every key."""
        return self.rows[:, _COLUMNS.index(name)]

    def of_stays(self, name: str) -> NDArray[np.int64]:
        """The same of every node, for those who stayed."""
        return self.stays[:, _COLUMNS.index(name)]

    def of_nodes(self, name: str) -> NDArray[np.int64]:
        """``persons``, ``events``, ``visits`` and kinds of visits of every node.

        ``starts`` open a journey, ``came_later`` follow a silence after another node; after
        ``resumed`` the same node comes again and after ``moved_later`` another, both later than
        the gap; after ``ends`` nothing comes, of which ``open_ends`` are less than the gap before
        the end of the data.
        """
        return self.nodes[:, _NODE_COLUMNS.index(name)]


_HALF = 32


def _packed(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two ids in one number; they rise as the pairs do."""
    packed: NDArray[np.int64] = (keys[:, 0] << _HALF) | keys[:, 1]
    return packed


_Placed = tuple[NDArray[np.intp], LogHistogram]


def _both(rows: int, one: _Placed, other: _Placed) -> LogHistogram:
    """The sum of two, each with the rows that it has; in one array, which may be most of all."""
    if one[0].size == rows == other[0].size:
        return one[1] + other[1]
    counts = np.zeros((rows, one[1].counts.shape[1]), one[1].counts.dtype)
    sums = LogHistogram.blank(rows, 0)[1]
    sums[one[0]] = one[1].sums()
    place, times = other
    sums[place, 0] += times.total
    sums[place, 1] = np.minimum(sums[place, 1], times.least)
    sums[place, 2] = np.maximum(sums[place, 2], times.greatest)
    counts[one[0]] = one[1].counts
    for begin in range(0, place.size, _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        counts[place[part]] += times.counts[part]
    return LogHistogram.of(counts, sums, one[1].precision, narrow=True)


_TOGETHER = 1 << 10
"""Rows that are added at once, so that what is in between stays in the cache."""


@kernel
def _pairs_there(codes: Array, first: Array, others: Array, second: Array, there: Array) -> None:
    for i in range(codes.size):
        node = first[codes[i]]
        if node >= 0:
            there[node + second[others[i]]] = 1


@kernel
def _pairs(codes: Array, first: Array, others: Array, second: Array, out: Any) -> None:
    rank, coded = out
    for i in range(codes.size):
        node = first[codes[i]]
        coded[i] = SKIP if node < 0 else rank[node + second[others[i]]]


def code_pairs(
    one: ByCode, other: ByCode, pairs: int
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """The rising pairs that occur, and of every event the place of its pair among them.

    ``one``, ``other``: codes of events, and by code a number; the pair is the sum of both, below
    ``pairs``; ``SKIP`` where the first number is negative. At most 65,535 pairs. O(events).
    """
    codes, first, others, second = (sealed(array) for array in (*one, *other))
    there = np.zeros(pairs, np.uint8)
    _pairs_there(codes, first, others, second, there)
    ids = np.flatnonzero(there).astype(np.int64)
    coded = np.empty(one[0].size, np.uint16)
    if ids.size < SKIP:
        rank = np.zeros(pairs, np.uint16)
        rank[ids] = np.arange(ids.size)
        _pairs(codes, first, others, second, (rank, coded))
    return ids, coded


@kernel
def _resolve(waiting: int, now: int, window: int, pending: Array, slots: Array) -> None:
    """The goal comes: who waits for it not longer than the window is in time."""
    for k in range(waiting):
        slots[pending[k, 0], _IN_TIME] += now - pending[k, 1] <= window


@kernel
def _note_person(
    slot: int, now: int, waiting: int, rules: Array, slots: Array, pending: Array
) -> int:
    """A person's first of this kind; returns how many of theirs now wait for the goal."""
    if rules[2] - now < rules[1]:
        slots[slot, _OPEN] += 1
        return waiting
    slots[slot, _DUE] += 1
    pending[waiting, 0] = slot
    pending[waiting, 1] = now
    return waiting + 1


@kernel
def _count(journeys: Journeys, at: Array, beside: Any, rules: Array, out: Any) -> None:
    """Arrays are taken out of their tuples before the loop: Numba counts references to tuples."""
    offsets, codes, lookup, persons, events = journeys
    node_of, stage, stage_of, goal = beside
    goal_codes, goal_lookup = goal
    slots, nodes, carried, changes, pending, times = out
    counts, sums = times
    places, any_node = node_of.size, nodes.shape[0]
    has_goal = goal_codes.size > 0
    is_timed = sums.shape[0] > 0
    gap, window, until = rules[0], rules[1], rules[2]
    seen = np.zeros(slots.shape[0], np.uint32)
    here = np.zeros(any_node, np.uint32)
    here_at = np.zeros((carried.shape[0], any_node + 1), np.uint32)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        stamp = np.uint32(p + 1)
        before, node_before = -1, -1
        earlier, waiting, changed = 0, 0, 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            place = int(lookup[codes[i]])
            now = int(at[i])
            if place != SKIP:
                node = node_of[place]
                slot = -1
                if before < 0:
                    nodes[node, _STARTS] += 1
                elif now - earlier > gap:
                    nodes[node_before, _RESUMED if node == node_before else _MOVED] += 1
                    nodes[node, _CAME] += node != node_before
                elif node == node_before:
                    slot = places * places + node
                else:
                    slot = before * places + place
                    changed += 1
                    if is_timed:
                        record(counts, sums, slot, now - earlier, PRECISION)
                phase = stage_of[stage[i]]
                carried[phase, node, 0] += 1
                if here_at[phase, node] != stamp:
                    here_at[phase, node] = stamp
                    carried[phase, node, 1] += 1
                    carried[phase, any_node, 1] += here_at[phase, any_node] != stamp
                    here_at[phase, any_node] = stamp
                    nodes[node, _VISITORS] += here[node] != stamp
                    here[node] = stamp
                if slot >= 0:
                    slots[slot, _COUNT] += 1
                    if seen[slot] != stamp:
                        seen[slot] = stamp
                        slots[slot, _PERSONS] += 1
                        if has_goal:
                            waiting = _note_person(slot, now, waiting, rules, slots, pending)
                before, node_before, earlier = place, node, now
            if waiting and goal_lookup[goal_codes[i]]:
                _resolve(waiting, now, window, pending, slots)
                waiting = 0
        if before >= 0:
            nodes[node_before, _ENDS] += 1
            nodes[node_before, _OPEN_ENDS] += until - earlier < gap
            changes[min(changed, changes.size - 1)] += 1


@kernel
def _times(journeys: Journeys, at: Array, beside: Any, gap: int, out: Any) -> None:
    offsets, codes, lookup, persons, events = journeys
    node_of, rows = beside
    counts, sums = out
    places = node_of.size
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        before = -1
        earlier = 0
        for i in range(offsets[p], offsets[p + 1]):
            place = int(lookup[codes[i]])
            if place == SKIP or (events.size and not events[i]):
                continue
            now = int(at[i])
            if before >= 0 and node_of[place] != node_of[before] and now - earlier <= gap:
                record(counts, sums, rows[before * places + place], now - earlier, PRECISION)
            before = place
            earlier = now


def _beside(
    places: Places, stage: tuple[Array, Array], goal: Arrivals
) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    codes, lookup = sealed(goal[0]), sealed(goal[1])
    return sealed(places.node_of), sealed(stage[0]), sealed(stage[1]), (codes, lookup)


def _longest(journeys: CodedJourneys) -> int:
    return int(np.diff(journeys.offsets).max(initial=0))


def _complete(
    by_node: NDArray[np.int64], carried: NDArray[np.int64], arrived: NDArray[np.int64]
) -> None:
    """Fill in what follows from the rest; ``arrived``: hand-overs to every node."""
    by_node[:, _EVENTS] = carried[:, :-1, 0].sum(axis=0)
    carried[:, -1, 0] = carried[:, :-1, 0].sum(axis=1)
    begun = by_node[:, [_STARTS, _RESUMED, _CAME]].sum(axis=1)
    by_node[:, _VISITS] = begun + arrived


def _bins(gap: int, ticks_per_second: int) -> int:
    """Enough for times up to the gap, beyond which there are none."""
    return min(bin_count(PRECISION, ticks_per_second), bin_count_of(gap, PRECISION))


def count_hand_overs(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: HandOverRules,
    *,
    places: Places,
    stage: tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.int64]],
    goal: Arrivals,
    ticks_per_second: int,
) -> HandOverCounts:
    """Hand-overs, stays and visits of every counted person. O(events), one pass.

    ``stage``: codes of events, and by code the row of ``carried``. Times run from the last event of
    a visit to the first of the next; with more than ``MOST_PLACES_AT_ONCE`` places they take a pass
    of their own. Tables of 44 bytes per pair of places, and 4 KB per pair that occurs.
    """
    size, nodes = places.ids.size, places.nodes
    bins = _bins(rules.gap, ticks_per_second)
    slots = np.zeros((size * size + nodes, len(_COLUMNS)), np.int64)
    by_node = np.zeros((nodes, len(_NODE_COLUMNS)), np.int64)
    carried = np.zeros((int(stage[1].max(initial=0)) + 1, nodes + 1, 2), np.int64)
    changes = np.zeros(MOST_CHANGES + 1, np.int64)
    pending = np.zeros((min(slots.shape[0], _longest(journeys)) + 1, 2), np.int64)
    at_once = size <= MOST_PLACES_AT_ONCE
    times = LogHistogram.blank(size * size if at_once else 0, bins, narrow=True)
    out = (slots, by_node, carried, changes, pending, times)
    beside = _beside(places, stage, goal)
    _count(journeys.arguments(), sealed(at), beside, rules.packed(), out)
    found = np.flatnonzero(slots[: size * size, _COUNT])
    if at_once:
        times = (times[0][found], times[1][found])
    elif found.size:
        rows = np.zeros(size * size, np.int32)
        rows[found] = np.arange(found.size, dtype=np.int32)
        times = LogHistogram.blank(found.size, bins, narrow=True)
        _times(journeys.arguments(), sealed(at), (beside[0], rows), rules.gap, times)
    keys = places.ids[np.stack(np.divmod(found, max(size, 1)), axis=1)]
    arrived = np.zeros(nodes, np.int64)
    np.add.at(arrived, places.node_of[found % max(size, 1)], slots[found, _COUNT])
    _complete(by_node, carried, arrived)
    return HandOverCounts(
        keys,
        slots[found],
        LogHistogram.of(*times, PRECISION, narrow=True),
        slots[size * size :],
        by_node,
        carried,
        changes,
    )


@kernel
def _fits(place: int, before: int, node_of: Array, origin: int, target: int) -> bool:
    """Whether this step is one of the wanted edge."""
    if target == STAYED:
        return bool(node_of[before] == origin and node_of[place] == origin)
    return before == origin and place == target


@kernel
def _mark(journeys: Journeys, at: Array, beside: Any, rules: Array, found: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    node_of, goal_codes, goal_lookup, edge = beside
    origin, target, column = edge[0], edge[1], edge[2]
    for p in range(found.size):
        if persons.size and not persons[p]:
            continue
        before = -1
        earlier, arrived = 0, 0
        is_met, is_in_time = False, False
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            place = int(lookup[codes[i]])
            now = int(at[i])
            if place != SKIP and not is_met:
                is_near = before >= 0 and now - earlier <= rules[0]
                if is_near and _fits(place, before, node_of, origin, target):
                    is_met = True
                    arrived = now
                before = place
                earlier = now
            if is_met and goal_codes.size > 0 and goal_lookup[goal_codes[i]]:
                is_in_time = now - arrived <= rules[1]
                break
        is_due = is_met and rules[2] - arrived >= rules[1]
        if column == _PERSONS:
            found[p] = is_met
        elif column == _OPEN:
            found[p] = is_met and not is_due
        else:
            found[p] = is_due and (column == _DUE or is_in_time)


def mark_hand_overs(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: HandOverRules,
    *,
    places: Places,
    goal: Arrivals,
    edge: tuple[int, int],
    column: str,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted at an edge of two places. O(events).

    ``edge``: indices into ``places.ids``, or a node and ``STAYED``; ``column``: ``persons``,
    ``due``, ``in_time`` or ``open``.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    wanted = np.array([*edge, _COLUMNS.index(column)], np.int64)
    beside = (sealed(places.node_of), sealed(goal[0]), sealed(goal[1]), wanted)
    _mark(journeys.arguments(), sealed(at), beside, rules.packed(), found)
    return found
