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

from waypost.kernels.coded import SKIP, CodedJourneys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of
from waypost.kernels.jit import kernel, sealed

__all__ = ["EdgeTimes", "TransitionCounts", "count_transitions", "time_edges"]

LANES = 4
LEAST = np.iinfo(np.int64).max
GREATEST = np.iinfo(np.int64).min


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
def _pairs(codes, begin, end, nodes, lanes):  # type: ignore[no-untyped-def] # Numba infers
    # Neighbours are counted across persons, without a branch, in four tables so that the same cell
    # is not waited for; the pairs that join two persons are taken back afterwards.
    i = begin + 1
    while i + 3 < end:
        lanes[0, np.int64(codes[i - 1]) * nodes + codes[i]] += 1
        lanes[1, np.int64(codes[i]) * nodes + codes[i + 1]] += 1
        lanes[2, np.int64(codes[i + 1]) * nodes + codes[i + 2]] += 1
        lanes[3, np.int64(codes[i + 2]) * nodes + codes[i + 3]] += 1
        i += 4
    while i < end:
        lanes[0, np.int64(codes[i - 1]) * nodes + codes[i]] += 1
        i += 1


@kernel
def _borders(offsets, codes, nodes, joins, starts, ends):  # type: ignore[no-untyped-def] # Numba infers
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
            joins[np.int64(codes[first - 1]) * nodes + codes[first]] += 1
    return persons, linked


@kernel
def _filtered(offsets, codes, lookup, persons, events, edges, starts, ends):  # type: ignore[no-untyped-def] # Numba infers
    nodes = starts.size
    everybody = persons.size == 0
    everything = events.size == 0
    seen = 0
    linked = 0
    for p in range(offsets.size - 1):
        if not (everybody or persons[p]):
            continue
        before = -1
        pairs = 0
        for i in range(offsets[p], offsets[p + 1]):
            node = np.int64(lookup[codes[i]])
            if node == SKIP or not (everything or events[i]):
                continue
            if before < 0:
                starts[node] += 1
            else:
                edges[before * nodes + node] += 1
                pairs += 1
            before = node
        if before >= 0:
            ends[before] += 1
            seen += 1
            linked += pairs > 0
    return seen, linked


def count_transitions(journeys: CodedJourneys) -> TransitionCounts:
    """How often each node directly follows each, over all counted persons. O(events)."""
    nodes = journeys.nodes
    starts, ends = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    if journeys.is_plain():
        edges, persons, linked = _count_plain(journeys, starts, ends)
    else:
        edges = np.zeros(nodes * nodes, np.int64)
        persons, linked = _filtered(*journeys.arguments(), edges, starts, ends)
    return TransitionCounts(edges.reshape(nodes, nodes), starts, ends, int(persons), int(linked))


def _count_plain(
    journeys: CodedJourneys, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int, int]:
    offsets, codes, nodes = sealed(journeys.offsets), sealed(journeys.codes), journeys.nodes
    lanes = np.zeros((LANES, nodes * nodes), np.uint32)
    joins = np.zeros(nodes * nodes, np.int64)
    _pairs(codes, int(offsets[0]), int(offsets[-1]), nodes, lanes)
    persons, linked = _borders(offsets, codes, nodes, joins, starts, ends)
    return lanes.sum(axis=0, dtype=np.int64) - joins, persons, linked


@dataclass(frozen=True, slots=True)
class EdgeTimes:
    """Times on edges: ``keys: int64[edges]`` (from * nodes + to, rising), one histogram row each."""

    keys: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: EdgeTimes) -> EdgeTimes:
        keys = np.union1d(self.keys, other.keys)
        return EdgeTimes(keys, self._over(keys) + other._over(keys))

    def _over(self, keys: NDArray[np.int64]) -> LogHistogram:
        place = np.searchsorted(keys, self.keys)
        counts = np.zeros((keys.size, self.times.counts.shape[1]), self.times.counts.dtype)
        total = np.zeros(keys.size, np.int64)
        least, greatest = np.full(keys.size, LEAST), np.full(keys.size, GREATEST)
        counts[place], total[place] = self.times.counts, self.times.total
        least[place], greatest[place] = self.times.least, self.times.greatest
        return LogHistogram(counts, total, least, greatest, self.times.precision)


@kernel
def _edge_times(offsets, codes, lookup, persons, events, at, slots, nodes, precision, counts, sums):  # type: ignore[no-untyped-def] # Numba infers
    everybody = persons.size == 0
    everything = events.size == 0
    bins = counts.shape[1]
    for p in range(offsets.size - 1):
        if not (everybody or persons[p]):
            continue
        before = -1
        earlier = np.int64(0)
        for i in range(offsets[p], offsets[p + 1]):
            node = np.int64(lookup[codes[i]])
            if node == SKIP or not (everything or events[i]):
                continue
            now = np.int64(at[i])
            if before >= 0:
                slot = slots[before * nodes + node]
                duration = now - earlier
                counts[slot, bin_of(duration, precision, bins)] += 1
                sums[slot, 0] += duration
                sums[slot, 1] = min(sums[slot, 1], duration)
                sums[slot, 2] = max(sums[slot, 2], duration)
            before = node
            earlier = now


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
    counts = np.zeros((keys.size, bin_count(precision, ticks_per_second)), np.uint32)
    sums = np.zeros((keys.size, 3), np.int64)
    sums[:, 1], sums[:, 2] = LEAST, GREATEST
    _edge_times(*journeys.arguments(), sealed(at), slots, journeys.nodes, precision, counts, sums)
    return EdgeTimes(keys, LogHistogram(counts.astype(np.int64), *sums.T.copy(), precision))
