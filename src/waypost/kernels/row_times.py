"""Quartiles of durations in many rows, few durations in most of them.

A table of bins for every row would be mostly empty and as large as memory. So each range of
persons keeps the bins of its durations, two bytes each, row by row; what all ranges have of a few
rows at a time is counted in a small table, which is read and forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.histograms import bin_middles
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.row_counts import Each

__all__ = ["QUARTERS", "TimeRun", "grouped_run", "joined_runs", "quarter_bins", "quartiles"]

Array = NDArray[Any]

QUARTERS = (0.25, 0.5, 0.75)

_MOST_RUNS = 64
"""Runs that are kept apart before equal bins are counted, so that memory has a limit."""

_TABLE = 1 << 18
"""Numbers in a table of bins that fits a second-level cache."""

_ONCE: NDArray[np.uint32] = np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True)
class TimeRun:
    """Bins of durations, row by row.

    ``keys: int64[rows]`` rise and name the rows; ``bins: uint16[…]``, of which those of row ``r``
    lie from ``starts[r]`` to ``starts[r + 1]`` in no order that means anything; ``many:
    uint32[…]``: how often each is meant, empty = once.
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    bins: NDArray[np.uint16]
    many: NDArray[np.uint32]


@kernel
def _group(row_of: Array, bin_of: Array, places: Array, bins: Array) -> None:
    for k in range(row_of.size):
        place = places[row_of[k]]
        bins[place] = bin_of[k]
        places[row_of[k]] = place + 1


@kernel
def _tally_notes(row_of: Array, bin_of: Array, table: Array) -> None:
    for k in range(row_of.size):
        table[row_of[k], bin_of[k]] += 1


@kernel
def _tally(
    run: tuple[Array, Array, Array], to: Array, rows: tuple[int, int, int], table: Array
) -> None:
    """Count a run's rows from the first to the last (exclusive); row ``third`` is the table's."""
    starts, bins, many = run
    first, last, base = rows
    for row in range(first, last):
        own = table[to[row] - base]
        for k in range(starts[row], starts[row + 1]):
            own[bins[k]] += many[k] if many.size else 1


@kernel
def _find_ranks(table: Array, ranks: Array, places: Array) -> None:
    """For each row the bins that hold its values of these ranks, which rise."""
    for row in range(ranks.shape[0]):
        below, bin_here = np.int64(table[row, 0]), 0
        for quarter in range(ranks.shape[1]):
            while below < ranks[row, quarter]:
                bin_here += 1
                below += table[row, bin_here]
            places[row, quarter] = bin_here


def grouped_run(
    notes: tuple[Array, Array], keys: NDArray[np.int64], rows: Array, *, count: Array, bins: int
) -> TimeRun:
    """The noted durations row by row.

    ``notes``: of every duration a number of its row and its bin, ``uint16``. ``rows`` are the
    numbers that occur, rising, and ``keys`` and ``count`` name them and say how often. O(notes).
    """
    row_of, bin_of = notes
    wide = int(rows[-1]) + 1 if rows.size else 0
    if wide * bins <= _TABLE:
        table = np.zeros((wide, bins), np.uint32)
        _tally_notes(row_of, bin_of, table)
        return _packed(table[rows], keys)
    starts = np.zeros(keys.size + 1, np.int64)
    np.cumsum(count, out=starts[1:])
    places = np.zeros(wide, np.int32)
    places[rows] = starts[:-1]
    grouped = np.empty(bin_of.size, np.uint16)
    _group(row_of, bin_of, places, grouped)
    return TimeRun(keys, starts, grouped, _ONCE)


def _packed(table: Array, keys: NDArray[np.int64]) -> TimeRun:
    rows, bins = np.nonzero(table)
    starts = np.searchsorted(rows, np.arange(keys.size + 1))
    return TimeRun(keys, starts, bins.astype(np.uint16), table[rows, bins].astype(np.uint32))


def joined_runs(
    one: Sequence[TimeRun], other: Sequence[TimeRun], keys: NDArray[np.int64], *, bins: int
) -> tuple[TimeRun, ...]:
    """All runs; many are made one. ``keys``: those of all runs, rising."""
    runs = (*one, *other)
    if len(runs) < _MOST_RUNS:
        return runs
    tables = _Tables(runs, keys, bins)
    parts = [_packed(table, keys[rows]) for rows, table in map(tables.counted, tables.numbers())]
    ends = np.cumsum([0, *(part.bins.size for part in parts)])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)]
    every, many = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("bins", "many")
    )
    return (TimeRun(keys, np.concatenate([*starts, ends[-1:]]), every, many),)


def _sealed(run: TimeRun) -> tuple[Array, Array, Array]:
    return sealed(run.starts), sealed(run.bins), sealed(run.many)


class _Tables:
    """What several runs have of the same few rows, as a table of bins."""

    def __init__(self, runs: Sequence[TimeRun], keys: NDArray[np.int64], bins: int) -> None:
        self.step, self.bins, self.rows = max(_TABLE // bins, 1), bins, keys.size
        edges = np.arange(0, self.rows + self.step, self.step)
        found = [np.searchsorted(keys, run.keys) for run in runs]
        self._runs = [
            (_sealed(run), to, np.searchsorted(to, edges).tolist())
            for run, to in zip(runs, found, strict=True)
        ]

    def numbers(self) -> range:
        return range(-(-self.rows // self.step))

    def counted(self, number: int) -> tuple[slice, NDArray[np.uint32]]:
        """Rows, and how often each of their bins occurs."""
        first, last = number * self.step, min((number + 1) * self.step, self.rows)
        table = np.zeros((last - first, self.bins), np.uint32)
        for run, to, edges in self._runs:
            _tally(run, to, (edges[number], edges[number + 1], first), table)
        return slice(first, last), table


def quarter_bins(
    runs: Sequence[TimeRun],
    keys: NDArray[np.int64],
    size: NDArray[np.int64],
    *,
    bins: int,
    each: Each,
) -> NDArray[np.int64]:
    """``int64[rows, 3]``: the bins that hold the quartiles of every row; the work is shared out.

    ``size``: durations of every row, none without any.
    """
    tables, places = _Tables(runs, keys, bins), np.zeros((keys.size, len(QUARTERS)), np.int64)
    ranks = np.maximum(1, np.ceil(np.multiply.outer(size, QUARTERS))).astype(np.int64)

    def read(number: int) -> None:
        rows, table = tables.counted(number)
        _find_ranks(table, ranks[rows], places[rows])

    each(read, tables.numbers())
    return places


def quartiles(
    places: NDArray[np.int64], limits: tuple[Array, Array], *, precision: int, bins: int
) -> NDArray[np.float64]:
    """``float64[rows, 3]``: the middles of bins, kept between each row's two ``limits``."""
    middle = bin_middles(precision, bins)[places]
    return np.clip(middle, limits[0][:, None], limits[1][:, None])
