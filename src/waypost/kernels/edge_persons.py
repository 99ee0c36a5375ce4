"""How many persons take each transition, directly or at any time later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel

__all__ = ["BORDER", "EdgePersons", "count_edge_persons", "persons_on_edge"]

BORDER = -1
"""As origin: before a journey's first node; as target: after its last."""


@dataclass(frozen=True, slots=True)
class EdgePersons:
    """``edges: int64[nodes, nodes]`` (row: from) and ``visitors: int64[nodes]``: persons."""

    edges: NDArray[np.int64]
    visitors: NDArray[np.int64]

    def __add__(self, other: EdgePersons) -> EdgePersons:
        return EdgePersons(self.edges + other.edges, self.visitors + other.visitors)


@kernel
def _direct(journeys: Journeys, edges: Array, visitors: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    nodes = visitors.size
    edge_seen = np.zeros(nodes * nodes, np.uint32)
    node_seen = np.zeros(nodes, np.uint32)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        stamp = np.uint32(p + 1)
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]):
                continue
            visitors[node] += node_seen[node] != stamp
            node_seen[node] = stamp
            if before >= 0:
                edge = before * nodes + node
                edges[edge] += edge_seen[edge] != stamp
                edge_seen[edge] = stamp
            before = node


@kernel
def _eventual(journeys: Journeys, fold: int, edges: Array, visitors: Array) -> None:
    """A person has a … b exactly where their first a lies before their last b."""
    offsets, codes, lookup, persons, events = journeys
    nodes = visitors.size
    first, last = np.full(nodes, -1, np.int64), np.zeros(nodes, np.int64)
    seen = np.zeros(nodes, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        count = 0
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]) or (fold and node == before):
                continue
            before = node
            if first[node] < 0:
                first[node] = i
                seen[count] = node
                count += 1
            last[node] = i
        for k in range(count):
            visitors[seen[k]] += 1
            for other in range(count):
                edges[seen[k] * nodes + seen[other]] += first[seen[k]] < last[seen[other]]
        for k in range(count):
            first[seen[k]] = -1


def count_edge_persons(
    journeys: CodedJourneys, *, eventually: bool = False, fold: bool = False
) -> EdgePersons:
    """Persons with at least one transition a → b, and persons who were at a.

    ``eventually``: b at any time after a; with ``fold`` several events at a in a row are one.
    O(events), eventually also O(nodes met by a person, squared); 4 bytes a pair of nodes.
    """
    nodes = journeys.nodes
    edges, visitors = np.zeros(nodes * nodes, np.int64), np.zeros(nodes, np.int64)
    if eventually:
        _eventual(journeys.arguments(), int(fold), edges, visitors)
    else:
        _direct(journeys.arguments(), edges, visitors)
    return EdgePersons(edges.reshape(nodes, nodes), visitors)


@kernel
def _on_edge(journeys: Journeys, edge: tuple[int, int], eventually: int, found: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    origin, target = edge
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        before = BORDER
        begun = origin == BORDER
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]):
                continue
            reached = begun if eventually else before == origin
            if node == target and reached:
                found[p] = 1
                break
            begun = begun or node == origin
            before = node
        if target == BORDER and before >= 0 and before == origin:
            found[p] = 1


@kernel
def _back_at(journeys: Journeys, node: int, found: Array) -> None:
    """Who is at the node, then elsewhere, then there again."""
    offsets, codes, lookup, persons, events = journeys
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        visits = 0
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            here = int(lookup[codes[i]])
            if here == SKIP or (events.size and not events[i]):
                continue
            visits += here == node and before != node
            before = here
        found[p] = visits > 1


def persons_on_edge(
    journeys: CodedJourneys,
    edge: tuple[int, int],
    *,
    eventually: bool = False,
    fold: bool = False,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those that ``count_edge_persons`` counts at the edge.

    ``BORDER`` as origin means that the journey starts at the target, as target that it ends at the
    origin.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    origin, target = int(edge[0]), int(edge[1])
    if eventually and fold and origin == target:
        _back_at(journeys.arguments(), origin, found)
    else:
        _on_edge(journeys.arguments(), (origin, target), int(eventually), found)
    return found
