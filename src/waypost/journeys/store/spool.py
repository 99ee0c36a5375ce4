"""Rows between the log and the shards: packed, split into buckets of persons, on disk when many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.blocks import EventBlock
from waypost.journeys.store.layout import Dictionaries
from waypost.kernels.store_build import RECORD_WORDS, count_buckets, pack, time_span

__all__ = ["DEFAULT_MEMORY", "Records", "Span", "Spool"]

Records = np.ndarray[Any, np.dtype[np.int64]]

_RECORD_BYTES = RECORD_WORDS * 8
_CHUNK_ROWS = 1 << 20
_PERSONS_PER_BUCKET = 4096
_BUCKETS_AT_LEAST = 32
_BUCKETS_AT_MOST = 512
_SAMPLE_EVERY = 64
_WINDOW_ROWS = 1 << 20
_WORKERS = 2
DEFAULT_MEMORY = 1_600_000_000
"""Bytes of packed rows kept in memory; what comes after them waits on disk."""


@dataclass(frozen=True, slots=True)
class Span:
    """Earliest and latest instant, and the coarsest unit (µs) that loses nothing."""

    low: int = 0
    high: int = 0
    unit: int = 1_000_000
    empty: bool = True

    @classmethod
    def of(cls, at: NDArray[np.int64]) -> Span:
        """The span of instants in microseconds."""
        if not len(at):
            return cls()
        low, high, unit = time_span(np.ascontiguousarray(at, dtype=np.int64))
        return cls(int(low), int(high), int(unit), empty=False)

    def __add__(self, other: Span) -> Span:
        if self.empty:
            return other
        if other.empty:
            return self
        return Span(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.unit, other.unit),
            empty=False,
        )


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Up to ``_CHUNK_ROWS`` packed rows; bucket ``b`` lies at ``starts[b]:starts[b + 1]``."""

    starts: NDArray[np.int64]
    records: Records | None
    path: Path | None
    volume_sample: NDArray[np.int64]
    volume_low: int
    volume_high: int

    def read(self, bucket: int) -> Records:
        """The rows of one bucket, in the order they came."""
        start, stop = int(self.starts[bucket]), int(self.starts[bucket + 1])
        if self.records is not None:
            return self.records[start:stop]
        assert self.path is not None
        words = np.fromfile(
            self.path,
            dtype=np.int64,
            count=(stop - start) * RECORD_WORDS,
            offset=start * _RECORD_BYTES,
        )
        return words.reshape(-1, RECORD_WORDS)


class Spool:
    """Takes blocks in log order, gives back all rows of a bucket of persons.

    A bucket holds ``2**shift`` consecutive person numbers; rows without a person form the volume.
    """

    _NOTHING = np.empty(0, dtype=np.int64)

    def __init__(
        self, folder: Path, *, persons: int, buckets: int = 1, memory: int = DEFAULT_MEMORY
    ) -> None:
        self.folder = folder
        self.persons = persons
        self.shift = _shift_for(persons, buckets)
        self.buckets = (max(persons, 1) - 1 >> self.shift) + 1
        self.counts = np.zeros(self.buckets + 1, dtype=np.int64)
        self.span = Span()
        self.last_row = -1
        self._memory = memory
        self._packing: list[Future[_Chunk]] = []
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="store")

    @property
    def bucket_persons(self) -> int:
        """Person numbers in a bucket; the last one may have fewer."""
        return 1 << self.shift

    @property
    def events(self) -> int:
        """Rows with a person."""
        return int(self.counts[:-1].sum())

    @property
    def volume_events(self) -> int:
        """Rows without a person."""
        return int(self.counts[-1])

    def add(self, block: EventBlock, *, dictionaries: Dictionaries | None = None) -> None:
        """Take over rows; raises ``InputError`` for numbers and codes outside their range."""
        for start in range(0, len(block), _CHUNK_ROWS):
            part = block.part(start, start + _CHUNK_ROWS).canonical()
            part.check(persons=self.persons, dictionaries=dictionaries)
            self._add_chunk(part)

    def _add_chunk(self, block: EventBlock) -> None:
        self.span += Span.of(block.at)
        self.last_row = max(self.last_row, int(block.row.max()))
        counts = np.zeros(self.buckets + 1, dtype=np.int64)
        count_buckets(block.person, self.shift, counts)
        self.counts += counts
        starts = np.concatenate([[0], np.cumsum(counts)])
        path = None
        self._memory -= len(block) * _RECORD_BYTES
        if self._memory < 0:
            path = self.folder / f"spool-{len(self._packing):06d}.bin"
        if len(self._packing) >= _WORKERS:  # no more blocks under way than workers
            self._packing[-_WORKERS].result()
        self._packing.append(self._pool.submit(_packed, block, self.shift, starts, path))

    @property
    def _chunks(self) -> list[_Chunk]:
        return [task.result() for task in self._packing]

    def bucket(self, bucket: int) -> Records:
        """All rows of one bucket, in log order."""
        parts = [chunk.read(bucket) for chunk in self._chunks]
        return np.concatenate([np.empty((0, RECORD_WORDS), dtype=np.int64), *parts])

    def volume(self) -> Iterator[Records]:
        """All rows without a person, in windows of rising time; within one, in log order.

        Rows of one instant are never split between windows. A window is sized by a sample, so
        memory stays bounded however many rows there are.
        """
        last = self.buckets
        for low, high in self._volume_cuts():
            parts = [np.empty((0, RECORD_WORDS), dtype=np.int64)]
            for chunk in self._chunks:
                if chunk.volume_low < high and chunk.volume_high >= low:
                    rows = chunk.read(last)
                    parts.append(rows[(rows[:, 0] >= low) & (rows[:, 0] < high)])
            yield np.concatenate(parts)

    def _volume_cuts(self) -> list[tuple[float, float]]:
        sample = np.sort(np.concatenate([self._NOTHING, *(c.volume_sample for c in self._chunks)]))
        windows = -(-self.volume_events // _WINDOW_ROWS)
        places = [len(sample) * k // windows for k in range(1, windows)]
        inner = sorted({int(sample[place]) for place in places})
        edges = [-math.inf, *inner, math.inf]
        return list(pairwise(edges)) if windows else []

    def drop(self) -> None:
        """Free the memory and the files."""
        for chunk in self._chunks:
            if chunk.path is not None:
                chunk.path.unlink()
        self._packing.clear()
        self._pool.shutdown()


def _packed(block: EventBlock, shift: int, starts: NDArray[np.int64], path: Path | None) -> _Chunk:
    """The packed rows, in memory or, where there is a path, on disk."""
    records = np.empty((len(block), RECORD_WORDS), dtype=np.int64)
    pack(block.packable(), shift, starts[:-1].copy(), records)
    volume = records[starts[-2] :, 0]
    low, high = (int(volume.min()), int(volume.max())) if len(volume) else (1, 0)
    sample = volume[::_SAMPLE_EVERY].copy()
    if path is not None:
        records.tofile(path)
    return _Chunk(starts, records if path is None else None, path, sample, low, high)


def _shift_for(persons: int, buckets: int) -> int:
    """The largest shift that still gives enough buckets for balance, never more than the limit."""
    wanted = max(persons // _PERSONS_PER_BUCKET, _BUCKETS_AT_LEAST, 4 * buckets)
    wanted = min(wanted, max(_BUCKETS_AT_MOST, buckets))
    shift = 0
    while persons >> (shift + 1) >= wanted:
        shift += 1
    return shift
