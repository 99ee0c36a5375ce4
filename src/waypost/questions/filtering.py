"""From a question's filters to the masks of one shard."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL, any_event_per_person
from waypost.kernels.masks import EventChoice
from waypost.questions.capable import offers
from waypost.questions.period import Period
from waypost.questions.question import Question, Task
from waypost.questions.segments import parts_of
from waypost.questions.selection import (
    ChoosesEvents,
    ChoosesPersons,
    KeyCodes,
    Masks,
    ReadsKeys,
    SegmentsByEvent,
    Selection,
    TakesChoice,
)
from waypost.questions.view import EventsView, PartsOfPersons, ShardView

__all__ = [
    "counts_volume",
    "events_that_exist",
    "needs_masks",
    "persons_in",
    "selection_of",
    "selects_piecewise",
]


def needs_masks(question: Question, task: Task[Any]) -> bool:
    """Whether anything must be evaluated that a shard alone does not tell."""
    filters = (question.where, question.segment, question.only, task.conditions)
    return any(filters) or bool(_fields(task))


def counts_volume(question: Question) -> bool:
    """Whether events without a person may count: not where persons or units are chosen."""
    of_units = question.only is not None and question.only.of == "first"
    return question.segment is None and not of_units and question.unit is None


def selects_piecewise(
    question: Question, task: Task[Any], shard: ShardView, masks: Masks | None
) -> bool:
    """Whether a range of persons is selected at no more than its share of the shard's cost.

    That is where nobody is left out but who is hidden, or one code of an event decides.
    """
    if _parts(shard) is not None or _by_event(masks) is not None:
        return False
    if _fields(task) or question.only is not None or task.conditions or not task.period.is_always():
        return False
    if question.where is not None and _choice(question, task, shard, masks) is None:
        return False
    if question.segment is None:
        return True
    chooser = _by_code(masks)
    return chooser is not None and all(
        chooser.event_choice(condition, shard) is not None
        for condition, _ in parts_of(question.segment)
    )


def selection_of(
    question: Question, task: Task[Any], shard: ShardView, masks: Masks | None
) -> Selection:
    """Who and what counts in this shard.

    Persons: not hidden, and in the segment. Events: in the period, and fulfilling ``where``. The
    segment looks at all of a person's events, also those outside the period.
    """
    parts = _parts(shard)
    whole = shard if parts is None else parts.whole
    units = _units(question, shard, masks)
    chosen = units if whole is shard else ALL
    choice = _choice(question, task, whole, masks)
    if choice is None:
        events = events_that_exist(question, task.period, whole, masks, persons=chosen)
    else:
        events = ALL
    by_event = _by_event(masks)
    if question.segment is not None and by_event is not None:
        events = _both(events, by_event.segment_events(question.segment, whole))
    if question.only is not None and question.only.of == "first":
        key = _key(question.only.by, whole, masks)
        units = _both(units, question.only.units(key, shard.offsets, events))
    matching = {text: _evaluated(text, whole, masks) for text in task.conditions}
    keys = {field: _key(field, whole, masks) for field in _fields(task)}
    return Selection(units, events, matching, keys, choice)


def _choice(
    question: Question, task: Task[Any], events: EventsView, masks: Masks | None
) -> EventChoice | None:
    """Which events exist, left to the task to look up; None where more than ``where`` decides."""
    alone = question.only is None and task.period.is_always() and _by_event(masks) is None
    if question.where is None or not alone or not _takes_choice(task):
        return None
    chooser = _by_code(masks)
    return None if chooser is None else chooser.event_choice(question.where, events)


def _by_event(masks: object) -> SegmentsByEvent | None:
    return cast("SegmentsByEvent", masks) if offers(masks, SegmentsByEvent) else None


def _by_code(masks: object) -> ChoosesEvents | None:
    return cast("ChoosesEvents", masks) if offers(masks, ChoosesEvents) else None


def _chooser(masks: object) -> ChoosesPersons | None:
    return cast("ChoosesPersons", masks) if offers(masks, ChoosesPersons) else None


def _parts(shard: object) -> PartsOfPersons | None:
    return cast("PartsOfPersons", shard) if offers(shard, PartsOfPersons) else None


def _fields(task: object) -> tuple[str, ...]:
    return cast("ReadsKeys", task).keys if offers(task, ReadsKeys) else ()


def _takes_choice(task: object) -> bool:
    return offers(task, TakesChoice) and cast("TakesChoice", task).takes_choice


def _units(question: Question, shard: ShardView, masks: Masks | None) -> NDArray[np.uint8]:
    """``uint8[units]``: of persons that are not hidden and in the segment; empty = all."""
    parts = _parts(shard)
    whole = shard if parts is None else parts.whole
    persons = (whole.hidden == 0).astype(np.uint8) if whole.hidden.size else ALL
    if question.segment is not None and _by_event(masks) is None:
        persons = _both(persons, persons_in(question.segment, whole, masks))
    return persons if parts is None else parts.per_part(persons)


def persons_in(
    segment: str | tuple[str, ...], shard: ShardView, masks: Masks | None
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who belongs to a segment."""
    inside = ALL
    for condition, at_least_one in parts_of(segment):
        found = _persons_with(condition, shard, masks)
        inside = _both(inside, found if at_least_one else 1 - found)
    return inside


def _both(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Where both masks are 1; an empty one leaves nothing out."""
    return (one & other) if one.size and other.size else (other if other.size else one)


def _persons_with(condition: str, shard: ShardView, masks: Masks | None) -> NDArray[np.uint8]:
    chooser = _chooser(masks)
    if chooser is not None:
        return chooser.persons_with(condition, shard)
    return any_event_per_person(shard.offsets, _evaluated(condition, shard, masks))


def events_that_exist(
    question: Question,
    period: Period,
    events: EventsView,
    masks: Masks | None,
    *,
    persons: NDArray[np.uint8] = ALL,
) -> NDArray[np.uint8]:
    """``uint8[events]``: in the period and passing the filters; empty when there is none.

    Events of persons that are 0 in ``persons`` may say anything.
    """
    chooser = _chooser(masks) if persons.size else None
    if question.where is None:
        existing = ALL
    elif chooser is not None:
        existing = chooser.events_of(question.where, cast("ShardView", events), persons)
    else:
        existing = _evaluated(question.where, events, masks)
    if question.only is not None and question.only.of == "event":
        existing = _both(existing, question.only.events(_key(question.only.by, events, masks)))
    if period.is_always():
        return existing
    at = events.at
    return _both(existing, ((at >= period.begin) & (at < period.end)).astype(np.uint8))


def _evaluated(condition: str, events: EventsView, masks: Masks | None) -> NDArray[np.uint8]:
    if masks is None:
        raise QuestionError(
            f"The condition {condition!r} cannot be evaluated without the event log.",
            hint="Ask through an open workspace, or hand masks to the engine.",
            condition=condition,
        )
    return masks.event_mask(condition, events)


def _key(field: str, events: EventsView, masks: Masks | None) -> KeyCodes:
    if masks is None:
        raise QuestionError(
            f"The field {field!r} cannot be read without masks.",
            hint="Ask through an open workspace, or hand masks to the engine.",
            field=field,
        )
    return masks.key_codes(field, events)
