"""The apostrophe that exports put before figures, so that a spreadsheet keeps them as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.intake.records import Record

__all__ = ["free_text", "unguarded"]

_GUARD = re.compile(r"^\s*'(?=\+?\d)")


def unguarded(record: Record) -> Record:
    """The record with ``'80331`` as ``80331`` and ``'+49…`` as ``+49…``, in all its rows."""
    rows = record.rows()
    if not any(_has_mark(cells) for cells in rows):
        return record
    parts = tuple(_free(cells) for cells in record.parts)
    return replace(record, cells=_free(record.cells), parts=parts)


def free_text(cell: str) -> str:
    """One cell without its guard."""
    return _GUARD.sub("", cell, count=1)


def _has_mark(cells: Mapping[str, Any]) -> bool:
    return "'" in "".join(filter(None, cells.values()))


def _free(cells: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: free_text(cell) if isinstance(cell, str) and "'" in cell else cell
        for name, cell in cells.items()
    }
