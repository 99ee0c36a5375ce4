"""Count which identifiers meet: one growing table of pairs, fed stretch by stretch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["EMPTY_PAIR", "identity_pairs", "identity_rehash"]

EMPTY_PAIR = np.uint64(0xFFFFFFFFFFFFFFFF)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(32)


@kernel
def identity_pairs(
    pairs: NDArray[np.uint64],
    facts: NDArray[np.int64],
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    at: NDArray[np.int64],
    source: int,
) -> int:
    """Enter every row's pair of nodes (−1 = none); the number of new pairs.

    ``pairs``: uint64[size], a power of two, ``EMPTY_PAIR`` where free, the smaller node in the
    upper half. ``facts``: int64[size, 4] of first at, last at, rows, bits of sources. There must be
    room.
    """
    mask = np.uint64(pairs.size - 1)
    added = 0
    for row in range(one.size):
        left, right = one[row], other[row]
        if left < 0 or right < 0 or left == right:
            continue
        pair = (np.uint64(min(left, right)) << _FOLD) | np.uint64(max(left, right))
        product = pair * _SPREAD
        slot = (product ^ (product >> _FOLD)) & mask
        while pairs[slot] != EMPTY_PAIR and pairs[slot] != pair:
            slot = (slot + np.uint64(1)) & mask
        if pairs[slot] == EMPTY_PAIR:
            pairs[slot] = pair
            facts[slot, 0] = facts[slot, 1] = at[row]
            facts[slot, 2] = facts[slot, 3] = 0
            added += 1
        facts[slot, 0] = min(facts[slot, 0], at[row])
        facts[slot, 1] = max(facts[slot, 1], at[row])
        facts[slot, 2] += 1
        facts[slot, 3] |= source
    return added


@kernel
def identity_rehash(
    pairs: NDArray[np.uint64],
    facts: NDArray[np.int64],
    wider_pairs: NDArray[np.uint64],
    wider_facts: NDArray[np.int64],
) -> None:
    """Move every pair into a wider, empty table."""
    mask = np.uint64(wider_pairs.size - 1)
    for index in range(pairs.size):
        pair = pairs[index]
        if pair == EMPTY_PAIR:
            continue
        product = pair * _SPREAD
        slot = (product ^ (product >> _FOLD)) & mask
        while wider_pairs[slot] != EMPTY_PAIR:
            slot = (slot + np.uint64(1)) & mask
        wider_pairs[slot] = pair
        wider_facts[slot] = facts[index]
