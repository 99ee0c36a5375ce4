"""Workbooks and Parquet as text: digits, dates and zeros come out as they went in."""

from __future__ import annotations

import datetime as dt
import decimal
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waypost.intake.tables import Limits, UnreadableFileError, checked_batches, open_tables


@pytest.fixture
def book(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    orders = workbook.active
    orders.title = "Orders"
    orders.append(["Report of May"])
    orders.append([])
    orders.append(["id", "zip", "day", "at", "clock", "share", "open", "sum", "note"])
    moment = dt.datetime.fromisoformat("2024-05-01T10:30")
    orders.append([4711, "0012", moment.date(), moment, dt.time(9, 5), 0.125, True, 12.5, "x"])
    orders.append([])
    orders.append([10**15, "7", None, None, dt.timedelta(hours=30), 0.1 + 0.2, False, 3.0, None])
    people = workbook.create_sheet("People")
    people.append(["name", "born"])
    people.append(["Anna", 1990])
    workbook.create_sheet("Nothing")
    path = tmp_path / "book.data"
    workbook.save(path)
    return path


def test_each_sheet_with_content_is_a_table(book: Path) -> None:
    tables = open_tables(book)
    assert [table.name for table in tables] == ["book.data:Orders", "book.data:People"]
    assert [table.count_records() for table in tables] == [2, 1]


def test_two_tables_below_each_other_on_one_sheet_are_two(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    rows = [["name", "mail", "on", "sum"], *(["A", f"a{n}@b.c", n, -19.9] for n in range(6))]
    rows += [[], ["Store", "Week", "Sales"], *([f"S{n}", n, 1000 + n] for n in range(4))]
    for row in rows:
        sheet.append(row)
    workbook.save(tmp_path / "two.xlsx")
    tables = open_tables(tmp_path / "two.xlsx")
    assert [(table.columns[0], table.count_records()) for table in tables] == [
        ("name", 6),
        ("Store", 4),
    ]


def test_cells_of_a_workbook_become_exact_text(book: Path) -> None:
    (batch,) = checked_batches(open_tables(book)[0])
    first, second = batch.columns.to_pylist()
    assert list(first.values()) == [
        *["4711", "0012", "2024-05-01", "2024-05-01T10:30:00", "09:05:00"],
        *["0.125", "true", "12.5", "x"],
    ]
    assert (second["id"], second["share"], second["sum"]) == ("1000000000000000", "0.3", "3")
    assert (second["clock"], second["open"], second["note"]) == ("30:00:00", "false", "")
    assert batch.lines.tolist() == [4, 6]


def test_integers_of_many_digits_are_taken_from_the_file_itself(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"<v>4711</v>", b"<v>12345678901234567</v>")
            new.writestr(name, content)
    assert open_tables(path)[0].sample()[0]["id"] == "12345678901234567"


def test_a_workbook_that_unpacks_to_too_much_is_refused(book: Path) -> None:
    with pytest.raises(UnreadableFileError, match="more than a workbook may"):
        open_tables(book, limits=Limits(workbook_bytes=1000))


def test_parquet_values_become_exact_text(tmp_path: Path) -> None:
    noon = dt.datetime.fromisoformat("2024-07-01T12:00:00.250")
    table = pa.table(
        {
            "zoned": pa.array([noon, None], pa.timestamp("ms", "Europe/Berlin")),
            "naive": pa.array([noon.replace(microsecond=0), None], pa.timestamp("ns")),
            "sum": pa.array([decimal.Decimal("12.50"), None]),
            "list": [["ä", None], None],
            "part": pa.array([{"a": 1}, None]),
            "float": [0.1, 1e21],
            "id": pa.array([12345678901234567, None]),
            "kind": pa.array(["x", None]).dictionary_encode(),
            "raw": [b"text", b"\xff\x00"],
            "day": pa.array([noon.date(), None]),
        }
    )
    path = tmp_path / "export.bin"
    pq.write_table(table, path, row_group_size=1)
    (read,) = open_tables(path)
    rows = [row for batch in checked_batches(read, 1) for row in batch.columns.to_pylist()]
    assert rows[0] == {
        "zoned": "2024-07-01T12:00:00.250Z",
        "naive": "2024-07-01T12:00:00",
        "sum": "12.50",
        "list": '["ä",null]',
        "part": '{"a":1}',
        "float": "0.1",
        "id": "12345678901234567",
        "kind": "x",
        "raw": "text",
        "day": "2024-07-01",
    }
    assert (rows[1]["float"], rows[1]["raw"]) == ("1000000000000000000000", "ff00")
    assert rows[1]["zoned"] is None
