"""At which node journeys end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = ["MEASURES", "DropOffCounts", "count_drop_off", "persons_at_end"]

MEASURES = ("ended", "open", "visitors", "visitors_closed")

_ENDED, _OPEN, _VISITORS, _VISITORS_CLOSED = range(4)


@dataclass(frozen=True, slots=True)
class DropOffCounts:
    """``numbers: int64[nodes, 4]``, by node.

    Persons whose closed journey ended here, whose open journey was here last, who were here at all,
    and of these those whose journey is closed.
    """

    numbers: NDArray[np.int64]

    def __add__(self, other: DropOffCounts) -> DropOffCounts:
        return DropOffCounts(self.numbers + other.numbers)

    @property
    def ended(self) -> NDArray[np.int64]:
        """``int64[nodes]``: closed journeys whose last node this is."""
        return self.numbers[:, _ENDED]

    @property
    def open(self) -> NDArray[np.int64]:
        """``int64[nodes]``: open journeys whose last node so far this is."""
        return self.numbers[:, _OPEN]

    @property
    def visitors(self) -> NDArray[np.int64]:
        """``int64[nodes]``: persons who were here."""
        return self.numbers[:, _VISITORS]

    @property
    def visitors_closed(self) -> NDArray[np.int64]:
        """``int64[nodes]``: persons who were here and whose journey is closed."""
        return self.numbers[:, _VISITORS_CLOSED]


@kernel
def _drop_off(journeys: Journeys, at: Array, open_after: int, numbers: Array) -> None:
    offsets, codes, lookup, persons, events = journeys
    nodes = numbers.shape[0]
    stamps = np.zeros(nodes, np.int64)
    seen = np.zeros(nodes, np.int64)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        last = -1
        latest = 0
        count = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            latest = int(at[i])
            node = int(lookup[codes[i]])
            if node == SKIP:
                continue
            last = node
            if stamps[node] != p + 1:
                stamps[node] = p + 1
                seen[count] = node
                count += 1
        if last < 0:
            continue
        is_open = latest > open_after
        numbers[last, _OPEN if is_open else _ENDED] += 1
        for k in range(count):
            numbers[seen[k], _VISITORS] += 1
            numbers[seen[k], _VISITORS_CLOSED] += not is_open


def count_drop_off(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, open_after: int
) -> DropOffCounts:
    """Where journeys end. O(events). One whose latest event lies after ``open_after`` is open."""
    numbers = np.zeros((journeys.nodes, 4), np.int64)
    _drop_off(journeys.arguments(), sealed(at), open_after, numbers)
    return DropOffCounts(numbers)


@kernel
def _at_end(
    journeys: Journeys, at: Array, open_after: int, wanted: tuple[int, int], found: Array
) -> None:
    offsets, codes, lookup, persons, events = journeys
    measure, wanted_node = wanted
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        last = -1
        latest = 0
        was_there = False
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            latest = int(at[i])
            node = int(lookup[codes[i]])
            if node != SKIP:
                last = node
                was_there = was_there or node == wanted_node
        is_open = latest > open_after
        if measure in (_ENDED, _OPEN):
            found[p] = last == wanted_node and is_open == (measure == _OPEN)
        else:
            found[p] = was_there and not (is_open and measure == _VISITORS_CLOSED)


def persons_at_end(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    open_after: int,
    measure: str,
    node: int,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those that ``count_drop_off`` counts in ``measure`` at the node."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    wanted = (MEASURES.index(measure), node)
    _at_end(journeys.arguments(), sealed(at), open_after, wanted, found)
    return found
