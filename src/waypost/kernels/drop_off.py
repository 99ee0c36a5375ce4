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
_LOW = (1 << 32) - 1


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
def _last_existing(journeys: Journeys, p: int) -> int:
    """The person's latest event that exists; before the first where none does."""
    offsets, events = journeys[0], journeys[4]
    i = offsets[p + 1] - 1
    if events.size:
        while i >= offsets[p] and not events[i]:
            i -= 1
    return int(i)


@kernel
def _drop_off(journeys: Journeys, at: Array, open_after: int, numbers: Array) -> None:
    """A person's events are passed without a branch; ``here`` has two words a node.

    Persons seen here and, from bit 32 on, closed ones among them; the latest person.
    """
    offsets, codes, lookup, persons, events = journeys
    nodes = np.uint64(numbers.shape[0])
    here = np.zeros(2 * (numbers.shape[0] + 1), np.uint64)
    one, high = np.uint64(1), np.uint64(32)
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        latest = _last_existing(journeys, p)
        if latest < offsets[p]:
            continue
        is_open = int(at[latest]) > open_after
        seen = one if is_open else one + (one << high)
        person = np.uint64(p + 1)
        last = nodes
        for i in range(offsets[p], latest + 1):
            node = min(np.uint64(lookup[codes[i]]), nodes)
            if events.size:
                node = node if events[i] else nodes
            last = node if node < nodes else last
            place = node << one
            here[place] += seen * np.uint64(here[place + one] != person)
            here[place + one] = person
        if last < nodes:
            numbers[last, _OPEN if is_open else _ENDED] += 1
    for row in range(numbers.shape[0]):
        numbers[row, _VISITORS] = int(here[2 * row]) & _LOW
        numbers[row, _VISITORS_CLOSED] = int(here[2 * row]) >> 32


def count_drop_off(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, open_after: int
) -> DropOffCounts:
    """Where journeys end. O(events). One whose latest event lies after ``open_after`` is open.

    At most 2 ** 31 persons.
    """
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
