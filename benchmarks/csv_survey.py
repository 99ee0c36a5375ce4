"""How many files of a survey of real, messy CSV files come out cell by cell as their clean twins.

Give the folder (or the .tar.xz) with ``csv/``, ``clean/`` and ``parameters/``. Every reader gets the
path and nothing else. Two measures: ``as is`` compares every row of the body, ``filled`` leaves out
rows without any content on both sides, for the reader's and the twin's author may differ on them.
A file counts when all cells of all rows are equal.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import json
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import clevercsv
import duckdb
import pandas as pd

from waypost.errors import UnreadableFileError
from waypost.intake.tables import CsvTable, Table, checked_batches, open_tables

Rows = list[list[str]]


def waypost_rows(path: Path) -> tuple[list[str], Rows]:
    """Later tables of a file follow the first with their header as a row."""
    try:
        tables = open_tables(path)
    except UnreadableFileError:
        return [], []
    rows: Rows = []
    for number, table in enumerate(tables):
        if number:
            names = enumerate(table.columns, start=1)
            rows.append(["" if name == f"column_{k}" else name for k, name in names])
        rows.extend(_cells(table))
    named = isinstance(tables[0], CsvTable) and tables[0].dialect.header_rows > 0
    return (list(tables[0].columns) if named else []), rows


def _cells(table: Table) -> Rows:
    rows: Rows = []
    for batch in checked_batches(table):
        columns = [column.to_pylist() for column in batch.columns.columns]
        rows.extend([cell or "" for cell in row] for row in zip(*columns, strict=True))
    return rows


def duckdb_rows(path: Path) -> tuple[list[str], Rows]:
    relation = duckdb.read_csv(str(path), all_varchar=True)
    return relation.columns, [[cell or "" for cell in row] for row in relation.fetchall()]


def clevercsv_rows(path: Path) -> tuple[list[str], Rows]:
    rows = clevercsv.read_table(str(path))
    return (rows[0], rows[1:]) if rows else ([], [])


def pandas_rows(path: Path) -> tuple[list[str], Rows]:
    frame = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
    return list(frame.columns), [[str(cell) for cell in row] for row in frame.to_numpy().tolist()]


READERS: dict[str, Callable[[Path], tuple[list[str], Rows]]] = {
    "waypost": waypost_rows,
    "duckdb": duckdb_rows,
    "clevercsv": clevercsv_rows,
    "pandas": pandas_rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("survey", type=Path)
    parser.add_argument("--misses", action="store_true", help="name the files Waypost misses")
    options = parser.parse_args()
    csv.field_size_limit(1 << 30)
    with tempfile.TemporaryDirectory() as folder:
        root = options.survey
        if root.is_file():
            with tarfile.open(root) as archive:
                archive.extractall(folder, filter="data")
            root = next(Path(folder).iterdir())
        scores = {name: score(reader, root) for name, reader in READERS.items()}
    report(scores)
    if options.misses:
        print(*scores["waypost"]["missed"], sep="\n", file=sys.stderr)


def score(reader: Callable[[Path], tuple[list[str], Rows]], root: Path) -> dict:
    """Counts of equal files, and the names of those that are not."""
    counts = {"files": 0, "as is": 0, "filled": 0, "with header": 0, "errors": 0, "missed": []}
    began = time.perf_counter()
    for path in sorted((root / "csv").iterdir()):
        twin = root / "clean" / path.name
        if not twin.exists():
            continue
        counts["files"] += 1
        try:
            header, rows = reader(path)
        except Exception:  # noqa: BLE001 - a peer may fail in any way; a failure is a miss
            counts["errors"] += 1
            counts["missed"].append(path.name)
            continue
        compare(counts, (header, rows), twin, root / "parameters")
    counts["seconds"] = round(time.perf_counter() - began, 1)
    return counts


def compare(counts: dict, read: tuple[list[str], Rows], twin: Path, parameters: Path) -> None:
    with twin.open(encoding="utf-8", newline="") as file:
        clean = list(csv.reader(file))
    stated = json.loads((parameters / f"{twin.name}_parameters.json").read_text())
    header, rows = read
    body = clean[1:]
    width = max((len(row) for row in [*rows, *body]), default=0)
    same = _padded(rows, width) == _padded(body, width)
    filled = _padded(rows, width, filled=True) == _padded(body, width, filled=True)
    counts["as is"] += same
    counts["filled"] += filled
    plain = stated["header_lines"] == "0" or not clean
    counts["with header"] += filled and (plain or _same_names(header, clean[0]))
    if not filled:
        counts["missed"].append(twin.name)


def _padded(rows: Rows, width: int, *, filled: bool = False) -> Rows:
    """Rows of one width: a twin writes a table below another one with the cells of the wider."""
    return [[*r, *[""] * (width - len(r))] for r in rows if not filled or any(r)]


def _same_names(header: list[str], twin: list[str]) -> bool:
    """Whether the names agree where the twin's are given and unique; readers invent the others."""
    said = [" ".join(str(name).split()) for name in header]
    meant = [" ".join(name.split()) for name in twin]
    plain = {name for name, times in Counter(meant).items() if name and times == 1}
    return all(name not in plain or said[k : k + 1] == [name] for k, name in enumerate(meant))


def report(scores: dict[str, dict]) -> None:
    columns = ["as is", "filled", "with header", "errors", "seconds"]
    print("| reader | version |", " | ".join(columns), "|")
    print("|---|---|" + "---|" * len(columns))
    for name, counts in scores.items():
        version = importlib.metadata.version(name)
        print(f"| {name} | {version} |", " | ".join(str(counts[c]) for c in columns), "|")
    print(f"\n{scores['waypost']['files']} files with a twin.")


if __name__ == "__main__":
    main()
