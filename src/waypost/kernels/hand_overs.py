"""Where journeys change from one node to another soon enough to belong together.

A visit is a run of neighbouring events at one node without a silence longer than the gap. Every
visit ends in one way, so that for every node: visits = hand-overs out + resumed after a silence at
the same node + moved elsewhere after a silence + ends of journeys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.fetching import fetch
from waypost.kernels.histograms import bin_count, bin_count_of, bin_of
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.room import blank
from waypost.kernels.row_counts import Each, in_turn
from waypost.kernels.row_times import TimeRun, grouped_run, joined_runs, quarter_bins, quartiles

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
    "packed_pair",
]

PRECISION = 5
MOST_CHANGES = 100
STAYED = -1
"""As target: from one event to the next at the same node."""

_COUNT, _PERSONS, _DUE, _IN_TIME, _OPEN, _TICKS, _SHORTEST, _LONGEST = range(8)
_COLUMNS = ("count", "persons", "due", "in_time", "open", "ticks")
_WIDE = 8
_NEVER = -(1 << 63)
_SOON = 5
"""Events between asking memory for a slot and counting in it."""
_FEW_PAIRS = 512
"""Up to here it is not looked which of them occur."""
_HALF = 32
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
    """``keys: int64[rows]``, a pair of ids each as ``packed_pair`` makes it, rise.

    ``rows: int64[rows, 8]`` beside them: occurrences, persons with one, and by a person's first:
    goal due, of these in time, still open; ticks between the two events in all, the least of them
    with its sign turned, and the most. ``times``: every one of them, ``bins`` at most. ``stays:
    int64[nodes, 8]``: the same for steps from an event to the next at the same node. ``nodes:
    int64[nodes, 9]``: see ``of_nodes``. ``carried: int64[stages, nodes + 1, 2]``: events and
    persons, in the last column at any node. ``changes: int64[MOST_CHANGES + 1]``: persons by number
    of hand-overs, the last also for more. ``quarters: int64[rows, 3]``: bins of the quartiles,
    empty until they are settled.
    """

    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    times: tuple[TimeRun, ...]
    bins: int
    stays: NDArray[np.int64]
    nodes: NDArray[np.int64]
    carried: NDArray[np.int64]
    changes: NDArray[np.int64]
    quarters: NDArray[np.int64]

    def __add__(self, other: HandOverCounts) -> HandOverCounts:
        room = self.keys.size + other.keys.size
        keys, rows = np.empty(room, np.int64), blank(room * _WIDE, np.int64).reshape(room, _WIDE)
        size = _merge((self.keys, self.rows), (other.keys, other.rows), (keys, rows))
        keys = keys[:size]
        return HandOverCounts(
            keys,
            rows[:size],
            joined_runs(self.times, other.times, keys, bins=self.bins),
            self.bins,
            _both(self.stays, other.stays),
            self.nodes + other.nodes,
            self.carried + other.carried,
            self.changes + other.changes,
            _UNSETTLED,
        )

    def settled_with(self, each: Each) -> HandOverCounts:
        """The same with its quartiles at hand, the work shared out; see ``row_counts.Each``."""
        size = self.rows[:, _COUNT]
        quarters = quarter_bins(self.times, self.keys, size, bins=self.bins, each=each)
        return replace(self, quarters=quarters)

    def quartiles(self) -> NDArray[np.float64]:
        """``float64[rows, 3]``: ticks between the two events, each kept between least and most."""
        if len(self.quarters) < len(self.keys):
            return self.settled_with(in_turn).quartiles()
        limits = -self.rows[:, _SHORTEST], self.rows[:, _LONGEST]
        return quartiles(self.quarters, limits, precision=PRECISION, bins=self.bins)

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The two ids of every row."""
        return self.keys >> _HALF, self.keys & ((1 << _HALF) - 1)

    def column(self, name: str) -> NDArray[np.int64]:
        """``count``, ``persons``, ``due``, ``in_time``, ``open`` or ``ticks`` of every row."""
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


_UNSETTLED: NDArray[np.int64] = np.zeros((0, 3), np.int64)


