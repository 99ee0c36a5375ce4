"""Rows that belong together: an order's line items, a receipt's positions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from waypost.intake.records import Record

__all__ = ["FarApart", "grouped"]

OPEN_GROUPS = 20_000


class FarApart(Record):
    """A row whose group was closed long ago, too far away in the file to be joined."""

    __slots__ = ()


def grouped(
    records: Iterable[Record],
    key: Callable[[Mapping[str, Any]], str | None],
    *,
    open_groups: int = OPEN_GROUPS,
) -> Iterator[Record]:
    """Rows of one key as one record, in the order of their first rows.

    A None key continues the last. At most ``open_groups`` wait for further rows; a row that comes
    later than that is ``FarApart``.
    """
    waiting: OrderedDict[str, list[Record]] = OrderedDict()
    closed: set[str] = set()
    last: str | None = None
    for record in records:
        name = key(record.cells) or last or f"\0{record.line}"
        last = name
        if name in closed:
            yield FarApart(record.line, record.cells, (record.cells,), (record.line,))
            continue
        waiting.setdefault(name, []).append(record)
        if len(waiting) > open_groups:
            oldest, rows = waiting.popitem(last=False)
            closed.add(oldest)
            yield _joined(rows)
    for rows in waiting.values():
        yield _joined(rows)


def _joined(rows: list[Record]) -> Record:
    return Record(
        line=rows[0].line,
        cells=rows[0].cells,
        parts=tuple(row.cells for row in rows),
        lines=tuple(row.line for row in rows),
    )
