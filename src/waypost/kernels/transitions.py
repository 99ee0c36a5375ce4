"""How often one node directly follows another, and how long that takes.

The directly-follows graph of process mining (W. van der Aalst, Process Mining, 2nd ed. 2016,
section 6.2), kept with starts and ends so that it conserves, for every node:
starts + inflow = outflow + ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys, block_end, longest_unit
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.transitions_kept import count_kept
from waypost.kernels.transitions_near import (
    NEAR_CODES,
    STRETCH,
    as_nodes,
    blank_pairs,
    flush_pairs,
    near_lanes,
    near_pairs,
)

__all__ = ["EdgeTimes", "TransitionCounts", "count_transitions", "time_edges"]

LANES = 4
MOST_NODES_IN_LANES = 512
BLOCK = 1 << 15
"""Events that are kept together, so that they stay in a near cache."""
NODE_BITS = 16


@dataclass(frozen=True, slots=True)
class TransitionCounts:
    """``edges: int64[nodes, nodes]`` (row: from), ``starts`` and ``ends``: ``int64[nodes]``.

    ``persons``: how many had at least one event that exists; ``linked``: how many had two.
    """

    edges: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    persons: int
    linked: int

    def __add__(self, other: TransitionCounts) -> TransitionCounts:
        return TransitionCounts(
            self.edges + other.edges,
            self.starts + other.starts,
            self.ends + other.ends,
            self.persons + other.persons,
            self.linked + other.linked,
        )


@kernel
def _pairs(codes: Array, begin: int, end: int, nodes: int, lanes: Array) -> None:
    """Count neighbours across persons, without a branch.

    Four tables, so that an increment does not wait for the one before it in the same cell; pairs
    that join two persons are taken back by ``_borders``.
    """
    size = np.uint32(nodes * nodes if lanes.size > nodes * nodes else 0)
    wide = np.uint32(nodes)
    i = np.uint64(begin)
    stop = np.uint64(end)
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    first = np.uint32(codes[i])
    while i + four < stop:
        second = np.uint32(codes[i + one])
        third = np.uint32(codes[i + two])
        fourth = np.uint32(codes[i + three])
        fifth = np.uint32(codes[i + four])
        lanes[first * wide + second] += 1
        lanes[size + second * wide + third] += 1
        lanes[size + size + third * wide + fourth] += 1
        lanes[size + size + size + fourth * wide + fifth] += 1
        first = fifth
        i += four
    while i + one < stop:
        second = np.uint32(codes[i + one])
        lanes[first * wide + second] += 1
        first = second
        i += one


@kernel
def _first_join(offsets: Array, persons: Array) -> int:
    """The first person who begins where another's events end; those before are counted."""
    p, origin = 1, offsets[0]
    while offsets[p] == origin:
        p += 1
    persons[0] += 1
    persons[1] += offsets[p] - origin > 1
    return p


@kernel
def _joins(offsets: Array, pairs: Array, cut: Any, joins: Array, persons: Array) -> int:
    """Count the pairs that join two persons, from person ``cut[0]`` to the event ``cut[1]``.

    Nobody before may be without events only. ``pairs: uint16``: two codes from every event on;
    ``joins: uint32[64 * 64]``, 64 times the second + first; ``persons``: those with an event, those
    with two. Returns the next person. Without a branch: who has events is hard to guess.
    """
    first, one = cut[0], np.uint64(1)
    last = first + np.searchsorted(offsets[first : offsets.size - 1], cut[1])
    some, two, begin = np.uint64(0), np.uint64(0), np.uint64(offsets[first])
    for q in range(np.uint64(first), np.uint64(last)):
        end = np.uint64(offsets[q + one])
        is_some = np.uint64(end > begin)
        some += is_some
        two += np.uint64(end > begin + one)
        pair = np.uint32(pairs[begin - one])
        joins[(pair & np.uint32(63)) | (pair >> np.uint32(8) << np.uint32(6))] += np.uint32(is_some)
        begin = end
    persons[0] += some
    persons[1] += two
    return int(last)


@kernel
def _occurs(edges: Array, lookup: Array, nodes: int) -> bool:
    """Whether a code without a node follows another."""
    found = False
    for code in range(NEAR_CODES):
        found = found or (lookup[code] >= nodes and edges[code].any())
    return found


