"""Number texts: each distinct one once, across many Arrow arrays, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["FREE_SLOT", "identity_intern", "identity_reslot"]

FREE_SLOT = np.uint64(0xFFFFFFFFFFFFFFFF)

_SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(32)
_EIGHT = np.uint64(8)
_NUMBER = np.uint64(0xFFFFFFFF)


@kernel
def _hash(data: NDArray[np.uint8], first: int, stop: int) -> np.uint64:
    value = _SEED ^ np.uint64(stop - first)
    place = first
    while place + 8 <= stop:
        word = np.uint64(0)
        for byte in range(8):
            word = (word << _EIGHT) | np.uint64(data[place + 7 - byte])
        value = (value ^ word) * _PRIME
        value ^= value >> _FOLD
        place += 8
    word = np.uint64(0)
    while place < stop:
        word = (word << _EIGHT) | np.uint64(data[place])
        place += 1
    value = (value ^ word) * _PRIME
    return value ^ (value >> _FOLD)


@kernel
def _same(
    arena: NDArray[np.uint8], at: int, data: NDArray[np.uint8], first: int, length: int
) -> bool:
    same = True
    for place in range(length):
        same &= arena[at + place] == data[first + place]
    return same


@kernel
def identity_intern(
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
    slots: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    arena: NDArray[np.uint8],
    count: int,
) -> tuple[NDArray[np.int32], int]:
    """The number of every text, and how many distinct ones there are now; ``count`` were before.

    ``slots`` is a hash table, a power of two, all bits set where free, else the upper half of the
    hash above the number. Number ``i`` has the bytes ``arena[bounds[i]:bounds[i + 1]]``. There must
    be room in all of them.
    """
    mask = np.uint64(slots.size - 1)
    numbers = np.empty(offsets.size - 1, np.int32)
    for text in range(numbers.size):
        first, stop = offsets[text], offsets[text + 1]
        value = _hash(data, first, stop)
        tag = value & ~_NUMBER
        slot = value & mask
        number = np.int64(-1)
        while slots[slot] != FREE_SLOT:
            if slots[slot] & ~_NUMBER == tag:
                known = np.int64(slots[slot] & _NUMBER)
                alike = bounds[known + 1] - bounds[known] == stop - first
                if alike and _same(arena, bounds[known], data, first, stop - first):
                    number = known
                    break
            slot = (slot + np.uint64(1)) & mask
        if number < 0:
            number = np.int64(count)
            slots[slot] = tag | np.uint64(count)
            end = bounds[count]
            for place in range(first, stop):
                arena[end] = data[place]
                end += 1
            count += 1
            bounds[count] = end
        numbers[text] = number
    return numbers, count


@kernel
def identity_reslot(
    slots: NDArray[np.uint64], bounds: NDArray[np.int64], arena: NDArray[np.uint8], count: int
) -> None:
    """Enter the first ``count`` numbers into an empty, wider table."""
    mask = np.uint64(slots.size - 1)
    for number in range(count):
        value = _hash(arena, bounds[number], bounds[number + 1])
        slot = value & mask
        while slots[slot] != FREE_SLOT:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = (value & ~_NUMBER) | np.uint64(number)
