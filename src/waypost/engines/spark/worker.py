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
from waypost.engines.running import Planned
from waypost.engines.spark.carrier import Outcome, Portion
from waypost.engines.spark.parcels import packed, unpacked
from waypost.errors import NotFoundError, WaypostError
from waypost.journeys import EventLog, Snapshot
from waypost.journeys.store.shard import Shard
from waypost.questions import Masks, Question

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
        return PARTIAL, packed(work())
    except WaypostError as error:
        return REFUSED, packed(error)


def answer(work: bytes, portions: Sequence[Portion]) -> Outcome:
    """The sum of what these portions contribute, added in their order."""
    return guarded(lambda: _contribution(pickle.loads(work), portions))  # noqa: S301 - our own driver wrote it


def add_up(outcomes: Iterable[Outcome]) -> Outcome:
    """The sum of partials in their order; the first outcome that is none takes the place of all."""
    kept = list(outcomes)
    for outcome in kept:
        if outcome[0] != PARTIAL:
            return outcome
    partials = (unpacked(content) for _, content in kept)
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
    if not work.snapshot.is_dir():
        raise unseen(work.snapshot)
    # Opened anew, so that its files are closed when the work is done.
    snapshot = Snapshot.open(work.snapshot)
    planned = Planned.of(work.question, snapshot, _masks(work.snapshot, work.workspace))
    found = [_of_portion(planned, portion) for portion in portions]
    partials = [partial for partial in found if partial is not None]
    return reduce(add, partials or [planned.nobody()])


def _of_portion(planned: Planned, portion: Portion) -> Any | None:
    place, part, parts = portion
    if place == VOLUME:
        return planned.volume()
    shard = planned.base.shards[place]
    if isinstance(shard, Shard) and not shard.folder.is_dir():
        raise unseen(shard.folder)
    return planned.partial(shard, part, parts)


@lru_cache(maxsize=4)
def _masks(folder: Path, workspace: Path) -> Masks:
    """Kept while this Python process lives: a snapshot never changes under its id.

    The log is only looked at: what a killed import left is swept by who writes.
    """
    log = EventLog(workspace) if (workspace / "log").is_dir() else None
    return SnapshotMasks(Snapshot.open(folder), log)
