"""Rows between the log and the shards: packed, split into buckets of persons, on disk when many."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.blocks import EventBlock, joined
from waypost.journeys.store.layout import Dictionaries
from waypost.journeys.store.packing import Packed, Span, packed
from waypost.kernels.store_build import (
    FORM_WORDS,
    RATING,
    VALUE,
    Form,
    instants,
)

__all__ = ["DEFAULT_MEMORY", "Part", "Span", "Spool"]

_WORD_BYTES = 8
_CHUNK_ROWS = 1 << 20
_CHUNK_LEAST = 1 << 19
_PERSONS_PER_BUCKET = 1024
_BUCKETS_AT_LEAST = 32
_BUCKETS_AT_MOST = 1024
_SAMPLE_EVERY = 64
_WINDOW_ROWS = 1 << 20
_WORKERS = 2
DEFAULT_MEMORY = 1_600_000_000
"""Bytes of packed rows kept in memory; what comes after them waits on disk."""


@dataclass(frozen=True, slots=True)
class Part:
    """Packed records of one form, in the order they came."""

    words: NDArray[np.int64]
    form: Form

    def __len__(self) -> int:
        return len(self.words) // int(self.form[FORM_WORDS])

    def instants(self) -> NDArray[np.int64]:
        """When each record happened, in µs."""
        at = np.empty(len(self), dtype=np.int64)
        instants(self.words, self.form, at)
        return at

    def between(self, low: float, high: float) -> Part:
        """The records from ``low`` up to ``high``."""
        at = self.instants()
        kept = self.words.reshape(-1, int(self.form[FORM_WORDS]))[(at >= low) & (at < high)]
        return Part(kept.reshape(-1), self.form)


class _Waiting:
    """The file for what exceeds the memory allowed; threads may write at the same time."""

    def __init__(self, folder: Path, memory: int) -> None:
        self._path = folder / "rows.bin"
        self._memory = memory
        self._lock = Lock()
        self._file: int | None = None
        self._end = 0

    def place(self, words: NDArray[np.int64]) -> int | None:
        """Where the words lie in the file from now on; None where they stay in memory."""
        with self._lock:
            self._memory -= words.nbytes
            if self._memory >= 0:
                return None
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            place, self._end = self._end, self._end + words.nbytes
        _write_whole(self._file, words, place)
        return place

    def read(self, place: int, words: int) -> NDArray[np.int64]:
        """So many words from a place on."""
        assert self._file is not None
        found = np.empty(words, dtype=np.int64)
        rest = found.data.cast("B")
        while rest:
            rest = rest[os.preadv(self._file, [rest], place + found.nbytes - len(rest)) :]
        return found

    def drop(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._path.unlink()


def _write_whole(file: int, words: NDArray[np.int64], place: int) -> None:
    rest = words.data.cast("B")
    while rest:
        done = os.pwrite(file, rest, place)
        rest, place = rest[done:], place + done


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Up to ``_CHUNK_ROWS`` packed rows, in memory or at a place of the file."""

    packed: Packed
    place: int | None
    volume_sample: NDArray[np.int64]
    volume_low: int
    volume_high: int

    def part(self, bucket: int, waiting: _Waiting) -> Part:
        """The rows of one bucket, in the order they came."""
        form, starts = self.packed.form, self.packed.starts
        words = int(form[FORM_WORDS])
        start, stop = int(starts[bucket]) * words, int(starts[bucket + 1]) * words
        if self.place is None:
            return Part(self.packed.words[start:stop], form)
        return Part(waiting.read(self.place + start * _WORD_BYTES, stop - start), form)