def packed_pair(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two ids in one number; they rise as the pairs do."""
    packed: NDArray[np.int64] = (one << _HALF) | other
    return packed


def _both(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = one + other
    for column in (_SHORTEST, _LONGEST):
        np.maximum(one[:, column], other[:, column], out=rows[:, column])
    return rows


@kernel
def _merge(one: Any, other: Any, out: Any) -> int:
    """Rows of two rising lists of keys, those of the same key added up; returns their number."""
    keys, rows = one
    keys_, rows_ = other
    to_keys, to_rows = out
    i = j = size = 0
    while i < keys.size or j < keys_.size:
        is_here = i < keys.size and (j == keys_.size or keys[i] <= keys_[j])
        is_there = j < keys_.size and (i == keys.size or keys_[j] <= keys[i])
        to_keys[size] = keys[i] if is_here else keys_[j]
        own = rows[i] if is_here else rows_[j]
        for column in range(_WIDE):
            to_rows[size, column] = own[column]
        if is_here and is_there:
            for column in range(_SHORTEST):
                to_rows[size, column] += rows_[j, column]
            for column in range(_SHORTEST, _WIDE):
                to_rows[size, column] = max(own[column], rows_[j, column])
        i += is_here
        j += is_there
        size += 1
    return size


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
    """Rising pairs, all that occur among them, and of every event the place of its pair there.

    ``one``, ``other``: codes of events, and by code a number; the pair is the sum of both, below
    ``pairs``; ``SKIP`` where the first number is negative. At most 65,535 pairs. O(events).
    """
    codes, first, others, second = (sealed(array) for array in (*one, *other))
    there = np.full(pairs, pairs <= _FEW_PAIRS, np.uint8)
    if pairs > _FEW_PAIRS:
        _pairs_there(codes, first, others, second, there)
    ids = np.flatnonzero(there).astype(np.int64)
    coded = np.empty(one[0].size, np.uint16)
    if ids.size < SKIP:
        rank = np.zeros(pairs, np.uint16)
        rank[ids] = np.arange(ids.size)
        _pairs(codes, first, others, second, (rank, coded))
    return ids, coded


@kernel
def _count(journeys: Journeys, at: Array, beside: Any, rules: Array, out: Any) -> int:
    """Returns how many hand-overs are noted, each with its slot and the bin of its time.

    What chance decides is counted without branches, which would be guessed. Places are unsigned, as
    Numba asks of others whether they count from the end. Arrays are taken out of their tuples
    before the loop: Numba counts references to tuples.
    """
    offsets, codes, lookup, persons, events = journeys
    node_of, stage, base_of, goal = beside
    goal_codes, goal_lookup = goal
    (slots, fates), nodes, carried, changes, pending, notes = out
    slot_of, bin_of_note = notes
    places, any_node = np.uint64(node_of.size), np.uint64(nodes.shape[0])
    pairs = places * places
    has_goal = goal_codes.size > 0
    gap, window, until, bins = rules[0], rules[1], rules[2], rules[3]
    seen = np.zeros(slots.shape[0], np.uint32)
    here = np.zeros(nodes.shape[0], np.uint32)
    met = np.zeros(carried.shape[0], np.uint32)
    flat, last = slots.reshape(slots.size), offsets[offsets.size - 1] - 1
    noted = np.uint64(0)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        stamp = np.uint32(p + 1)
        before, node_before = np.uint64(0), any_node
        earlier, waiting, first_note = np.int64(_NEVER // 2), np.uint64(0), noted
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            place = np.uint64(lookup[codes[i]])
            now = np.int64(at[i])
            k = min(i + _SOON, last)
            soon = np.int64(lookup[codes[k - 1]]) * np.int64(places) + np.int64(lookup[codes[k]])
            fetch(seen, soon)
            fetch(flat, soon * 4)
            if place != np.uint64(SKIP):
                node = np.uint64(node_of[place])
                wait = now - earlier
                if wait <= gap:
                    is_same = node == node_before
                    slot = pairs + node if is_same else before * places + place
                    slot_of[noted] = slot
                    bin_of_note[noted] = bin_of(int(wait), PRECISION, bins)
                    noted += np.uint64(not is_same)
                    is_first = seen[slot] != stamp
                    seen[slot] = stamp
                    slots[slot, 0] += 1 + (np.int64(is_first) << _HALF)
                    slots[slot, 1] += wait
                    slots[slot, 2] = max(slots[slot, 2], gap - wait)
                    slots[slot, 3] = max(slots[slot, 3], wait)
                    if has_goal:
                        is_open = until - now < window
                        fates[slot, 0] += np.int64(is_first) << (_HALF * np.int64(is_open))
                        pending[waiting, 0] = slot
                        pending[waiting, 1] = now
                        waiting += np.uint64(is_first & (not is_open))
                elif node_before == any_node:
                    nodes[node, _STARTS] += 1
                elif node_before == node:
                    nodes[node, _RESUMED] += 1
                else:
                    nodes[node_before, _MOVED] += 1
                    nodes[node, _CAME] += 1
                base = np.uint64(base_of[stage[i]])
                cell, somewhere = base + node, base + any_node
                carried[cell, 0] += 1
                carried[cell, 1] += met[cell] != stamp
                carried[somewhere, 1] += met[somewhere] != stamp
                nodes[node, _VISITORS] += here[node] != stamp
                met[cell] = stamp
                met[somewhere] = stamp
                here[node] = stamp
                before, node_before, earlier = place, node, now
            if has_goal and goal_lookup[goal_codes[i]]:
                for k in range(waiting):
                    fates[np.uint64(pending[k, 0]), 1] += now - pending[k, 1] <= window
                waiting = np.uint64(0)
        if node_before != any_node:
            nodes[node_before, _ENDS] += 1
            nodes[node_before, _OPEN_ENDS] += until - earlier < gap
            changes[min(np.int64(noted - first_note), changes.size - 1)] += 1
    return int(noted)


def _beside(
    places: Places, stage: tuple[Array, Array], goal: Arrivals
) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    """By place its node, of every event its stage, by stage where its nodes are, and the goal."""
    first = (stage[1] * (places.nodes + 1)).astype(np.uint32)
    arrivals = sealed(goal[0]), sealed(goal[1])
    return sealed(places.node_of.astype(np.uint32)), sealed(stage[0]), first, arrivals


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


@kernel
def _fill_rows(slots: tuple[Array, Array], places: Array, gap: int, rows: Array) -> None:
    counts, fates = slots
    mask = np.int64((1 << _HALF) - 1)
    for row in range(places.size):
        count, fate = counts[places[row]], fates[places[row]]
        rows[row, _COUNT], rows[row, _PERSONS] = count[0] & mask, count[0] >> _HALF
        rows[row, _DUE], rows[row, _OPEN] = fate[0] & mask, fate[0] >> _HALF
        rows[row, _IN_TIME], rows[row, _TICKS] = fate[1], count[1]
        rows[row, _SHORTEST], rows[row, _LONGEST] = count[2] - gap, count[3]


def _rows(slots: tuple[Array, Array], places: NDArray[np.int64], gap: int) -> NDArray[np.int64]:
    """Slots as rows of ``HandOverCounts``; two numbers share a word, to be near each other."""
    rows = blank(places.size * _WIDE, np.int64).reshape(places.size, _WIDE)
    _fill_rows(slots, places, gap, rows)
    return rows


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
    a visit to the first of the next. Memory: 56 bytes per pair of places, and 6 per event.
    """
    size, nodes = places.ids.size, places.nodes
    pairs, bins = size * size, _bins(rules.gap, ticks_per_second)
    slots = np.zeros((pairs + nodes, 4), np.int64), np.zeros((pairs + nodes, 2), np.int64)
    by_node = np.zeros((nodes, len(_NODE_COLUMNS)), np.int64)
    carried = np.zeros((int(stage[1].max(initial=0)) + 1, nodes + 1, 2), np.int64)
    changes = np.zeros(MOST_CHANGES + 1, np.int64)
    pending = np.zeros((min(pairs + nodes, _longest(journeys)) + 1, 2), np.int64)
    events = int(journeys.offsets[-1] - journeys.offsets[0]) + 1
    notes = blank(events, np.int32), blank(events, np.uint16)
    out = (slots, by_node, carried.reshape(-1, 2), changes, pending, notes)
    beside, known = _beside(places, stage, goal), np.append(rules.packed(), bins)
    noted = _count(journeys.arguments(), sealed(at), beside, known, out)
    found = np.flatnonzero(slots[0][:pairs, 0])
    one, other = np.divmod(found, max(size, 1))
    keys, rows = packed_pair(places.ids[one], places.ids[other]), _rows(slots, found, rules.gap)
    own = (notes[0][:noted], notes[1][:noted])
    run = grouped_run(own, keys, found, count=rows[:, _COUNT], bins=bins)
    arrived = np.zeros(nodes, np.int64)
    np.add.at(arrived, places.node_of[other], rows[:, _COUNT])
    _complete(by_node, carried, arrived)
    stays = _rows(slots, np.arange(pairs, pairs + nodes), rules.gap)
    return HandOverCounts(keys, rows, (run,), bins, stays, by_node, carried, changes, _UNSETTLED)


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
