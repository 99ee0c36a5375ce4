"""Answer questions on a snapshot with the local engine."""

from __future__ import annotations

from waypost.engines import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.journeys import EventLog, Snapshot
from waypost.questions import Question, Result

__all__ = ["ask"]


def ask(question: Question, snapshot: Snapshot, log: EventLog) -> Result:
    """The answer; ``QuestionError`` or ``RuleError`` for names the workspace does not have."""
    return LocalEngine().run(question, snapshot, SnapshotMasks(snapshot, log))