@kernel
def _is_far(lanes: Array) -> bool:
    """Whether a code beyond 63 followed another: there its row is."""
    found = np.uint16(0)
    for place in range(256 * NEAR_CODES, 256 * 256):
        found |= lanes[place]
    return bool(found > 0)


@kernel
def _near(journeys: Any, lanes: Array, sums: Array, persons: Array) -> bool:
    """Count stretch by stretch, while codes are near; False where a code is left out or too large.

    ``sums``: as in ``as_nodes``.
    """
    offsets, codes, words, lookup = journeys
    begin, end = offsets[0], offsets[offsets.size - 1]
    if codes[begin] >= NEAR_CODES or lookup[codes[begin]] >= sums.shape[1]:
        return False
    found = blank_pairs()
    edges, joins, borders = found
    borders[0, codes[begin]] += 1
    person = _first_join(offsets, persons)
    while begin < end:
        stop = min(begin + STRETCH, end)
        near_pairs(codes, begin, min(stop + 1, end), lanes)
        if _is_far(lanes):
            return False
        flush_pairs(lanes, edges)
        if _occurs(edges, lookup, sums.shape[1]):
            return False
        person = _joins(offsets, words, (person, stop), joins, persons)
        begin = stop
    borders[1, codes[end - 1]] += 1
    as_nodes(found, lookup, sums)
    return True


@kernel
def _runs(offsets: Array, persons: Array, cut: tuple[int, int], into: Array) -> tuple[int, int]:
    """Counted persons of a block, and the runs of events between those who are not, unbranched.

    ``into: uint64[3, …]``: where runs begin and, one place later, end, and who is counted.
    """
    begins, ends, who = into[0], into[1], into[2]
    runs, found, before = np.uint64(0), np.uint64(0), np.uint64(0)
    one = np.uint64(1)
    for p in range(cut[0], cut[1]):
        now = np.uint64(persons[p] > 0)
        begins[runs] = offsets[p]
        who[found] = p
        runs += now & (before ^ one)
        # Place 0 takes what ends nowhere.
        ends[runs * now] = offsets[p + 1]
        found += now
        before = now
    return int(runs), int(found)


@kernel
def _keep(
    codes: Array, entries: Array, others: Array, table: Array, into: Array, block: Any
) -> int:
    """Move the nodes of events that exist together; ``block`` has the runs and where they go.

    ``entries``: by code its node, and one bit above whether it is one. Whether an event exists is
    added, not asked: masks are hard to guess for a processor.
    """
    begins, ends, base, runs, ranks = block
    one, high = np.uint64(1), np.uint32(NODE_BITS)
    size = np.uint64(0)
    for run in range(runs):
        i, end = np.uint64(begins[run]), np.uint64(ends[run + 1])
        while i < end:
            entry = entries[codes[i]]
            ranks[i - base] = size
            into[size] = np.uint16(entry)
            size += np.uint64((entry >> high) & np.uint32(table[others[i]]))
            i += one
        ranks[end - base] = size
    return int(size)


@kernel
def _kept_joins(
    offsets: Array, who: Array, kept: Array, ranks: Array, nodes: int, joins: Array
) -> tuple[int, int]:
    """As ``_joins``, of the events kept; ``ranks``: where those from an event on are."""
    base, one, wide = np.uint64(offsets[0]), np.uint64(1), np.uint64(nodes)
    persons = 0
    linked = 0
    for k in range(who.size):
        p = np.uint64(who[k])
        first = np.uint64(ranks[np.uint64(offsets[p]) - base])
        after = np.uint64(ranks[np.uint64(offsets[p + one]) - base])
        if after > first:
            persons += 1
            linked += int(after > first + one)
            if first > 0:
                joins[np.uint64(kept[first - one]) * wide + np.uint64(kept[first])] += np.uint32(1)
    return persons, linked


