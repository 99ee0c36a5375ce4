"""A question out of what was filled in, on the command line or in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waypost.app.question_fields.shape import NEEDED, Asked, shortcut_name
from waypost.app.question_fields.spellings import READERS, only_in
from waypost.errors import QuestionError
from waypost.kit.translation import N_

if TYPE_CHECKING:
    from waypost.questions import Composed, Group, Question

__all__ = ["question_of"]

_FILTERS = ("where", "since", "until", "unit")
_PERIODS = ("since", "until", "other_since", "other_until")


def question_of(asked: Asked, given: Mapping[str, Any]) -> Question | Composed:
    """The question; ``QuestionError`` for what it cannot be.

    ``given``: fields as they were typed, by name; what is not there keeps its default. Beside the
    question's own: ``where``, ``segment`` (several), ``since``, ``until``, ``unit``, ``only`` with
    ``only_of``, ``breakdown`` with ``breakdown_of`` and ``groups``, ``compare`` with ``against``
    (conditions), or ``other_since`` and ``other_until`` for the same question in another period.
    """
    from waypost.questions import QUESTIONS  # noqa: PLC0415 - help needs none

    fields = _fields(asked, given) | {name: given.get(name) or None for name in _FILTERS}
    fields["segment"] = tuple(given.get("segment") or ()) or None
    if given.get("only"):
        fields["only"] = only_in(given["only"], given.get("only_of") or "first")
    return _composed(QUESTIONS[asked.question].from_fields(fields), given)


def _fields(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _value(asked, name, given.get(name)) for name in asked.fields}
    missing = next((name for name, value in found.items() if value == NEEDED), "")
    if missing:
        raise QuestionError(
            N_("Something is missing here."), hint=asked.field(missing).help, field=missing
        )
    for shortcut in asked.shortcuts:
        if given.get(shortcut_name(shortcut)):
            found[shortcut.name] = shortcut.value
    if found.get("brackets"):
        found["mode"] = "between"
    return found


def _value(asked: Asked, name: str, typed: Any) -> Any:
    field, default = asked.field(name), asked.fields[name]
    if field.kind == "flag":
        return field.given if typed else default
    if typed is None or typed in ([], ""):
        return default
    if field.spelling:
        return READERS[field.spelling](typed)
    return tuple(typed) if field.kind == "texts" else typed


def _composed(question: Question, given: Mapping[str, Any]) -> Question | Composed:
    from waypost.questions import Breakdown, Comparison  # noqa: PLC0415 - help needs none

    by, first, second = (given.get(name) or None for name in ("breakdown", "compare", "against"))
    other_period = bool(given.get("other_since") or given.get("other_until"))
    if by is not None and (first or second or other_period):
        raise QuestionError(
            "An answer is either broken down or compared, not both.",
            hint="Leave out --breakdown or --compare.",
            field="breakdown",
        )
    if second is not None and first is None:
        raise QuestionError(
            "--with names the second group; the first one is missing.",
            hint="Name it with --compare.",
            field="compare",
        )
    if other_period and (first or second):
        raise QuestionError(
            N_("Either groups or periods are compared, not both."),
            hint=N_("Ask for each period by itself, or leave out one of them."),
            field="compare",
        )
    if by is not None:
        return Breakdown(
            question, by, given.get("breakdown_of") or "first", int(given.get("groups") or 8)
        )
    if other_period:
        return Comparison(question, *_periods(given))
    return question if first is None else Comparison(question, first, second)


def _periods(given: Mapping[str, Any]) -> tuple[Group, Group]:
    from waypost.questions import Group  # noqa: PLC0415 - help needs none

    since, until, other_since, other_until = (given.get(name) or None for name in _PERIODS)
    first = Group(_days(since, until), since=since, until=until)
    second = Group(_days(other_since, other_until), since=other_since, until=other_until)
    if first == second:
        raise QuestionError(
            N_("Both periods are the same."),
            hint=N_("Name another period to compare with."),
            field="other_since",
        )
    return first, second


def _days(since: str | None, until: str | None) -> str:
    return f"{since or '…'} – {until or '…'}"
