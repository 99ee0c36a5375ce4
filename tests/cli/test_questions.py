"""Questions on the command line: labels, figures, widths, JSON."""

from __future__ import annotations

import json

import pytest

import waypost
from tests.cli.running import run

ASKED = (
    ("funnel", "SHOP", "product_page", "cart", "checkout", "order", "--within", "30d"),
    ("paths", "SHOP", "--length", "3", "--top", "5"),
    ("paths", "SHOP", "--end", "--anchor", "step:order", "--by", "step"),
    ("transitions", "SHOP", "--by", "stage"),
    ("drop-off", "SHOP", "--by", "step"),
    ("time-between", "SHOP", "cart", "order"),
    ("abandonment", "SHOP"),
    ("ask", "SHOP", '{"question": "volumes", "by": "channel"}'),
    ("ask", "SHOP", '{"question": "step_flow"}'),
)


@pytest.mark.parametrize("words", ASKED, ids=lambda words: "-".join(words[:1]))
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("width", [80, 140])
def test_an_answer_fits_the_terminal(shop, words, language, width):
    ran = run(*[shop if word == "SHOP" else word for word in words], language=language, width=width)
    assert (ran.code, ran.err) == (0, "")
    assert max(len(line) for line in ran.lines) <= width
    assert len(ran.lines) > 3


@pytest.mark.parametrize("words", ASKED, ids=lambda words: "-".join(words[:1]))
def test_json_is_one_value_with_question_columns_and_units(shop, words):
    ran = run(*[shop if word == "SHOP" else word for word in words], "--json")
    assert set(ran.value) == {"question", "columns", "facts", "units", "warnings"}


def test_touchpoints_are_shown_by_label_in_the_language_of_the_session(shop):
    words = ("funnel", shop, "product_page", "cart")
    assert "Produktseite" in run(*words, language="de").out
    assert "Product page" in run(*words, language="en").out


def test_a_condition_is_shown_as_it_was_typed(shop):
    ran = run("funnel", shop, "event = 'product_viewed'", "step:order", width=140)
    assert "event = 'product_viewed'" in ran.out


def test_a_funnel_in_the_terminal_has_the_counts_of_the_same_question_in_python(shop):
    ran = run("funnel", shop, "product_page", "cart", "--within", "3d", "--json")
    asked = waypost.open(shop).ask(waypost.Funnel(["product_page", "cart"], within="3d"))
    assert ran.value["columns"]["persons"] == asked.to_dict()["columns"]["persons"]


def test_filters_and_period_reach_the_question(shop):
    options = ("--where", "channel = 'web'", "--segment", "event = 'order_placed'")
    ran = run(
        "drop-off", shop, *options, "--since", "2026-01-01", "--until", "2026-06-30", "--json"
    )
    asked = ran.value["question"]
    assert (asked["where"], asked["segment"]) == ("channel = 'web'", "event = 'order_placed'")
    assert asked["since"].startswith("2026-01-01")
    assert asked["until"].startswith("2026-06-30")


def test_abandonment_starts_with_the_steps_cart_and_checkout_unless_told_otherwise(shop):
    usual = run("abandonment", shop, "--json").value["question"]
    assert usual["start"] == ["step:cart", "step:checkout"]
    assert usual["goal"] == "step:order"
    own = run("abandonment", shop, "cart", "--goal", "order", "--within", "2d", "--json").value
    assert own["question"]["start"] == ["cart"]


def test_top_cuts_the_table_and_says_how_much_is_missing(shop):
    ran = run("transitions", shop, "--top", "3")
    whole = len(run("transitions", shop, "--json").value["columns"]["from"])
    assert f"{whole - 3} more" in ran.out


def test_a_page_of_the_map_and_the_command_line_understand_the_same_question(shop):
    question = {"question": "transitions", "by": "stage", "fold_repeats": True}
    ran = run("ask", shop, json.dumps(question), "--json")
    asked = waypost.open(shop).ask(waypost.Transitions(by="stage", fold_repeats=True))
    assert ran.value == json.loads(asked.to_json())


@pytest.mark.parametrize("text", ["not json", "[1]", '{"question": "funel"}'])
def test_a_question_that_is_none_is_an_input_error(shop, text):
    ran = run("ask", shop, text)
    assert ran.code == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("option", ["--where", "--segment"])
def test_a_channel_that_no_event_has_is_told_with_the_nearest(shop, option):
    ran = run("transitions", shop, option, "channel = 'webb'", language="de", width=140)
    assert "Kein Ereignis hat channel „webb“. Meinten Sie web" in ran.out + ran.err


def test_a_channel_that_events_have_is_no_warning(shop):
    ran = run("transitions", shop, "--where", "channel = 'web' or lower(channel) = 'web'")
    assert "No event has" not in ran.out + ran.err


def test_a_map_of_nobody_is_told_with_what_the_condition_names_in_vain(shop, tmp_path):
    page = tmp_path / "map.html"
    ran = run("map", shop, "-o", page, "--segment", "channel = 'webb'", width=140)
    told = ran.out + ran.err
    assert "Nobody is on this map" in told
    assert "No event has channel “webb”. Did you mean web" in told
    assert page.exists()


def test_a_map_of_somebody_has_no_such_warning(shop, tmp_path):
    ran = run("map", shop, "-o", tmp_path / "map.html", "--segment", "channel = 'web'")
    assert "Nobody" not in ran.out + ran.err
