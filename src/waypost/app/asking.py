"""Answer questions on a snapshot with the local engine."""

from __future__ import annotations

from collections.abc import Callable

from waypost.engines import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.journeys import EventLog, Snapshot
from waypost.questions import Question, Result

__all__ = ["asker"]


def asker(snapshot: Snapshot, log: EventLog) -> Callable[[Question], Result]:
    """What answers questions on this snapshot; it remembers the filters it has evaluated.

    It raises ``QuestionError`` or ``RuleError`` for names that the workspace does not have.
    """
    engine, masks = LocalEngine(), SnapshotMasks(snapshot, log)
    return lambda question: engine.run(question, snapshot, masks)
