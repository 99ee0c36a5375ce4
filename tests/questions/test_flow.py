"""What a flow promises: columns that add up, rests that are shown, persons that are found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import (
    MemorySnapshot,
    events_of,
    journeys,
    shard_of,
    snapshot_of,
)
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Flow, Selection

flows = st.builds(
    Flow,
    by=st.just("event"),
    align=st.just("position"),
    length=st.integers(1, 4),
    direction=st.sampled_from(["after", "before"]),
    anchor=st.sampled_from([None, "event:b"]),
    top=st.integers(1, 4),
    quiet=st.just("5s"),
) | st.just(Flow(by="event", align="order", quiet="5s"))


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


@relaxed
@given(journeys(), flows)
def test_what_leaves_a_node_is_everybody_who_is_there(persons, question):
    result = ask(question, MemorySnapshot([shard_of(persons)], data_until_us=30_000_000))
    near = "to" if question.direction == "before" else "from"
    at = {}
    for row in result.rows():
        is_link = row["kind"] == "on"
        column = row["column"] + (1 if question.direction == "before" and is_link else 0)
        total, whole = at.get((column, row[near]), (0, row["persons_at"]))
        assert whole == row["persons_at"]
        at[column, row[near]] = (total + row["persons"], whole)
    assert all(total == whole for total, whole in at.values())


@relaxed
@given(journeys(), flows)
def test_everybody_ends_once(persons, question):
    result = ask(question, MemorySnapshot([shard_of(persons)], data_until_us=30_000_000))
    ends = sum(row["persons"] for row in result.rows() if row["kind"] != "on")
    assert ends == result.facts["persons"]


@relaxed
@given(journeys(), flows)
def test_persons_of_a_row_are_as_many_as_it_counts(persons, question):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    task = question.plan(snapshot)
    for row in ask(question, snapshot).rows():
        near = "to" if question.direction == "before" else "from"
        if row[near] and (row["kind"] != "on" or (row["from"] and row["to"])):
            members = task.members(snapshot.shards[0], Selection(), row)
            assert members.sum() == row["persons"]


def test_nodes_beyond_the_top_are_one_rest():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("a1 c2"), events_of("a1 d2"))
    rows = list(ask(Flow(by="event", length=2, top=1), snapshot).rows())
    links = [(row["to"], row["to_is_rest"], row["persons"]) for row in rows if row["kind"] == "on"]
    assert links == [("b", False, 1), ("", True, 2)]


def test_persons_of_a_rest_cannot_be_named():
    snapshot = snapshot_of(events_of("a1 b2"))
    task = Flow(by="event").plan(snapshot)
    cell = {"column": 1, "from": "a", "to": "", "kind": "on"}
    with pytest.raises(QuestionError, match="not listed"):
        task.members(snapshot.shards[0], Selection(), cell)


def test_everybody_at_a_node_is_found():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("b1"), events_of("b1 a2"))
    task = Flow(by="event").plan(snapshot)
    members = task.members(snapshot.shards[0], Selection(), {"column": 1, "node": "b"})
    assert members.tolist() == [0, 1, 1]


def test_going_back_is_not_drawn_in_the_order_of_the_map():
    result = ask(Flow(by="event", align="order"), snapshot_of(events_of("b1 a2 c3 b4")))
    links = [(row["from"], row["to"]) for row in result.rows() if row["kind"] == "on"]
    assert links == [("b", "c")]


def test_nobody_gives_an_answer_that_says_so():
    result = ask(Flow(by="event"), snapshot_of())
    assert len(result) == 0
    assert [warning.code for warning in result.warnings] == ["nobody"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"align": "time"},
        {"direction": "back"},
        {"length": 0},
        {"length": 21},
        {"top": 0},
        {"align": "order", "anchor": "a"},
        {"align": "order", "direction": "before"},
    ],
)
def test_a_flow_without_meaning_is_refused(wrong):
    with pytest.raises(QuestionError):
        Flow(**wrong)


def test_too_many_nodes_cannot_be_drawn():
    snapshot = snapshot_of(events=tuple(f"e{number}" for number in range(2_000)))
    with pytest.raises(QuestionError, match="2000"):
        Flow(by="event").plan(snapshot)


def test_columns_are_plain_numbers():
    result = ask(Flow(by="event", length=2), snapshot_of(events_of("a1 b2")))
    assert result.columns["column"].dtype == np.int64
    assert result.columns["column"].tolist() == [1, 2]
