# ruff: noqa: DTZ001 - wall times without a zone are what is tested
"""Cells in one spelling."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.errors import InputError
from waypost.intake.normalise import (
    SCALES,
    TimeStyle,
    amount,
    currency_in,
    decide_decimals,
    decide_style,
    email,
    number,
    order_ids_in,
    parse_time,
    phone,
    rate,
    snake_case,
    to_utc,
    wall_to_utc,
    zone_named,
)
from waypost.model import Flag

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-01 09:58:12 +0000", "2024-05-01 09:58:12"),
        ("2024-05-01T09:58:12.250Z", "2024-05-01 09:58:12.250"),
        ("2024-05-01 11:58:12 +02:00", "2024-05-01 09:58:12"),
        ("01.05.2024 09:58", "2024-05-01 07:58"),
        ("1.5.24", "2024-04-30 22:00"),
        ("12. März 2024, 14:05 Uhr", "2024-03-12 13:05"),
        ("Mar 12, 2024 2:30 PM", "2024-03-12 13:30"),
        ("Tue, 12 Mar 2024 09:14:00 GMT", "2024-03-12 09:14"),
        ("1714550292", "2024-05-01 07:58:12"),
        ("1714550292123", "2024-05-01 07:58:12.123"),
        ("1714550292123456", "2024-05-01 07:58:12.123456"),
        ("1714550292123456789", "2024-05-01 07:58:12.123456"),
        ("20240301", "2024-02-29 23:00"),
        ("Mar-12-24", "2024-03-11 23:00"),
        ("2024-12-31T23:59:60Z", "2025-01-01 00:00"),
    ],
)
def test_a_time_is_read_in_every_usual_spelling(text, instant):
    assert parse_time(text, BERLIN).at == utc(instant)


def test_the_zero_day_of_a_database_is_no_time():
    assert parse_time("0000-00-00 00:00:00", BERLIN) is None


@pytest.mark.parametrize("text", ["2024-02-30", "25:61", "soon", "31.04.2024", "2024-05-01 25:00"])
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(InputError):
        parse_time(text, BERLIN)


def test_an_hour_that_exists_twice_is_the_earlier_one():
    assert parse_time("2024-10-27 02:30", BERLIN).at == utc("2024-10-27 00:30")


def test_an_hour_that_does_not_exist_moves_by_the_gap():
    assert parse_time("2024-03-31 02:30", BERLIN).at == utc("2024-03-31 01:30")


def test_a_day_without_a_clock_time_says_so():
    assert parse_time("2024-05-01", BERLIN).flags == Flag.DATE_ONLY | Flag.ZONE_ASSUMED


def test_a_spreadsheets_day_number_is_a_time_where_the_column_says_so():
    assert parse_time("45231.5", BERLIN, style=decide_style(["45231.5", "45232"], "DE")).at == utc(
        "2023-11-01 11:00"
    )


def test_one_cell_above_twelve_decides_the_whole_column():
    style = decide_style(["03/04/2024", "25/04/2024"], "US")

    assert (style.order, style.certain) == ("dmy", True)


def test_an_afternoon_mark_tells_the_american_order():
    assert decide_style(["3/4/2024 2:30 PM"], "DE").order == "mdy"
    assert decide_style(["3/4/2024 2:30 PM", "13/4/2024 2:30 PM"], "DE").order == "dmy"


def test_a_column_without_proof_is_taken_by_the_countrys_custom_and_not_certain():
    styles = [decide_style(["03/04/2024"], country) for country in ("DE", "US")]

    assert [(one.order, one.certain) for one in styles] == [("dmy", False), ("mdy", False)]


@given(st.datetimes(datetime(1975, 1, 1), datetime(2037, 1, 1)))
def test_whole_columns_and_single_cells_give_the_same_utc(wall):
    micro = (wall - datetime(1970, 1, 1)) // timedelta(microseconds=1)

    assert to_utc(np.array([micro]), BERLIN)[0] == wall_to_utc(wall, BERLIN)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)))
def test_an_iso_time_reads_back_to_the_same_instant(moment):
    text = moment.replace(tzinfo=UTC).isoformat()

    assert parse_time(text, BERLIN).at == (moment - datetime(1970, 1, 1)) // timedelta(
        microseconds=1
    )


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("$8.00", ".", "8"),
        ("-$12.00", ".", "-12"),
        ("$-5.00", ".", "-5"),
        ("(RM 50.00)", ".", "-50"),
        ("1.234,56 €", ",", "1234.56"),
        ("12,00-", ",", "-12"),
        ("1'234.50", ".", "1234.5"),
        ("1 234,50", ",", "1234.5"),
        ("1e3", ".", "1000"),
    ],
)
def test_an_amount_is_read_in_every_usual_spelling(text, mark, value):
    assert number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"), [("1.23.4", ","), ("12.34.56", "."), ("abc", "."), ("", ".")]
)
def test_what_is_no_amount_under_the_columns_mark_is_an_error(text, mark):
    with pytest.raises(InputError):
        number(text, mark)


def test_the_decimal_mark_is_decided_for_the_column():
    assert decide_decimals(["1.234", "2,50"], "US").mark == ","


def test_where_marks_are_mixed_each_amount_is_read_by_the_one_it_proves():
    style = decide_decimals(["1.234,50", "12.50", "7,90"], "DE")
    assert (style.mark, style.mixed) == (",", True)
    read = [amount(cell, "EUR", mark=style.mark) for cell in ("1.234,50", "12.50")]
    assert read == [123450, 1250]


def test_a_column_that_proves_no_mark_is_not_certain():
    assert decide_decimals(["1.234"], "DE").certain is False


def test_a_yen_has_no_minor_units():
    assert (amount("1200", "JPY"), amount("12.00", "EUR")) == (1200, 1200)


@given(st.integers(-(10**12), 10**12))
def test_german_and_english_spelling_are_the_same_amount(cents):
    english = f"{cents / 100:,.2f}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")

    assert amount(german, "EUR", mark=",") == amount(english, "EUR") == cents


def test_a_currency_is_known_by_sign_or_code():
    assert [currency_in(text) for text in ("1 €", "$2", "GBP 3", "4")] == [
        "EUR",
        "USD",
        "GBP",
        None,
    ]


def test_addresses_are_trimmed_and_lowered():
    assert [email(t) for t in (" A.B@Shop.DE ", "Eva <eva@x.de>", "no", "a@b", "a..b@c.de")] == [
        "a.b@shop.de",
        "eva@x.de",
        None,
        None,
        None,
    ]


@given(st.emails())
def test_a_normalised_address_stays_as_it_is(address):
    once = email(address)

    assert once is None or email(once) == once


@pytest.mark.parametrize(
    "text", ["030 901820", "0049 30 901820", "4930901820", "'+49 30 901820", "49 30 901820"]
)
def test_a_phone_number_has_one_spelling(text):
    assert phone(text, "DE") == "+4930901820"


@pytest.mark.parametrize(
    ("scale", "text", "rating"),
    [
        ("stars", "5", 2),
        ("stars", "1", -2),
        ("nps", "0", -2),
        ("nps", "10", 2),
        ("ces", "4", 0),
        ("csat", "good", 2),
        ("csat", "offered", None),
        ("sentiment", "Negative", -1),
        ("school_grade", "1", 2),
    ],
)
def test_every_scale_ends_between_minus_two_and_two(scale, text, rating):
    assert rate(text, SCALES[scale]) == rating


def test_a_score_outside_its_scale_is_an_error():
    with pytest.raises(InputError):
        rate("11", SCALES["nps"])


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("Product Viewed", "product_viewed"),
        ("addToCart", "add_to_cart"),
        ("A_SUBMITTED", "a_submitted"),
        ("Größe geändert", "groesse_geaendert"),
        ("HTTPError", "http_error"),
    ],
)
def test_names_are_snake_case(name, snake):
    assert snake_case(name) == snake


@given(st.text(max_size=40))
def test_snake_case_is_stable(name):
    assert snake_case(snake_case(name)) == snake_case(name)


def test_order_numbers_are_found_where_a_text_names_them():
    text = "Wo ist Bestellung Nr. 1001? Und #DE-2002, Telefon 0151 234567, 3 Stück"

    assert order_ids_in(text) == ("1001", "DE-2002")


def test_zone_labels_of_tills_are_known():
    assert zone_named("Eastern Time (US & Canada)").key == "America/New_York"


def test_a_style_without_zone_flags_the_assumption_and_one_with_zone_does_not():
    plain = parse_time("2024-05-01 10:00", BERLIN)
    stated = parse_time("2024-05-01 10:00", BERLIN, style=TimeStyle(zone=ZoneInfo("UTC")))

    assert (plain.flags, stated.flags) == (Flag.ZONE_ASSUMED, Flag.NONE)