@kernel
def _filtered(journeys: Any, room: Any, nodes: int, lanes: Array, sums: Array) -> tuple[int, int]:
    """Block by block: keep what exists, then count as if all of it did."""
    offsets, codes, entries, persons, others, table = journeys
    kept, ranks, runs = room
    joins, starts, ends = sums[:-2], sums[-2], sums[-1]
    flat = joins.reshape(nodes * nodes)
    seen = linked = first = 0
    while first < offsets.size - 1:
        last = block_end(offsets, first, BLOCK)
        base = np.uint64(offsets[first])
        if persons.size:
            many, found = _runs(offsets, persons, (first, last), runs)
        else:
            many, found = 1, int(last - first)
            runs[0, 0], runs[1, 1] = base, offsets[last]
            for p in range(first, last):
                runs[2, p - first] = p
        size = _keep(codes, entries, others, table, kept, (runs[0], runs[1], base, many, ranks))
        if size:
            who = runs[2, :found] - np.uint64(first)
            some, two = _kept_joins(offsets[first : last + 1], who, kept, ranks, nodes, flat)
            seen += some
            linked += two
            starts[kept[0]] += 1
            ends[kept[size - 1]] += 1
            _pairs(kept, 0, size, nodes, lanes)
        first = int(last)
    return seen, linked


def count_transitions(journeys: CodedJourneys) -> TransitionCounts:
    """How often each node directly follows each, over all counted persons. O(events).

    Memory: 20 bytes a pair of nodes, and 6 bytes an event of the longest journey.
    """
    near = _count_near(journeys)
    if near is not None:
        return near
    nodes, offsets = journeys.nodes, sealed(journeys.offsets)
    codes, persons = sealed(journeys.codes), sealed(journeys.persons)
    others, table = journeys.existence()
    inside = np.flatnonzero(journeys.lookup < nodes)
    entries = np.zeros(journeys.lookup.size, np.uint32)
    entries[inside] = journeys.lookup[inside] | np.uint32(1 << NODE_BITS)
    most = max(BLOCK, int(longest_unit(offsets))) + 1
    room = (
        np.empty(most, np.uint16),
        np.empty(most, np.uint32),
        np.empty((3, min(most, offsets.size) + 1), np.uint64),
    )
    lanes = _lanes(nodes)
    sums = np.zeros((nodes + 2, nodes), np.uint32)
    seen = (offsets, codes, sealed(entries), persons, others, table)
    seen_persons, linked = _filtered(seen, room, nodes, lanes, sums)
    return _counts(lanes, sums[:nodes], (sums[-2], sums[-1]), (seen_persons, linked))


def _lanes(nodes: int) -> NDArray[np.uint32]:
    """Tables of pairs that are added up in the end; one where four would not fit a cache."""
    lanes = LANES if nodes <= MOST_NODES_IN_LANES else 1
    return np.zeros(lanes * nodes * nodes, np.uint32)


def _counts(
    lanes: NDArray[np.uint32],
    joins: NDArray[np.uint32],
    borders: tuple[NDArray[Any], NDArray[Any]],
    persons: tuple[int, int],
) -> TransitionCounts:
    """Take the joins back out: there one person ends and the next starts."""
    edges = lanes.reshape(-1, *joins.shape).sum(axis=0, dtype=np.int64)
    edges -= joins
    starts = joins.sum(axis=0, dtype=np.int64) + borders[0]
    ends = joins.sum(axis=1, dtype=np.int64) + borders[1]
    return TransitionCounts(edges, starts, ends, int(persons[0]), int(persons[1]))


def _count_near(journeys: CodedJourneys) -> TransitionCounts | None:
    """Where codes are few; None where they are not, or one that is left out occurs unmasked."""
    # Not zeros: making them lets go of the interpreter lock, and getting it back takes long.
    sums = np.empty((journeys.nodes + 2, journeys.nodes), np.int64)
    persons = np.zeros(2, np.int64)
    count = count_kept if journeys.is_cut() else _count_all
    if not count(journeys, sums, persons):
        return None
    return TransitionCounts(sums[:-2], sums[-2], sums[-1], int(persons[0]), int(persons[1]))


