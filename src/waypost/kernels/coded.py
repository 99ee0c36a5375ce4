"""Journeys seen through one code array, as every kernel takes them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel, sealed

__all__ = [
    "ALL",
    "NO_LOOKUP",
    "SKIP",
    "Array",
    "CodedJourneys",
    "EventChoice",
    "Journeys",
    "any_event_per_person",
    "block_end",
    "first_code_per_unit",
    "longest_unit",
]

Array = NDArray[Any]

Journeys = tuple[Array, Array, Array, Array, Array]
"""Offsets, codes, lookup, persons and events: how a kernel takes journeys."""

SKIP = 65_535
"""In a lookup: events with this code do not exist for the question."""

ALL: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
"""A mask that leaves nothing out."""

NO_LOOKUP: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
"""A lookup that leaves every number as it is."""


@dataclass(frozen=True, slots=True)
class EventChoice:
    """Which events exist, decided by one code of each, for kernels that look at few of them.

    ``codes: uint8|uint16[events]``; ``table: uint8`` by code, as long as codes could be.
    """

    codes: NDArray[np.unsignedinteger[Any]]
    table: NDArray[np.uint8]

    @classmethod
    def of(cls, codes: NDArray[np.unsignedinteger[Any]], table: NDArray[np.uint8]) -> EventChoice:
        """The choice by a table that is as long as there are codes."""
        return cls(codes, _widened(codes, table))


def _widened(
    codes: NDArray[np.unsignedinteger[Any]], table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    wide = np.zeros(int(np.iinfo(codes.dtype).max) + 1, np.uint8)
    wide[: table.size] = table
    return wide


@dataclass(frozen=True, slots=True)
class CodedJourneys:
    """Some persons' events as nodes.

    ``offsets: int64[persons + 1]`` points into the whole arrays and need not begin with 0;
    ``codes: uint8|uint16[events]``; ``lookup: uint16[dictionary]`` gives the node of a code or
    ``SKIP``; ``nodes`` is how many there are; ``persons: uint8[persons]`` and ``events:
    uint8[events]`` say what counts (1), empty means all. ``choice``: which events exist, in place
    of ``events``, for kernels that take it.
    """

    offsets: NDArray[np.int64]
    codes: NDArray[np.unsignedinteger[Any]]
    lookup: NDArray[np.unsignedinteger[Any]]
    nodes: int
    persons: NDArray[np.uint8]
    events: NDArray[np.uint8]
    choice: EventChoice | None = None

    def is_cut(self) -> bool:
        """Whether persons or events may be left out by a mask."""
        return bool(self.persons.size or self.events.size or self.choice is not None)

    def is_plain(self) -> bool:
        """Whether nobody is left out, and every code that is a node's is its own node."""
        same = np.array_equal(self.lookup[: self.nodes], np.arange(self.nodes))
        return same and not self.is_cut()

    def existence(self) -> tuple[NDArray[Any], NDArray[np.uint8]]:
        """A code of every event, and by code whether it exists (1) or not (0)."""
        if self.choice is not None:
            return sealed(self.choice.codes), sealed(self.choice.table)
        if self.events.size:
            return sealed(self.events), _MASKED
        return sealed(self.codes), _everything(np.iinfo(self.codes.dtype).max + 1)

    def arguments(self) -> Journeys:
        """The arrays in the one type that kernels compile for."""
        return (
            sealed(self.offsets),
            sealed(self.codes),
            sealed(self.lookup),
            sealed(self.persons),
            sealed(self.events),
        )


@functools.cache
def _everything(codes: int) -> NDArray[np.uint8]:
    return sealed(np.ones(codes, np.uint8))


_MASKED: NDArray[np.uint8] = sealed(np.minimum(np.arange(256), 1).astype(np.uint8))
"""Existence by code, where the codes are a mask."""


@kernel
def longest_unit(offsets: Array) -> int:
    """The most events of one unit."""
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@kernel
def block_end(offsets: Array, first: int, events: int) -> int:
    """The last person (exclusive) from ``first`` on with so many events together; at least one."""
    low, high = first + 1, int(offsets.size) - 1
    limit = offsets[first] + events
    while low < high:
        middle = (low + high + 1) >> 1
        if offsets[middle] <= limit:
            low = middle
        else:
            high = middle - 1
    return low


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
def _first_code(offsets: Array, codes: Array, lookup: Array, events: Array, found: Array) -> None:
    for p in range(offsets.size - 1):
        for i in range(offsets[p], offsets[p + 1]):
            code = np.int32(lookup[codes[i]] if lookup.size else codes[i])
            if code >= 0 and (events.size == 0 or events[i]):
                found[p] = code
                break


def first_code_per_unit(
    offsets: NDArray[np.int64],
    codes: NDArray[np.integer[Any]],
    events: NDArray[np.uint8],
    *,
    lookup: NDArray[np.int32] = NO_LOOKUP,
) -> NDArray[np.int32]:
    """``int32[units]``: the code of the first event that exists and has one; -1 where none has.

    ``events: uint8[events]``, 1 = exists, empty = all. ``lookup``: the code of what ``codes`` has;
    empty = they are the codes.
    """
    found = np.full(offsets.size - 1, -1, dtype=np.int32)
    _first_code(sealed(offsets), sealed(codes), sealed(lookup), sealed(events), found)
    return found
