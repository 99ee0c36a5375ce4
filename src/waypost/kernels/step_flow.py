"""Where persons go after their first visit of each ordered node.

For every node: persons = on + back + left + open, where on and back are told by the first
different node after the first visit (later or earlier in the order), left and open by its absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = ["MEASURES", "PRECISION", "FlowCounts", "count_flow", "persons_in_flow"]

MEASURES = ("persons", "starts", "left", "open", "returned", "reached_later", "on", "back")

PRECISION = 7
COUNT_BINS = 2_048

_PERSONS, _STARTS, _LEFT, _OPEN, _RETURNED, _LATER = range(6)
_FIRST_AT, _NEXT, _RUNS, _EVENTS, _MET_LATER = range(5)


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """One row per node, in order.

    ``numbers: int64[nodes, 6]`` (persons, journeys that start here, left, open, returned, reached
    a later node at any time afterwards); ``jumps: int64[nodes, nodes]`` persons by the first
    different node after their first visit; ``times``: ticks from the first visit to that node;
    ``visits``: events per visitor.
    """

    numbers: NDArray[np.int64]
    jumps: NDArray[np.int64]
    times: LogHistogram
    visits: LogHistogram

    def __add__(self, other: FlowCounts) -> FlowCounts:
        return FlowCounts(
            self.numbers + other.numbers,
            self.jumps + other.jumps,
            self.times + other.times,
            self.visits + other.visits,
        )

    def column(self, name: str) -> NDArray[np.int64]:
        """``persons``, ``starts``, ``left``, ``open``, ``returned`` or ``reached_later``."""
        names = ("persons", "starts", "left", "open", "returned", "reached_later")
        return self.numbers[:, names.index(name)]

    def on(self) -> NDArray[np.int64]:
        """``int64[nodes]``: persons whose first different node afterwards was a later one."""
        return np.asarray(np.triu(self.jumps, 1).sum(axis=1), dtype=np.int64)

    def back(self) -> NDArray[np.int64]:
        """``int64[nodes]``: persons whose first different node afterwards was an earlier one."""
        return np.asarray(np.tril(self.jumps, -1).sum(axis=1), dtype=np.int64)


@kernel
def _enter(node: int, before: int, now: int, person: Array, seen: tuple[Array, int]) -> int:
    """Note that a run at ``node`` begins; returns how many nodes the person has seen."""
    order, count = seen
    if before >= 0 and person[before, _NEXT] < 0:
        person[before, _NEXT] = node
        person[before, _FIRST_AT] = now - person[before, _FIRST_AT]
    for k in range(count):
        if order[k] < node:
            person[order[k], _MET_LATER] = 1
    person[node, _RUNS] += 1
    if person[node, _RUNS] == 1:
        person[node, _FIRST_AT] = now
        order[count] = node
        return count + 1
    return count


@kernel
def _settle(node: int, person: Array, is_open: int, out: Any) -> None:
    numbers, jumps, times, sums, visits, visit_sums = out
    numbers[node, _PERSONS] += 1
    numbers[node, _RETURNED] += person[node, _RUNS] > 1
    numbers[node, _LATER] += person[node, _MET_LATER]
    record(visits, visit_sums, node, person[node, _EVENTS], PRECISION)
    if person[node, _NEXT] >= 0:
        jumps[node, person[node, _NEXT]] += 1
        record(times, sums, node, person[node, _FIRST_AT], PRECISION)
    elif is_open:
        numbers[node, _OPEN] += 1
    else:
        numbers[node, _LEFT] += 1
    person[node] = 0
    person[node, _NEXT] = -1


@kernel
def _flow(journeys: Journeys, at: Array, open_after: int, nodes: int, out: Any) -> None:
    offsets, codes, lookup, persons, events = journeys
    person = np.zeros((nodes, 5), np.int64)
    person[:, _NEXT] = -1
    order = np.zeros(nodes + 1, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        before = -1
        count = 0
        latest = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            latest = int(at[i])
            node = int(lookup[codes[i]])
            if node == SKIP:
                continue
            if node != before:
                if before < 0:
                    out[0][node, _STARTS] += 1
                count = _enter(node, before, latest, person, (order, count))
                before = node
            person[node, _EVENTS] += 1
        for k in range(count):
            _settle(order[k], person, int(latest > open_after), out)


def count_flow(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    open_after: int,
    ticks_per_second: int,
) -> FlowCounts:
    """Where persons go from each node. O(events × nodes met by a person).

    A person whose latest event lies after ``open_after`` (ticks) and who went nowhere from a node
    is open there, else has left.
    """
    nodes = journeys.nodes
    numbers, jumps = np.zeros((nodes, 6), np.int64), np.zeros((nodes, nodes), np.int64)
    times, sums = LogHistogram.blank(nodes, bin_count(PRECISION, ticks_per_second))
    visits, visit_sums = LogHistogram.blank(nodes, COUNT_BINS)
    out = (numbers, jumps, times, sums, visits, visit_sums)
    _flow(journeys.arguments(), sealed(at), open_after, nodes, out)
    return FlowCounts(
        numbers,
        jumps,
        LogHistogram.of(times, sums, PRECISION),
        LogHistogram.of(visits, visit_sums, PRECISION),
    )


@kernel
def _in_flow(
    journeys: Journeys, at: Array, open_after: int, wanted: tuple[int, int, int], found: Array
) -> None:
    offsets, codes, lookup, persons, events = journeys
    measure, here, target = wanted
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        before = -1
        following = -1
        first = -1
        runs = 0
        later = 0
        latest = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            latest = int(at[i])
            node = int(lookup[codes[i]])
            if node in (SKIP, before):
                continue
            if first < 0:
                first = node
            runs += node == here
            later |= runs > 0 and node > here
            if before == here and following < 0:
                following = node
            before = node
        gone = runs > 0 and following < 0
        is_open = latest > open_after
        answers = (
            runs > 0,
            first == here,
            gone and not is_open,
            gone and is_open,
            runs > 1,
            later > 0,
            following > here and target in (-1, following),
            0 <= following < here and target in (-1, following),
        )
        found[p] = answers[measure]


def persons_in_flow(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    open_after: int,
    measure: str,
    nodes: tuple[int, int],
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those that ``count_flow`` counts in ``measure`` at ``nodes[0]``.

    ``nodes[1]``: of those ``on`` and ``back`` only who went to that node; −1 = to any.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    wanted = (MEASURES.index(measure), int(nodes[0]), int(nodes[1]))
    _in_flow(journeys.arguments(), sealed(at), open_after, wanted, found)
    return found
