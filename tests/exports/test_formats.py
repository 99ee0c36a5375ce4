"""Figures as both languages print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.exports.html import formats
from waypost.exports.html.speech import speech_for

GERMAN, ENGLISH = speech_for("de", "EUR"), speech_for("en", "EUR")
NB, WJ = "\u00a0", "\u2060"


@pytest.mark.parametrize(
    ("german", "english", "write"),
    [
        ("1.284", "1,284", lambda s: formats.count(s, 1284)),
        ("12.345.678", "12,345,678", lambda s: formats.count(s, 12_345_678)),
        ("3,4", "3.4", lambda s: formats.decimal(s, 3.41)),
        ("7", "7", lambda s: formats.decimal(s, 7.0)),
        (f"31,4{NB}%", "31.4%", lambda s: formats.share(s, 0.314)),
        (f"31{NB}%", "31%", lambda s: formats.share(s, 0.314, places=0)),
        ("−1,6", "−1.6", lambda s: formats.signed(s, -1.6)),
        ("+0,4", "+0.4", lambda s: formats.signed(s, 0.4)),
        ("0,0", "0.0", lambda s: formats.signed(s, -0.04)),
        (f"18.400{NB}€", "€18,400", lambda s: formats.money(s, 1_840_000)),
        (f"3,10{NB}€", "€3.10", lambda s: formats.money(s, 310)),
        (f"−18.400{NB}€", "−€18,400", lambda s: formats.money(s, -1_840_000)),
        (f"45{NB}Sek.", f"45{NB}seconds", lambda s: formats.duration(s, 45)),
        (f"11{NB}Min.", f"11{NB}min", lambda s: formats.duration(s, 660)),
        (f"26{NB}Std.", f"26{NB}hrs", lambda s: formats.duration(s, 26 * 3600)),
        (f"12{NB}Tage", f"12{NB}days", lambda s: formats.duration(s, 12 * 86_400)),
        (f"5{NB}Monate", f"5{NB}months", lambda s: formats.duration(s, 152 * 86_400)),
        (f"1.{NB}Aug.{NB}2026", f"1{NB}Aug{NB}2026", lambda s: formats.day(s, date(2026, 8, 1))),
    ],
)
def test_a_figure_is_printed_by_the_rules_of_its_language(german, english, write):
    assert write(GERMAN) == german
    assert write(ENGLISH) == english


def test_a_year_that_both_ends_share_is_said_once():
    told = formats.period(GERMAN, date(2026, 8, 1), date(2026, 10, 31))
    assert told == f"1.{NB}Aug. bis 31.{NB}Okt.{NB}2026"
    told = formats.period(ENGLISH, date(2025, 12, 1), date(2026, 1, 31))
    assert told == f"1{NB}Dec{NB}2025 to 31{NB}Jan{NB}2026"


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [(None, None, ""), (date(2026, 8, 1), None, "seit 1.\u00a0Aug.\u00a02026")],
)
def test_an_open_period_says_only_what_is_known(since, until, told):
    assert formats.period(GERMAN, since, until) == told


def test_a_range_never_breaks_and_says_its_unit_once():
    low, high = formats.share(GERMAN, 0.149), formats.share(GERMAN, 0.167)
    assert formats.interval(GERMAN, low, high) == f"14,9{WJ}–{WJ}16,7{NB}%"
    assert formats.interval(GERMAN, low, high, bare=True) == f"14,9{WJ}–{WJ}16,7"


def test_a_range_with_a_minus_is_said_in_words():
    assert formats.interval(GERMAN, "−21", "−9") == "−21 bis −9"
    assert formats.interval(ENGLISH, "€13,900", "€23,600") == "€13,900 to €23,600"


def test_a_span_of_days_says_days_once():
    low, high = formats.duration(GERMAN, 21 * 86_400), formats.duration(GERMAN, 26 * 86_400)
    assert formats.interval(GERMAN, low, high, bare=True) == f"21{WJ}–{WJ}26{NB}Tage"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_whole_percents_add_up_to_a_hundred(parts):
    percents = formats.whole_percents(parts)
    assert sum(percents) == (100 if sum(parts) else 0)
    for percent, part in zip(percents, parts, strict=True):
        assert sum(parts) == 0 or abs(percent - 100 * part / sum(parts)) < 1


@given(st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from([GERMAN, ENGLISH]))
def test_no_figure_has_a_hyphen_for_its_minus(number, speech):
    for write in (formats.count, formats.signed, formats.money):
        assert "-" not in write(speech, number)


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_rounding_to_three_figures_changes_less_than_half_a_percent(number):
    assert abs(formats.rounded(number) - number) <= abs(number) * 0.005 + 1e-9
