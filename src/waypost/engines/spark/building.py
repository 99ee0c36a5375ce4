"""The journey store of a log, coded and laid by Spark's workers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from waypost.engines.spark.laying import NAMES, OWNERS, Coded, Coding, Laid, Laying
from waypost.errors import DamagedError, InputError, NotFoundError
from waypost.journeys import Dictionaries, Snapshot
from waypost.journeys.store import LogState
from waypost.journeys.store.arrays import TimeScale, dtypes_for
from waypost.journeys.store.desk import Lifetimes
from waypost.journeys.store.from_log import made_from_of, snapshot_id_of
from waypost.journeys.store.lay import cut_shards, shard_count
from waypost.journeys.store.layout import VOLUME, Meta
from waypost.journeys.store.persons import check_persons, persons_table, write_persons
from waypost.journeys.store.publish import publish, staging
from waypost.journeys.store.spool import Span, Spool

if TYPE_CHECKING:
    from waypost.engines.spark.engine import SparkEngine

__all__ = ["snapshot_on_spark"]

CODE: Final = "waypost.engines.spark.laying:code_segment"
LAY: Final = "waypost.engines.spark.laying:lay_persons"


def snapshot_on_spark(
    workspace: Path, state: LogState, spark: SparkEngine, *, shards: int | None = None
) -> Snapshot:
    """The current snapshot for this state, the bytes that ``snapshot_from_log`` lays in full.

    The caller holds the workspace's lock. Each segment of the log is read and coded by one task,
    each shard of persons sorted and laid by one; the workspace is on storage that all workers see.
    This process holds ``person_of_rows`` and the table of persons. Where nothing has changed, the
    last snapshot is the answer. Raises ``InputError`` where ``person_of_rows`` does not fit.
    """
    check_persons(state.persons)
    if len(state.person_of_rows) != state.log.row_count():
        raise InputError("There must be a person number, or −1, for every row of the log.")
    made_from = made_from_of(state)
    last = _last(workspace)
    if last is not None and last.made_from == made_from and shards is None:
        return last
    snapshot_id = snapshot_id_of(made_from)
    with staging(workspace, snapshot_id) as folder:
        work = _Build(spark, workspace, folder, state, shards)
        waiting = folder / "coded"
        waiting.mkdir()
        np.save(waiting / OWNERS, np.ascontiguousarray(state.person_of_rows, dtype=np.int32))
        coded = work.coded(waiting)
        meta = work.laid(coded, waiting)
        shutil.rmtree(waiting)
        meta = replace(meta, id=snapshot_id, made_from=made_from)
        return Snapshot.open(publish(workspace, folder, meta))


def _last(workspace: Path) -> Snapshot | None:
    try:
        return Snapshot.current(workspace)
    except (NotFoundError, DamagedError, InputError):
        return None


@dataclass(frozen=True, slots=True)
class _Build:
    """What all tasks of one build are about."""

    spark: SparkEngine
    workspace: Path
    folder: Path
    state: LogState
    shards: int | None

    def coded(self, waiting: Path) -> list[Coded]:
        """Every segment of the log as codes, which wait on the shared storage."""
        shift, buckets = self._buckets()
        coding = Coding(
            self.spark.there(self.workspace),
            self.spark.there(waiting),
            self.state.binding,
            self.state.place.currency,
            shift,
            buckets,
        )
        return self.spark.spread(CODE, coding, range(len(self.state.log.segments())))

    def laid(self, coded: Sequence[Coded], waiting: Path) -> Meta:
        """Every shard, the volume and the table of persons; the content of ``meta.json``."""
        _, buckets = self._buckets()
        counts = sum((one.counts for one in coded), np.zeros(buckets + 1, np.int64))
        span = reduce(add, (one.span for one in coded), Span())
        scale = TimeScale.of(span)
        laying = self._laying(coded, span, waiting)
        tasks = self._tasks(counts)
        laid: list[Laid] = self.spark.spread(LAY, laying, tasks)
        entries = [one.entry for one in laid[:-1]]
        lifetimes = _together([one.lifetimes for one in laid[:-1]])
        table = persons_table(self.state.persons, lifetimes, shards=entries, scale=scale)
        write_persons(self.folder, table)
        latest = [one.latest for one in coded if one.latest is not None]
        return Meta(
            id="",
            dictionaries=laying.dictionaries,
            shards=tuple(entries),
            zone=self.state.place.zone,
            currency=self.state.place.currency,
            epoch_us=scale.epoch_us,
            ticks_per_second=1_000_000 // scale.tick_us,
            data_until_us=max(latest, default=span.high),
            volume_events=int(counts[-1]),
        )

    def _buckets(self) -> tuple[int, int]:
        """As a build on this machine cuts persons, so that shards are the same."""
        persons = len(self.state.persons)
        with tempfile.TemporaryDirectory() as empty:
            spool = Spool(Path(empty), persons=persons, buckets=self.shards or 1)
            with spool:
                return spool.shift, spool.buckets

    def _tasks(self, counts: NDArray[np.int64]) -> list[tuple[str, int, int]]:
        """Name, first and last (exclusive) person of every shard; the volume comes last."""
        shift, _ = self._buckets()
        persons = len(self.state.persons)
        number = self.shards or shard_count(int(counts[:-1].sum()))
        ranges = [
            (min(cut.start << shift, persons), min(cut.stop << shift, persons))
            for cut in cut_shards(counts[:-1], number)
        ]
        named = [(f"shard-{place:03d}", *ends) for place, ends in enumerate(ranges)]
        return [*named, (VOLUME, -1, 0)]

    def _laying(self, coded: Sequence[Coded], span: Span, waiting: Path) -> Laying:
        known: dict[str, dict[str, int]] = {name: {} for name in NAMES}
        codes = {
            number: {name: _final(one.names[name], known[name]) for name in NAMES}
            for number, one in enumerate(coded)
            if one.counts.any()
        }
        binding = self.state.binding
        dictionaries = Dictionaries(
            events=tuple(known["event"]),
            channels=tuple(known["channel"]),
            touchpoints=binding.touchpoints,
            stages=binding.stages,
            steps=binding.steps,
            sources=tuple(known["source"]),
        )
        scale = TimeScale.of(span)
        last_row = max((one.last_row for one in coded), default=-1)
        some = {
            "value": any(one.has_values for one in coded),
            "rating": any(one.has_ratings for one in coded),
        }
        return Laying(
            self.spark.there(self.folder),
            self.spark.there(waiting),
            codes,
            dtypes_for(dictionaries, scale=scale, span=span, last_row=last_row),
            scale,
            dictionaries,
            frozenset(name for name, there in some.items() if not there),
        )


def _final(names: Sequence[str], known: dict[str, int]) -> NDArray[np.uint16]:
    """The code of each name, given in the order in which the log first has it."""
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.uint16)


def _together(parts: Sequence[Lifetimes]) -> Lifetimes:
    return Lifetimes(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.last for part in parts]),
        np.concatenate([part.events for part in parts]),
    )
