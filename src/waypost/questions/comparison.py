"""Whether two groups differ, row by row of an answer, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kit.translation import N_
from waypost.questions.composed import Ask, Composed
from waypost.questions.differences import Differences, differences
from waypost.questions.field_types import as_fields, built, check_types, refuse_type
from waypost.questions.measures import Share
from waypost.questions.question import Question
from waypost.questions.result import Notice, Result, say
from waypost.questions.segments import NEVER, parts_of, texts_of

__all__ = ["Comparison", "Group"]


@dataclass(frozen=True, slots=True)
class Group:
    """One side: a name, and what narrows the question: a segment, events, or a period."""

    name: str
    segment: str | tuple[str, ...] | None = None
    where: str | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        check_types(self)

    def of(self, question: Question) -> Question:
        """The question for this group; its own filters hold as well."""
        where = [text for text in (question.where, self.where) if text]
        return replace(
            question,
            where=" and ".join(f"({text})" for text in where) if len(where) > 1 else _only(where),
            segment=(*texts_of(question.segment), *texts_of(self.segment)) or None,
            since=self.since or question.since,
            until=self.until or question.until,
        )


@dataclass(frozen=True, slots=True)
class Comparison(Composed):
    """``question`` for ``first`` and ``second``: shares side by side, difference and interval.

    A group may be given as a condition: persons with such an event. Without ``second`` it is
    everybody else. Only shares of whole persons (sessions, orders) are compared. The difference is
    first minus second with Newcombe's 95 % interval; ``p`` is Fisher's exact test, or the
    two-proportion z test where counts are large; ``q`` is Benjamini and Hochberg's over all rows,
    and ``differs`` holds where it is at most 5 %: of all rows that say so, 5 % are expected to be
    wrong.
    """

    name: ClassVar[str] = "comparison"

    first: Group | str
    second: Group | str | None = None

    def __post_init__(self) -> None:
        first = _group("first", self.first)
        object.__setattr__(self, "first", first)
        second = self.second if self.second is not None else _others(first)
        object.__setattr__(self, "second", _group("second", second))
        check_types(self)
        object.__setattr__(self, "question", self.question.comparable())
        if not self.question.shares:
            raise QuestionError(
                f"A {type(self.question).name} question has no shares of persons to compare.",
                hint="Compare funnel, transitions, retention or another that counts persons.",
            )

    @property
    def sides(self) -> tuple[Group, Group]:
        """Both groups."""
        assert isinstance(self.first, Group)
        assert isinstance(self.second, Group)
        return self.first, self.second

    def explain(self, language: str = "en") -> str:
        """The inner question's sentence, and who is compared."""
        first, second = self.sides
        message = N_("“{first}” compared with “{second}”.")
        compared = say(message, language, {"first": first.name, "second": second.name})
        return f"{self.question.explain(language)} {compared}"

    def answer(self, ask: Ask) -> Result:
        """One row per share and key that either group has, the surest differences first."""
        first, second = (ask(side.of(self.question)) for side in self.sides)
        shares = [share.of_unit(self.question.unit) for share in self.question.shares]
        tables = [_paired(share, first, second) for share in shares]
        keys = list(dict.fromkeys(key for table in tables for key in table.share.keys))
        names = [_keys_of(table, keys) for table in tables]
        found = differences(np.concatenate([table.counts for table in tables]))
        order = np.lexsort((np.arange(found.p.size), found.p))
        columns: dict[str, Any] = {
            "measure": _picked([t.share.count for t in tables for _ in t.keys], order)
        }
        for place, key in enumerate(keys):
            columns[key] = _picked([row[place] for rows in names for row in rows], order)
        return Result(
            question=self.to_dict(),
            columns=columns | found.columns(order),
            facts={
                "first": self.sides[0].name,
                "second": self.sides[1].name,
                "first_facts": dict(first.facts),
                "second_facts": dict(second.facts),
            },
            units=_UNITS,
            warnings=_warnings(found, first, second),
        )

    def inside(self, cell: Mapping[str, Any]) -> tuple[Question, dict[str, Any]]:
        """The question of the group whose name ``cell`` has under ``side``."""
        rest = {name: value for name, value in cell.items() if value is not None}
        side = rest.pop("side", self.sides[0].name)
        for group in self.sides:
            if group.name == side:
                return group.of(self.question), rest
        names = ", ".join(group.name for group in self.sides)
        raise QuestionError(f"There is no group {side!r}.", hint=f"There are: {names}.")


@dataclass(frozen=True, slots=True)
class _Table:
    """``counts: int64[rows, 4]``: count and whole of the first group, then of the second."""

    share: Share
    keys: list[tuple[str, ...]]
    counts: NDArray[np.int64]


def _paired(share: Share, first: Result, second: Result) -> _Table:
    one, two = share.read(first), share.read(second)
    keys = list(dict.fromkeys([*one, *two]))
    wholes = share.whole_without_row(first), share.whole_without_row(second)
    counts = [(*one.get(key, (0, wholes[0])), *two.get(key, (0, wholes[1]))) for key in keys]
    return _Table(share, keys, np.array(counts, dtype=np.int64).reshape(-1, 4))


def _keys_of(table: _Table, keys: list[str]) -> list[tuple[str | None, ...]]:
    places = {key: place for place, key in enumerate(table.share.keys)}
    return [
        tuple(row[places[key]] if key in places else None for key in keys) for row in table.keys
    ]


def _picked(values: list[Any], order: NDArray[np.int64]) -> list[Any]:
    return [values[place] for place in order]


def _warnings(found: Differences, first: Result, second: Result) -> tuple[Notice, ...]:
    seen = {(w.code, w.say()): w for result in (first, second) for w in result.warnings}
    notices = list(seen.values())
    if not found.p.size or not found.counts[:, [1, 3]].min(axis=0).all():
        notices.append(Notice("empty-group", N_("A group has nobody, so nothing can be compared.")))
    return tuple(notices)


def _group(name: str, value: Group | str | Mapping[str, Any]) -> Group:
    if isinstance(value, Group):
        return value
    if isinstance(value, str):
        return Group(value, segment=value)
    if not isinstance(value, Mapping):
        refuse_type(name, value, "a condition, or a group with a name")
    return built(Group, {key: as_fields(one) for key, one in value.items()}, name)


def _others(first: Group) -> Group:
    """Everybody who is not in a group that one rule over events makes."""
    parts = parts_of(first.segment)
    if len(parts) != 1 or first.where or first.since or first.until:
        raise QuestionError(
            "Everybody else is only known of a group with one condition.",
            hint="Name the second group as well.",
        )
    condition, at_least_one = parts[0]
    return Group(
        f"not: {first.name}", segment=f"{NEVER} {condition}" if at_least_one else condition
    )


def _only(texts: list[str]) -> str | None:
    return texts[0] if texts else None


_UNITS = {
    "first_count": "persons",
    "first_of": "persons",
    "second_count": "persons",
    "second_of": "persons",
    "difference": "share of the first minus share of the second",
    "low": "difference, 95 % interval",
    "high": "difference, 95 % interval",
    "p": "probability of at least this difference by chance alone",
    "q": "expected share of false alarms, if all rows up to this one are called different",
}
