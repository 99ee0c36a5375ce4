"""Run questions on a Spark cluster over shards on storage that all workers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add
from types import TracebackType
from typing import TYPE_CHECKING, Self

from waypost.engines.masks import SnapshotMasks
from waypost.engines.spark.places import Mounts
from waypost.engines.spark.portions import portions_of
from waypost.engines.spark.scheduling import JobGroup, gathered
from waypost.engines.spark.sessions import context_of, started
from waypost.engines.spark.troubles import contents_of
from waypost.engines.spark.worker import Work
from waypost.errors import InputError
from waypost.journeys import Snapshot
from waypost.questions import Masks, Question, Result, SnapshotView

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

__all__ = ["SparkEngine"]

_FAN_IN = 32
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
        self._context = own
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
            self._context.stop()

    def run(self, question: Question, snapshot: SnapshotView, masks: Masks | None = None) -> Result:
        """The answer; the workers read the snapshot's files, and evaluate filters on them.

        They read texts and attributes from the event log of the workspace that the snapshot lies
        in, so ``masks`` is not needed; other masks than a ``SnapshotMasks`` are refused. Raises
        what ``LocalEngine`` raises, ``NotFoundError`` where a worker does not see the files,
        ``MissingExtraError`` and ``InputError`` where it has no Waypost or another version, and
        ``CancelledError`` after ``cancel`` or an interrupt.
        """
        stored = _stored(snapshot, masks)
        task = question.plan(snapshot)
        tasks = portions_of(stored, self._context.defaultParallelism, self._events_per_task)
        with JobGroup(self._context, f"waypost: {type(question).name}") as group:
            self._running.add(group)
            try:
                outcomes = gathered(
                    group, self._context, self._work(question, stored), tasks, fan_in=_FAN_IN
                )
            finally:
                self._running.discard(group)
        return task.finish(reduce(add, contents_of(outcomes)))

    def cancel(self) -> None:
        """Stop all questions that run, from any thread; their ``run`` raises ``CancelledError``."""
        for group in list(self._running):
            group.cancel()

    def _work(self, question: Question, snapshot: Snapshot) -> bytes:
        from pyspark import cloudpickle  # noqa: PLC0415 - an extra

        folder = snapshot.folder.resolve()
        there = self._mounts.there(folder)
        workspace = self._mounts.there(folder.parent.parent)
        pack: Callable[[Work], bytes] = cloudpickle.dumps
        return pack(Work(question, there, workspace))


def _stored(snapshot: SnapshotView, masks: Masks | None) -> Snapshot:
    if not isinstance(snapshot, Snapshot):
        raise InputError(
            "Spark's workers read snapshots from storage; this one is only in memory.",
            hint="Ask through an open workspace, or use LocalEngine.",
        )
    if masks is not None and not isinstance(masks, SnapshotMasks):
        raise InputError(
            f"{type(masks).__name__} cannot travel to Spark's workers.",
            hint="Hand no masks: the workers evaluate filters on the snapshot and its log.",
        )
    return snapshot
