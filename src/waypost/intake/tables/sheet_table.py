"""Workbooks (xlsx, xls, xlsb, ods) as tables of text, one per sheet or more."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from waypost.errors import UnreadableFileError
from waypost.intake.tables.layout import Block, Cells, find_blocks
from waypost.intake.tables.rows import objects_of, sample_of
from waypost.intake.tables.shapes import Dialect, Limits, Reject, TextBatch

__all__ = ["SheetTable", "sheet_tables"]

_LOOK = 2000
_PIECE = 1 << 20
_LONG = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*><v>(-?\d{16,})</v>')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A part of one sheet: rows [first, end) counted from 0, header excluded.

    Numbers become the text Excel would show with 15 digits, integers of more digits what the file
    says; dates and times ISO 8601 without a zone; truth values ``true`` and ``false``. Lines are
    row numbers as the sheet shows them. Rows without any content are no records.
    """

    name: str
    columns: tuple[str, ...]
    dialect: Dialect
    path: Path
    sheet: str
    first: int
    end: int
    kind: str = "xlsx"

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first records; empty cells are ``""``."""
        return sample_of(self, rows)

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as (row number, dict of text or reject)."""
        return objects_of(self)

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """All records; the sheet is held in memory as a whole."""
        lines: list[int] = []
        cells: list[Cells] = []
        rejects: list[Reject] = []
        for number, row in _rows(self.path, self.sheet):
            if not self.first <= number < self.end:
                continue
            if any(cell for cell in row[len(self.columns) :]):
                rejects.append(_surplus(number + 1, row, len(self.columns)))
            else:
                lines.append(number + 1)
                cells.append(row)
            if len(lines) + len(rejects) >= rows:
                yield self._batch(lines, cells, rejects)
                lines, cells, rejects = [], [], []
        if lines or rejects:
            yield self._batch(lines, cells, rejects)

    def count_records(self) -> int:
        """Rows with any content, counted on the values before they become text."""
        sheet = _workbook(self.path).get_sheet_by_name(self.sheet)
        values = sheet.to_python(skip_empty_area=False)
        part = values[self.first : min(self.end, len(values))]
        return sum(1 for row in part if not all(value == "" for value in row))

    def _batch(self, lines: list[int], cells: list[Cells], rejects: list[Reject]) -> TextBatch:
        arrays = [
            pa.array([row[k] if k < len(row) else None for row in cells], pa.string())
            for k in range(len(self.columns))
        ]
        batch = pa.RecordBatch.from_arrays(arrays, list(self.columns))
        return TextBatch(np.array(lines, np.int64), batch, tuple(rejects))


def sheet_tables(path: Path, name: str, limits: Limits) -> list[SheetTable]:
    """The tables of a workbook in sheet order; ``UnreadableFileError`` when there is none."""
    _check_size(path, limits)
    book = _workbook(path)
    tables: list[SheetTable] = []
    for sheet in book.sheet_names:
        tables.extend(_tables_of(path, name, sheet))
    if not tables:
        raise UnreadableFileError(f"{name} has no sheet with content.", path=path)
    return tables


def _tables_of(path: Path, name: str, sheet: str) -> list[SheetTable]:
    rows: list[Cells] = []
    numbers: list[int] = []
    for number, row in _rows(path, sheet):
        numbers.append(number)
        rows.append(row)
        if len(rows) >= _LOOK:
            break
    if not rows:
        return []
    blanks = [numbers[0], *(b - a - 1 for a, b in itertools.pairwise(numbers))]
    blocks = find_blocks(rows, blanks)
    return [_table(path, f"{name}:{sheet}", sheet, block, (numbers, blocks)) for block in blocks]


def _table(
    path: Path, name: str, sheet: str, block: Block, within: tuple[list[int], list[Block]]
) -> SheetTable:
    numbers, blocks = within
    if len(blocks) > 1:
        name = f"{name}:table {blocks.index(block) + 1}"
    end = numbers[block.end] if block.end < len(numbers) else 1 << 40
    dialect = Dialect(
        delimiter="",
        quote="",
        header_row=numbers[block.header] if block.header < len(numbers) else 0,
        header_rows=block.header_rows,
        reasons=block.reasons,
    )
    after = block.header + block.header_rows
    first = numbers[after] if after < len(numbers) else numbers[-1] + 1
    return SheetTable(name, block.names, dialect, path, sheet, first, end)


def _surplus(line: int, row: Cells, columns: int) -> Reject:
    used = max(k for k, cell in enumerate(row) if cell) + 1
    return Reject(line, f"has {used} cells where the header has {columns}", "\t".join(row))


def _workbook(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise UnreadableFileError(
            f"{path.name} is protected by a password.",
            hint="Save it without a password and import it again.",
            path=path,
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError(
            f"{path.name} is a damaged workbook: {error}.",
            hint="Open it in a spreadsheet program and save it again, or export the sheet as CSV.",
            path=path,
        ) from error


def _check_size(path: Path, limits: Limits) -> None:
    """Refuse workbooks that are bombs, by the sizes that their archive declares."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
    packed = max(path.stat().st_size, 1)
    if size > limits.workbook_bytes or (size > limits.ratio_floor and size > limits.ratio * packed):
        raise UnreadableFileError(
            f"{path.name} unpacks to {size:,} bytes, more than a workbook may.",
            hint="Export the sheets as CSV; CSV files may be much larger.",
            path=path,
        )


def _rows(path: Path, sheet: str) -> Iterator[tuple[int, Cells]]:
    """(row number from 0, texts) of the rows with content."""
    exact = _long_numbers(path, sheet)
    try:
        values = _workbook(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise UnreadableFileError(
            f"The sheet {sheet!r} of {path.name} cannot be read: {error}.",
            hint="Open the workbook in a spreadsheet program and save it again.",
            path=path,
        ) from error
    for number, row in enumerate(values):
        texts = tuple(_text(value) for value in row)
        if any(texts):
            if exact:
                texts = tuple(exact.get((number, k), text) for k, text in enumerate(texts))
            yield number, texts


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    write = _WRITERS.get(type(value), str)
    return write(value)


def _truth(value: bool) -> str:  # noqa: FBT001 - a cell, not a switch
    return "true" if value else "false"


def _number(value: float) -> str:
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _span(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    bool: _truth,
    float: _number,
    dt.datetime: dt.datetime.isoformat,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: _span,
}


def _long_numbers(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Integers of more digits than a double holds, as an xlsx file spells them."""
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            if part is not None:
                with archive.open(part) as file:
                    _collect(file, found)
    except (zipfile.BadZipFile, ET.ParseError, KeyError, EOFError) as error:
        raise UnreadableFileError(f"{path.name} is a damaged workbook: {error}.") from error
    return found


def _collect(file: Any, found: dict[tuple[int, int], str]) -> None:
    held = b""
    while piece := file.read(_PIECE):
        text = held + piece
        end = 0
        for match in _LONG.finditer(text):
            found[int(match[2]) - 1, _column(match[1])] = match[3].decode()
            end = match.end()
        held = text[max(end, len(text) - 512) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member that holds a sheet of an xlsx file; None for other workbooks."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - within limits; expat stops entity bombs
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - the same
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for node in book.iter():
        if node.tag.endswith("}sheet") and node.get("name") == sheet:
            target = targets.get(node.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None
