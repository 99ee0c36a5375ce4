"""Whatever is put into a question from outside, it is a question or refused in words."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.journeys_in_memory import events_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import COMPOSED, QUESTIONS, Funnel, Groups, Paths, question_from_dict

WORDS = ("a", "b", "", "none", "person", "first", "7d", "2025-01-31", "9999-12-31", "9" * 30 + "d")
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=4),
    st.just("\ud800"),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=2)
    ),
    max_leaves=5,
)
NEEDED = {
    "funnel": {"steps": ["a", "b"]},
    "abandonment": {"start": "a", "goal": "b"},
    "attribution": {"goal": "b"},
    "conformance": {"steps": ["a", "b"]},
    "groups": {"by": "channel"},
    "micro_conversions": {"goal": "b"},
    "patterns": {"patterns": ["a -> b"]},
    "repeat": {"step": "a"},
    "time_between": {"first": "a", "then": "b"},
}
SHOP = snapshot_of(events_of("a1 b2 a3"), events_of("b1 c2"), names="abc")


@st.composite
def questions(draw):
    name = draw(st.sampled_from(sorted(QUESTIONS)))
    fields = [one for one in QUESTIONS[name].__dataclass_fields__ if one != "name"]
    chosen = draw(st.lists(st.sampled_from(fields), max_size=3))
    usual = {**NEEDED.get(name, {}), "by": "event"}
    given_fields = {one: value for one, value in usual.items() if one in fields}
    given_fields |= {one: draw(VALUES) for one in chosen}
    return {"question": name, **given_fields}


@given(questions())
@settings(max_examples=600, deadline=None)
def test_a_question_from_outside_is_answered_or_refused_in_words(content):
    try:
        question = question_from_dict(content)
        json.dumps(question.to_dict()).encode()
        LocalEngine(1).run(question, SHOP)
    except InputError as error:
        json.dumps(error.as_dict(), ensure_ascii=False).encode()


@given(
    st.sampled_from(sorted(QUESTIONS)),
    st.dictionaries(
        st.sampled_from(
            (
                *("step", "measure", "node", "path", "from", "to", "column", "kind", "period"),
                *("cohort", "n", "nodes", "variant", "group", "pattern", "from_seconds", "other"),
            )
        ),
        VALUES,
        max_size=4,
    ),
)
@settings(max_examples=300, deadline=None)
def test_a_cell_from_outside_has_members_or_is_refused_in_words(name, cell):
    usual = {**NEEDED.get(name, {})}
    if "by" in QUESTIONS[name].__dataclass_fields__ and name not in ("groups", "step_flow"):
        usual |= {"by": "month"} if name == "cohorts" else {"by": "event"}
    question = question_from_dict({"question": name, **usual})
    with suppress(InputError):
        LocalEngine(1).find(question, cell, SHOP)


def test_a_value_of_another_type_is_named_with_its_field_and_what_is_allowed():
    with pytest.raises(QuestionError) as caught:
        Funnel(steps=["a", 3])
    assert caught.value.facts["field"] == "steps"
    assert "3" in caught.value.facts["value"]
    assert "a list" in caught.value.facts["allowed"]


def test_a_number_is_no_truth_and_no_text():
    for wrong in ({"length": True}, {"length": "5"}, {"fold_repeats": 1}):
        with pytest.raises(QuestionError) as caught:
            Paths(**wrong)
        assert caught.value.facts["field"] in wrong


def test_a_misspelt_field_is_answered_with_the_nearest_name():
    with pytest.raises(QuestionError, match="lenght") as caught:
        question_from_dict({"question": "paths", "lenght": 3})
    assert caught.value.hint == "Did you mean length?"


def test_a_field_that_is_needed_is_named():
    with pytest.raises(QuestionError) as caught:
        question_from_dict({"question": "groups"})
    assert caught.value.facts["field"] == "by"


@pytest.mark.parametrize("name", sorted(COMPOSED))
def test_composed_questions_are_asked_of_plain_ones_however_deep_they_lie(name):
    content = {"question": "volumes"}
    for _ in range(5_000):
        content = {"question": name, "of_question": content}
    with pytest.raises(QuestionError):
        question_from_dict(content)


def test_lists_without_an_end_are_refused():
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(QuestionError):
        question_from_dict({"question": "funnel", "steps": deep})


def test_the_value_of_only_has_to_be_a_list_of_texts():
    with pytest.raises(QuestionError) as caught:
        Groups.from_fields({"by": "channel", "only": {"by": "channel", "values": "web"}})
    assert caught.value.facts["field"] == "values"
