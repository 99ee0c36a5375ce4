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
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "MOST_CHANGES",
    "PRECISION",
    "STAYED",
    "Arrivals",
    "HandOverCounts",
    "HandOverRules",
    "Places",
    "count_hand_overs",
    "mark_hand_overs",
]

PRECISION = 5
MOST_CHANGES = 100
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

Arrivals = tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.unsignedinteger[Any]]]
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
    also for more.
    """

    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    times: LogHistogram
    stays: NDArray[np.int64]
    nodes: NDArray[np.int64]
    carried: NDArray[np.int64]
    changes: NDArray[np.int64]

    def __add__(self, other: HandOverCounts) -> HandOverCounts:
        keys = np.unique(np.concatenate([self.keys, other.keys]), axis=0)
        one, two = self._over(keys), other._over(keys)
        return HandOverCounts(
            keys,
            one.rows + two.rows,
            one.times + two.times,
            self.stays + other.stays,
            self.nodes + other.nodes,
            self.carried + other.carried,
            self.changes + other.changes,
        )

    def _over(self, keys: NDArray[np.int64]) -> HandOverCounts:
        """The same with a row for each of ``keys``, which contain its own."""
        if np.array_equal(keys, self.keys):
            return self
        own = {tuple(key): place for place, key in enumerate(keys.tolist())}
        place = np.array([own[tuple(key)] for key in self.keys.tolist()], np.int64)
        rows = np.zeros((len(keys), self.rows.shape[1]), np.int64)
        rows[place] = self.rows
        counts, sums = LogHistogram.blank(len(keys), self.times.counts.shape[1])
        counts[place], sums[place] = self.times.counts, self.times.sums()
        times = LogHistogram.of(counts, sums, self.times.precision)
        rest = (self.stays, self.nodes, self.carried, self.changes)
        return HandOverCounts(keys, rows, times, *rest)

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


@kernel
def _resolve(waiting: int, now: int, window: int, pending: Array, slots: Array) -> None:
    """The goal comes: who waits for it not longer than the window is in time."""
    for k in range(waiting):
        slots[pending[k, 0], _IN_TIME] += now - pending[k, 1] <= window


@kernel
def _left_after_silence(nodes: Array, before: int, node: int) -> None:
    if node == before:
        nodes[node, _RESUMED] += 1
    else:
        nodes[before, _MOVED] += 1
        nodes[node, _CAME] += 1


@kernel
def _note_person(slot: int, now: int, waiting: int, rules: Array, out: Any) -> int:
    """A person's first of this kind; returns how many of theirs now wait for the goal."""
    slots, pending, has_goal = out
    slots[slot, _PERSONS] += 1
    if not has_goal:
        return waiting
    if rules[2] - now < rules[1]:
        slots[slot, _OPEN] += 1
        return waiting
    slots[slot, _DUE] += 1
    pending[waiting, 0] = slot
    pending[waiting, 1] = now
    return waiting + 1


@kernel
def _is_goal(goal: Any, i: int) -> bool:
    return goal[0].size > 0 and goal[1][goal[0][i]] > 0


