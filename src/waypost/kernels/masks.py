"""Masks of events and persons from codes, touching no more events than they must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel, sealed

__all__ = ["EventChoice", "events_by_code", "persons_at"]


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


@kernel
def _all_by_code(codes: Array, table: Array, begin: int, end: int, mask: Array) -> None:
    for i in range(begin, end):
        mask[i] = table[codes[i]]


@kernel
def _some_by_code(offsets: Array, persons: Array, codes: Array, table: Array, mask: Array) -> None:
    for p in range(offsets.size - 1):
        if persons[p]:
            for i in range(offsets[p], offsets[p + 1]):
                mask[i] = table[codes[i]]


def events_by_code(
    codes: NDArray[np.unsignedinteger[Any]],
    table: NDArray[np.uint8],
    *,
    offsets: NDArray[np.int64] | None = None,
    persons: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """``uint8[events]``: ``table`` at every event's code; ``table`` is as long as there are codes.

    With ``offsets`` and ``persons: uint8[persons]``, only events of persons that are 1 are looked
    at; the others are 0.
    """
    wide = _widened(codes, table)
    mask = np.zeros(codes.size, np.uint8)
    if offsets is None or persons is None or not persons.size:
        _all_by_code(sealed(codes), wide, 0, codes.size, mask)
    else:
        _some_by_code(sealed(offsets), sealed(persons), sealed(codes), wide, mask)
    return mask


@kernel
def _persons_at(offsets: Array, positions: Array, found: Array) -> None:
    p = 0
    last = offsets.size - 1
    k = 0
    while k < positions.size and positions[k] < offsets[0]:
        k += 1
    while k < positions.size and positions[k] < offsets[last]:
        i = np.int64(positions[k])
        if offsets[p + 1] <= i:
            step = 1
            low = p + 1
            while low + step < last and offsets[low + step] <= i:
                low += step
                step <<= 1
            high = min(low + step, last)
            while low < high - 1:
                middle = (low + high) >> 1
                if offsets[middle] <= i:
                    low = middle
                else:
                    high = middle
            while offsets[low + 1] <= i:
                low += 1
            p = low
        found[p] = 1
        end = offsets[p + 1]
        k += 1
        while k < positions.size and positions[k] < end:
            k += 1


def persons_at(
    offsets: NDArray[np.int64], positions: NDArray[np.uint32], found: NDArray[np.uint8]
) -> None:
    """Set ``found: uint8[persons]`` to 1 for the persons of events at rising ``positions``.

    Positions outside the offsets are other persons'. O(positions · log(persons between them)).
    """
    if offsets.size > 1:
        _persons_at(sealed(offsets), sealed(positions), found)
