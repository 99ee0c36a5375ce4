"""Questions about journeys: one module each; frozen values in, frozen results out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.questions import question as _question
from waypost.questions.abandonment import Abandonment
from waypost.questions.drop_off import DropOff
from waypost.questions.filtering import (
    counts_volume,
    events_that_exist,
    needs_masks,
    selection_of,
)
from waypost.questions.funnel import Funnel
from waypost.questions.only import Only
from waypost.questions.paths import Paths
from waypost.questions.pieces import EMPTY_SHARD, ArrayShard, Piece
from waypost.questions.question import CountsVolume, Partial, Question, Task
from waypost.questions.result import Notice, Result
from waypost.questions.selection import KeyCodes, Masks, ReadsKeys, Selection
from waypost.questions.step_flow import StepFlow
from waypost.questions.time_between import TimeBetween
from waypost.questions.transitions import Transitions
from waypost.questions.view import EventsView, ShardView, SnapshotView
from waypost.questions.volumes import Volumes

__all__ = [
    "EMPTY_SHARD",
    "QUESTIONS",
    "Abandonment",
    "ArrayShard",
    "CountsVolume",
    "DropOff",
    "EventsView",
    "Funnel",
    "KeyCodes",
    "Masks",
    "Notice",
    "Only",
    "Partial",
    "Paths",
    "Piece",
    "Question",
    "ReadsKeys",
    "Result",
    "Selection",
    "ShardView",
    "SnapshotView",
    "StepFlow",
    "Task",
    "TimeBetween",
    "Transitions",
    "Volumes",
    "counts_volume",
    "events_that_exist",
    "needs_masks",
    "question_from_dict",
    "selection_of",
]

QUESTIONS: Mapping[str, type[Question]] = {
    kind.name: kind
    for kind in (
        Abandonment,
        DropOff,
        Funnel,
        Paths,
        StepFlow,
        TimeBetween,
        Transitions,
        Volumes,
    )
}
"""All questions by the name that their JSON shape carries."""


def question_from_dict(content: Mapping[str, Any]) -> Question:
    """The question that ``to_dict`` wrote; raises ``QuestionError`` for what it cannot be."""
    return _question.question_from_dict(content, QUESTIONS)
