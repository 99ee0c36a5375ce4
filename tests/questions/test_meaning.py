"""What a question means, wholly: unit, filters and period beside its own sentences."""

from __future__ import annotations

import pytest

from waypost.errors import RuleError
from waypost.questions import Breakdown, Comparison, Funnel, Group, Only, Volumes
from waypost.questions.meaning import explain_wholly, side_words


def test_a_question_without_limits_is_explained_as_it_explains_itself():
    question = Funnel(["cart", "order"])
    assert explain_wholly(question, "de") == question.explain("de")


def test_every_limit_adds_a_sentence():
    question = Volumes(
        where="channel = 'web'",
        segment=("value > 3", "never: event = 'x'"),
        only=Only("source", ("shop", None)),
        unit="session:2h",
        since="2026-02-01",
        until="2026-03-31",
    )
    told = explain_wholly(question).removeprefix(question.explain())
    assert told == (
        " Not persons are counted but their sessions; one ends after 2 hours of silence."
        " Only events count for which holds: channel is “web”."
        " Only persons count with an event for which holds: value is more than 3."
        " Only persons count without any event for which holds: event is “x”."
        " Only those count who first had one of these in “source”: “shop”, no value."
        " From February 1, 2026 to March 31, 2026."
    )


def test_the_limits_of_a_composed_question_are_those_of_the_one_inside():
    inside = Volumes(unit="order", until="2026-03-31")
    told = explain_wholly(Breakdown(inside, "channel"), "de")
    assert told.endswith("was in „order_id“ denselben Wert hat. Bis zum 31. März 2026.")


def test_sides_of_a_comparison_are_told_by_what_makes_them():
    first, second = Comparison(Funnel(["a", "b"]), "channel = 'web'").sides
    assert side_words(first, "de") == "Personen mit einem Ereignis, für das gilt: Kanal ist „web“"
    assert side_words(second, "de") == "alle anderen"
    first, second = Comparison(Funnel(["a", "b"]), "never: channel = 'web'").sides
    assert side_words(first, "en").startswith("persons without any event")
    assert side_words(second, "en") == "all others"
    assert side_words(Group("spring", since="2026-03-01"), "de") == "„spring“"


def test_a_condition_that_cannot_be_read_is_a_rule_error():
    with pytest.raises(RuleError):
        explain_wholly(Volumes(where="channel ="))


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_instant_is_told_with_its_zone(language):
    question = Volumes(since="2026-02-01T18:00:00+01:00")
    assert "2026-02-01 18:00:00+01:00" in explain_wholly(question, language)
