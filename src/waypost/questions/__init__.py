"""Questions about journeys: one module each; frozen values in, frozen results out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.errors import QuestionError, nearest
from waypost.questions.abandonment import Abandonment
from waypost.questions.attribution import Attribution
from waypost.questions.breakdown import Breakdown
from waypost.questions.capable import offers
from waypost.questions.cohorts import Cohorts
from waypost.questions.comparison import Comparison, Group
from waypost.questions.composed import Ask, Composed
from waypost.questions.conformance import Conformance
from waypost.questions.drop_off import DropOff
from waypost.questions.field_types import built, refuse_type
from waypost.questions.filtering import (
    counts_volume,
    events_that_exist,
    needs_masks,
    persons_in,
    selection_of,
    selects_piecewise,
)
from waypost.questions.flow import Flow
from waypost.questions.funnel import Funnel
from waypost.questions.groups import Groups
from waypost.questions.hand_overs import HandOvers
from waypost.questions.loops import Loops
from waypost.questions.measures import Share
from waypost.questions.members import Members, members_of
from waypost.questions.micro_conversions import MicroConversions
from waypost.questions.only import Only
from waypost.questions.paths import Paths
from waypost.questions.patterns import Patterns
from waypost.questions.period import ticks_of
from waypost.questions.pieces import EMPTY_SHARD, ArrayShard, Piece
from waypost.questions.question import (
    CountsVolume,
    FindsMembers,
    Partial,
    Question,
    SettlesInParts,
    Task,
)
from waypost.questions.repeat import Repeat
from waypost.questions.result import Notice, Result
from waypost.questions.retention import Retention
from waypost.questions.selection import ChoosesPersons, KeyCodes, Masks, ReadsKeys, Selection
from waypost.questions.session_view import SessionView
from waypost.questions.sessions import Sessions
from waypost.questions.step_flow import FlowOnly, StepFlow
from waypost.questions.time_between import TimeBetween
from waypost.questions.transitions import Transitions
from waypost.questions.unit_names import in_units
from waypost.questions.units import Unit, unit_of
from waypost.questions.view import EventsView, ShardView, SnapshotView
from waypost.questions.volumes import Volumes

__all__ = [
    "COMPOSED",
    "EMPTY_SHARD",
    "QUESTIONS",
    "Abandonment",
    "ArrayShard",
    "Ask",
    "Attribution",
    "Breakdown",
    "ChoosesPersons",
    "Cohorts",
    "Comparison",
    "Composed",
    "Conformance",
    "CountsVolume",
    "DropOff",
    "EventsView",
    "FindsMembers",
    "Flow",
    "FlowOnly",
    "Funnel",
    "Group",
    "Groups",
    "HandOvers",
    "KeyCodes",
    "Loops",
    "Masks",
    "Members",
    "MicroConversions",
    "Notice",
    "Only",
    "Partial",
    "Paths",
    "Patterns",
    "Piece",
    "Question",
    "ReadsKeys",
    "Repeat",
    "Result",
    "Retention",
    "Selection",
    "SessionView",
    "Sessions",
    "SettlesInParts",
    "ShardView",
    "Share",
    "SnapshotView",
    "StepFlow",
    "Task",
    "TimeBetween",
    "Transitions",
    "Unit",
    "Volumes",
    "counts_volume",
    "events_that_exist",
    "in_units",
    "members_of",
    "needs_masks",
    "offers",
    "persons_in",
    "question_from_dict",
    "selection_of",
    "selects_piecewise",
    "ticks_of",
    "unit_of",
]

QUESTIONS: Mapping[str, type[Question]] = {
    kind.name: kind
    for kind in (
        Abandonment,
        Attribution,
        Cohorts,
        Conformance,
        DropOff,
        Flow,
        Funnel,
        Groups,
        HandOvers,
        Loops,
        MicroConversions,
        Paths,
        Repeat,
        Retention,
        Patterns,
        Sessions,
        StepFlow,
        TimeBetween,
        Transitions,
        Volumes,
    )
}
"""All questions by the name that their JSON shape carries."""


COMPOSED: Mapping[str, type[Composed]] = {kind.name: kind for kind in (Breakdown, Comparison)}
"""Questions made of questions, by name."""


def question_from_dict(content: Mapping[str, Any]) -> Question | Composed:
    """The question that ``to_dict`` wrote; raises ``QuestionError`` for what it cannot be."""
    if not isinstance(content, Mapping):
        refuse_type("of_question", content, "a question with its fields")
    fields = dict(content)
    name = fields.pop("question", None)
    if not isinstance(name, str):
        refuse_type("question", name, "the name of a question")
    if name in COMPOSED:
        return _composed(COMPOSED[name], fields)
    if name not in QUESTIONS:
        known = [*QUESTIONS, *COMPOSED]
        near = nearest(str(name), known)
        raise QuestionError(
            f"There is no question {name!r}.",
            hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.",
            field="question",
            value=name,
        )
    return QUESTIONS[name].from_fields(fields)


def _composed(kind: type[Composed], fields: dict[str, Any]) -> Composed:
    asked = fields.pop("of_question", {})
    if isinstance(asked, Mapping) and asked.get("question") in tuple(COMPOSED):
        raise QuestionError(
            f"A {kind.name} is asked of a plain question, not of a {asked['question']}.",
            hint="Name a funnel, transitions or another of the plain questions.",
            field="of_question",
        )
    inner = question_from_dict(asked)
    return built(kind, {"question": inner, **fields}, f"A {kind.name}")
