"""Who is behind a row of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from waypost.app import Workspace
from waypost.app.question_fields.spellings import cell_in
from waypost.cli.asking.wishes import Wishes
from waypost.cli.grid import Column
from waypost.cli.session import Session
from waypost.cli.telling.answer_tables import Telling
from waypost.cli.telling.any_table import shown_value
from waypost.errors import QuestionError, nearest
from waypost.kit.translation import N_, NN_
from waypost.questions import Composed, Question
from waypost.questions.column_names import kind_of, label

__all__ = ["tell_members"]

_FOUND = NN_("{n} is behind this row.", "{n} are behind this row.")
_MORE = NN_(
    "… and {n} more; --top or --json shows it.", "… and {n} more; --top or --json shows them."
)
_MOST = 12
_BESIDE = ("measure", "side", "node")
"""What a cell may name beside the columns of the answer."""

_HEADINGS = {
    "id": N_("Person"),
    "events": N_("Events"),
    "first_at": N_("First"),
    "last_at": N_("Last"),
}


def tell_members(
    session: Session,
    workspace: Workspace,
    question: Question | Composed,
    telling: Telling,
    wishes: Wishes,
) -> None:
    """A line for everybody behind the cell that was typed."""
    cell = _cell(telling, cell_in(wishes.members))
    rows = workspace.members(question, **cell).to_pylist()
    if session.as_json:
        session.output.value({"question": question.to_dict(), "cell": cell, "members": rows})
        return
    count = telling.figures.count(len(rows))
    session.output.line(session.texts(_FOUND, len(rows)).format(n=count))
    if not rows:
        return
    session.output.line()
    shown = rows[: wishes.rows]
    names = [name for name in rows[0] if any(row[name] not in (None, "") for row in shown)]
    columns = [_column(session, name, place) for place, name in enumerate(names)]
    session.output.table(columns, [[_shown(telling, row[name]) for name in names] for row in shown])
    more = len(rows) - len(shown)
    if more > 0:
        session.output.faint(session.texts(_MORE, more).format(n=more))


def _column(session: Session, name: str, place: int) -> Column:
    heading = session.gettext(_HEADINGS[name]) if name in _HEADINGS else name
    if name == "id":
        return Column(heading)
    spare = 0 if name in _HEADINGS else place
    return Column(
        heading, right=name in _HEADINGS, gives="" if name in _HEADINGS else "middle", spare=spare
    )


def _shown(telling: Telling, value: Any) -> str:
    if isinstance(value, datetime):
        return telling.figures.day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return telling.figures.count(value)
    return "" if value is None else str(value)


def _cell(telling: Telling, typed: Mapping[str, str]) -> dict[str, Any]:
    """Columns and values as the answer has them, from names and labels as they were typed."""
    rows = list(telling.result.rows())
    cell: dict[str, Any] = {}
    for name, text in typed.items():
        column = _column_named(telling, name)
        if column not in telling.result.columns:
            cell[column] = _measure(telling, text) if column == "measure" else text
            continue
        value = _value_named(telling, column, text, rows)
        rows = [row for row in rows if row[column] == value]
        cell[column] = tuple(value) if isinstance(value, list) else value
    return cell


def _column_named(telling: Telling, typed: str) -> str:
    names = {name.casefold(): name for name in (*_BESIDE, *telling.result.columns)}
    names |= {
        label(name, telling.names.language).casefold(): name for name in telling.result.columns
    }
    if typed.casefold() in names:
        return names[typed.casefold()]
    keys = [name for name in telling.result.columns if _is_key(telling, name)]
    raise _unknown(f"This answer has no column {typed!r}.", typed, keys)


def _is_key(telling: Telling, name: str) -> bool:
    kind = kind_of(name, telling.result.units)
    return kind in ("node", "path", "text") or name in ("column", "n", "period")


def _measure(telling: Telling, typed: str) -> str:
    """A figure of the row by its name or its label, in the words of persons."""
    for name in telling.result.columns:
        words = (name, label(name, telling.names.language))
        in_unit = name.replace("persons", telling.unit)
        if typed.casefold() in {word.casefold() for word in (*words, in_unit)}:
            return name
    return typed


def _value_named(
    telling: Telling, column: str, typed: str, rows: Sequence[Mapping[str, Any]]
) -> Any:
    known: dict[str, Any] = {}
    for row in rows:
        for word in _words(telling, column, row[column]):
            known.setdefault(word.casefold(), row[column])
    if typed.casefold() in known:
        return known[typed.casefold()]
    first = dict.fromkeys(next(_words(telling, column, row[column])) for row in rows)
    message = f"This answer has no row with {column}={typed}."
    raise _unknown(message, typed, list(first))


def _words(telling: Telling, column: str, value: Any) -> Iterator[str]:
    """How a value may be typed: as it is stored, and as it is shown."""
    yield " → ".join(map(str, value)) if isinstance(value, list) else str(value)
    yield shown_value(telling, column, value, kind=kind_of(column, telling.result.units))


def _unknown(message: str, typed: str, known: Sequence[str]) -> QuestionError:
    near = nearest(typed, known) if typed else []
    shown = near or list(known)[:_MOST]
    names = ("; " if any(" → " in name for name in shown) else ", ").join(shown)
    return QuestionError(
        message, hint=f"Did you mean {names}?" if near else f"There are: {names}.", value=typed
    )
