"""What transitions promise: rows that add up with borders, and persons that are found again."""

from __future__ import annotations

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
from waypost.questions import Selection, Transitions

asked = st.builds(
    Transitions,
    by=st.just("event"),
    fold_repeats=st.booleans(),
    times=st.booleans(),
    persons=st.just(True),
    borders=st.booleans(),
    gap=st.sampled_from(["direct", "eventually"]),
)


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


@relaxed
@given(journeys(), asked)
def test_persons_of_a_row_are_as_many_as_it_counts(persons, question):
    snapshot = MemorySnapshot([shard_of(persons)])
    task = question.plan(snapshot)
    for row in ask(question, snapshot).rows():
        members = task.members(snapshot.shards[0], Selection(), row)
        assert members.sum() == row["persons"]


@relaxed
@given(journeys(), st.booleans())
def test_with_borders_what_leaves_a_node_adds_up_to_one(persons, fold):
    question = Transitions(by="event", fold_repeats=fold, borders=True)
    shares = {}
    for row in ask(question, MemorySnapshot([shard_of(persons)])).rows():
        shares[row["from"]] = shares.get(row["from"], 0) + row["share"]
    assert all(share == pytest.approx(1) for share in shares.values())


def test_time_of_a_folded_visit_runs_from_its_last_event():
    snapshot = snapshot_of(events_of("a1 a5 b7"), names="ab")
    result = ask(Transitions(by="event", fold_repeats=True), snapshot)
    assert result.columns["median_seconds"].tolist() == [2.0]


def test_eventually_counts_persons_whatever_lies_between():
    snapshot = snapshot_of(events_of("a1 b2 c3 c4"), events_of("c1 a2"), names="abc")
    rows = ask(Transitions(by="event", gap="eventually"), snapshot).rows()
    found = {(row["from"], row["to"]): (row["persons"], row["persons_from"]) for row in rows}
    expected = {"ab": (1, 2), "ac": (1, 2), "bc": (1, 1), "cc": (1, 2), "ca": (1, 2)}
    assert found == {tuple(pair): numbers for pair, numbers in expected.items()}


def test_a_question_from_before_keeps_its_json_and_columns():
    assert Transitions().to_dict() == {
        "question": "transitions",
        "by": "touchpoint",
        "fold_repeats": False,
        "times": True,
    }
    result = ask(Transitions(by="event", times=False), snapshot_of(events_of("a1 b2")))
    assert list(result.columns) == ["from", "to", "count", "share"]


@pytest.mark.parametrize("cell", [{}, {"from": "a", "to": "nowhere"}])
def test_persons_of_no_transition_are_refused(cell):
    snapshot = snapshot_of(events_of("a1 b2"))
    with pytest.raises(QuestionError):
        Transitions(by="event").plan(snapshot).members(snapshot.shards[0], Selection(), cell)
