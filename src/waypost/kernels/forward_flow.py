"""How persons advance along ordered nodes: from each to the next one that lies further.

Going back is not drawn: a node counts once, when it is the furthest so far. So for every node:
starts + links into it = persons = links out of it + left + open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = ["ForwardFlow", "count_forward", "persons_forward"]


@dataclass(frozen=True, slots=True)
class ForwardFlow:
    """``links: int64[nodes, nodes]`` (row: from); ``starts: int64[nodes]``.

    ``ends: int64[nodes, 2]``: persons who got no further and left, and who are open.
    """

    links: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __add__(self, other: ForwardFlow) -> ForwardFlow:
        return ForwardFlow(
            self.links + other.links, self.starts + other.starts, self.ends + other.ends
        )

    def persons(self) -> NDArray[np.int64]:
        """``int64[nodes]``: persons for whom the node was the furthest so far."""
        return np.asarray(self.links.sum(axis=1) + self.ends.sum(axis=1), dtype=np.int64)


@kernel
def _forward(journeys: Journeys, at: Array, open_after: int, out: Any) -> None:
    """With ``wanted`` (from, to, end) it marks persons instead: −1 = any, from −2 = the start."""
    offsets, codes, lookup, persons, events = journeys
    links, starts, ends, wanted, found = out
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        furthest = -2
        latest = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            latest = int(at[i])
            node = int(lookup[codes[i]])
            if node == SKIP or node <= furthest:
                continue
            if furthest == -2:  # noqa: PLR2004 - nothing yet
                starts[node] += 1
            else:
                links[furthest, node] += 1
            if found.size and furthest == wanted[0] and node == wanted[1]:
                found[p] = 1
            if found.size and node == wanted[0] and wanted[1] < 0 and wanted[2] < 0:
                found[p] = 1
            furthest = node
        if furthest >= 0:
            end = int(latest > open_after)
            ends[furthest, end] += 1
            if found.size and furthest == wanted[0] and wanted[1] < 0 and wanted[2] == end:
                found[p] = 1


def _run(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    open_after: int,
    wanted: tuple[NDArray[np.int64], NDArray[np.uint8]],
) -> ForwardFlow:
    nodes = journeys.nodes
    links, starts = np.zeros((nodes, nodes), np.int64), np.zeros(nodes, np.int64)
    ends = np.zeros((nodes, 2), np.int64)
    _forward(journeys.arguments(), sealed(at), open_after, (links, starts, ends, *wanted))
    return ForwardFlow(links, starts, ends)


def count_forward(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, open_after: int
) -> ForwardFlow:
    """Persons between nodes in their order. O(events).

    A person whose latest event lies after ``open_after`` (ticks) is open at the furthest node.
    """
    nobody = (np.zeros(3, np.int64), np.zeros(0, np.uint8))
    return _run(journeys, at, open_after, nobody)


def persons_forward(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    link: tuple[int, int, int],
    open_after: int,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those at ``(origin, target, end)``.

    ``target`` −1: who ends there (``end`` 0: left, 1: open, −1: everybody who was there).
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    _run(journeys, at, open_after, (np.array(link, np.int64), found))
    return found
