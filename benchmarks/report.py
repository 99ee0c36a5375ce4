"""The measured figures as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measured
from benchmarks.side.measured import Sides
from benchmarks.side.page import draw_growth, sections

__all__ = ["Findings", "write_report"]

HEAD = """# Benchmarks

Written by `make bench`; every row ran in a process of its own, one after the other, on the machine named here.
Wall and CPU time are in seconds and begin after the benchmark's own imports; memory is the peak of the whole process.
The events are synthetic (`benchmarks/world.py`): in time order, none late, ten a person, three identifiers for ten events; real logs are less kind.
"""


ASKED = {
    "build": ("wall seconds", 60.0),
    "map": ("wall seconds", 5.0),
    "import CSV": ("MB/s", 50.0),
    "open snapshot": ("milliseconds", 10.0),
    "first answer, fresh process": ("CPU seconds since the start", 1.5),
}
"""What is asked of 10 million events on two cores: at most, or for a rate at least, this."""

STORE_ASKED = {10_000_000: 1.0, 50_000_000: 8.0}


@dataclass(frozen=True)
class Findings:
    """Measured pieces by size and name, and the questions beside other engines."""

    way: Mapping[int, Mapping[str, Measured]]
    store: Mapping[int, Mapping[str, Measured]]
    sides: Sides


def write_report(path: Path, machine: Mapping[str, str], found: Findings) -> None:
    """Replace the page between its head and the hand-written part, which is kept."""
    kept = _kept(path)
    lines = [HEAD, "| what | version |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in machine.items()]
    for size, rows in found.way.items():
        lines += ["", f"## {size:,} events, the whole way", "", *_table(rows), "", *_ratios(rows)]
        lines += _slower(rows) if size == max(found.way) else []
    for size, rows in found.store.items():
        lines += ["", f"## {size:,} events, the journey store alone", "", *_table(rows), ""]
        lines += _store_ratio(size, rows)
    if found.sides.growth:
        lines += sections(found.sides)
        draw_growth(found.sides, path.parent / "images" / "benchmarks-growth.svg")
    path.write_text("\n".join(lines) + "\n\n" + kept, encoding="utf-8")


def _table(rows: Mapping[str, Measured]) -> list[str]:
    head = ["| piece | wall | CPU | peak MiB | told |", "|---|--:|--:|--:|---|"]
    return head + [_row(name, row) for name, row in rows.items()]


def _store_ratio(size: int, rows: Mapping[str, Measured]) -> Iterable[str]:
    ours = rows["store from Parquet"].report["build_seconds"]
    peer = rows["DuckDB: sort the same rows"].report["sort_seconds"]
    yield f"- DuckDB took {peer / ours:.1f} times as long to sort the same rows, and wrote nothing."
    if ours > STORE_ASKED.get(size, ours):
        yield f"- Slower than asked: {ours:.2f} s instead of {STORE_ASKED[size]:.0f} s."


def _slower(rows: Mapping[str, Measured]) -> Iterable[str]:
    """Pieces that miss what is asked of the largest size."""
    for name, (unit, asked) in ASKED.items():
        got = _figure(rows[name], unit)
        if got < asked if unit == "MB/s" else got > asked:
            yield f"- Slower than asked: {name}, {got:.1f} {unit} instead of {asked:.1f}."


def _figure(row: Measured, unit: str) -> float:
    if unit == "MB/s":
        return float(row.report["bytes"] / row.wall_seconds / 1e6)
    return float(row.wall_seconds if unit == "wall seconds" else row.report[unit])


_UNTOLD = frozenset({"snapshot", "suspicious", "anonymous_events", "proposed_rules"})


def _row(name: str, row: Measured) -> str:
    named = {key: value for key, value in row.report.items() if key not in _UNTOLD}
    told = ", ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in named.items())
    return f"| {name} | {row.wall_seconds:.2f} | {row.cpu_seconds:.2f} | {row.peak_mib:,.0f} | {told} |"


def _short(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{name} {_short(part)}" for name, part in value.items()) + ")"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= 160 else text[:157] + "…"


def _ratios(rows: Mapping[str, Measured]) -> list[str]:
    ours, told = rows.get("first answer, fresh process"), []
    for peer in ("DuckDB: Parquet to transitions", "PM4Py: Parquet to transitions"):
        if ours and peer in rows:
            ratio = rows[peer].wall_seconds / ours.wall_seconds
            told.append(
                f"- {peer} took {ratio:.1f} times as long as our first answer from the built store."
            )
            whole = rows["build"].wall_seconds + ours.wall_seconds
            told.append(
                f"- Against build and answer together: {rows[peer].wall_seconds / whole:.2f} times as long."
            )
    if "import CSV" in rows and "DuckDB: CSV to Parquet" in rows:
        ratio = rows["import CSV"].wall_seconds / rows["DuckDB: CSV to Parquet"].wall_seconds
        rate = rows["import CSV"].report["bytes"] / rows["import CSV"].wall_seconds / 1e6
        told.append(
            f"- Import ran at {rate:.0f} MB/s of CSV and took {ratio:.1f} times as long as DuckDB reading the same CSV as text into Parquet (which types, checks and deduplicates nothing)."
        )
    return told


def _kept(path: Path) -> str:
    mark = "<!-- below: written by hand -->"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return mark + text.partition(mark)[2] if mark in text else f"{mark}\n"
