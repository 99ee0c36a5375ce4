"""From the spool to arrays: one shard, all shards, and the volume."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.arrays import EventFiles, TimeScale, write_array
from waypost.journeys.store.layout import CODE_ARRAYS, VOLUME, Dictionaries, ShardEntry
from waypost.journeys.store.posted import POSTED, write_postings
from waypost.journeys.store.shard import Shard
from waypost.journeys.store.spool import Records, Spool
from waypost.kernels.store_build import Columns, group_by_person, sort_journeys, unpack
from waypost.kit import Progress

__all__ = [
    "Lifetimes",
    "Sink",
    "cut_shards",
    "lay_shard",
    "lay_shards",
    "lay_volume",
    "note_lifetimes",
    "shard_count",
]

_EVENTS_PER_SHARD = 2_000_000
_SHARDS_AT_MOST = 16
_NO_PERSON = np.empty(0, dtype=np.int32)
_NO_SEQ = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Per person: ticks of the first and last event (0 without any) and the number of events."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    events: NDArray[np.int32]

    @classmethod
    def of(cls, persons: int) -> Lifetimes:
        """Nobody has done anything yet."""
        return cls(
            np.zeros(persons, dtype=np.int64),
            np.zeros(persons, dtype=np.int64),
            np.zeros(persons, dtype=np.int32),
        )


@dataclass(frozen=True, slots=True)
class Sink:
    """Where arrays go, in which dtypes, how instants become ticks, and what codes mean."""

    folder: Path
    dtypes: dict[str, np.dtype[Any]]
    scale: TimeScale
    lifetimes: Lifetimes
    dictionaries: Dictionaries


def shard_count(events: int) -> int:
    """One per two million events, 1 to 16: more would cost open files and gain nothing."""
    return max(1, min(_SHARDS_AT_MOST, -(-events // _EVENTS_PER_SHARD)))


def cut_shards(counts: NDArray[np.int64], shards: int) -> list[range]:
    """Ranges of buckets with about equally many events each; ranges may be empty."""
    total = np.concatenate([[0], np.cumsum(counts)])
    if total[-1] == 0:
        total = np.arange(len(counts) + 1)
    targets = [total[-1] * k / shards for k in range(1, shards)]
    inner = [_nearest_edge(total, target) for target in targets]
    edges = [0, *inner, len(counts)]
    return [range(a, b) for a, b in pairwise(edges)]


def _nearest_edge(total: NDArray[np.int64], target: float) -> int:
    after = int(np.searchsorted(total, target))
    before = max(after - 1, 0)
    return before if target - total[before] < total[after] - target else after


def lay_shards(spool: Spool, sink: Sink, *, shards: int, progress: Progress) -> list[ShardEntry]:
    """Write every shard's folder, on as many threads as there are cores; the list is in order."""
    cuts = cut_shards(spool.counts[:-1], shards)
    workers = min(os.cpu_count() or 1, shards)
    with ThreadPoolExecutor(workers, thread_name_prefix="store") as pool:
        tasks = [
            pool.submit(lay_shard, spool, sink, buckets=cut, name=f"shard-{i:03d}")
            for i, cut in enumerate(cuts)
        ]
        try:
            for task in as_completed(tasks):
                progress.advance(task.result().events)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [task.result() for task in tasks]


def lay_shard(spool: Spool, sink: Sink, *, buckets: range, name: str) -> ShardEntry:
    """Write the arrays of one range of buckets."""
    first = min(buckets.start << spool.shift, spool.persons)
    stop = min(buckets.stop << spool.shift, spool.persons)
    events = int(spool.counts[buckets.start : buckets.stop].sum())
    offsets = np.zeros(stop - first + 1, dtype=np.int64)
    folder = sink.folder / name
    with EventFiles(folder, dtypes=sink.dtypes, length=events) as files:
        done = 0
        for bucket in buckets:
            low = bucket << spool.shift
            high = min(low + spool.bucket_persons, spool.persons)
            local, columns = journeys_of(spool.bucket(bucket), low, high, sink.scale)
            offsets[low - first : high - first + 1] = local + done
            note_lifetimes(sink.lifetimes, low, local, columns["at"])
            files.append(columns)
            done += int(local[-1])
    write_array(folder / "offsets.npy", offsets)
    for axis in POSTED:
        write_postings(folder, axis, getattr(Shard(folder), axis), sink.dictionaries)
    return ShardEntry(name, first, stop - first, events)


def journeys_of(
    records: Records, low: int, high: int, scale: TimeScale
) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
    """Offsets of persons ``low`` to ``high`` and the columns of their sorted journeys."""
    offsets = np.zeros(high - low + 1, dtype=np.int64)
    order = np.empty(len(records), dtype=np.int32)
    group_by_person(records, low, offsets, order)
    sort_journeys(records, offsets, order, np.empty_like(order))
    return offsets, _columns(records, order, scale)


def _columns(
    records: Records, order: NDArray[np.int32], scale: TimeScale
) -> dict[str, NDArray[Any]]:
    n = len(order)
    wide: dict[str, NDArray[Any]] = {
        name: np.empty(n, dtype=np.int64) for name in ("at", "value", "row")
    }
    codes = {name: np.empty(n, dtype=np.uint16) for name in CODE_ARRAYS}
    rating = np.empty(n, dtype=np.uint32)
    into: Columns = (
        _NO_PERSON,
        wide["at"],
        _NO_SEQ,
        wide["value"],
        wide["row"],
        *codes.values(),
        rating,
    )
    unpack(records, order, scale.epoch_us, scale.tick_us, into)
    return {**wide, **codes, "rating": rating.view(np.float32)}


def note_lifetimes(
    lifetimes: Lifetimes,
    low: int,
    offsets: NDArray[np.int64],
    at: NDArray[np.signedinteger[Any]],
) -> None:
    """Enter the persons from ``low`` on, whose events lie in ``at`` at ``offsets``."""
    counts = np.diff(offsets)
    some = np.flatnonzero(counts)
    lifetimes.events[low : low + len(counts)] = counts
    lifetimes.first[low + some] = at[offsets[some]]
    lifetimes.last[low + some] = at[offsets[some + 1] - 1]


def lay_volume(spool: Spool, sink: Sink) -> None:
    """Write the events without a person, in time order."""
    with EventFiles(sink.folder / VOLUME, dtypes=sink.dtypes, length=spool.volume_events) as files:
        for columns in _volume_columns(spool, sink.scale):
            files.append(columns)


def _volume_columns(spool: Spool, scale: TimeScale) -> Iterator[dict[str, NDArray[Any]]]:
    for records in spool.volume():
        _, columns = journeys_of(records, 0, 1, scale)
        yield columns
