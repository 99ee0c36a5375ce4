"""What was given on the command line, as a question and as what is to be done with its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waypost.cli.asking.commands import shortcut_name
from waypost.cli.asking.shape import Asked
from waypost.cli.asking.spellings import READERS, only_in
from waypost.errors import QuestionError

if TYPE_CHECKING:
    from waypost.questions import Composed, Question

__all__ = ["Wishes", "question_of", "wishes_of"]

_WAYS_ON = 3
_FILTERS = ("where", "since", "until", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """``rows``: how many are shown. ``members``: whose persons are listed, as typed."""

    rows: int
    members: tuple[str, ...] = ()
    chart: Path | None = None
    csv: Path | None = None


def wishes_of(asked: Asked, given: Mapping[str, Any]) -> Wishes:
    """What is to be done with the answer."""
    rows = given["top"]
    if asked.question == "paths":  # top is the question's own: every group has so many, and a rest
        rows = (rows + 1) * (1 if given["breakdown"] is None else given["groups"] + 2)
    if asked.question == "flow":  # top is the places of a column; from each one goes to several
        rows *= _WAYS_ON
    return Wishes(
        rows=rows,
        members=tuple(given["members"] or ()),
        chart=given["chart"],
        csv=given["csv"],
    )


def question_of(asked: Asked, given: Mapping[str, Any]) -> Question | Composed:
    """The question; ``QuestionError`` for what it cannot be."""
    from waypost.questions import QUESTIONS  # noqa: PLC0415 - help needs none

    fields = _fields(asked, given) | {name: given[name] for name in _FILTERS}
    fields["segment"] = tuple(given["segment"] or ()) or None
    if given["only"] is not None:
        fields["only"] = only_in(given["only"], given["only_of"])
    return _composed(QUESTIONS[asked.question].from_fields(fields), given)


def _fields(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _value(asked, name, given[name]) for name in asked.fields}
    for shortcut in asked.shortcuts:
        if given[shortcut_name(shortcut)]:
            found[shortcut.name] = shortcut.value
    if found.get("brackets"):
        found["mode"] = "between"
    return found


def _value(asked: Asked, name: str, typed: Any) -> Any:
    field, default = asked.field(name), asked.fields[name]
    if field.kind == "flag":
        return field.given if typed else default
    if typed is None or typed == []:
        return default
    if field.spelling:
        return READERS[field.spelling](typed)
    return tuple(typed) if field.kind == "texts" else typed


def _composed(question: Question, given: Mapping[str, Any]) -> Question | Composed:
    from waypost.questions import Breakdown, Comparison  # noqa: PLC0415 - help needs none

    by, first, second = given["breakdown"], given["compare"], given["against"]
    if by is not None and (first or second):
        raise QuestionError(
            "An answer is either broken down or compared, not both.",
            hint="Leave out --breakdown or --compare.",
        )
    if second is not None and first is None:
        raise QuestionError(
            "--with names the second group; the first one is missing.",
            hint="Name it with --compare.",
        )
    if by is not None:
        return Breakdown(question, by, given["breakdown_of"], given["groups"])
    return question if first is None else Comparison(question, first, second)
