"""New events become visible without laying the whole store anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import InputError
from waypost.journeys.store.arrays import Settling, TimeScale, dtypes_for, write_array
from waypost.journeys.store.blocks import EventBlock, Place, StoreInputs
from waypost.journeys.store.build import build_snapshot, staged_spool
from waypost.journeys.store.desk import Lifetimes
from waypost.journeys.store.difference import (
    Change,
    Difference,
    base_shards,
    difference,
    stored_blocks,
)
from waypost.journeys.store.lay import (
    Sink,
    empty_arrays,
    lay_shard,
    lay_volume,
    note_lifetimes,
)
from waypost.journeys.store.layout import META, PERSONS, VOLUME, Meta, ShardEntry
from waypost.journeys.store.linking import link_folder
from waypost.journeys.store.packing import Span
from waypost.journeys.store.persons import check_persons, persons_table, write_persons
from waypost.journeys.store.publish import publish, staging
from waypost.journeys.store.shard import Shard
from waypost.journeys.store.snapshot import Snapshot
from waypost.journeys.store.spool import DEFAULT_MEMORY, Spool
from waypost.kit import SILENT, Progress

__all__ = ["OVERLAY_SHARE", "append"]

OVERLAY_SHARE: Final = 0.2
"""An overlay with more than this share of all events is folded into a store laid anew."""

_OVERLAY: Final = "overlay"
_HIDDEN: Final = "hidden.npy"
_NOBODY: Final = -1


def append(
    snapshot: Snapshot,
    change: Change,
    *,
    overlay_share: float = OVERLAY_SHARE,
    memory: int = DEFAULT_MEMORY,
    progress: Progress = SILENT,
) -> Snapshot:
    """The new current snapshot: base shards hard-linked, changed journeys whole in an overlay.

    A person in the overlay has a new person number after those of the base, and its base journey
    is hidden; ids stay. Where the overlay would hold more than ``overlay_share`` of all events, or
    new instants do not fit the base's ticks, everything is laid anew with the present numbers.
    Raises ``InputError`` where ``change`` does not bring every row that it counts.
    """
    check_persons(change.persons)
    _check_dictionaries(snapshot, change)
    change = replace(change, blocks=[_owned(block, change.owner) for block in change.blocks])
    found = difference(snapshot, change)
    scale = TimeScale(snapshot.epoch_us, snapshot.meta.tick_us)
    fits = all(scale.holds(Span.of(block.at)) for block in change.blocks)
    if found.overlay_share > overlay_share or not fits:
        return _anew(snapshot, change, memory=memory, progress=progress)
    workspace = snapshot.folder.parent.parent
    with staging(workspace, change.snapshot_id) as folder:
        job = _Job(snapshot, change, found, scale, folder)
        progress.start("journeys", found.overlay_events)
        with staged_spool(folder, persons=len(found.overlay), shards=None, memory=memory) as spool:
            _fill(spool, job)
            meta = _lay(job, spool)
        progress.advance(found.overlay_events)
        progress.finish()
        return Snapshot.open(publish(workspace, folder, meta))


def _check_dictionaries(snapshot: Snapshot, change: Change) -> None:
    for name in ("events", "channels", "sources", "touchpoints", "stages", "steps"):
        old = getattr(snapshot.dictionaries, name)
        if getattr(change.dictionaries, name)[: len(old)] != old:
            raise InputError(f"The {name} have changed; only further ones may follow.", name=name)


def _owned(block: EventBlock, owner: NDArray[np.int32]) -> EventBlock:
    return replace(block, person=owner[block.row])


def _anew(snapshot: Snapshot, change: Change, *, memory: int, progress: Progress) -> Snapshot:
    def blocks() -> Iterator[EventBlock]:
        yield from stored_blocks(snapshot, change)
        yield from change.blocks

    inputs = StoreInputs(
        blocks=blocks(),
        persons=change.persons,
        dictionaries=change.dictionaries,
        snapshot_id=change.snapshot_id,
        place=Place(snapshot.zone, snapshot.currency),
        made_from=change.made_from,
        data_until_us=change.data_until_us,
    )
    workspace = snapshot.folder.parent.parent
    return build_snapshot(workspace, inputs, memory=memory, progress=progress)


@dataclass(frozen=True, slots=True)
class _Job:
    """One overlay in the making."""

    snapshot: Snapshot
    change: Change
    found: Difference
    scale: TimeScale
    folder: Path

    @property
    def base_persons(self) -> int:
        return len(self.found.kept)

    @property
    def volume_stays(self) -> bool:
        owner = self.change.owner
        stored = owner[self.snapshot.volume.row]
        return bool((stored == _NOBODY).all() and (owner == _NOBODY).sum() == len(stored))


def _fill(spool: Spool, job: _Job) -> None:
    wanted = np.zeros(len(job.found.number) + 1, dtype=np.bool_)
    wanted[job.found.overlay] = True
    wanted[_NOBODY] = not job.volume_stays
    number = np.append(job.found.number - job.base_persons, np.int32(_NOBODY))
    for block in stored_blocks(job.snapshot, job.change, wanted):
        spool.add(replace(block, person=number[block.person]))
    for block in job.change.blocks:
        owned = block.where((block.person >= _NOBODY) & wanted[np.maximum(block.person, _NOBODY)])
        spool.add(replace(owned, person=number[owned.person]), dictionaries=job.change.dictionaries)
    spool.settle()
    _check_complete(job, spool)


def _check_complete(job: _Job, spool: Spool) -> None:
    volume = 0 if job.volume_stays else int((job.change.owner == _NOBODY).sum())
    expected = (job.found.overlay_events, volume)
    if (spool.events, spool.volume_events) != expected:
        raise InputError(
            f"The rows given make {spool.events} events of persons and {spool.volume_events} "
            f"without; by their owners it must be {expected[0]} and {expected[1]}.",
            hint="Give each row once that the snapshot does not have yet.",
        )


def _lay(job: _Job, spool: Spool) -> Meta:
    link_folder(job.snapshot.folder, job.folder, without=(META, PERSONS))
    hidden = [_link_base(job, shard) for shard in base_shards(job.snapshot)]
    lifetimes = Lifetimes.of(spool.persons)
    with Settling() as settling:
        without, dictionaries = empty_arrays(spool), job.change.dictionaries
        sink = Sink(job.folder, _dtypes(job, spool), job.scale, dictionaries, without, settling)
        buckets = range(spool.buckets)
        overlay = lay_shard(spool, sink, lifetimes, buckets=buckets, name=_OVERLAY)
        if job.volume_stays:
            link_folder(job.snapshot.folder / VOLUME, job.folder / VOLUME)
        else:
            lay_volume(spool, sink)
    entry = replace(overlay, first_person=job.base_persons, overlay=True)
    spool.drop()
    shutil.rmtree(spool.folder)
    entries = (*(e for e in job.snapshot.meta.shards if not e.overlay), entry)
    _write_persons(job, lifetimes, entries)
    return _meta(job, entries, hidden_events=sum(hidden), span=spool.span)


def _dtypes(job: _Job, spool: Spool) -> dict[str, np.dtype[Any]]:
    dtypes = dtypes_for(
        job.change.dictionaries, scale=job.scale, span=spool.span, last_row=spool.last_row
    )
    base = [shard.at.dtype for shard in base_shards(job.snapshot)]
    dtypes["at"] = max([dtypes["at"], *base], key=lambda dtype: dtype.itemsize)
    return dtypes


def _link_base(job: _Job, shard: Shard) -> int:
    """Link one base shard, hide who has moved; returns how many events are hidden."""
    target = job.folder / shard.folder.name
    link_folder(shard.folder, target, without=(_HIDDEN,))
    kept = job.found.kept[shard.first_person : shard.first_person + shard.persons]
    hidden = kept < 0
    if hidden.any():
        write_array(target / _HIDDEN, hidden.astype(np.uint8))
    return int(np.diff(shard.offsets)[hidden].sum())


def _write_persons(job: _Job, overlay: Lifetimes, entries: tuple[ShardEntry, ...]) -> None:
    base = Lifetimes.of(job.base_persons)
    for shard in base_shards(job.snapshot):
        note_lifetimes(base, shard.first_person, shard.offsets, shard.at)
    base.events[job.found.kept < 0] = 0
    lifetimes = Lifetimes(
        np.concatenate([base.first, overlay.first]),
        np.concatenate([base.last, overlay.last]),
        np.concatenate([base.events, overlay.events]),
    )
    present = np.concatenate([job.found.kept, job.found.overlay]).astype(np.int64)
    persons = job.change.persons.take(pa.array(present, mask=present < 0))
    table = persons_table(persons, lifetimes, shards=entries, scale=job.scale)
    write_persons(job.folder, table)


def _meta(job: _Job, entries: tuple[ShardEntry, ...], *, hidden_events: int, span: Span) -> Meta:
    old = job.snapshot.meta
    until = job.change.data_until_us
    return replace(
        old,
        id=job.change.snapshot_id,
        dictionaries=job.change.dictionaries,
        shards=entries,
        data_until_us=max(old.data_until_us, span.high) if until is None else until,
        volume_events=int((job.change.owner == _NOBODY).sum()),
        hidden_persons=int((job.found.kept < 0).sum()),
        hidden_events=hidden_events,
        made_from=job.change.made_from,
    )
