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

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of
from waypost.kernels.jit import kernel, sealed

__all__ = ["EdgeTimes", "TransitionCounts", "count_transitions", "time_edges"]

LANES = 4
MOST_NODES_IN_LANES = 512


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
    size = np.uint32(nodes * nodes)
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
def _borders(
    offsets: Array, codes: Array, joins: Array, starts: Array, ends: Array
) -> tuple[int, int]:
    nodes = starts.size
    begin = offsets[0]
    persons = 0
    linked = 0
    for p in range(offsets.size - 1):
        first = offsets[p]
        last = offsets[p + 1] - 1
        if last < first:
            continue
        persons += 1
        linked += last > first
        starts[codes[first]] += 1
        ends[codes[last]] += 1
        if first > begin:
            joins[int(codes[first - 1]) * nodes + int(codes[first])] += 1
    return persons, linked


@kernel
def _filtered(journeys: Journeys, nodes: int, lanes: Array, step: int) -> tuple[int, int]:
    """Count neighbours among what exists, with a border node before and after each person.

    Whether an event exists is added, not asked: masks are hard to guess for a processor.
    ``lookup`` gives ``nodes`` for what is no node.
    """
    offsets, codes, lookup, persons, events = journeys
    is_masked = events.size > 0
    border = np.uint64(nodes)
    wide = border + np.uint64(1)
    seen = 0
    linked = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        row = border * wide
        lane = np.uint64(0)
        found = np.uint64(0)
        for k in range(offsets[p], offsets[p + 1]):
            i = np.uint64(k)
            node = np.uint64(lookup[codes[i]])
            exists = np.uint64(node < border)
            if is_masked:
                exists &= np.uint64(events[i])
            lanes[lane + row + node] += np.uint32(exists)
            row = node * wide if exists else row
            found += exists
            lane ^= np.uint64(step)
        lanes[row + border] += np.uint32(1)
        seen += int(found > 0)
        linked += int(found > 1)
    return seen, linked


def count_transitions(journeys: CodedJourneys) -> TransitionCounts:
    """How often each node directly follows each, over all counted persons. O(events)."""
    if journeys.nodes <= MOST_NODES_IN_LANES and journeys.is_plain():
        return _count_plain(journeys)
    nodes = journeys.nodes
    wide = nodes + 1
    lanes = 2 if nodes <= MOST_NODES_IN_LANES else 1
    counts = np.zeros(lanes * wide * wide, np.uint32)
    offsets, codes, lookup, masked, existing = journeys.arguments()
    inside = sealed(np.minimum(lookup, nodes).astype(np.uint16))
    step = wide * wide if lanes > 1 else 0
    persons, linked = _filtered((offsets, codes, inside, masked, existing), nodes, counts, step)
    table = counts.reshape(lanes, wide, wide).sum(axis=0, dtype=np.int64)
    edges, starts, ends = table[:nodes, :nodes], table[nodes, :nodes], table[:nodes, nodes]
    return TransitionCounts(edges.copy(), starts.copy(), ends.copy(), int(persons), int(linked))


def _count_plain(journeys: CodedJourneys) -> TransitionCounts:
    offsets, codes, nodes = sealed(journeys.offsets), sealed(journeys.codes), journeys.nodes
    starts, ends = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    lanes = np.zeros(LANES * nodes * nodes, np.uint32)
    joins = np.zeros(nodes * nodes, np.int64)
    _pairs(codes, int(offsets[0]), int(offsets[-1]), nodes, lanes)
    persons, linked = _borders(offsets, codes, joins, starts, ends)
    edges = lanes.reshape(LANES, -1).sum(axis=0, dtype=np.int64) - joins
    return TransitionCounts(edges.reshape(nodes, nodes), starts, ends, persons, linked)


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
