"""``make bench``: measure every piece and write ``docs/benchmarks.md``.

The whole way at 1 M and 10 M events, the journey store alone at 10 M and 50 M, every question beside
other engines at 1 M, 10 M and 50 M; ``--events``, ``--store`` and ``--side`` take other sizes (none
leaves the part out), ``--growth`` adds sizes at which only our questions are timed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measure import Measured, measure
from benchmarks.report import Findings, write_report
from benchmarks.side.measured import measured
from benchmarks.store import alone

SIZES = (1_000_000, 10_000_000)
STORE_SIZES = (10_000_000, 50_000_000)
SIDE_SIZES = (1_000_000, 10_000_000, 50_000_000)
SLOW_PEERS_AT = 10_000_000
PEERS = (
    "duckdb", "chdb", "polars", "pandas", "pm4py", "retentioneering", "pyspark",
    "numba", "numpy", "pyarrow",
)  # fmt: skip


def main() -> None:
    """Measure, keep the raw figures as JSON, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=SIZES)
    parser.add_argument("--store", type=int, nargs="*", default=STORE_SIZES)
    parser.add_argument("--side", type=int, nargs="*", default=SIDE_SIZES)
    parser.add_argument("--growth", type=int, nargs="*", default=())
    parser.add_argument("--slow-peers-at", type=int, default=SLOW_PEERS_AT)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks.md"))
    chosen = parser.parse_args()
    if chosen.events:
        _warm()
    found = Findings(
        way={size: _measure(size, peers=chosen.peers) for size in chosen.events},
        store={size: _store(size) for size in chosen.store},
        sides=measured(chosen.side, chosen.growth, chosen.slow_peers_at),
    )
    machine = {
        "machine": f"{platform.machine()}, {_cores()} cores",
        "python": platform.python_version(),
    } | {name: _version(name) for name in PEERS}
    Path("bench-data").mkdir(exist_ok=True)
    raw = {"machine": machine, **asdict(found)}
    Path("bench-data/latest.json").write_text(json.dumps(raw, indent=1))
    write_report(chosen.output, machine, found)


def _warm() -> None:
    """Compile every kernel of the way once, as an installed Waypost has after its first day."""
    _measure(20_000, peers=False)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _store(events: int) -> dict[str, Measured]:
    folder = Path(tempfile.mkdtemp(prefix="waypost-store-"))
    try:
        return alone(folder, events)
    finally:
        shutil.rmtree(folder)


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
    pieces = {
        "DuckDB: CSV to Parquet": ("csv_to_parquet_duckdb", csv, str(folder / "peer.parquet")),
        "DuckDB: Parquet to transitions": ("transitions_duckdb", parquet),
        "PM4Py: Parquet to transitions": ("transitions_pm4py", parquet),
    }
    found = {}
    for name, (function, *arguments) in pieces.items():
        try:
            found[name] = measure(f"benchmarks.peers:{function}", *arguments)
        except RuntimeError as error:
            last = str(error).strip().splitlines()[-1]
            print(f"{name} could not be measured: {last}", file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
