"""From the spool to arrays: one shard, all shards, and the volume."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.arrays import EventFiles, Settling, TimeScale, write_array
from waypost.journeys.store.desk import Desk, Lifetimes
from waypost.journeys.store.layout import VOLUME, Dictionaries, ShardEntry
from waypost.journeys.store.posted import POSTED, write_postings
from waypost.journeys.store.shard import Shard
from waypost.journeys.store.spool import Spool
from waypost.kit import Progress

__all__ = [
    "Lifetimes",
    "Sink",
    "cut_shards",
    "empty_arrays",
    "lay_shard",
    "lay_shards",
    "lay_volume",
    "note_lifetimes",
    "shard_count",
]

_EVENTS_PER_SHARD = 2_000_000
_SHARDS_AT_MOST = 16


@dataclass(frozen=True, slots=True)
class Sink:
    """Where arrays go, in which dtypes, how instants become ticks, and what codes mean.

    ``without`` names the arrays that hold nothing for any event.
    """

    folder: Path
    dtypes: dict[str, np.dtype[Any]]
    scale: TimeScale
    dictionaries: Dictionaries
    without: frozenset[str]
    settling: Settling

    def files(self, name: str, events: int) -> EventFiles:
        """The event arrays of one sub-folder, to be filled."""
        return EventFiles(
            self.folder / name,
            dtypes=self.dtypes,
            length=events,
            without=self.without,
            settling=self.settling,
        )


def empty_arrays(spool: Spool) -> frozenset[str]:
    """Which arrays hold nothing for any row of a spool."""
    has = {"value": spool.has_values, "rating": spool.has_ratings}
    return frozenset(name for name, some in has.items() if not some)


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


def lay_shards(
    spool: Spool, sink: Sink, lifetimes: Lifetimes, *, shards: int, progress: Progress
) -> list[ShardEntry]:
    """Write every shard's folder, on as many threads as there are cores; the list is in order."""
    cuts = cut_shards(spool.counts[:-1], shards)
    workers = min(os.cpu_count() or 1, shards)
    with ThreadPoolExecutor(workers, thread_name_prefix="store") as pool:
        tasks = [
            pool.submit(lay_shard, spool, sink, lifetimes, buckets=cut, name=f"shard-{i:03d}")
            for i, cut in enumerate(cuts)
        ]
        try:
            for task in as_completed(tasks):
                progress.advance(task.result().events)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [task.result() for task in tasks]


def lay_shard(
    spool: Spool, sink: Sink, lifetimes: Lifetimes, *, buckets: range, name: str
) -> ShardEntry:
    """Write the arrays of one range of buckets."""
    first = min(buckets.start << spool.shift, spool.persons)
    stop = min(buckets.stop << spool.shift, spool.persons)
    counts = spool.counts[buckets.start : buckets.stop]
    events = int(counts.sum())
    offsets = np.zeros(stop - first + 1, dtype=np.int64)
    with sink.files(name, events) as files:
        desk = Desk(sink.scale, files, rows=int(counts.max(initial=0)), persons=1 << spool.shift)
        for bucket in buckets:
            low = bucket << spool.shift
            high = min(low + spool.bucket_persons, spool.persons)
            desk.lay(
                spool.bucket(bucket),
                offsets[low - first : high - first + 1],
                lifetimes.part(low, high),
            )
        desk.flush()
    folder = sink.folder / name
    write_array(folder / "offsets.npy", offsets, settling=sink.settling)
    shard = Shard(folder)
    for axis in POSTED:
        write_postings(
            folder,
            axis,
            codes=getattr(shard, axis),
            dictionaries=sink.dictionaries,
            settling=sink.settling,
        )
    return ShardEntry(name, first, stop - first, events)


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
    with sink.files(VOLUME, spool.volume_events) as files:
        desk = Desk(sink.scale, files, rows=0, persons=1)
        for parts in spool.volume():
            desk.lay(parts, np.zeros(2, dtype=np.int64), Lifetimes.of(1))
        desk.flush()