def _count_all(
    journeys: CodedJourneys, sums: NDArray[np.int64], persons: NDArray[np.int64]
) -> bool:
    """As ``count_kept``, where everybody counts and every event is at a node."""
    offsets, codes, lookup = (
        sealed(one) for one in (journeys.offsets, journeys.codes, journeys.lookup)
    )
    if codes.dtype != np.uint8 or offsets[-1] - offsets[0] < 2:  # noqa: PLR2004 - a pair
        return False
    words = np.ndarray((codes.size - 1,), np.uint16, codes, strides=(1,))
    lanes = near_lanes()
    if _near((offsets, codes, words, lookup), lanes, sums, persons):
        return True
    lanes[:] = 0
    return False


@dataclass(frozen=True, slots=True)
class EdgeTimes:
    """Times on edges, one histogram row each; ``keys: int64[edges]`` rise, from * nodes + to."""

    keys: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: EdgeTimes) -> EdgeTimes:
        if np.array_equal(self.keys, other.keys):
            return EdgeTimes(self.keys, self.times + other.times)
        keys = np.union1d(self.keys, other.keys)
        return EdgeTimes(keys, self._over(keys) + other._over(keys))

    def _over(self, keys: NDArray[np.int64]) -> LogHistogram:
        place = np.searchsorted(keys, self.keys)
        counts, sums = LogHistogram.blank(keys.size, self.times.counts.shape[1])
        sums[place] = self.times.sums()
        counts[place] = self.times.counts
        return LogHistogram.of(counts, sums, self.times.precision)


@kernel
def _edge_times(
    journeys: Journeys, at: Array, slots: Array, nodes: int, precision: int, out: Any
) -> None:
    """Count in bytes, which a near cache holds, and carry over what they cannot."""
    offsets, codes, lookup, persons, events = journeys
    counts, sums = out
    bins, one, two = counts.shape[1], np.uint64(1), np.uint64(2)
    wide = np.uint64(bins + (-bins & 7))
    near = np.zeros(counts.shape[0] * int(wide), np.uint8)
    limits = np.zeros(4 * counts.shape[0], np.int64)
    limits[1::4], limits[2::4] = sums[:, 1], sums[:, 2]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        i, end = np.uint64(offsets[p]), np.uint64(offsets[p + 1])
        begun = False
        row = np.uint64(0)
        earlier = 0
        while i < end:
            node = np.uint64(lookup[codes[i]])
            now = int(at[i])
            exists = node != SKIP and (events.size == 0 or events[i] > 0)
            i += one
            if not exists:
                continue
            if begun:
                slot = np.uint64(slots[row + node])
                ticks = now - earlier
                place = slot * wide + np.uint64(bin_of(ticks, precision, bins))
                tally = near[place] + np.uint8(1)
                near[place] = tally
                if np.uint8(tally) == 0:
                    counts[place // wide, place % wide] += 256
                first = slot << two
                limits[first] += ticks
                if ticks < limits[first + one]:
                    limits[first + one] = ticks
                if ticks > limits[first + two]:
                    limits[first + two] = ticks
            row = node * np.uint64(nodes)
            earlier = now
            begun = True
    for column in range(3):
        sums[:, column] = limits[column::4]
    _carry(near, near.view(np.uint64), int(wide), counts)


@kernel
def _carry(near: Array, eights: Array, wide: int, counts: Array) -> None:
    """Add bytes to counts; where eight are 0 nothing is touched, so that memory stays unused."""
    rows, bins = counts.shape
    for row in range(rows):
        for eight in range(row * wide >> 3, (row + 1) * wide >> 3):
            if eights[eight]:
                first = 8 * eight - row * wide
                for place in range(first, min(first + 8, bins)):
                    counts[row, place] += near[row * wide + place]


def time_edges(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    edges: NDArray[np.int64],
    precision: int,
    ticks_per_second: int,
) -> EdgeTimes:
    """Times in ticks between the two events of every transition that ``edges`` counts.

    A second pass after ``count_transitions``; ``edges: int64[nodes, nodes]`` is its answer.
    """
    keys = np.flatnonzero(edges).astype(np.int64)
    slots = np.zeros(edges.size, np.int32)
    slots[keys] = np.arange(keys.size, dtype=np.int32)
    blank = LogHistogram.blank(keys.size, bin_count(precision, ticks_per_second))
    _edge_times(journeys.arguments(), sealed(at), slots, journeys.nodes, precision, blank)
    return EdgeTimes(keys, LogHistogram.of(*blank, precision))
