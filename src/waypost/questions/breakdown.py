"""A question for each value of a field, with what is left over shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from waypost.errors import QuestionError
from waypost.kit.translation import N_
from waypost.questions.composed import Ask, Composed
from waypost.questions.field_types import check_types
from waypost.questions.groups import Groups
from waypost.questions.only import OF, Only
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.unit_names import named_after

__all__ = ["NO_VALUE", "REST", "Breakdown"]

MOST_GROUPS = 50
REST = "(rest)"
NO_VALUE = "(none)"
"""What the column ``group`` says for all other values, and for persons without one."""


@dataclass(frozen=True, slots=True)
class Breakdown(Composed):
    """``question`` for each of the ``top`` most frequent values of ``by``, the rest, and none.

    ``of="first"``: a person belongs to the value of the first event that has one, so groups part
    the persons and their counts of persons add up to the whole. ``of="event"``: a group sees only
    the events with its value; a person may be in several groups, and counts do not add up.
    """

    name: ClassVar[str] = "breakdown"

    by: str
    of: str = "first"
    top: int = 8

    def __post_init__(self) -> None:
        check_types(self)
        one_of(self.of, OF, "of")
        if not 1 <= self.top <= MOST_GROUPS:
            raise QuestionError(
                f"top is {self.top}.", hint=f"A breakdown shows 1 to {MOST_GROUPS} groups."
            )
        if self.question.only is not None:
            raise QuestionError(
                "The question is narrowed by only already, so it cannot be broken down.",
                hint="Use where or segment in place of only.",
            )

    def explain(self, language: str = "en") -> str:
        """The inner question's sentence, and how it is broken down."""
        if self.of == "event":
            message = N_("For each value of “{by}”, with only the events that have it.")
        else:
            message = N_("For each value of “{by}” at a person's first such event.")
        return f"{self.question.explain(language)} {say(message, language, {'by': self.by})}"

    def answer(self, ask: Ask) -> Result:
        """The groups' answers under each other; ``facts["groups"]`` has each group's facts."""
        sizes, whole = ask(self._sizes()), named_after(self.question.unit, "persons")
        groups = self._groups(sizes)
        results = {name: ask(replace(self.question, only=only)) for name, only in groups.items()}
        return Result(
            question=self.to_dict(),
            columns=_stacked(results),
            facts={
                whole: sizes.facts[whole],
                "group_sizes": dict(zip(groups, self._counts(sizes), strict=True)),
                "groups": {name: dict(result.facts) for name, result in results.items()},
            },
            units=next(iter(results.values())).units if results else {},
            warnings=self._warnings(results),
        )

    def inside(self, cell: Mapping[str, Any]) -> tuple[Question, dict[str, Any]]:
        """The question of the group that ``cell`` names, but for the rest."""
        rest = dict(cell)
        group = rest.pop("group", None)
        if group == REST:
            raise QuestionError(
                "The rest has many values.", hint="Ask with a larger top to see them."
            )
        value = None if group == NO_VALUE else group
        return replace(self.question, only=Only(self.by, (value,), self.of)), rest

    def _sizes(self) -> Groups:
        asked = self.question
        return Groups(
            self.by,
            self.of,
            where=asked.where,
            segment=asked.segment,
            since=asked.since,
            until=asked.until,
            unit=asked.unit,
        )

    def _shown(self, sizes: Result) -> list[str]:
        return [value for value in sizes.columns["group"] if value is not None][: self.top]

    def _groups(self, sizes: Result) -> dict[str, Only]:
        shown = self._shown(sizes)
        groups = {value: Only(self.by, (value,), self.of) for value in shown}
        values = sizes.columns["group"]
        if len([value for value in values if value is not None]) > len(shown):
            groups[REST] = Only(self.by, (*shown, None), self.of, outside=True)
        if None in values:
            groups[NO_VALUE] = Only(self.by, (None,), self.of)
        return groups

    def _counts(self, sizes: Result) -> list[int]:
        """Persons of each group; of the rest as many as its values have together."""
        persons = sizes.columns[named_after(self.question.unit, "persons")].tolist()
        counted = dict(zip(sizes.columns["group"], persons, strict=True))
        shown = self._shown(sizes)
        counts = [counted[value] for value in shown]
        others = [n for value, n in counted.items() if value is not None and value not in shown]
        if others:
            counts.append(sum(others))
        if None in counted:
            counts.append(counted[None])
        return counts

    def _warnings(self, results: Mapping[str, Result]) -> tuple[Notice, ...]:
        notices = _together(w for result in results.values() for w in result.warnings)
        if not results:
            notices.append(Notice("nobody", N_("No event passes the filters.")))
        if self.of == "event":
            message = N_("A person may be in several groups, so the groups do not add up.")
            notices.append(Notice("groups-overlap", message))
        return tuple(notices)


def _together(warnings: Iterable[Notice]) -> list[Notice]:
    """One notice of a kind; what it counts in all groups is added up."""
    found: dict[tuple[str, str], Notice] = {}
    for warning in warnings:
        key = warning.code, warning.message
        before = found.get(key)
        found[key] = warning if before is None else replace(before, values=_added(before, warning))
    return list(found.values())


def _added(one: Notice, other: Notice) -> dict[str, Any]:
    both = {name: (value, other.values.get(name)) for name, value in one.values.items()}
    return {
        name: a + b if isinstance(a, int) and isinstance(b, int) else a
        for name, (a, b) in both.items()
    }


def _stacked(results: Mapping[str, Result]) -> dict[str, Any]:
    if not results:
        return {"group": []}
    names = list(dict.fromkeys(name for result in results.values() for name in result.columns))
    columns: dict[str, Any] = {
        "group": [group for group, result in results.items() for _ in range(len(result))]
    }
    for name in names:
        parts = [result.columns[name] for result in results.values() if len(result)]
        if all(isinstance(part, np.ndarray) for part in parts) and parts:
            columns[name] = np.concatenate(parts)
        else:
            columns[name] = [value for part in parts for value in part]
    return columns