class Spool:
    """Takes blocks in log order, gives back all rows of a bucket of persons.

    A bucket holds ``2**shift`` consecutive person numbers; rows without a person form the volume.
    Reading begins with ``settle``; no rows are taken after it.
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
        self.has_values = False
        self.has_ratings = False
        self._waiting = _Waiting(folder, memory)
        self._dictionaries: Dictionaries | None = None
        self._short: list[EventBlock] = []
        self._packing: list[Future[_Chunk]] = []
        self._chunks: list[_Chunk] = []
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="store")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

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
        """Take over rows, which must not change any more.

        Raises ``InputError`` for columns that differ in length; ``settle`` does for numbers and
        codes outside their range.
        """
        block.check_lengths()
        self._dictionaries = dictionaries or self._dictionaries
        for start in range(0, len(block), _CHUNK_ROWS):
            self._short.append(block.part(start, start + _CHUNK_ROWS))
            if sum(map(len, self._short)) >= _CHUNK_LEAST:
                self._submit()

    def _submit(self) -> None:
        blocks, self._short = self._short, []
        while len(self._packing) - len(self._chunks) >= _WORKERS:  # no more under way than workers
            self._note(self._packing[len(self._chunks)].result())
        self._packing.append(self._pool.submit(self._pack, blocks))

    def _pack(self, blocks: list[EventBlock]) -> _Chunk:
        block = joined(blocks)
        block.check(persons=self.persons, dictionaries=self._dictionaries)
        found = packed(block, shift=self.shift, buckets=self.buckets)
        words = int(found.form[FORM_WORDS])
        volume = Part(found.words[int(found.starts[-2]) * words :], found.form).instants()
        low, high = (int(volume.min()), int(volume.max())) if len(volume) else (1, 0)
        place = self._waiting.place(found.words)
        if place is not None:
            found = Packed(self._NOTHING, found.starts, found.form, found.span, found.last_row)
        return _Chunk(found, place, volume[::_SAMPLE_EVERY].copy(), low, high)

    def _note(self, chunk: _Chunk) -> None:
        self._chunks.append(chunk)
        self.counts += chunk.packed.counts
        self.span += chunk.packed.span
        self.last_row = max(self.last_row, chunk.packed.last_row)
        self.has_values |= bool(chunk.packed.form[VALUE])
        self.has_ratings |= bool(chunk.packed.form[RATING])

    def settle(self) -> None:
        """Wait until all rows are packed; raises ``InputError`` where one is out of range."""
        if self._short:
            self._submit()
        while len(self._chunks) < len(self._packing):
            self._note(self._packing[len(self._chunks)].result())
        self._packing = []
        self._pool.shutdown()

    def bucket(self, bucket: int) -> list[Part]:
        """All rows of one bucket, in log order."""
        return [chunk.part(bucket, self._waiting) for chunk in self._chunks]

    def volume(self) -> Iterator[list[Part]]:
        """All rows without a person, in windows of rising time; within one, in log order.

        Rows of one instant are never split between windows. A window is sized by a sample, so
        memory stays bounded however many rows there are.
        """
        for low, high in self._volume_cuts():
            yield [
                chunk.part(self.buckets, self._waiting).between(low, high)
                for chunk in self._chunks
                if chunk.volume_low < high and chunk.volume_high >= low
            ]

    def _volume_cuts(self) -> list[tuple[float, float]]:
        sample = np.sort(np.concatenate([self._NOTHING, *(c.volume_sample for c in self._chunks)]))
        windows = -(-self.volume_events // _WINDOW_ROWS)
        places = [len(sample) * k // windows for k in range(1, windows)]
        inner = sorted({int(sample[place]) for place in places})
        edges = [-math.inf, *inner, math.inf]
        return list(pairwise(edges)) if windows else []

    def drop(self) -> None:
        """Free the memory and the file."""
        self._pool.shutdown(cancel_futures=True)
        self._chunks.clear()
        self._waiting.drop()


def _shift_for(persons: int, buckets: int) -> int:
    """The largest shift that still gives enough buckets for balance, never more than the limit."""
    wanted = max(persons // _PERSONS_PER_BUCKET, _BUCKETS_AT_LEAST, 4 * buckets)
    wanted = min(wanted, max(_BUCKETS_AT_MOST, buckets))
    shift = 0
    while persons >> (shift + 1) >= wanted:
        shift += 1
    return shift
