"""What stands in the further header rows of a delimited file: the wording of questions."""

from __future__ import annotations

import csv
import io
from itertools import islice

from waypost.intake.tables import Table
from waypost.intake.tables.csv_table import CsvTable

__all__ = ["header_labels"]

_HEAD_BYTES = 262_144


def header_labels(table: Table) -> dict[str, str]:
    """The second header row's cell per column; empty where the table has only one header row."""
    if not isinstance(table, CsvTable) or table.dialect.header_rows <= 1:
        return {}
    dialect = table.dialect
    text = table.source.head(_HEAD_BYTES).decode(dialect.encoding, "replace").removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)[dialect.header_row :]
    reader = csv.reader(io.StringIO("".join(lines)), delimiter=dialect.delimiter)
    rows = list(islice(reader, 2))
    if len(rows) <= 1:
        return {}
    pairs = zip(table.columns, rows[1], strict=False)
    return {name: " ".join(cell.split()) for name, cell in pairs if cell.strip()}
