"""Building a snapshot from blocks of events."""

from __future__ import annotations

import shutil
from pathlib import Path

from waypost.journeys.store.arrays import Settling, TimeScale, dtypes_for
from waypost.journeys.store.blocks import StoreInputs
from waypost.journeys.store.desk import Lifetimes
from waypost.journeys.store.lay import Sink, empty_arrays, lay_shards, lay_volume, shard_count
from waypost.journeys.store.layout import Meta
from waypost.journeys.store.persons import check_persons, persons_table, write_persons
from waypost.journeys.store.publish import publish, staging
from waypost.journeys.store.snapshot import Snapshot
from waypost.journeys.store.spool import DEFAULT_MEMORY, Spool
from waypost.kit import SILENT, Progress

__all__ = ["build_snapshot", "lay_snapshot", "staged_spool"]


def build_snapshot(
    workspace: Path,
    inputs: StoreInputs,
    *,
    shards: int | None = None,
    memory: int = DEFAULT_MEMORY,
    progress: Progress = SILENT,
) -> Snapshot:
    """The new current snapshot of ``workspace``; the caller holds the workspace's lock.

    Equal inputs give equal bytes. ``shards`` defaults to one per two million events (1 to 16).
    ``memory`` bounds the bytes of rows held before they are sorted; more of them wait on disk.
    Raises ``InputError`` for persons or codes outside their range.
    """
    check_persons(inputs.persons)
    persons = len(inputs.persons)
    with (
        staging(workspace, inputs.snapshot_id) as folder,
        staged_spool(folder, persons=persons, shards=shards, memory=memory) as spool,
    ):
        for block in inputs.blocks:
            spool.add(block, dictionaries=inputs.dictionaries)
        spool.settle()
        progress.start("journeys", spool.events)
        meta = lay_snapshot(folder, inputs, spool, shards=shards, progress=progress)
        progress.finish()
        return Snapshot.open(publish(workspace, folder, meta))


def staged_spool(
    folder: Path, *, persons: int, shards: int | None, memory: int = DEFAULT_MEMORY
) -> Spool:
    """An empty spool whose files wait inside the staging folder."""
    waiting = folder / "spool"
    waiting.mkdir()
    return Spool(waiting, persons=persons, buckets=shards or 1, memory=memory)


def lay_snapshot(
    folder: Path, inputs: StoreInputs, spool: Spool, *, shards: int | None, progress: Progress
) -> Meta:
    """Write all files but ``meta.json`` into ``folder``; the settled spool is used up."""
    scale = TimeScale.of(spool.span)
    dtypes = dtypes_for(inputs.dictionaries, scale=scale, span=spool.span, last_row=spool.last_row)
    lifetimes = Lifetimes.of(spool.persons)
    count = shards or shard_count(spool.events)
    with Settling() as settling:
        without = empty_arrays(spool)
        sink = Sink(folder, dtypes, scale, inputs.dictionaries, without, settling)
        entries = lay_shards(spool, sink, lifetimes, shards=count, progress=progress)
        lay_volume(spool, sink)
        table = persons_table(inputs.persons, lifetimes, shards=entries, scale=scale)
        write_persons(folder, table)
    volume_events, span = spool.volume_events, spool.span
    spool.drop()
    shutil.rmtree(spool.folder)
    until = inputs.data_until_us
    return Meta(
        id=inputs.snapshot_id,
        dictionaries=inputs.dictionaries,
        shards=tuple(entries),
        zone=inputs.place.zone,
        currency=inputs.place.currency,
        epoch_us=scale.epoch_us,
        ticks_per_second=1_000_000 // scale.tick_us,
        data_until_us=span.high if until is None else until,
        volume_events=volume_events,
        made_from=inputs.made_from,
    )
