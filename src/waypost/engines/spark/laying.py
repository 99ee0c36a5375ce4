"""What workers do for a journey store: code the segments of the log, then lay shards of persons."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from waypost.engines.spark.carrier import Outcome
from waypost.engines.spark.worker import guarded, unseen
from waypost.journeys import NO_VALUE, Dictionaries, EventBlock, EventLog
from waypost.journeys.store.arrays import Settling, TimeScale
from waypost.journeys.store.blocks import joined
from waypost.journeys.store.coding import BlockReader
from waypost.journeys.store.desk import Lifetimes
from waypost.journeys.store.lay import Sink, lay_shard, lay_volume
from waypost.journeys.store.layout import VOLUME, ShardEntry
from waypost.journeys.store.spool import Span, Spool
from waypost.kit.array_files import mapped_array

if TYPE_CHECKING:
    from waypost.journeys.binding import Binding

__all__ = ["Coded", "Coding", "Laid", "Laying", "code_segment", "lay_persons"]

OWNERS: Final = "owners.npy"
NAMES: Final = ("event", "channel", "source")
"""The arrays whose codes are given in the order of the log."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How segments become codes; paths are those of the workers."""

    workspace: Path
    waiting: Path
    binding: Binding
    currency: str
    shift: int
    buckets: int


@dataclass(frozen=True, slots=True)
class Coded:
    """What a segment had: names by the segment's own codes, and what all shards must know of it.

    ``counts: int64[buckets + 1]`` are events by bucket of persons, those without a person last.
    ``latest`` is the latest instant to be trusted, in µs.
    """

    names: Mapping[str, tuple[str, ...]]
    counts: NDArray[np.int64]
    span: Span
    last_row: int = -1
    latest: int | None = None
    has_values: bool = False
    has_ratings: bool = False


@dataclass(frozen=True, slots=True)
class Laying:
    """How coded segments become shards.

    ``codes``: for each segment that has events, by its number, the final code of each of its own.
    """

    folder: Path
    waiting: Path
    codes: Mapping[int, Mapping[str, NDArray[np.uint16]]]
    dtypes: dict[str, np.dtype[Any]]
    scale: TimeScale
    dictionaries: Dictionaries
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Laid:
    """A shard as ``meta.json`` lists it, and when its persons did something."""

    entry: ShardEntry
    lifetimes: Lifetimes


def code_segment(work: bytes, number: int) -> Outcome:
    """The ``Coded`` of a segment; its events wait, by rising person, where ``Coding`` says."""
    coding: Coding = pickle.loads(work)  # noqa: S301 - our own driver wrote it
    return guarded(lambda: _coded(coding, number))


def lay_persons(work: bytes, task: tuple[str, int, int]) -> Outcome:
    """The ``Laid`` of persons from ``first`` up to ``stop``, and the folder of the name given.

    The name ``volume`` stands for the events without a person.
    """
    laying: Laying = pickle.loads(work)  # noqa: S301 - our own driver wrote it
    return guarded(lambda: _laid(laying, *task))


def _coded(coding: Coding, number: int) -> Coded:
    log = _log(coding.workspace)
    reader = BlockReader(coding.binding, currency=coding.currency)
    owners = mapped_array(coding.waiting / OWNERS)
    blocks = list(reader.read(log, owners, [log.segments()[number]]))
    found = reader.dictionaries()
    names = {"event": found.events, "channel": found.channels, "source": found.sources}
    if not blocks:
        return Coded(names, np.zeros(coding.buckets + 1, np.int64), Span())
    block = joined(blocks)
    order = np.argsort(block.person, kind="stable")
    for field in fields(block):
        _save(coding.waiting / f"{number}.{field.name}.npy", getattr(block, field.name)[order])
    known = block.person[block.person >= 0]
    counts = np.bincount(known >> coding.shift, minlength=coding.buckets)
    return Coded(
        names,
        np.append(counts, len(block) - known.size),
        Span.of(block.at),
        int(block.row.max()),
        reader.data_until_us,
        has_values=bool((block.value != NO_VALUE).any()),
        has_ratings=not bool(np.isnan(block.rating).all()),
    )


@lru_cache(maxsize=1)
def _log(workspace: Path) -> EventLog:
    """Kept with what it knows of rows that count; it sees later commits by itself."""
    if not (workspace / "log").is_dir():
        raise unseen(workspace / "log")
    return EventLog(workspace)


def _save(path: Path, values: NDArray[Any]) -> None:
    """A second attempt at the same task may write at the same time: the same bytes."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        np.save(file, values)
    Path(name).replace(path)


def _laid(laying: Laying, name: str, first: int, stop: int) -> Laid:
    with _attempt(laying.folder, name) as folder, Settling() as settling:
        waiting = folder / "spool"
        waiting.mkdir()
        with Spool(waiting, persons=max(stop - first, 0)) as spool:
            for number, codes in laying.codes.items():
                block = _block(laying.waiting, number, first, stop, codes)
                if len(block):
                    spool.add(block)
            spool.settle()
            sink = Sink(
                folder, laying.dtypes, laying.scale, laying.dictionaries, laying.without, settling
            )
            lifetimes = Lifetimes.of(spool.persons)
            if name == VOLUME:
                lay_volume(spool, sink)
                return Laid(ShardEntry(name, 0, 0, spool.volume_events), lifetimes)
            buckets = range(spool.buckets if spool.persons else 0)
            entry = lay_shard(spool, sink, lifetimes, buckets=buckets, name=name)
    return Laid(replace(entry, first_person=first), lifetimes)


@contextmanager
def _attempt(folder: Path, name: str) -> Iterator[Path]:
    """A folder of this attempt's own; what it made gets its name at the end, if no other has."""
    if not folder.is_dir():
        raise unseen(folder)
    own = Path(tempfile.mkdtemp(dir=folder, prefix="attempt-"))
    try:
        yield own
        if not (folder / name).exists():
            (own / name).rename(folder / name)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _block(
    waiting: Path, number: int, first: int, stop: int, codes: Mapping[str, NDArray[np.uint16]]
) -> EventBlock:
    """The events of persons ``first`` to ``stop`` in one segment, with their final codes."""
    person = mapped_array(waiting / f"{number}.person.npy")
    low, high = np.searchsorted(person, [first, stop])
    columns = {
        field.name: mapped_array(waiting / f"{number}.{field.name}.npy")[low:high]
        for field in fields(EventBlock)
    }
    columns |= {name: codes[name][columns[name]] for name in NAMES}
    columns["person"] = columns["person"] - np.int32(max(first, 0))
    return EventBlock(**columns)
