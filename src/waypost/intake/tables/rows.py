"""Records as dicts, for tables that come in batches of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from waypost.errors import DamagedError
from waypost.intake.tables.shapes import Reject, Table, TextBatch

__all__ = ["checked_batches", "objects_of", "sample_of"]


class _Batched(Protocol):
    def batches(self, rows: int = 65536) -> Iterator[TextBatch]: ...


def objects_of(table: _Batched) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
    """(line, dict of text or reject) in file order; absent cells are left out of the dict."""
    for batch in table.batches(8192):
        rows = (
            (int(line), {name: cell for name, cell in row.items() if cell is not None})
            for line, row in zip(batch.lines, batch.columns.to_pylist(), strict=True)
        )
        merged: list[tuple[int, dict[str, Any] | Reject]] = [*rows]
        merged.extend((reject.line, reject) for reject in batch.rejects)
        if batch.rejects:
            merged.sort(key=lambda item: item[0])
        yield from merged


def sample_of(table: _Batched, rows: int) -> list[dict[str, str]]:
    """The first ``rows`` usable records; absent cells are left out."""
    found: list[dict[str, str]] = []
    for batch in table.batches(max(rows, 1)):
        head = batch.columns.slice(0, rows - len(found)).to_pylist()
        found.extend({k: cell for k, cell in row.items() if cell is not None} for row in head)
        if len(found) >= rows:
            break
    return found


def checked_batches(table: Table, rows: int = 65536) -> Iterator[TextBatch]:
    """The batches of ``table``, and after the last one the check that none was lost.

    Raises ``DamagedError`` when records and rejects read do not equal ``table.count_records()``.
    """
    read = 0
    for batch in table.batches(rows):
        read += len(batch.lines) + len(batch.rejects)
        yield batch
    counted = table.count_records()
    if counted != read:
        raise DamagedError(
            f"{table.name} has {counted:,} records, but {read:,} were read.",
            hint="Nothing of this file was imported. Please report it with the file's first lines.",
            counted=counted,
            read=read,
        )
