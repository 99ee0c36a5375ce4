"""A filled sheet read: by its hidden keys where they are, else by what its columns are called."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
from pydantic import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from waypost.errors import InputError, UnreadableFileError
from waypost.exports.sheets.bounds import check_workbook
from waypost.exports.sheets.columns import (
    HEAD_FIELDS,
    Column,
    column_called,
    kind_of_lane,
    language_of,
)
from waypost.exports.sheets.filled import FilledCard, FilledSheet, FilledStep, Place
from waypost.exports.sheets.writing_xlsx import CARRIER
from waypost.kit.translation import LANGUAGES, N_
from waypost.maps.editing.document import MapDocument

__all__ = ["filled_of_rows", "read_xlsx"]

_HEADING_DEPTH = 12
Rows = Sequence[Sequence[Any]]


def read_xlsx(content: bytes) -> FilledSheet:
    """What stands in a workbook; raises ``UnreadableFileError`` where it is no sheet of a map."""
    check_workbook(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFileError(
            N_("This file cannot be read as a sheet."),
            hint=N_("Save it as XLSX (or CSV) and try again."),
            reason=error,
        ) from error
    language, base = _carried(sheets.pop(CARRIER, []))
    head: dict[str, str] = {}
    for rows in sheets.values():
        head |= _head(rows)
    for rows in sheets.values():
        found = filled_of_rows(rows, language, base=base, head=head)
        if found is not None:
            return found
    raise UnreadableFileError(
        N_("No sheet of this file has columns for stage and step."),
        hint=N_("Export the map as XLSX and fill that, or call two columns “Stage” and “Step”."),
    )


def filled_of_rows(
    rows: Rows,
    language: str = "",
    *,
    base: MapDocument | None = None,
    head: dict[str, str] | None = None,
) -> FilledSheet | None:
    """What stands in a grid of cells; None where no row is a heading with stage and step.

    ``language``: of the texts; without it that of the headings.
    """
    columns, first = _columns(rows)
    if not columns:
        return None
    language = language or _language(rows)
    steps, cards = [], []
    names = _lane_names(rows, columns, base)
    for at, row in enumerate(rows[first:], start=first + 1):
        told = {column: _text(cell) for column, cell in zip(columns, row, strict=False) if column}
        if told.get(Column("step_id"), "").startswith("#"):
            continue
        place = _place(told)
        filled = [one for cell in names for one in _cell(told, at, place, (cell, *names[cell]))]
        if any((place.stage, place.step, place.step_id)) or filled:
            moment = told.get(Column("moment"))
            is_moment = None if moment is None or not place.step else bool(moment.strip())
            steps.append(FilledStep(at, place, is_moment))
            cards += filled
    return FilledSheet(language, tuple(steps), tuple(cards), head or {}, base)


def _cell(
    told: dict[Column, str], at: int, place: Place, lane: tuple[Column, str, str]
) -> list[FilledCard]:
    """What one row says in one lane: a card or a point of the curve, or nothing."""
    column, name, kind = lane
    is_card = column.role == "text"
    fields = {"text": told.get(column, "")}
    for field in ("provenance", "channel") if is_card else ():
        if Column(field, column.lane) in told:
            fields[field] = told[Column(field, column.lane)]
    card_id = told.get(Column("id" if is_card else "point_id", column.lane), "")
    if not card_id and not fields["text"].strip():
        return []
    lane_id = "" if column.lane.startswith("?") else column.lane
    named = "" if is_card else "feeling"
    return [FilledCard(at, place, lane_id, name, kind, card_id, named, fields)]


def _lane_names(
    rows: Rows, columns: Sequence[Column | None], base: MapDocument | None
) -> dict[Column, tuple[str, str]]:
    """Name and kind of the lane of every column that holds cards or a curve."""
    headed: dict[str, str] = {}
    for row in rows[:_HEADING_DEPTH]:
        texts = [_text(cell).strip() for cell in row]
        if "#header" in texts:
            pairs = zip(columns, texts, strict=False)
            headed = {one.lane: text for one, text in pairs if one and one.role == "text"}
    found: dict[Column, tuple[str, str]] = {}
    for column in columns:
        if column is not None and column.role in ("text", "feeling"):
            lane = column.lane
            name = lane[1:] if lane.startswith("?") else headed.get(lane, "")
            known = base.lanes.get(lane) if base is not None else None
            found[column] = (name, known.kind if known is not None else kind_of_lane(name))
    return found


def _place(told: dict[Column, str]) -> Place:
    names = ("stage_id", "stage", "step_id", "step")
    texts = [told.get(Column(name), "") for name in names]
    return Place(*(text if text.strip() else "" for text in texts))


def _columns(rows: Rows) -> tuple[list[Column | None], int]:
    """What each column is, and the row after the heading; empty where there is no heading."""
    for at, row in enumerate(rows[:_HEADING_DEPTH]):
        cells = [_text(cell).strip() for cell in row]
        if {"stage", "step", "step_id"} <= set(cells):
            keyed = [_keyed(cell) for cell in cells]
            return _named(rows[at + 1 :], keyed), at + 1
        roles = [column_called(cell) for cell in cells]
        if {"stage", "step"} <= set(roles):
            return _by_name(cells), at + 1
    return [], 0


def _language(rows: Rows) -> str:
    spoken = [language_of([_text(cell).strip() for cell in row]) for row in rows[:_HEADING_DEPTH]]
    return next((one for one in spoken if one != "en"), "en")


def _keyed(cell: str) -> Column | None:
    role, _, lane = cell.partition(":")
    return Column(role, lane) if role else None


def _named(rows: Rows, columns: list[Column | None]) -> list[Column | None]:
    """Columns that somebody inserted have no key; their name stands in the row of the names."""
    ids = columns.index(Column("step_id"))
    for row in rows[:_HEADING_DEPTH]:
        if len(row) > ids and _text(row[ids]) == "#header":
            names = _by_name([_text(cell).strip() for cell in row])
            return [known or name for known, name in zip(columns, names, strict=False)]
    return columns


def _by_name(cells: Sequence[str]) -> list[Column | None]:
    """Columns by what they are called; what is no known name is a lane of that name."""
    found: list[Column | None] = []
    lane = ""
    for cell in cells:
        role = column_called(cell)
        if not cell:
            found.append(None)
        elif role in ("stage", "step", "moment"):
            found.append(Column(role))
        elif role and (lane or role == "feeling"):
            found.append(Column(role, lane or "?"))
        else:
            lane = f"?{cell}"
            found.append(Column("text", lane))
    return found


def _carried(rows: Rows) -> tuple[str, MapDocument | None]:
    """The language and the map that the file carries; nothing where it carries none."""
    language = _text(rows[0][3]) if rows and len(rows[0]) > 3 else ""  # noqa: PLR2004 - the column it was written to
    chunks = [_text(row[2]) for row in rows if len(row) > 2]  # noqa: PLR2004 - as above
    content = "".join(chunk[1:] for chunk in chunks if chunk.startswith("|"))
    if language not in LANGUAGES or not content:
        return "", None
    try:
        return language, MapDocument.model_validate(orjson.loads(content))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise InputError(
            N_("The hidden part of this sheet is damaged."),
            hint=N_("Delete the hidden sheet “waypost”, then import the file again."),
            reason=error,
        ) from error


def _head(rows: Rows) -> dict[str, str]:
    return {
        _text(row[0]): _text(row[2])
        for row in rows[:_HEADING_DEPTH]
        if len(row) > 2 and _text(row[0]) in HEAD_FIELDS  # noqa: PLR2004 - field, name, answer
    }


def _text(cell: Any) -> str:
    """The cell as text: whole numbers without a point, days as they are written in ISO."""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not any((cell.hour, cell.minute, cell.second)):
        return cell.date().isoformat()
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return "" if cell is None else str(cell)
