"""Pairs of neighbouring codes below 64, counted in the nearest cache."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel

__all__ = [
    "NEAR_CODES",
    "STRETCH",
    "as_nodes",
    "blank_pairs",
    "flush_pairs",
    "near_lanes",
    "near_pairs",
]

NEAR_CODES = 64
STRETCH = 3 << 16
"""Events between two looks at counters of 16 bits, of which each counts a fourth at most."""


_KEPT = threading.local()


def near_lanes() -> NDArray[np.uint16]:
    """The thread's table for ``near_pairs``, all 0; who takes it leaves it so.

    Fresh memory costs more than counting a thousand pairs.
    """
    if not hasattr(_KEPT, "lanes"):
        _KEPT.lanes = np.zeros(256 * 257, np.uint16)
    lanes: NDArray[np.uint16] = _KEPT.lanes
    return lanes


@kernel
def near_pairs(codes: Array, begin: int, end: int, lanes: Array) -> None:
    """Count neighbours among codes below 64: two are one number, 256 times the second + first.

    So a pair is one read and one increment. ``lanes: uint16[256 * 256 + 256]``: four tables side by
    side, 64 columns each, small enough for the nearest cache; at most ``STRETCH`` events.
    """
    pairs = end - begin - 1
    even = codes[begin : begin + 2 * ((pairs + 1) >> 1)].view(np.uint16)
    odd = codes[begin + 1 : begin + 1 + 2 * (pairs >> 1)].view(np.uint16)
    k, one, two, stop = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(pairs >> 1)
    second, third, fourth = np.uint32(64), np.uint32(128), np.uint32(192)
    while k + one < stop:
        lanes[even[k]] += np.uint16(1)
        lanes[second + odd[k]] += np.uint16(1)
        lanes[third + even[k + one]] += np.uint16(1)
        lanes[fourth + odd[k + one]] += np.uint16(1)
        k += two
    while k < stop:
        lanes[even[k]] += np.uint16(1)
        lanes[odd[k]] += np.uint16(1)
        k += one
    if pairs & 1:
        lanes[even[even.size - 1]] += np.uint16(1)


@kernel
def flush_pairs(lanes: Array, edges: Array) -> None:
    """Add the four tables to ``edges: int64[64, 64]`` (row: to), and clear them."""
    for target in range(64):
        row = lanes[256 * target : 256 * target + 256]
        for origin in range(64):
            many = np.int64(row[origin]) + np.int64(row[64 + origin])
            many += np.int64(row[128 + origin]) + np.int64(row[192 + origin])
            edges[target, origin] += many
        row[:] = 0


@kernel
def blank_pairs() -> Any:
    """What is counted of codes below 64, all 0.

    Pairs, also those that join two persons, ``int64[64, 64]`` (row: to); those alone,
    ``uint32[64 * 64]``; firsts and lasts of stretches, ``int64[2, 64]``.
    """
    return (
        np.zeros((NEAR_CODES, NEAR_CODES), np.int64),
        np.zeros(NEAR_CODES * NEAR_CODES, np.uint32),
        np.zeros((2, NEAR_CODES), np.int64),
    )


@kernel
def as_nodes(found: Any, lookup: Array, sums: Array) -> None:
    """From pairs of codes, as in ``blank_pairs``, to pairs of nodes, their starts and their ends.

    ``sums: int64[nodes + 2, nodes]`` (row: from) is filled; starts and ends are the last two rows.
    """
    pairs, joins, borders = found
    nodes = sums.shape[1]
    sums[:] = 0
    for target in range(NEAR_CODES):
        for origin in range(NEAR_CODES):
            many = pairs[target, origin]
            if many:
                joined = np.int64(joins[target * NEAR_CODES + origin])
                sums[lookup[origin], lookup[target]] += many - joined
                sums[nodes, lookup[target]] += joined
                sums[nodes + 1, lookup[origin]] += joined
    for end in range(2):
        for code in range(NEAR_CODES):
            if borders[end, code]:
                sums[nodes + end, lookup[code]] += borders[end, code]
