"""The measured figures as a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Measured

__all__ = ["write_report"]

HEAD = """# Benchmarks

Written by `make bench`; every row ran in a process of its own, one after the other, on the machine named here.
Wall and CPU time are in seconds and begin after imports, except where a row says otherwise; memory is the peak of the whole process.
The events are synthetic (`benchmarks/world.py`): in time order, ten a person, three identifiers for ten events, one late event in none; real logs are less kind.
"""


def write_report(
    path: Path, machine: Mapping[str, str], found: Mapping[int, Mapping[str, Measured]]
) -> None:
    """Replace the page between its head and the hand-written part, which is kept."""
    kept = _kept(path)
    lines = [HEAD, "| what | version |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in machine.items()]
    for size, rows in found.items():
        lines += [
            "",
            f"## {size:,} events",
            "",
            "| piece | wall | CPU | peak MiB | told |",
            "|---|--:|--:|--:|---|",
        ]
        lines += [_row(name, row) for name, row in rows.items()]
        lines += ["", *_ratios(rows)]
    path.write_text("\n".join(lines) + "\n\n" + kept, encoding="utf-8")


def _row(name: str, row: Measured) -> str:
    told = ", ".join(f"{key}: {_short(value)}" for key, value in row.report.items())
    return f"| {name} | {row.wall_seconds:.2f} | {row.cpu_seconds:.2f} | {row.peak_mib:,.0f} | {told} |"


def _short(value: object) -> str:
    text = str(value)
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
