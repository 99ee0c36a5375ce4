"""Rows for the event log: built by hand or by hypothesis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from waypost.journeys import Commit, EventLog

__all__ = ["deliveries", "import_rows", "rows_of", "visible_values", "write_batch"]


def rows_of(records: Sequence[Mapping[str, object]], *, source: str = "shop") -> pa.Table:
    """Records with ``key`` and optionally ``at`` (seconds), ``value``, ``id.*`` and ``a.*``."""
    count = len(records)
    names = sorted({name for record in records for name in record if "." in name})
    at = [int(record.get("at", 0)) * 1_000_000 for record in records]
    lines = [int(record.get("line", place)) for place, record in enumerate(records)]
    columns = {
        "at": pa.array(at, pa.timestamp("us", "UTC")),
        "event": pa.array([str(record.get("event", "view")) for record in records], pa.string()),
        "source": pa.array([source] * count, pa.string()),
        "key": pa.array([str(record["key"]) for record in records], pa.string()),
        "seq": pa.array([line * 16 for line in lines], pa.int64()),
        "value": pa.array([record.get("value") for record in records], pa.int64()),
        "text": pa.array([record.get("text") for record in records], pa.string()),
        "line": pa.array(lines, pa.int64()),
        "flags": pa.array(np.zeros(count), pa.int32()),
    }
    free = {name: pa.array([record.get(name) for record in records], pa.string()) for name in names}
    return pa.table(columns | free)


def write_batch(
    log: EventLog, batch: str, tables: Iterable[pa.Table], *, source: str = "shop"
) -> tuple[Commit, list[int]]:
    """Import tables as one batch; the commit and the fates of all rows."""
    fates: list[int] = []
    with log.writer(
        batch, source=source, facts={"file": f"{batch}.csv", "format": "test"}
    ) as writer:
        for table in tables:
            fates += writer.add(table).tolist()
        return writer.commit({"read": len(fates)}), fates


def import_rows(
    log: EventLog, batch: str, records: Sequence[Mapping[str, object]], *, source: str = "shop"
) -> list[int]:
    """Import records as one batch; their fates."""
    return write_batch(log, batch, [rows_of(records, source=source)], source=source)[1]


def visible_values(log: EventLog) -> list[tuple[str, int | None]]:
    """Source (or ``a.key``, if there) and value of every row that counts, sorted."""
    found = []
    for part in log.scan(["source", "a.key", "value"]):
        for record, shown in zip(part.batch.to_pylist(), part.visible, strict=True):
            if shown:
                found.append((record["a.key"] or record["source"], record["value"]))
    return sorted(found, key=str)


def fresh_log(folder: Path) -> EventLog:
    """A log in a new workspace."""
    folder.mkdir(parents=True, exist_ok=True)
    return EventLog.open(folder)


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[tuple[int, int]]]:
    """Batches of (key, content): few keys and contents, so that they meet often."""
    row = st.tuples(st.integers(0, 5), st.integers(0, 2))
    return draw(st.lists(st.lists(row, max_size=6), min_size=1, max_size=5))
