"""The same answers from other tools, for the ratio beside ours."""

from __future__ import annotations

import duckdb
import pyarrow.parquet as pq

from benchmarks.world import event_batches

__all__ = ["csv_to_parquet_duckdb", "transitions_duckdb", "transitions_pm4py", "write_parquet"]

TRANSITIONS = """
    SELECT before, event, count(*) AS n FROM (
        SELECT event, lag(event) OVER (PARTITION BY person ORDER BY "at") AS before
        FROM read_parquet(?)
    ) WHERE before IS NOT NULL GROUP BY ALL
"""


def write_parquet(path: str, events: int) -> dict:
    """The same events with the person known: what a peer that knows no identity needs."""
    writer = None
    for table in event_batches(events):
        part = table.select(["at", "event", "id.anonymous_id"]).rename_columns(
            ["at", "event", "person"]
        )
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    writer.close()
    return {}


def transitions_duckdb(path: str) -> dict:
    """Directly-follows counts from Parquet by a window function, two threads."""
    with duckdb.connect(config={"threads": 2}) as connection:
        rows = connection.execute(TRANSITIONS, [path]).fetchall()
    return {"edges": len(rows), "transitions": sum(row[2] for row in rows)}


def transitions_pm4py(path: str) -> dict:
    """Directly-follows graph from Parquet by PM4Py: read, format, discover."""
    import pandas as pd
    import pm4py

    frame = pd.read_parquet(path)
    log = pm4py.format_dataframe(frame, case_id="person", activity_key="event", timestamp_key="at")
    graph, _, _ = pm4py.discover_dfg(log)
    return {"edges": len(graph), "transitions": sum(graph.values())}


def csv_to_parquet_duckdb(path: str, target: str) -> dict:
    """Read the CSV as text with a fixed dialect and write Parquet, two threads."""
    with duckdb.connect(config={"threads": 2}) as connection:
        relation = connection.read_csv(path, header=True, sep=",", all_varchar=True)
        relation.write_parquet(target, compression="zstd")
    return {}
