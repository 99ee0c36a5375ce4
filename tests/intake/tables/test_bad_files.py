"""Every bad file gives all its records with account, or a refusal that helps."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.intake.tables.bad_files import MIB, write_bad_files
from waypost.intake.tables import (
    Limits,
    Table,
    TextBatch,
    UnreadableFileError,
    checked_batches,
    open_tables,
    survey_file,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bad")
    write_bad_files(path)
    return path


def _all(table: Table) -> tuple[list[dict[str, Any]], list[tuple[int, str]], int]:
    batches: list[TextBatch] = list(checked_batches(table))
    rows = [row for batch in batches for row in batch.columns.to_pylist()]
    rejects = [(reject.line, reject.reason) for batch in batches for reject in batch.rejects]
    return rows, rejects, sum(batch.short_rows for batch in batches)


def _read(path: Path) -> tuple[list[dict[str, Any]], list[tuple[int, str]], int]:
    (table,) = open_tables(path)
    return _all(table)


REFUSED = {
    "empty.csv": "is empty",
    "blank.csv": "is empty",
    "junk.csv": "binary data",
    "picture.csv": "a picture",
    "page.xls": "a web page",
    "report.pdf": "a PDF document",
    "nested.zip": "an archive within an archive",
    "gzip_in_gzip.gz": "an archive within an archive",
    "slip.zip": "points outside",
    "many.zip": "at most 1,000",
    "cut.zip": "is damaged",
    "cut.parquet": "damaged Parquet",
    "fake.xlsx": "damaged workbook",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_table_is_refused_with_reason_and_hint(folder: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=REFUSED[name]) as caught:
        open_tables(folder / name)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_a_decompression_bomb_is_stopped_soon(folder: Path, name: str) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableFileError, match="200 times"):
        _read(folder / name)
    assert time.process_time() - began < 5


def test_a_cap_on_unpacked_bytes_holds_at_any_ratio(folder: Path) -> None:
    limits = Limits(unpacked_bytes=100_000)
    (table,) = open_tables(folder / "named_csv_is_gzip.csv", limits=Limits(sample_bytes=50_000))
    assert len(_all(table)[0]) == 20_000
    with pytest.raises(UnreadableFileError, match="more than 100,000 bytes"):
        open_tables(folder / "named_csv_is_gzip.csv", limits=limits)


def test_damaged_row_groups_are_an_error_not_numbers(folder: Path) -> None:
    (table,) = open_tables(folder / "damaged.parquet")
    with pytest.raises(UnreadableFileError, match="damaged Parquet"):
        list(table.batches())


@pytest.mark.parametrize("name", ["checksum.csv.gz", "damaged.zip"])
def test_data_that_fail_their_checksum_are_refused_as_a_whole(folder: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"packed data .* damaged"):
        _read(folder / name)


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_records_before_a_break_are_read_and_the_break_is_one_reject(
    folder: Path, packing: str
) -> None:
    rows, rejects, _ = _read(folder / f"truncated.csv.{packing}")
    assert [row["id"] for row in rows] == [str(k) for k in range(len(rows))]
    assert 1000 < len(rows) < 20_000
    assert len(rejects) == 1
    assert "packed data" in rejects[0][1]


@pytest.mark.parametrize(
    ("name", "town"),
    [
        ("cp1252.csv", "Köln – Süd 3"),
        ("claims_nothing_utf16.csv", "Öde 3"),
        ("utf16.csv", "Ort 3"),
        ("utf32.csv", "Ort 3"),
        ("old_mac.csv", "Ort 3"),
    ],
)
def test_encoding_and_line_ends_are_told_from_the_bytes(folder: Path, name: str, town: str) -> None:
    rows, rejects, _ = _read(folder / name)
    assert (len(rows), rejects) == (20, [])
    assert rows[3] == {"id": "3", "town": town, "price": "3.50"}


def test_the_first_letter_beyond_ascii_may_come_late(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "late_cp1252.csv")
    assert (rows[-1]["town"], len(rows), rejects) == ("Köln", 60_001, [])


def test_one_wrong_byte_rejects_one_record(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "one_bad_byte.csv")
    assert len(rows) == 50
    assert [line for line, _ in rejects] == [52]


def test_zero_bytes_reject_the_records_that_hold_them(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "nul.csv")
    assert (len(rows), rejects) == (19, [(9, "holds zero bytes")])
    rows, rejects, _ = _read(folder / "nul_tail.csv")
    assert (len(rows), [line for line, _ in rejects]) == (20, [22])


def test_mixed_line_ends_are_all_line_ends(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "mixed_newlines.csv")
    assert (len(rows), rejects) == (30, [])
    assert {row["price"][-3:] for row in rows} == {".50"}


def test_short_records_are_kept_with_gaps_and_long_ones_rejected(folder: Path) -> None:
    rows, rejects, short = _read(folder / "ragged.csv")
    assert [row["a"] for row in rows] == ["1", "4", "10", "13"]
    assert rows[1] == {"a": "4", "b": "5", "c": None}
    assert (short, rejects) == (1, [(4, "has 4 cells where the header has 3")])


def test_a_line_end_within_an_unquoted_cell_costs_its_record_not_its_columns(
    folder: Path,
) -> None:
    rows, rejects, short = _read(folder / "broken_cell.csv")
    assert (len(rows), short) == (39, 0)
    assert [line for line, _ in rejects] == [9, 10]
    assert "broken by a line end" in rejects[0][1]


def test_two_tables_in_one_file_are_two_tables(folder: Path) -> None:
    first, second = open_tables(folder / "two_tables.csv")
    assert (first.columns, len(_all(first)[0])) == (("id", "town", "price"), 2)
    assert second.columns == ("name", "born")
    assert _all(second)[0] == [{"name": "Anna", "born": "1990"}, {"name": "Ben", "born": "1991"}]


def test_duplicate_names_are_made_unique_and_listed(folder: Path) -> None:
    (table,) = open_tables(folder / "duplicate_columns.csv")
    assert table.columns == ("id", "note", "note_3", "column_4", "note_2")
    assert table.dialect is not None
    assert any("'note' comes again in column 3" in reason for reason in table.dialect.reasons)


def test_dates_stay_as_they_are_written(folder: Path) -> None:
    rows, _, _ = _read(folder / "three_date_styles.csv")
    assert [row["at"] for row in rows] == ["2024-01-31", "31.01.2024", "01/31/2024"]


def test_a_header_without_records_is_a_table_without_records(folder: Path) -> None:
    (table,) = open_tables(folder / "header_only.csv")
    assert table.columns == ("id", "town", "price")
    assert _all(table) == ([], [], 0)


def test_ten_thousand_columns_are_read(folder: Path) -> None:
    (table,) = open_tables(folder / "columns_10000.csv")
    assert len(table.columns) == 10_000
    assert _all(table)[0] == [{f"c{k}": "1" for k in range(10_000)}]


def test_a_record_longer_than_allowed_is_one_reject(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "line_65_mib.csv")
    assert [row["note"] for row in rows] == ["x", "z"]
    assert rejects[0][0] == 3
    assert "68,157,4" in rejects[0][1]


def test_a_quote_that_is_never_closed_costs_one_record(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "open_quote.csv")
    assert [row["id"] for row in rows] == ["1", "3", "4"]
    assert [line for line, _ in rejects] == [3]


def test_lines_above_the_header_are_no_records(folder: Path) -> None:
    (table,) = open_tables(folder / "preamble.csv")
    assert table.dialect is not None
    assert (table.columns, table.dialect.header_row) == (("id", "town", "price"), 3)
    assert len(_all(table)[0]) == 2


def test_survey_headers_of_three_rows_give_the_first_as_names(folder: Path) -> None:
    (table,) = open_tables(folder / "survey_headers.csv")
    assert table.dialect is not None
    assert (table.columns, table.dialect.header_rows) == (("Q1", "Q2"), 3)
    assert _all(table)[0] == [{"Q1": "5", "Q2": "fine"}]


def test_without_header_the_columns_are_numbered(folder: Path) -> None:
    (table,) = open_tables(folder / "no_header.csv")
    assert table.columns == ("column_1", "column_2", "column_3")
    assert len(_all(table)[0]) == 3


def test_a_list_that_breaks_off_gives_its_objects_and_one_reject(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "cut.json")
    assert [row["id"] for row in rows] == ["1", "2"]
    assert [line for line, _ in rejects] == [3]


def test_bad_lines_are_rejected_one_by_one(folder: Path) -> None:
    rows, rejects, _ = _read(folder / "bad_lines.jsonl")
    assert [row["id"] for row in rows] == ["1", "4"]
    assert [line for line, _ in rejects] == [2, 4]


def test_no_file_of_the_folder_is_missed_by_both_ways(folder: Path) -> None:
    refused = []
    for path in sorted(folder.iterdir()):
        if path.stat().st_size > 10 * MIB:
            continue
        try:
            for table in survey_file(path).tables:
                for _ in checked_batches(table):
                    pass
        except UnreadableFileError:
            refused.append(path.name)
    late = {"bomb.csv.gz", "bomb.zip", "damaged.parquet", "damaged.zip", "checksum.csv.gz"}
    assert set(refused) == set(REFUSED) | late
