"""Real files: the whole of csv-spectrum, and a survey of messy files with clean twins."""

from __future__ import annotations

import csv
import json
import tarfile
from pathlib import Path

import pytest

from waypost.intake.tables import UnreadableFileError, checked_batches, open_tables

pytestmark = pytest.mark.realdata

SMALL = 200_000
OTHER_IN_TWIN = {"location_coordinates": "Contact Phone Number"}  # the JSON has another number
MISSED = {
    # The twin dropped words, rows or headings that the file has, or spoiled a cell itself.
    "20170320-ePC_Data-Travel-Stationery.csv",
    "Auto_Tone_sub315_day1.csv",
    "O18_air.csv",
    "mos-oct-dec-2014.csv",
    "permanent_secretary_and_director_general_expenses_and_hospitality_april_to_june_2012.csv",
    "2004-2016.csv",
    # Three tables below each other, which the twin writes as one.
    "S30out.csv",
    "W44out.csv",
}


def _rows(path: Path) -> list[dict[str, str]]:
    (table,) = open_tables(path)
    rows: list[dict[str, str]] = []
    for batch in checked_batches(table):
        assert not batch.rejects
        rows.extend(batch.columns.to_pylist())
    return rows


def test_csv_spectrum_is_read_in_full(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "csv_spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 12
    for path in files:
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        content = path.read_bytes()
        if path.stem.endswith("_crlf"):  # stored with LF, which its twin knows nothing of
            content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        copy = tmp_path / path.name
        copy.write_bytes(content)
        rows = _rows(copy)
        for row in [*rows, *expected]:
            row.pop(OTHER_IN_TWIN.get(path.stem, ""), None)
        assert rows == expected, path.name


def test_small_files_of_the_survey_equal_their_clean_twins_cell_by_cell(
    shared_data: Path, tmp_path: Path
) -> None:
    with tarfile.open(shared_data / "pollock_survey_sample.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / "survey_sample"
    paths = [path for path in sorted((root / "csv").iterdir()) if path.stat().st_size < SMALL]
    missed = {path.name for path in paths if not _equals_twin(path, root / "clean" / path.name)}
    assert len(paths) > 75
    assert missed <= MISSED


def _equals_twin(path: Path, twin: Path) -> bool:
    with twin.open(encoding="utf-8", newline="") as file:
        clean = list(csv.reader(file))[1:]
    try:
        tables = open_tables(path)
    except UnreadableFileError:
        return not clean
    rows = [
        [cell or "" for cell in row.values()]
        for batch in checked_batches(tables[0])
        for row in batch.columns.to_pylist()
    ]
    width = max((len(row) for row in [*rows, *clean]), default=0)
    return _padded(rows, width) == _padded(clean, width)


def _padded(rows: list[list[str]], width: int) -> list[list[str]]:
    return [[*row, *[""] * (width - len(row))] for row in rows if any(row)]
