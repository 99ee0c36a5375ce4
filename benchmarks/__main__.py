"""``make bench``: measure every piece at 1 M and 10 M events and write ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Measured, measure
from benchmarks.report import write_report

SIZES = (1_000_000, 10_000_000)
PEERS = ("duckdb", "numba", "numpy", "pyarrow", "pm4py")


def main() -> None:
    """Measure, keep the raw figures as JSON, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=SIZES)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks.md"))
    chosen = parser.parse_args()
    found = {size: _measure(size, peers=chosen.peers) for size in chosen.events}
    machine = {
        "machine": f"{platform.machine()}, {_cores()} cores",
        "python": platform.python_version(),
    } | {name: version(name) for name in PEERS if chosen.peers or name != "pm4py"}
    raw = {str(size): {k: asdict(v) for k, v in rows.items()} for size, rows in found.items()}
    Path("bench-data").mkdir(exist_ok=True)
    Path("bench-data/latest.json").write_text(
        json.dumps({"machine": machine, "runs": raw}, indent=1)
    )
    write_report(chosen.output, machine, found)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0))


def _measure(events: int, *, peers: bool) -> dict[str, Measured]:
    folder = Path(tempfile.mkdtemp(prefix="waypost-bench-"))
    try:
        return _ours(folder, events) | (_peers(folder, events) if peers else {})
    finally:
        shutil.rmtree(folder)


def _ours(folder: Path, events: int) -> dict[str, Measured]:
    shop, csv = str(folder / "shop"), str(folder / "events.csv")
    found = {}
    measure("benchmarks.stages:write_csv", csv, events)
    found["import CSV"] = measure("benchmarks.stages:import_csv", str(folder / "imported"), csv)
    found["import CSV"].report["bytes"] = Path(csv).stat().st_size
    shutil.rmtree(folder / "imported")
    found["write event log"] = measure("benchmarks.stages:write_log", shop, events)
    found["build"] = measure("benchmarks.stages:build", shop)
    found["build again, nothing new"] = measure("benchmarks.stages:build", shop)
    found["open snapshot"] = measure("benchmarks.stages:open_snapshot", shop)
    found["first answer, fresh process"] = measure("benchmarks.stages:first_answer", shop)
    found["map"] = measure("benchmarks.stages:draw_map", shop)
    return found


def _peers(folder: Path, events: int) -> dict[str, Measured]:
    parquet, csv = str(folder / "events.parquet"), str(folder / "events.csv")
    measure("benchmarks.peers:write_parquet", parquet, events)
    return {
        "DuckDB: CSV to Parquet": measure(
            "benchmarks.peers:csv_to_parquet_duckdb", csv, str(folder / "peer.parquet")
        ),
        "DuckDB: Parquet to transitions": measure("benchmarks.peers:transitions_duckdb", parquet),
        "PM4Py: Parquet to transitions": measure("benchmarks.peers:transitions_pm4py", parquet),
    }


if __name__ == "__main__":
    main()
