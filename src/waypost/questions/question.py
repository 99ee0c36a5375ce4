"""What all questions have in common: filters, a period, words, and a JSON shape."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.row_counts import Each
from waypost.questions.field_types import as_fields, built, check_types
from waypost.questions.json_values import as_json
from waypost.questions.measures import Share
from waypost.questions.only import Only
from waypost.questions.period import ALWAYS, Period, as_instant_text, period_in
from waypost.questions.result import Result
from waypost.questions.segments import as_segment
from waypost.questions.selection import Selection
from waypost.questions.units import unit_text
from waypost.questions.view import EventsView, ShardView, SnapshotView

__all__ = [
    "CountsVolume",
    "FindsMembers",
    "Partial",
    "Question",
    "SettlesInParts",
    "Task",
    "one_of",
]


class Partial(Protocol):
    """What a shard contributes: a frozen value whose addition is associative and commutative."""

    def __add__(self, other: Any, /) -> Any:
        """Both contributions together."""


P = TypeVar("P", bound=Partial)


@runtime_checkable
class CountsVolume(Protocol):
    """A task that also counts events without a person."""

    def run_volume(self, events: EventsView, existing: NDArray[np.uint8]) -> Any:
        """Their contribution, of the same type as a shard's."""


@runtime_checkable
class SettlesInParts(Protocol):
    """A partial that gains by being put in order once, on several threads, when it is whole."""

    def settled_with(self, each: Each) -> Any:
        """The same; ``each`` calls a function with every number, the answers in their order."""


@runtime_checkable
class FindsMembers(Protocol):
    """A task that can say who is behind a cell of its answer."""

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """``uint8[persons]`` of the shard, 1 = counted in that cell.

        ``cell``: the values of the key columns of a row, and under ``"measure"`` the column that is
        meant, where a row has several. Raises ``QuestionError`` for a cell that cannot be.
        """


class Task(Protocol[P]):
    """A question on one snapshot: names resolved to codes, ready to run shard by shard.

    ``conditions``: texts that an engine evaluates for ``Selection.matching``. ``period``: events
    outside it do not exist; the engine applies it to ``Selection.events``.
    """

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the steps."""

    @property
    def period(self) -> Period:
        """Which events exist."""

    def run(self, shard: ShardView, selection: Selection) -> P:
        """The shard's contribution."""

    def finish(self, partial: P) -> Result:
        """The answer from the sum of all contributions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The fields of every question.

    ``where``: condition on events; others do not exist for the question. ``segment``: one or
    several conditions; persons count who have at least one event for each, and none for those
    that begin with ``never:``. ``since``, ``until``: dates in the workspace's zone (``until``
    includes that day) or instants (``until`` excludes it). ``only``: units or events by the value
    of a field. ``unit``: what is counted, see ``questions.units``; a person by default.
    """

    name: ClassVar[str] = ""
    shares: ClassVar[tuple[Share, ...]] = ()

    where: str | None = None
    segment: str | tuple[str, ...] | None = None
    since: str | date | datetime | None = None
    until: str | date | datetime | None = None
    only: Only | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "only", _as_only(self.only))
        check_types(self)
        object.__setattr__(self, "segment", as_segment(self.segment))
        object.__setattr__(self, "unit", unit_text(self.unit))
        object.__setattr__(self, "since", as_instant_text(self.since, "since"))
        object.__setattr__(self, "until", as_instant_text(self.until, "until"))

    def comparable(self) -> Self:
        """The same question with the counts of persons that ``shares`` names."""
        return self

    def plan(self, view: SnapshotView) -> Task[Any]:
        """The task on this snapshot; raises ``QuestionError`` for names that it does not have."""
        raise NotImplementedError

    def explain(self, language: str = "en") -> str:
        """The question as a sentence, in ``en`` or ``de``."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values; ``question_from_dict`` is the way back."""
        fields = dataclasses.fields(self)
        values = {item.name: as_json(getattr(self, item.name)) for item in fields}
        given = {key: value for key, value in values.items() if value is not None}
        return {"question": type(self).name, **given}

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Self:
        """The question from its fields; raises ``QuestionError`` for what it cannot be."""
        given = {key: as_fields(value) for key, value in fields.items()}
        return built(cls, given, f"A {cls.name} question")

    def period_in(self, view: SnapshotView) -> Period:
        """``since`` and ``until`` in ticks of the snapshot."""
        if self.since is None and self.until is None:
            return ALWAYS
        return period_in(view, self.since, self.until)


def _as_only(value: Only | Mapping[str, Any] | None) -> Only | None:
    return Only.from_dict(value) if isinstance(value, Mapping) else value


def one_of(value: str, allowed: tuple[str, ...], field: str) -> None:
    """Raise ``QuestionError`` unless ``value`` is one of the allowed words."""
    if value not in allowed:
        raise QuestionError(
            f"{field} is {value!r}.",
            hint=f"Allowed are: {', '.join(allowed)}.",
            field=field,
            value=value,
        )
