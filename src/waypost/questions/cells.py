"""What names a row of an answer, as it comes from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from waypost.errors import QuestionError
from waypost.questions.field_types import MOST_CHARACTERS, refuse_type
from waypost.questions.question import one_of
from waypost.questions.unit_names import named_after

__all__ = ["checked_cell", "measure_in", "number_in", "path_in"]

_NONE: Mapping[str, str] = {}


def checked_cell(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cell; ``QuestionError`` for values that no row has: lists of lists, texts without end."""
    for name, value in cell.items():
        for one in value if isinstance(value, tuple | list) else (value,):
            if not isinstance(one, str | int | float | None):
                refuse_type(name, one, "a text or a number")
            if isinstance(one, str) and len(one) > MOST_CHARACTERS:
                refuse_type(name, one, "a name")
    return cell


def measure_in(
    cell: Mapping[str, Any],
    unit: str | None,
    allowed: Sequence[str],
    *,
    behind: Mapping[str, str] = _NONE,
) -> str:
    """The column of units that is meant; the first of ``allowed`` where the cell names none.

    ``behind``: figures of events, attempts or money, each with the column of those they come from.
    Columns may be called as the answer in ``unit`` calls them (``sessions`` for ``persons``).
    Raises ``QuestionError`` for another name.
    """
    asked = cell.get("measure")
    if asked is None:
        return allowed[0]
    called = {named_after(unit, name): name for name in (*behind, *allowed)}
    name = called.get(str(asked), str(asked))
    name = behind.get(name, name)
    one_of(name, tuple(allowed), "measure")
    return name


def number_in(cell: Mapping[str, Any], name: str, otherwise: float, *, most: float) -> float:
    """The number under ``name``, or ``otherwise``; ``QuestionError`` beyond ``most`` either way."""
    value = cell.get(name)
    if value is None:
        return otherwise
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        refuse_type(name, value, "a number")
    if not isfinite(number) or abs(number) > most:
        refuse_type(name, value, f"a number of at most {most:.0f}")
    return number


def path_in(cell: Mapping[str, Any], name: str) -> list[str]:
    """The nodes under ``name``; ``QuestionError`` where that is no list."""
    value = cell.get(name) or ()
    if not isinstance(value, tuple | list):
        raise QuestionError(
            f"{name} is {value!r}.", hint="Give the places of the path as a list.", field=name
        )
    return [str(one) for one in value]
