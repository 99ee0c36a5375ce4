"""Every column, fact and unit of every answer has a name in every language, and a kind."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from scripts.picture_shop import every_question, picture_shop
from waypost.engines import LocalEngine
from waypost.kit.translation import translator
from waypost.questions import (
    Breakdown,
    DropOff,
    Flow,
    Funnel,
    Groups,
    HandOvers,
    Paths,
    Repeat,
    Retention,
    Sessions,
    Transitions,
)
from waypost.questions.column_list import COLUMNS, UNITS
from waypost.questions.column_names import (
    KINDS,
    bound_of,
    is_known,
    kind_of,
    label,
    unit_label,
    unit_noun,
    value_label,
)

STEPS = ("product", "cart", "order")
FURTHER = {
    "funnel of attempts": Funnel(STEPS, entry="each"),
    "funnel of persons by attempts": Funnel(STEPS, entry="each", count="persons"),
    "funnel with optional": Funnel(STEPS, optional="cart"),
    "funnel with exclusion": Funnel(STEPS, exclude="help", on_exclusion="person"),
    "funnel of sessions": Funnel(STEPS, unit="session"),
    "drop-off before": DropOff(after="cart", target="order"),
    "flow in order": Flow(by="stage", align="order"),
    "flow backwards": Flow(by="step", anchor="order", direction="before"),
    "hand-overs to a goal": HandOvers(goal="order", detail="step"),
    "every anchor": Paths(anchor="cart", occurrence="every"),
    "whole paths": Paths(whole=True),
    "repeats in time": Repeat("order", within="90d"),
    "brackets": Retention(every="month", mode="between", brackets=[(1, 2), (3, 6)]),
    "money that comes back": Retention(first="order", every="month", of="money"),
    "sessions": Sessions(by="channel"),
    "borders": Transitions(borders=True),
    "persons of transitions": Transitions(persons=True),
    "transitions at some time": Transitions(gap="eventually"),
    "volumes of groups": Breakdown(Groups("event"), "channel"),
}
DATA = frozenset(
    {"group_sizes", "groups", "jumps", "persons_by_channel", "ratings", "read_as", "texts"}
)
"""Facts whose keys are names of the workspace."""


@pytest.fixture(scope="module")
def answers():
    shop, engine = picture_shop(), LocalEngine(threads=1)
    return {
        name: engine.run(question, shop) for name, question in (every_question() | FURTHER).items()
    }


def facts_of(facts: Mapping[str, object]):
    for name, value in facts.items():
        yield name
        if isinstance(value, Mapping) and name not in DATA:
            yield from facts_of(value)


def german_of(context, message):
    return translator("de").pgettext(context, message)


@pytest.mark.parametrize("name", [*every_question(), *FURTHER])
def test_every_column_and_fact_has_a_name(answers, name):
    result = answers[name]
    found = [*result.columns, *facts_of(result.facts)]
    assert [column for column in found if not is_known(column)] == []


@pytest.mark.parametrize("name", [*every_question(), *FURTHER])
def test_every_unit_is_said_in_german(answers, name):
    units = answers[name].units.values()
    assert [text for text in units if unit_label(text, "de") == text] == []


@pytest.mark.parametrize("name", [*every_question(), *FURTHER])
def test_every_column_is_of_a_kind_that_fits_its_values(answers, name):
    result = answers[name]
    for column, values in result.columns.items():
        kind = kind_of(column, result.units)
        assert kind in KINDS
        numbers = kind in ("count", "number", "share", "points", "probability", "seconds", "money")
        texts = [value for value in values if isinstance(value, str)]
        assert not (numbers and texts), (column, kind, texts[:3])
        if kind == "share" and "relative" not in result.units.get(column, ""):
            known = [value for value in values if math.isfinite(value)]
            assert all(-1e-9 <= value <= 1 + 1e-9 for value in known), column


def test_every_name_in_the_table_has_german_words():
    pairs = {message for _, message in COLUMNS.values()}
    same = {message for context, message in pairs if german_of(context, message) == message}
    assert same == {"{Units}", "Linear", "Markov", "Shapley"}


def test_all_units_are_in_the_catalogue():
    german = translator("de")
    assert [text for text in UNITS if german.gettext(text) == text and text != "{units}"] == []


def test_columns_are_called_as_people_call_them():
    assert label("share_of_first") == "of first"
    assert label("share_of_first", "de") == "vom ersten Schritt"
    assert label("median_seconds", "de") == "Zeit (Median)"
    assert label("low", "de") == "Intervall, von"


def test_other_units_are_named_in_place_of_persons():
    assert label("persons_abandoned") == "Persons that abandoned"
    assert label("orders_abandoned") == "Orders that abandoned"
    assert label("orders", "de") == "Bestellungen"
    assert label("total_accounts", "de") == "Konten insgesamt"
    assert unit_label("share of all orders", "de") == "Anteil aller Bestellungen"
    assert unit_noun("sessions", "de", singular=True) == "Sitzung"


def test_a_bound_is_of_the_kind_of_what_it_bounds():
    assert bound_of("mean_value_low") == ("mean_value_abandoned", "low")
    assert bound_of("share") is None
    assert kind_of("mean_value_high") == "money"
    assert kind_of("in_time_low") == "share"
    assert kind_of("low", {"low": "minor units of EUR, 95 % interval"}) == "money"
    assert kind_of("low", {"low": "difference, 95 % interval"}) == "points"


def test_an_unknown_column_and_unit_are_shown_as_they_are():
    assert label("favourite_colour", "de") == "Favourite colour"
    assert kind_of("favourite_colour") == "text"
    assert unit_label("furlongs", "de") == "furlongs"
    assert not is_known("favourite_colour")


def test_money_says_its_currency():
    assert unit_label("minor units of CHF", "de") == "kleinste Einheiten von CHF"


def test_words_of_questions_are_translated_and_others_are_not():
    assert value_label("left", "de") == "gegangen"
    assert value_label("product_page", "de") == "product_page"


def test_a_notebook_names_columns_and_keeps_their_ids(answers):
    page = answers["funnel"]._repr_html_()
    assert '<th scope="col" title="share_of_first">of first' in page
