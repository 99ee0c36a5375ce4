"""An answer as a file: a chart, or a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from waypost.cli.session import Session
from waypost.kit import write_atomically
from waypost.questions import Result, SnapshotView

__all__ = ["write_chart", "write_csv"]

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""With one of these in front, a spreadsheet takes a text for a formula and computes it."""


def write_csv(session: Session, result: Result, path: Path) -> Path:
    """All rows and columns as the spreadsheets of the language read them.

    German ones take semicolons between cells and commas in numbers, others commas and points.
    UTF-8 with a byte order mark; undefined numbers are empty; what lies on a path is joined by →.
    """
    german = session.language == "de"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow([_text(name) for name in result.columns])
    for row in result.rows():
        writer.writerow([_cell(value, german=german) for value in row.values()])
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
    return path


def _cell(value: Any, *, german: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value).replace(".", ",") if german else str(value)
    return _text(" → ".join(map(str, value)) if isinstance(value, list) else str(value))


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


def write_chart(session: Session, result: Result, path: Path, *, view: SnapshotView) -> Path:
    """The answer drawn, in the format that the name ends in.

    Raises ``InputError`` for an ending that is none of a picture's.
    """
    from waypost.questions.charts import node_names  # noqa: PLC0415 - only a chart needs it

    result.save_chart(path, session.language, names=node_names(view, session.language))
    return path