@kernel
def _count(journeys: Journeys, at: Array, beside: Any, rules: Array, out: Any) -> None:
    offsets, codes, lookup, persons, events = journeys
    node_of, stage, stage_of, goal = beside
    slots, nodes, carried, changes, pending = out
    places = node_of.size
    has_goal = goal[0].size > 0
    gap = rules[0]
    seen = np.zeros(slots.shape[0], np.uint32)
    here = np.zeros(nodes.shape[0], np.uint32)
    any_node = nodes.shape[0]
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
            place = np.int64(lookup[codes[i]])
            now = np.int64(at[i])
            if place != SKIP:
                node = node_of[place]
                slot = -1
                if before < 0:
                    nodes[node, _STARTS] += 1
                elif now - earlier > gap:
                    _left_after_silence(nodes, node_before, node)
                    nodes[node, _VISITS] += 1
                elif node == node_before:
                    slot = places * places + node
                else:
                    slot = before * places + place
                    changed += 1
                    nodes[node, _VISITS] += 1
                nodes[node, _EVENTS] += 1
                nodes[node, _VISITORS] += here[node] != stamp
                here[node] = stamp
                phase = stage_of[stage[i]]
                carried[phase, node, 0] += 1
                if here_at[phase, node] != stamp:
                    here_at[phase, node] = stamp
                    carried[phase, node, 1] += 1
                    carried[phase, any_node, 1] += here_at[phase, any_node] != stamp
                    here_at[phase, any_node] = stamp
                if slot >= 0:
                    slots[slot, _COUNT] += 1
                    if seen[slot] != stamp:
                        seen[slot] = stamp
                        noted = (slots, pending, has_goal)
                        waiting = _note_person(slot, now, waiting, rules, noted)
                before, node_before, earlier = place, node, now
            if waiting and _is_goal(goal, i):
                _resolve(waiting, now, rules[1], pending, slots)
                waiting = 0
        if before >= 0:
            nodes[node_before, _ENDS] += 1
            nodes[node_before, _OPEN_ENDS] += rules[2] - earlier < gap
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
            place = np.int64(lookup[codes[i]])
            if place == SKIP or (events.size and not events[i]):
                continue
            now = np.int64(at[i])
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
    """Hand-overs, stays and visits of every counted person. O(events), two passes.

    ``stage``: codes of events, and by code the row of ``carried``. Tables of 44 bytes per pair of
    places. Times run from the last event of a visit to the first of the next.
    """
    size, nodes = places.ids.size, places.nodes
    stages = int(stage[1].max(initial=0)) + 1
    slots = np.zeros((size * size + nodes, len(_COLUMNS)), np.int64)
    by_node = np.zeros((nodes, len(_NODE_COLUMNS)), np.int64)
    carried = np.zeros((stages, nodes + 1, 2), np.int64)
    changes = np.zeros(MOST_CHANGES + 1, np.int64)
    pending = np.zeros((min(slots.shape[0], _longest(journeys)) + 1, 2), np.int64)
    out = (slots, by_node, carried, changes, pending)
    beside = _beside(places, stage, goal)
    _count(journeys.arguments(), sealed(at), beside, rules.packed(), out)
    by_node[:, _VISITS] += by_node[:, _STARTS]
    carried[:, nodes, 0] = carried[:, :nodes, 0].sum(axis=1)
    found = np.flatnonzero(slots[: size * size, _COUNT])
    rows = np.zeros(max(size * size, 1), np.int32)
    rows[found] = np.arange(found.size, dtype=np.int32)
    blank = LogHistogram.blank(found.size, bin_count(PRECISION, ticks_per_second), narrow=True)
    if found.size:
        _times(journeys.arguments(), sealed(at), (beside[0], rows), rules.gap, blank)
    keys = places.ids[np.stack(np.divmod(found, max(size, 1)), axis=1)]
    times = LogHistogram.of(*blank, PRECISION)
    return HandOverCounts(
        keys, slots[found], times, slots[size * size :], by_node, carried, changes
    )


@kernel
def _fits(place: int, before: int, node_of: Array, edge: Any) -> bool:
    """Whether this step is one of the wanted edge."""
    if edge[1] == STAYED:
        return node_of[before] == edge[0] and node_of[place] == edge[0]
    return before == edge[0] and place == edge[1]


@kernel
def _mark(journeys: Journeys, at: Array, beside: Any, rules: Array, found: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    node_of, goal, edge, column = beside
    for p in range(found.size):
        if persons.size and not persons[p]:
            continue
        before = -1
        earlier, arrived = 0, 0
        is_met, is_in_time = False, False
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            place = np.int64(lookup[codes[i]])
            now = np.int64(at[i])
            if place != SKIP and not is_met:
                is_near = before >= 0 and now - earlier <= rules[0]
                if is_near and _fits(place, before, node_of, edge):
                    is_met = True
                    arrived = now
                before = place
                earlier = now
            if is_met and _is_goal(goal, i):
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
    codes = (sealed(goal[0]), sealed(goal[1]))
    wanted = (np.int64(edge[0]), np.int64(edge[1]))
    beside = (sealed(places.node_of), codes, wanted, _COLUMNS.index(column))
    _mark(journeys.arguments(), sealed(at), beside, rules.packed(), found)
    return found
