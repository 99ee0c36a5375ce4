"""The way of the data, one piece at a time, each run in a process of its own."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow.csv as pa_csv

from benchmarks.world import event_batches

__all__ = [
    "build",
    "draw_map",
    "first_answer",
    "import_csv",
    "open_snapshot",
    "write_csv",
    "write_log",
]

MAPPING = """
name: bench_events
source: bench
time: {column: at}
event: {column: event}
channel: {column: channel}
identifiers: {anonymous_id: anonymous_id, user_id: user_id, email: email}
value: {column: value, currency: EUR, minor_units: true}
attributes: {device: device}
key: [key]
"""


def write_log(folder: str, events: int) -> dict:
    """A workspace whose event log holds ``events`` events, written through the log's own writer."""
    from waypost.app import Settings, Workspace

    workspace = Workspace.create(Path(folder), Settings(name="bench", language="en"))
    with workspace.log.writer("bench-1", source="bench", facts={"file": "bench"}) as writer:
        for table in event_batches(events):
            writer.add(table)
        writer.commit({"records": events, "stored": events})
    return {"bytes": sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())}


def write_csv(path: str, events: int) -> dict:
    """The same events as a CSV file."""
    renamed = {
        "id.anonymous_id": "anonymous_id",
        "id.user_id": "user_id",
        "id.email": "email",
        "a.device": "device",
    }
    columns = ["at", "event", "channel", "value", "key", *renamed]
    sink = None
    with Path(path).open("wb") as file:
        for table in event_batches(events):
            part = table.select(columns).rename_columns([renamed.get(c, c) for c in columns])
            sink = sink or pa_csv.CSVWriter(file, part.schema)
            sink.write_table(part)
        sink.close()
    return {"bytes": Path(path).stat().st_size}


def import_csv(folder: str, path: str) -> dict:
    """Import the CSV through the generic reader with a mapping."""
    from waypost.app import Settings, Workspace

    workspace = Workspace.create(Path(folder), Settings(name="bench", language="en"))
    mapping = Path(path).with_suffix(".yaml")
    mapping.write_text(MAPPING)
    reports = workspace.add(Path(path), mappings=[mapping])
    return {"stored": sum(report.stored for report in reports)}


def build(folder: str) -> dict:
    """Identity, binding, journey store; with the seconds of each."""
    from waypost.app import Workspace

    report = Workspace.open(Path(folder)).build()
    return dict(report.as_dict())


def open_snapshot(folder: str) -> dict:
    """Open the current snapshot and touch every shard's first person."""
    from waypost.journeys import Snapshot

    Snapshot.current(Path(folder))
    rounds = []
    for _ in range(20):
        start = perf_counter()
        snapshot = Snapshot.current(Path(folder))
        for shard in snapshot.shards:
            shard.offsets[:1]
        rounds.append(perf_counter() - start)
    return {"milliseconds": round(1000 * float(np.median(rounds)), 3)}


def first_answer(folder: str) -> dict:
    """The first answer of a fresh process; the report counts from its start, imports included."""
    from waypost import questions
    from waypost.app import Workspace

    result = Workspace.open(Path(folder)).ask(questions.Transitions(by="touchpoint"))
    return {"rows": len(result), "CPU seconds since the start": round(process_time(), 2)}


def draw_map(folder: str) -> dict:
    """Discover the map and write both files."""
    from waypost.app import Workspace

    found = Workspace.open(Path(folder)).map()
    found.save(Path(folder) / "map.json")
    found.save(Path(folder) / "map.html")
    return {"steps": len(found.document.steps)}
