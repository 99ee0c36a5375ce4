"""Whole columns are read as their cells are read one by one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.generic import columns
from waypost.intake.normalise import ISO, TimeStyle
from waypost.kernels import cells as kernels

BERLIN = ZoneInfo("Europe/Berlin")
EDGE = ("1900-01-01", "2199-12-31", "2000-02-29", "1900-02-29", "2024-02-30", "2024-13-01")
CLOCK = ("", " 00:00", "T23:59", " 23:59:59", " 09:05:07.123456", " 09:05:07.5", " 24:00", " 23:60")
ZONES = ("", "Z", "+02:00", " +0200", " -0330", "+0200 ", " UTC", "+2", "-14:00", "+99:00")
MOMENTS = st.builds(
    lambda day, clock, zone: day + clock + (zone if clock else ""),
    st.sampled_from(EDGE) | st.dates().map(str) | st.dates().map(lambda d: d.strftime("%d.%m.%Y")),
    st.sampled_from(CLOCK),
    st.sampled_from(ZONES),
)
STAMPS = st.integers(-5, 3_000_000_000_000_000_000).map(str) | st.sampled_from(
    ["20240131", "20240131095812", "1714550292.5", "0714550292", "1714550292123", ""]
)
WORDS = st.sampled_from(
    ["", "null", "NaN", "nan ", " x", "x\u00a0", "\u2003y", "a", "ä", "„z“", "no"]
)
MAILS = st.sampled_from(
    [
        "a@b.de",
        "A.B@Example.ORG",
        "a@@b.de",
        "a@b",
        "a@b.d",
        "a..b@c.de",
        "a@.de",
        "'a@b.de'",
        "ü@b.de",
    ]
) | st.text("aB.@-'é ", max_size=9)
AMOUNTS = st.from_regex(r"[+-]?[0-9]{0,13}([.,][0-9]{0,3})?", fullmatch=True)


def one_by_one(cells, read):
    """(value, reason) of each cell, each read alone."""
    found = []
    for cell in cells:
        try:
            found.append((None if cell is None else read(cell), None))
        except InputError as error:
            found.append((None, error.message))
    return found


def column_of(cells):
    """A column of cells whose buffers do not begin at their first byte."""
    return pa.array(["outside", *cells, None], pa.string()).slice(1, len(cells))


def told(parsed):
    values = parsed.values.to_pylist()
    return [(value, parsed.reasons.get(row)) for row, value in enumerate(values)]


@given(st.lists(st.none() | MOMENTS | STAMPS.filter(bool), max_size=6), st.booleans())
def test_times_of_a_column_are_those_of_its_cells(cells, stated):
    style = TimeStyle("iso", zone=ZoneInfo("America/New_York")) if stated else ISO

    parsed = columns.parse_times(column_of(cells), style, BERLIN)
    alone = one_by_one(cells, lambda cell: normalise.parse_time(cell, BERLIN, style=style))

    assert told(parsed) == [(found and found.at, reason) for found, reason in alone]
    assert parsed.flags.tolist() == [int(found.flags) if found else 0 for found, _ in alone]


@given(st.lists(MOMENTS, min_size=1, max_size=1))
def test_a_time_that_the_kernel_reads_is_the_same_one_by_one(cells):
    parts = columns._Cells.of(column_of(cells))
    at, flags = np.empty(1, np.int64), np.empty(1, np.int32)
    kind = kernels.cells_times(parts.offsets, parts.data, parts.valid, at, flags)

    if kind != kernels.REFUSED:
        utc = ZoneInfo("UTC")
        assert at[0] == normalise.parse_time(cells[0], utc).at


@pytest.mark.parametrize(
    "text", ["2024-05-01 09:58:12.123456Z", "01.05.2024 09:58", "1714550292", "2024-05-01"]
)
def test_the_usual_spellings_are_read_by_the_kernel(text):
    parts = columns._Cells.of(pa.array([text]))
    room = np.empty(1, np.int64), np.empty(1, np.int32)

    assert kernels.cells_times(parts.offsets, parts.data, parts.valid, *room) != kernels.REFUSED


@given(
    st.lists(st.none() | AMOUNTS.filter(bool), max_size=6),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.sampled_from(".,"),
)
def test_amounts_of_a_column_are_those_of_its_cells(cells, currency, mark):
    parsed = columns.amounts(column_of(cells), currency, mark)

    assert told(parsed) == one_by_one(
        cells, lambda cell: normalise.amount(cell, currency, mark=mark)
    )


@given(st.lists(st.none() | MAILS.filter(bool), max_size=6))
def test_addresses_of_a_column_are_those_of_its_cells(cells):
    found = columns.emails(column_of(cells)).to_pylist()

    assert found == [normalise.email(cell) for cell in cells]


@given(st.lists(st.none() | WORDS | st.text(max_size=4), max_size=6))
def test_cleaning_is_the_same_with_and_without_a_blank_cell_beside(cells):
    alone = columns.cleaned(column_of(cells)).to_pylist()
    trimmed = columns.cleaned(column_of([*cells, " "])).to_pylist()

    assert alone == trimmed[:-1]
    assert all(cell is None or cell not in ("", "null", "NaN") for cell in alone)


def test_only_whole_numbers_lose_the_fraction_of_a_spreadsheet():
    found = columns.identifiers(pa.array(["12.0", "0.0", "1.20", "a.0", None, "7"]))

    assert found.to_pylist() == ["12", "0.0", "1.20", "a.0", None, "7"]
