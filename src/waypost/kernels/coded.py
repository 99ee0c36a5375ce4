"""Journeys seen through one code array, as every kernel takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel, sealed

__all__ = [
    "ALL",
    "SKIP",
    "Array",
    "CodedJourneys",
    "Journeys",
    "any_event_per_person",
    "first_code_per_unit",
]

Array = NDArray[Any]

Journeys = tuple[Array, Array, Array, Array, Array]
"""Offsets, codes, lookup, persons and events: how a kernel takes journeys."""

SKIP = 65_535
"""In a lookup: events with this code do not exist for the question."""

ALL: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
"""A mask that leaves nothing out."""


@dataclass(frozen=True, slots=True)
class CodedJourneys:
    """Some persons' events as nodes.

    ``offsets: int64[persons + 1]`` points into the whole arrays and need not begin with 0;
    ``codes: uint8|uint16[events]``; ``lookup: uint16[dictionary]`` gives the node of a code or
    ``SKIP``; ``nodes`` is how many there are; ``persons: uint8[persons]`` and ``events:
    uint8[events]`` say what counts (1), empty means all.
    """

    offsets: NDArray[np.int64]
    codes: NDArray[np.unsignedinteger[Any]]
    lookup: NDArray[np.unsignedinteger[Any]]
    nodes: int
    persons: NDArray[np.uint8]
    events: NDArray[np.uint8]

    def is_plain(self) -> bool:
        """Whether every event's code is its own node and nobody and nothing is left out."""
        begin, end = int(self.offsets[0]), int(self.offsets[-1])
        if self.persons.size or self.events.size or end == begin:
            return False
        same = np.array_equal(self.lookup[: self.nodes], np.arange(self.nodes))
        return same and int(self.codes[begin:end].max()) < self.nodes

    def arguments(self) -> Journeys:
        """The arrays in the one type that kernels compile for."""
        return (
            sealed(self.offsets),
            sealed(self.codes),
            sealed(self.lookup),
            sealed(self.persons),
            sealed(self.events),
        )


@kernel
def _any_event(offsets: Array, events: Array, found: Array) -> None:
    for p in range(offsets.size - 1):
        for i in range(offsets[p], offsets[p + 1]):
            if events[i]:
                found[p] = 1
                break


def any_event_per_person(
    offsets: NDArray[np.int64], events: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 where at least one of the person's events is 1 in ``events``."""
    found = np.zeros(offsets.size - 1, dtype=np.uint8)
    _any_event(sealed(offsets), sealed(events), found)
    return found


@kernel
def _first_code(offsets: Array, codes: Array, events: Array, found: Array) -> None:
    for p in range(offsets.size - 1):
        for i in range(offsets[p], offsets[p + 1]):
            if codes[i] >= 0 and (events.size == 0 or events[i]):
                found[p] = codes[i]
                break


def first_code_per_unit(
    offsets: NDArray[np.int64], codes: NDArray[np.int32], events: NDArray[np.uint8]
) -> NDArray[np.int32]:
    """``int32[units]``: the code of the first event that exists and has one; -1 where none has.

    ``events: uint8[events]``, 1 = exists, empty = all.
    """
    found = np.full(offsets.size - 1, -1, dtype=np.int32)
    _first_code(sealed(offsets), sealed(codes), sealed(events), found)
    return found
