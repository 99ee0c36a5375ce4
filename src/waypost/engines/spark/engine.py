"""Run questions on a Spark cluster over shards on storage that all workers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from waypost.engines.local import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.engines.running import Planned
from waypost.engines.spark.places import Mounts
from waypost.engines.spark.portions import portions_of
from waypost.engines.spark.scheduling import JobGroup, gathered, scattered
from waypost.engines.spark.sessions import context_of, started
from waypost.engines.spark.troubles import contents_of
from waypost.engines.spark.worker import Work
from waypost.errors import InputError
from waypost.journeys import EventLog, Snapshot
from waypost.questions import (
    Composed,
    Masks,
    Members,
    Question,
    Result,
    SnapshotView,
    unit_of,
)

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

__all__ = ["FAN_IN", "SparkEngine"]

FAN_IN = 32
"""Partials that the driver adds itself; with more, the workers add neighbours first."""


class SparkEngine:
    """Answers questions as ``LocalEngine`` does, to the last digit, on the workers of a cluster.

    ``spark`` is a classic session, its context, or a master to start a context on (``local[4]``,
    ``spark://host:7077``), which ``close`` ends; ``settings`` are Spark's own settings for that and
    ``python`` the Python on the workers, by default this one's path. ``mounts`` translates paths of
    this machine to the workers'. ``events_per_task`` overrides what keeps all cores busy.

    Raises ``MissingExtraError`` without PySpark or Java, ``NotFoundError`` where no master answers.
    """

    def __init__(
        self,
        spark: SparkSession | SparkContext | str = "local[*]",
        *,
        mounts: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        python: str = "",
        events_per_task: int = 0,
    ) -> None:
        self._owned = isinstance(spark, str)
        own = (
            started(spark, settings or {}, python) if isinstance(spark, str) else context_of(spark)
        )
        self.context = own
        self._mounts = Mounts.of(mounts or {})
        self._events_per_task = events_per_task
        self._running: set[JobGroup] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the Spark context, if this engine has started it."""
        if self._owned:
            self.context.stop()

    def run(
        self, question: Question | Composed, snapshot: SnapshotView, masks: Masks | None = None
    ) -> Result:
        """The answer; the workers read the snapshot's files, and evaluate filters on them.

        They read texts and attributes from the event log of the workspace that the snapshot lies
        in. ``masks`` must be of that log too, and is only asked here, for what is planned. Raises
        what ``LocalEngine`` raises, ``NotFoundError`` where a worker does not see the files,
        ``MissingExtraError`` and ``InputError`` where it has no Waypost or another version, and
        ``CancelledError`` after ``cancel`` or an interrupt.
        """
        if isinstance(question, Composed):
            return question.answer(lambda plain: self.run(plain, snapshot, masks))
        stored = _stored(snapshot)
        if masks is None and unit_of(question.unit).kind == "key":
            masks = _masks_of(stored)
        planned = Planned.of(question, stored, masks)
        shards = planned.base if isinstance(planned.base, Snapshot) else stored
        tasks = portions_of(shards, self.cores, self._events_per_task)
        work = self._packed(
            Work(question, self.there(stored.folder), self.there(stored.folder.parent.parent))
        )
        with self._jobs(f"waypost: {type(question).name}") as group:
            outcomes = gathered(group, self.context, work, tasks, fan_in=FAN_IN)
        return planned.result(reduce(add, contents_of(outcomes)))

    def find(
        self,
        question: Question | Composed,
        cell: Mapping[str, Any],
        snapshot: SnapshotView,
        masks: Masks | None = None,
    ) -> Members:
        """Who is behind a cell, looked up on this machine, as ``LocalEngine.find`` does."""
        stored = _stored(snapshot)
        return LocalEngine().find(question, cell, stored, masks or _masks_of(stored))

    def cancel(self) -> None:
        """Stop all questions that run, from any thread; their ``run`` raises ``CancelledError``."""
        for group in list(self._running):
            group.cancel()

    def there(self, path: Path) -> Path:
        """The workers' path of a path of this machine."""
        return self._mounts.there(path.resolve())

    def spread(self, function: str, work: object, tasks: Sequence[Any]) -> list[Any]:
        """What ``function`` (``module:name``) answers to each task on the workers, in order.

        It takes the pickled ``work`` and a task of plain values. Errors as ``run``.
        """
        if not tasks:
            return []
        with self._jobs(f"waypost: {function}") as group:
            outcomes = scattered(group, self.context, function, self._packed(work), tasks)
        return contents_of(outcomes)

    @property
    def cores(self) -> int:
        """Tasks that the cluster runs at once."""
        return self.context.defaultParallelism

    @contextmanager
    def _jobs(self, title: str) -> Iterator[JobGroup]:
        with JobGroup(self.context, title) as group:
            self._running.add(group)
            try:
                yield group
            finally:
                self._running.discard(group)

    @staticmethod
    def _packed(work: object) -> bytes:
        from pyspark import cloudpickle  # noqa: PLC0415 - an extra

        pack: Callable[[object], bytes] = cloudpickle.dumps
        return pack(work)


def _stored(snapshot: SnapshotView) -> Snapshot:
    if isinstance(snapshot, Snapshot):
        return snapshot
    raise InputError(
        "Spark's workers read snapshots from storage; this one is only in memory.",
        hint="Ask through an open workspace, or use LocalEngine.",
    )


def _masks_of(snapshot: Snapshot) -> SnapshotMasks:
    """What a key is read with where units are laid; filters are evaluated by the workers."""
    workspace = snapshot.folder.parent.parent
    log = EventLog(workspace) if (workspace / "log").is_dir() else None
    return SnapshotMasks(snapshot, log)
