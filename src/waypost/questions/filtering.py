"""From a question's filters to the masks of one shard."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL, any_event_per_person
from waypost.questions.period import Period
from waypost.questions.question import Question, Task
from waypost.questions.selection import Masks, Selection
from waypost.questions.view import EventsView, ShardView

__all__ = ["events_that_exist", "selection_of"]


def selection_of(
    question: Question, task: Task[Any], shard: ShardView, masks: Masks | None
) -> Selection:
    """Who and what counts in this shard.

    Persons: not hidden, and in the segment. Events: in the period, and fulfilling ``where``. The
    segment looks at all of a person's events, also those outside the period.
    """
    persons = ALL
    if question.segment is not None:
        persons = any_event_per_person(shard.offsets, _evaluated(question.segment, shard, masks))
    if shard.hidden.size:
        shown = (shard.hidden == 0).astype(np.uint8)
        persons = shown if persons.size == 0 else persons & shown
    matching = {text: _evaluated(text, shard, masks) for text in task.conditions}
    return Selection(persons, events_that_exist(question, task.period, shard, masks), matching)


def events_that_exist(
    question: Question, period: Period, events: EventsView, masks: Masks | None
) -> NDArray[np.uint8]:
    """``uint8[events]``: in the period and fulfilling ``where``; empty when there is no filter."""
    existing = ALL if question.where is None else _evaluated(question.where, events, masks)
    if period.is_always():
        return existing
    at = events.at
    inside = ((at >= period.begin) & (at < period.end)).astype(np.uint8)
    return inside if existing.size == 0 else inside & existing


def _evaluated(condition: str, events: EventsView, masks: Masks | None) -> NDArray[np.uint8]:
    if masks is None:
        raise QuestionError(
            f"The condition {condition!r} cannot be evaluated without the event log.",
            hint="Ask through an open workspace, or hand masks to the engine.",
            condition=condition,
        )
    return masks.event_mask(condition, events)
