"""What drop-off promises: everybody ends once, and what came instead adds up."""

from __future__ import annotations

import dataclasses

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
from waypost.model import Stage
from waypost.questions import Abandonment, DropOff, Flow, Selection, StepFlow

_STAGES = tuple(Stage(name, {}) for name in "ab")


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


@relaxed
@given(journeys(), st.sampled_from(["ended", "open", "visitors"]))
def test_persons_of_an_end_are_as_many_as_it_counts(persons, measure):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    question = DropOff(by="event", quiet="9s")
    task = question.plan(snapshot)
    for row in ask(question, snapshot).rows():
        members = task.members(snapshot.shards[0], Selection(), row | {"measure": measure})
        assert members.sum() == row[measure]


@relaxed
@given(journeys())
def test_what_came_instead_adds_up_and_is_found_again(persons):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    question = DropOff(by="event", after="event:a", target="event:b", within="4s")
    result, task = ask(question, snapshot), question.plan(snapshot)
    for row in result.rows():
        assert task.members(snapshot.shards[0], Selection(), row).sum() == row["persons"]
    for measure in ("went_on", "open"):
        members = task.members(snapshot.shards[0], Selection(), {"measure": measure})
        assert members.sum() == result.facts[measure]
    decided = result.columns["persons"].sum() + result.facts["went_on"]
    assert decided + result.facts["open"] == result.facts["persons"]


@relaxed
@given(journeys(), st.sampled_from([DropOff(by="event"), StepFlow(by="stage"), Flow(by="event")]))
def test_who_was_seen_just_before_the_period_ended_is_as_open_as_at_the_end_of_the_data(
    persons, question
):
    until = "1970-01-01T00:00:09+00:00"
    kept = [[event for event in events if event[0] < 9] for events in persons]
    asked = dataclasses.replace(question, quiet="5s", until=until)
    stages = tuple(Stage(name, {}) for name in "abcd")
    long = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000, stages=stages)
    short = MemorySnapshot([shard_of(kept)], data_until_us=8_000_000, stages=stages)
    assert list(ask(asked, long).rows()) == list(ask(asked, short).rows())


def test_a_target_needs_something_that_it_comes_after():
    with pytest.raises(QuestionError, match="both"):
        DropOff(target="order")


@relaxed
@given(journeys())
def test_persons_of_abandoned_carts_are_as_many_as_are_counted(persons):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    question = Abandonment(["event:a", "event:b"], "event:c", within="4s", recovery="9s")
    task = question.plan(snapshot)
    for row in ask(question, snapshot).rows():
        for measure in ("persons_abandoned", "persons_converted", "persons_open"):
            cell = {"step": row["step"], "measure": measure}
            assert task.members(snapshot.shards[0], Selection(), cell).sum() == row[measure]


def test_a_recovery_that_is_no_longer_than_the_attempt_is_refused():
    with pytest.raises(QuestionError, match="recovery"):
        Abandonment("event:a", "event:b", within="7d", recovery="7d").plan(snapshot_of())


def test_persons_of_a_jump_are_found():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("b1 a2"), stages=_STAGES)
    task = StepFlow(by="stage").plan(snapshot)
    cell = {"stage": "a", "measure": "on", "to": "b"}
    assert task.members(snapshot.shards[0], Selection(), cell).tolist() == [1, 0]


def test_what_can_be_compared_is_told_by_the_question():
    assert DropOff(by="event").shares[0].keys == ("event",)
    assert DropOff(after="a", target="b").shares[0].of == "facts.not_gone_on"
    assert {share.count for share in StepFlow().shares} == {"left", "reached_later"}
