"""A till that writes the day in one column and the time of day in another."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.intake.conftest import at
from waypost.errors import InputError
from waypost.intake import ReadContext, dry_run, parse_mapping
from waypost.intake.generic.day_and_clock import clock_text

PARTS = {
    "name": "till",
    "time": {"column": "Datum", "clock": "Uhrzeit"},
    "event": "purchase_made",
    "identifiers": {"loyalty_card": "Karte"},
}


def _till(*rows: str) -> str:
    return "\n".join(["Datum;Uhrzeit;Karte", *rows]) + "\n"


@pytest.mark.parametrize(
    ("day", "clock", "when"),
    [
        ("31.12.2025", "14:30", "2025-12-31 13:30"),
        ("31.12.25", "14:30:05", "2025-12-31 13:30:05"),
        ("31.12.2025", "9.05 Uhr", "2025-12-31 08:05"),
        ("31.12.2025", "14 Uhr", "2025-12-31 13:00"),
        ("31.12.2025", "0930", "2025-12-31 08:30"),
        ("31.12.2025", "143005", "2025-12-31 13:30:05"),
        ("31.12.2025", "2:30 PM", "2025-12-31 13:30"),
        ("31.12.2025 00:00:00", "14:30", "2025-12-31 13:30"),
        ("2025-12-31T00:00:00", "1899-12-30T14:30:00", "2025-12-31 13:30"),
        ("20251231", "14:30", "2025-12-31 13:30"),
        ("31.12.2025", "0,604166667", "2025-12-31 13:30"),
        ("31.12.2025", "", "2025-12-30 23:00"),
        ("31.12.2025", "24:00", "2025-12-31 23:00"),
        ("46022", "0.604166667", "2025-12-31 13:30"),
        ("31.12.2025", "14:30+01:00", "2025-12-31 13:30"),
    ],
)
def test_day_and_time_of_day_become_one_instant(desk, day, clock, when):
    desk.add(_till(f"{day};{clock};K1"), parse_mapping(PARTS))
    (event,) = desk.events("purchase_made")
    assert event["at"] == at(when)


def test_a_time_of_day_that_is_none_names_its_own_column(desk):
    report = desk.add(
        _till("31.12.2025;nachmittags;K1", "31.12.2025;9:00;K2"), parse_mapping(PARTS)
    )
    assert (report.stored, report.quarantined) == (1, 1)


def test_a_time_of_day_without_a_day_is_no_time(desk):
    report = desk.add(_till(";14:30;K1", "31.12.2025;9:00;K2"), parse_mapping(PARTS))
    assert (report.stored, report.quarantined) == (1, 1)


def test_the_proposal_joins_day_and_time_of_day(tmp_path):
    path = tmp_path / "kasse.csv"
    path.write_text(_till("31.12.2025;14:30;K1", "30.12.2025;09:15;K2"), encoding="utf-8")
    (trial,) = dry_run(path, context=ReadContext())
    time = trial.proposal.mapping.time
    assert (time.column, time.clock) == ("Datum", "Uhrzeit")


def test_a_column_of_whole_instants_needs_no_time_of_day(tmp_path):
    path = tmp_path / "kasse.csv"
    rows = ("31.12.2025 14:30;14:30;K1", "30.12.2025 09:15;09:15;K2")
    path.write_text(_till(*rows), encoding="utf-8")
    (trial,) = dry_run(path, context=ReadContext())
    assert trial.proposal.mapping.time.clock == ""


def test_cells_of_a_workbook_join_too(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Datum", "Uhrzeit", "Kunde"])
    sheet.append([dt.date(2025, 12, 31), dt.time(14, 30), "K1"])
    sheet.append([dt.date(2025, 12, 30), dt.time(9, 15), "K2"])
    path = tmp_path / "kasse.xlsx"
    book.save(path)
    (trial,) = dry_run(path, context=ReadContext())
    assert trial.proposal.mapping.time.clock == "Uhrzeit"
    assert [event["at"] for event in trial.events] == [
        at("2025-12-31 13:30"),
        at("2025-12-30 08:15"),
    ]


@given(st.times())
def test_a_time_of_day_written_plainly_reads_as_itself(clock: dt.time):
    plain = clock.replace(microsecond=0)
    assert clock_text(f"{plain:%H:%M:%S}") == f"{plain:%H:%M:%S}"
    seconds = (plain.hour * 60 + plain.minute) * 60 + plain.second
    assert clock_text(f"{seconds / 86_400:.9f}") == f"{plain:%H:%M:%S}"


@pytest.mark.parametrize(
    "cell", ["25:00", "12:61", "24:30", "14", "13 PM", "morgens", "12:3", "99"]
)
def test_what_is_no_time_of_day_is_refused(cell: str):
    with pytest.raises(InputError, match="no time of day"):
        clock_text(cell)
