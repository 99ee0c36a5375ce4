"""The journey store from Parquet: wall and CPU time, peak memory, beside DuckDB sorting the same rows.

``python -m benchmarks.store --events 10000000`` prints one JSON object per variant. The file lies in
page cache; persons and codes are known, as they are after identity and binding. The peer reads the
same columns and sorts them by person, time and row into an Arrow table; it writes nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import Measured, measure

__all__ = ["alone", "build", "events_file", "main", "open_store", "peer"]

ROWS = 1 << 20
EVENTS_PER_PERSON = 20
START_US = 1_735_689_600_000_000
YEAR_S = 365 * 86_400


def events_file(path: Path, events: int, *, late: float = 0.0, seed: int = 1) -> None:
    """A log in time order, whole seconds; the share ``late`` arrives up to 30 days too late."""
    random = np.random.default_rng(seed)
    persons = max(1, events // EVENTS_PER_PERSON)
    writer = None
    for first in range(0, events, ROWS):
        n = min(ROWS, events - first)
        second = (np.arange(first, first + n) * YEAR_S) // events
        second -= np.where(random.random(n) < late, random.integers(0, 30 * 86_400, n), 0)
        table = pa.table(
            {
                "person": (persons * random.random(n) ** 1.5).astype(np.int32),
                "ts": pa.array(START_US + second * 1_000_000, pa.timestamp("us", "UTC")),
                "event": random.integers(0, 40, n).astype(np.uint8),
                "channel": random.integers(0, 8, n).astype(np.uint8),
                "value": np.where(random.random(n) < 0.05, 1999, -(2**63)),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def build(path: str, workspace: str, memory: int) -> dict:
    """Build the store; the report's clock starts when kernels are compiled and persons known."""
    from waypost.journeys import build_snapshot

    _warm_up(Path(workspace) / "warm")
    inputs = _inputs(Path(path))
    started, cpu = time.perf_counter(), time.process_time()
    snapshot = build_snapshot(Path(workspace), inputs, memory=memory)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    stored = sum(file.stat().st_size for file in snapshot.folder.rglob("*") if file.is_file())
    return {
        "build_seconds": round(wall, 3),
        "build_cpu_seconds": round(cpu, 3),
        "shards": len(snapshot.shards),
        "bytes_per_event": round(stored / max(1, _events(snapshot)), 2),
    }


def _events(snapshot) -> int:
    return sum(entry.events for entry in snapshot.meta.shards)


def _inputs(path: Path):
    from waypost.journeys import Dictionaries, StoreInputs

    persons = pq.ParquetFile(path)
    count = max(1, persons.metadata.num_rows // EVENTS_PER_PERSON)
    ids = pa.array(np.char.add("person-", np.arange(count).astype(str)))
    dictionaries = Dictionaries(
        events=tuple(f"event {i}" for i in range(40)),
        channels=tuple(f"channel {i}" for i in range(8)),
        sources=("shop",),
    )
    return StoreInputs(_blocks(path), pa.table({"id": ids}), dictionaries, "benchmark")


def _blocks(path: Path):
    from waypost.journeys import EventBlock

    row = 0
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            batch = file.read_row_group(group).combine_chunks().to_batches()[0]
            n = batch.num_rows
            nothing = np.zeros(n, dtype=np.uint16)
            yield EventBlock(
                person=batch["person"].to_numpy(),
                at=batch["ts"].cast(pa.int64()).to_numpy(),
                seq=np.arange(row, row + n) * 16,
                row=np.arange(row, row + n),
                event=batch["event"].to_numpy(),
                channel=batch["channel"].to_numpy(),
                touchpoint=nothing,
                stage=nothing,
                source=nothing,
                value=batch["value"].to_numpy(),
                rating=np.full(n, np.nan, dtype=np.float32),
            )
            row += n


def _warm_up(folder: Path) -> None:
    from waypost.journeys import build_snapshot

    folder.mkdir()
    events_file(folder / "events.parquet", 1000)
    build_snapshot(folder, _inputs(folder / "events.parquet"))


def peer(path: str) -> dict:
    """DuckDB, two threads: the same columns sorted into an Arrow table."""
    import duckdb

    started = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        rows = connection.read_parquet(path, file_row_number=True)
        table = rows.order("person, ts, file_row_number").to_arrow_table()
    return {"rows": table.num_rows, "sort_seconds": round(time.perf_counter() - started, 3)}


def open_store(folder: str) -> dict:
    """Milliseconds to open the snapshot, and to map and touch every array of it."""
    from waypost.journeys import Snapshot

    started = time.perf_counter()
    snapshot = Snapshot.open(Path(folder))
    shards = snapshot.shards
    opened = time.perf_counter()
    for shard in shards:
        _ = [getattr(shard, name)[:1] for name in ("offsets", "at", "event", "value", "row")]
    mapped = time.perf_counter()
    return {
        "open_ms": round(1e3 * (opened - started), 2),
        "map_ms": round(1e3 * (mapped - opened), 2),
    }


def main() -> None:
    """Parse the command line, generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--memory", type=int, default=1_600_000_000)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    for name, late in (("in time order", 0.0), ("2 % late", 0.02)):
        scratch = Path(tempfile.mkdtemp(prefix="waypost-store-"))
        try:
            print(json.dumps({"variant": name, **_measured(scratch, options, late)}))
        finally:
            shutil.rmtree(scratch)


def alone(scratch: Path, events: int, *, memory: int = 1_600_000_000) -> dict[str, Measured]:
    """The store, its opening and DuckDB's sort of the same rows, each in a process of its own."""
    path = scratch / "events.parquet"
    events_file(path, events)
    store = measure("benchmarks.store:build", str(path), str(scratch), memory)
    snapshot = str(scratch / "snapshots" / "benchmark")
    return {
        "store from Parquet": store,
        "open it and map every array": measure("benchmarks.store:open_store", snapshot),
        "DuckDB: sort the same rows": measure("benchmarks.store:peer", str(path)),
    }


def _measured(scratch: Path, options: argparse.Namespace, late: float) -> dict:
    path = scratch / "events.parquet"
    events_file(path, options.events, late=late)
    built = measure("benchmarks.store:build", str(path), str(scratch), options.memory)
    opened = measure("benchmarks.store:open_store", str(scratch / "snapshots" / "benchmark"))
    found = {"events": options.events, "store": asdict(built), "open": opened.report}
    if not options.no_peer:
        found["duckdb"] = asdict(measure("benchmarks.store:peer", str(path)))
    return found


if __name__ == "__main__":
    main()
