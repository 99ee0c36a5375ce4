"""What runs in a Python worker of Spark: the kernels on some shards, and adding what they gave."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from pathlib import Path
from typing import Any, Final

from waypost.engines.masks import SnapshotMasks
from waypost.engines.running import part_of, partial_of_shard, partial_of_volume
from waypost.engines.spark.carrier import Outcome, Portion
from waypost.errors import NotFoundError, WaypostError
from waypost.journeys import EventLog, Snapshot
from waypost.journeys.store.shard import Shard
from waypost.questions import EMPTY_SHARD, Masks, Question, Selection, Task

__all__ = ["PARTIAL", "REFUSED", "VOLUME", "Work", "add_up", "answer", "guarded", "unseen"]

PARTIAL: Final = "partial"
REFUSED: Final = "refused"
VOLUME: Final = -1
"""The place of the events without a person, beside the shards from 0 on."""


@dataclass(frozen=True, slots=True)
class Work:
    """A question and where the workers find what it is about."""

    question: Question
    snapshot: Path
    workspace: Path


def guarded(work: Callable[[], Any]) -> Outcome:
    """The answer as bytes, or the error of ours that it ended in: Spark would only keep its text.

    Errors of ours are the same on every attempt, so Spark need not try again; all others are
    Spark's affair.
    """
    try:
        return PARTIAL, pickle.dumps(work(), protocol=5)
    except WaypostError as error:
        return REFUSED, pickle.dumps(error, protocol=5)


def answer(work: bytes, portions: Sequence[Portion]) -> Outcome:
    """The sum of what these portions contribute, added in their order."""
    return guarded(lambda: _contribution(pickle.loads(work), portions))  # noqa: S301 - our own driver wrote it


def add_up(outcomes: Iterable[Outcome]) -> Outcome:
    """The sum of partials in their order; the first outcome that is none takes the place of all."""
    kept = list(outcomes)
    for outcome in kept:
        if outcome[0] != PARTIAL:
            return outcome
    partials = (pickle.loads(content) for _, content in kept)  # noqa: S301 - our own workers wrote it
    return guarded(lambda: reduce(add, partials))


def unseen(folder: Path) -> NotFoundError:
    """The error for a folder that this worker does not have."""
    return NotFoundError(
        f"The Spark worker {platform.node()} does not see {folder}.",
        hint="Put the workspace on storage that every worker has under the same path, "
        "or name the workers' path with mounts.",
        path=folder,
        worker=platform.node(),
    )


def _contribution(work: Work, portions: Sequence[Portion]) -> Any:
    question = work.question
    snapshot, masks = _opened(work.snapshot, work.workspace)
    task = question.plan(snapshot)
    found = [_of_portion(question, task, (snapshot, masks), portion) for portion in portions]
    partials = [partial for partial in found if partial is not None]
    return reduce(add, partials or [task.run(EMPTY_SHARD, Selection())])


def _of_portion(
    question: Question, task: Task[Any], opened: tuple[Snapshot, Masks], portion: Portion
) -> Any:
    snapshot, masks = opened
    place, part, parts = portion
    if place == VOLUME:
        return partial_of_volume(question, task, snapshot, masks)
    filtered = bool(question.where or question.segment or task.conditions)
    filtered = filtered or not task.period.is_always()
    shard = part_of(_shard(snapshot, place), part, parts, filtered=filtered)
    return partial_of_shard(question, task, shard, masks) if shard.offsets.size > 1 else None


def _shard(snapshot: Snapshot, place: int) -> Shard:
    """A shard of its own, so that its files are closed when its work is done."""
    entry = snapshot.meta.shards[place]
    folder = snapshot.folder / entry.name
    if not folder.is_dir():
        raise unseen(folder)
    return Shard(folder, first_person=entry.first_person, overlay=entry.overlay)


@lru_cache(maxsize=4)
def _opened(folder: Path, workspace: Path) -> tuple[Snapshot, Masks]:
    """Kept while this Python process lives: a snapshot never changes under its id.

    The log is only looked at: what a killed import left is swept by who writes.
    """
    if not folder.is_dir():
        raise unseen(folder)
    snapshot = Snapshot.open(folder)
    log = EventLog(workspace) if (workspace / "log").is_dir() else None
    return snapshot, SnapshotMasks(snapshot, log)
