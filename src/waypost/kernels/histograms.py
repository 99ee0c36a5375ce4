"""Counts of durations in bins that widen with the duration, and quantiles read from them.

A value below ``2 ** precision`` has its own bin; above it every doubling is cut into
``2 ** precision`` equal bins, so the middle of a bin is at most ``2 ** -(precision + 1)`` away,
relatively. The layout is that of G. Tene's HdrHistogram.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = [
    "LogHistogram",
    "bin_count",
    "bin_count_of",
    "bin_edges",
    "bin_middles",
    "bin_of",
    "record",
    "relative_error",
]

Array = NDArray[Any]

LARGEST_SECONDS_BITS = 33
"""Durations are below 2 ** 33 seconds (272 years); a longer one falls into the last bin."""


@kernel
def bin_of(value: int, precision: int, bins: int) -> int:
    """The bin of ``value``; negative values go to bin 0, values beyond the range to the last."""
    # As a float the number carries its highest bit as exponent; there is no branch to guess.
    known = max(value, 0)
    bits = np.float64(known | (1 << precision)).view(np.int64)
    shift = int(bits >> 52) - 1023 - precision
    return min((shift << precision) + (known >> shift), bins - 1)


@kernel
def record(counts: Array, sums: Array, row: int, duration: int, precision: int) -> None:
    """Count one duration in a histogram as ``LogHistogram.blank`` makes it."""
    counts[row, bin_of(duration, precision, counts.shape[1])] += 1
    sums[row, 0] += duration
    sums[row, 1] = min(sums[row, 1], duration)
    sums[row, 2] = max(sums[row, 2], duration)


def bin_count(precision: int, ticks_per_second: int) -> int:
    """How many bins cover all durations at this precision."""
    return bin_count_of(
        (1 << LARGEST_SECONDS_BITS + (ticks_per_second - 1).bit_length()) - 1, precision
    )


def bin_count_of(largest: int, precision: int) -> int:
    """How many bins cover durations up to and including ``largest``, whole doublings of them."""
    return (max(largest.bit_length(), precision) - precision + 1) << precision


@functools.lru_cache(maxsize=32)
def bin_edges(precision: int, bins: int) -> NDArray[np.int64]:
    """``int64[bins + 1]``: bin ``i`` holds ``edges[i] <= value < edges[i + 1]``. Read-only."""
    number = np.arange(bins + 1, dtype=np.int64)
    shift = np.maximum((number >> precision) - 1, 0)
    edges = np.asarray((number - (shift << precision)) << shift, dtype=np.int64)
    edges.flags.writeable = False
    return edges


@functools.lru_cache(maxsize=32)
def bin_middles(precision: int, bins: int) -> NDArray[np.float64]:
    """``float64[bins]``: what a quantile in each bin is told as. Read-only."""
    edges = bin_edges(precision, bins)
    middles = np.where(np.diff(edges) == 1, edges[:-1], (edges[:-1] + edges[1:] - 1) / 2)
    middles.flags.writeable = False
    return middles


def relative_error(precision: int) -> float:
    """How far a quantile may be from the exact one, as a share of it."""
    return float(2.0 ** -(precision + 1))


@kernel
def _places_of_ranks(counts: Array, ranks: Array) -> Array:
    """Per row of ranks and of counts the bin that holds it; the last bin for an empty row."""
    rows, bins = counts.shape
    places = np.full(ranks.shape, bins - 1, np.int64)
    for row in range(rows):
        for number in range(ranks.shape[0]):
            below = 0
            for k in range(bins):
                below += counts[row, k]
                if below >= ranks[number, row]:
                    places[number, row] = k
                    break
    return places


@dataclass(frozen=True, slots=True)
class LogHistogram:
    """Durations in ticks: ``counts: int64[rows, bins]``, exact sum, least and greatest per row."""

    counts: NDArray[np.int64]
    total: NDArray[np.int64]
    least: NDArray[np.int64]
    greatest: NDArray[np.int64]
    precision: int

    @staticmethod
    def blank(rows: int, bins: int, *, narrow: bool = False) -> tuple[Array, Array]:
        """``counts: int64[rows, bins]`` and ``sums: int64[rows, 3]`` for a kernel to record in.

        ``narrow``: counts are ``uint32``, for fewer than 4 billion durations and faster caches.
        """
        limits = np.iinfo(np.int64)
        sums = np.zeros((rows, 3), np.int64)
        sums[:, 1], sums[:, 2] = limits.max, limits.min
        return np.zeros((rows, bins), np.uint32 if narrow else np.int64), sums

    @classmethod
    def of(
        cls, counts: Array, sums: Array, precision: int, *, narrow: bool = False
    ) -> LogHistogram:
        """What a kernel recorded, as a value; ``narrow`` leaves counts as they are."""
        total, least, greatest = (sums[:, place].copy() for place in range(3))
        kept = counts if narrow else counts.astype(np.int64, copy=False)
        return cls(kept, total, least, greatest, precision)

    def __add__(self, other: LogHistogram) -> LogHistogram:
        return LogHistogram(
            self.counts + other.counts,
            self.total + other.total,
            np.minimum(self.least, other.least),
            np.maximum(self.greatest, other.greatest),
            self.precision,
        )

    def sums(self) -> NDArray[np.int64]:
        """``int64[rows, 3]`` as ``blank`` makes them."""
        return np.stack([self.total, self.least, self.greatest], axis=1)

    def size(self) -> NDArray[np.int64]:
        """``int64[rows]``: how many durations were counted."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    def quantile(self, share: float) -> NDArray[np.float64]:
        """``float64[rows]`` in ticks, kept between the exact least and greatest; NaN when empty."""
        row: NDArray[np.float64] = self.quantiles(share)[0]
        return row

    def quantiles(self, *shares: float) -> NDArray[np.float64]:
        """``float64[shares, rows]``: several of them at once."""
        size = self.size()
        ranks = np.maximum(1, np.ceil(np.multiply.outer(shares, size))).astype(np.int64)
        middle = bin_middles(self.precision, self.counts.shape[1])
        told = middle[_places_of_ranks(self.counts, ranks)]
        inside = np.minimum(np.maximum(told, self.least), self.greatest)
        return np.where(size > 0, inside, np.nan)

    def mean(self) -> NDArray[np.float64]:
        """``float64[rows]`` in ticks, exact; NaN when empty."""
        size = self.size()
        return np.where(size > 0, self.total / np.maximum(size, 1), np.nan)
