"""Tables as CSV files that a spreadsheet opens without running what is written in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from fastapi import Response

__all__ = ["csv_answer", "csv_text", "disarmed"]

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file to keep, in UTF-8 with a mark that spreadsheets look for."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = "\ufeff" + csv_text(head, rows)
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table with a head; every cell is disarmed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()


def disarmed(cell: object) -> str:
    """The cell as text, with an apostrophe before what a spreadsheet would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_RUNS) and not _NUMBER.fullmatch(text) else text
