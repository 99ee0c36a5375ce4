"""Persons by the value of a field, and questions broken down by it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.journeys_in_memory import MemorySnapshot, journeys, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import (
    Breakdown,
    DropOff,
    Funnel,
    Groups,
    Only,
    Transitions,
    question_from_dict,
)

ENGINE = LocalEngine()
NAMES = ("a", "b", "c", "d")


def groups(snapshot, by="event", **options):
    result = ENGINE.run(Groups(by, **options), snapshot)
    return dict(zip(result.columns["group"], result.columns["persons"].tolist(), strict=True))


def stores(persons):
    """The persons in one shard, and the same in two."""
    half = len(persons) // 2
    cut = [shard_of(persons[:half]), shard_of(persons[half:], first_person=half)]
    return MemorySnapshot([shard_of(persons)]), MemorySnapshot(cut)


def test_a_person_belongs_to_the_value_of_the_first_event():
    shop = snapshot_of([(1, "b"), (2, "a")], [(1, "a")], [(5, "b")])
    assert groups(shop) == {"b": 2, "a": 1}


def test_a_person_has_every_value_that_any_event_has():
    shop = snapshot_of([(1, "b"), (2, "a"), (3, "b")], [(1, "a")], [(5, "b")])
    assert groups(shop, of="event") == {"a": 2, "b": 2}


def test_an_event_that_does_not_exist_gives_no_value():
    shop = snapshot_of([(1, "b"), (2, "a")], [(1, "b")])
    assert groups(shop, where="event = 'a'") == {"a": 1}


@given(journeys(), st.sampled_from(["first", "event"]))
def test_groups_are_those_of_plain_counting(persons, of):
    expected: dict[str, int] = {}
    for person in persons:
        values = [NAMES[code] for _, code in person]
        for value in dict.fromkeys(values[:1] if of == "first" else values):
            expected[value] = expected.get(value, 0) + 1
    for shop in stores(persons):
        assert groups(shop, of=of) == expected


@given(journeys())
def test_the_first_values_part_the_persons(persons):
    one, _ = stores(persons)
    result = ENGINE.run(Groups("channel"), one)
    assert result.columns["persons"].sum() == result.facts["persons"]


@settings(max_examples=25)
@given(journeys(), st.sampled_from(["first", "event"]), st.sampled_from("abcd"))
def test_behind_a_group_are_as_many_persons_as_it_counts(persons, of, value):
    for shop in stores(persons):
        found = ENGINE.find(Groups("event", of), {"group": value}, shop)
        assert found.units == groups(shop, of=of).get(value, 0)


def test_an_unknown_field_is_refused_with_what_there_is():
    with pytest.raises(QuestionError, match="event log"):
        groups(snapshot_of([(1, "a")]), by="utm_source")


@settings(max_examples=25)
@given(journeys(), st.integers(1, 3))
def test_a_breakdown_by_first_value_adds_up_with_its_rest(persons, top):
    question = Funnel(["a", "b"], within="10s")
    for shop in stores(persons):
        whole = ENGINE.run(question, shop)
        parts = ENGINE.run(Breakdown(question, "event", top=top), shop)
        assert np.sum(parts.columns.get("persons", [0])) == whole.columns["persons"].sum()
        entrants = [facts["entrants"] for facts in parts.facts["groups"].values()]
        assert sum(entrants) == whole.facts["entrants"]
        assert sum(parts.facts["group_sizes"].values()) == parts.facts["persons"]


@settings(max_examples=25)
@given(journeys())
def test_a_breakdown_of_transitions_adds_up_edge_by_edge(persons):
    question = Transitions(by="event", times=False)
    for shop in stores(persons):
        whole = ENGINE.run(question, shop)
        parts = ENGINE.run(Breakdown(question, "channel"), shop)
        summed: dict[tuple[str, str], int] = {}
        for row in parts.rows():
            pair = row["from"], row["to"]
            summed[pair] = summed.get(pair, 0) + row["count"]
        assert summed == {(row["from"], row["to"]): row["count"] for row in whole.rows()}


def test_a_person_may_count_in_several_groups_of_events():
    """PostHog's case: three steps in Chrome, one of them in Firefox too."""
    chrome, firefox = 0, 1
    shard = shard_of([[(1, 0), (2, 1), (3, 2), (4, 0)]])
    shard.channel = np.array([chrome, chrome, chrome, firefox], np.uint8)
    shop = MemorySnapshot([shard], channels=("Chrome", "Firefox"))
    question = Breakdown(Funnel(["a", "b", "c"], within="1h"), "channel", of="event")
    result = ENGINE.run(question, shop)
    reached = list(zip(result.columns["group"], result.columns["persons"].tolist(), strict=True))
    assert reached == [
        ("Chrome", 1), ("Chrome", 1), ("Chrome", 1), ("Firefox", 1), ("Firefox", 0), ("Firefox", 0),
    ]  # fmt: skip
    assert [warning.code for warning in result.warnings] == ["groups-overlap"]


def test_behind_a_cell_of_a_breakdown_are_the_persons_of_that_group():
    shop = snapshot_of([(1, "a"), (2, "b")], [(1, "b"), (2, "a"), (3, "b")], [(1, "a")])
    question = Breakdown(Groups("event", of="event"), "event")
    with pytest.raises(QuestionError, match="rest"):
        question.inside({"group": "(rest)"})
    inner, _ = question.inside({"group": "a"})
    assert inner.only == Only("event", ("a",))
    assert ENGINE.find(inner, {"group": "b"}, shop).numbers.tolist() == [0]


def test_a_breakdown_reads_back_from_its_json():
    question = Breakdown(Funnel(["a", "b"], where="event = 'a'"), "channel", top=3)
    assert question_from_dict(question.to_dict()) == question


def test_a_filter_that_leaves_nobody_has_an_answer():
    shop = snapshot_of([(1, "a")])
    question = Breakdown(DropOff(by="event", where="event = 'zzz'"), "channel")
    result = ENGINE.run(question, shop)
    assert len(result) == 0
    assert [warning.code for warning in result.warnings] == ["nobody"]


@pytest.mark.parametrize("wrong", [{"top": 0}, {"top": 51}, {"of": "last"}])
def test_a_breakdown_with_a_wrong_field_is_refused(wrong):
    with pytest.raises(QuestionError):
        Breakdown(Funnel(["a"]), "channel", **wrong)


def test_a_narrowed_question_is_not_broken_down_again():
    with pytest.raises(QuestionError, match="only"):
        Breakdown(Funnel(["a"], only=Only("channel", ("web",))), "channel")
