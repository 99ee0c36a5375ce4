"""Where in a shard each code occurs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel, sealed
from waypost.kernels.person_bounds import NOT_KEPT, PersonBounds

__all__ = ["Postings", "postings_of"]


@dataclass(frozen=True, slots=True)
class Postings:
    """Event positions by code: ``positions[starts[c]:starts[c + 1]]`` rise and have code ``c``.

    ``starts: int64[codes + 1]``; ``positions: uint32[events]`` into the shard's whole arrays.
    ``bounds``: whose events lie there, where the shard keeps that.
    """

    starts: NDArray[np.int64]
    positions: NDArray[np.uint32]
    bounds: PersonBounds | None = None

    def of(self, code: int) -> NDArray[np.uint32]:
        """The rising positions of one code; empty for a code that the shard does not have."""
        if code + 1 >= self.starts.size:
            return self.positions[:0]
        return self.positions[int(self.starts[code]) : int(self.starts[code + 1])]

    def bounds_of(self, offsets: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """``PersonBounds.of``; empty where the shard keeps none."""
        return NOT_KEPT if self.bounds is None else self.bounds.of(offsets)

    def within(self, begin: int, end: int) -> NDArray[np.int64]:
        """``int64[codes]``: how many positions from ``begin`` to ``end`` (exclusive) each has."""
        if begin <= 0 and end >= self.positions.size:
            return np.diff(self.starts)
        edges = np.array([begin, end], self.positions.dtype)  # of another type, all are converted
        bounds = [self.of(code).searchsorted(edges) for code in range(self.starts.size - 1)]
        return np.array([last - first for first, last in bounds], np.int64)


def postings_of(codes: NDArray[np.unsignedinteger[Any]], entries: int) -> Postings:
    """The postings of ``codes: uint8|uint16[events]``, all below ``entries``; under 2^32 events.

    A counting sort: two sequential reads, one write stream per code; ``starts`` and a cursor per
    code besides the result.
    """
    starts = np.zeros(entries + 1, dtype=np.int64)
    positions = np.empty(codes.size, dtype=np.uint32)
    _group(sealed(codes), starts, positions)
    return Postings(starts, positions)


@kernel
def _group(codes: NDArray[Any], starts: NDArray[np.int64], positions: NDArray[np.uint32]) -> None:
    """Fill ``positions``; ``starts: int64[entries + 1]`` comes in as zeros."""
    for i in range(codes.size):
        starts[codes[i] + 1] += 1
    for c in range(1, starts.size):
        starts[c] += starts[c - 1]
    cursor = starts[:-1].copy()
    for i in range(codes.size):
        c = codes[i]
        positions[cursor[c]] = i
        cursor[c] += 1
