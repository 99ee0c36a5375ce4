"""Three ways to measure a time, each by its name; bars and the persons behind them."""

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
from waypost.questions import Selection, TimeBetween

MODES = ("first_to_first_after", "any_to_next", "first_to_first")


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


@pytest.mark.parametrize(
    ("mode", "waits"),
    [("first_to_first_after", (6, 6)), ("any_to_next", (2, 6)), ("first_to_first", (-2, -2))],
)
def test_an_order_a_cart_a_cart_and_an_order(mode, waits):
    snapshot = snapshot_of(events_of("b1 a3 a7 b9"), names="ab")
    facts = ask(TimeBetween("event:a", "event:b", mode=mode), snapshot).facts
    assert (facts["least_seconds"], facts["greatest_seconds"]) == waits
    assert facts["persons_done"] == 1


def test_a_negative_time_is_among_the_quantiles():
    snapshot = snapshot_of(events_of("b1 a3"), events_of("a1 b5"), events_of("b1 a9"), names="ab")
    result = ask(TimeBetween("event:a", "event:b", mode="first_to_first"), snapshot)
    assert result.columns["seconds"] == (-8.0, -8.0, -2.0, 4.0, 4.0)
    assert result.facts["early"] == 2
    assert result.facts["mean_seconds"] == pytest.approx(-2)


@relaxed
@given(journeys(), st.sampled_from(MODES))
def test_bars_hold_every_wait_and_rise(persons, mode):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    facts = ask(TimeBetween("event:a", "event:b", mode=mode), snapshot).facts
    bars = facts["histogram"]
    assert bars["count"].sum() == facts["count"]
    assert bars["waiting"].sum() == facts["censored"]
    assert np.all(bars["from_seconds"] < bars["to_seconds"])
    assert np.all(np.diff(bars["from_seconds"]) > 0)


@relaxed
@given(journeys(), st.sampled_from(["first_to_first_after", "first_to_first"]))
def test_the_persons_of_a_bar_are_as_many_as_it_counts(persons, mode):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    question = TimeBetween("event:a", "event:b", mode=mode)
    task, bars = question.plan(snapshot), ask(question, snapshot).facts["histogram"]
    for begin, end, count in zip(
        bars["from_seconds"], bars["to_seconds"], bars["count"], strict=True
    ):
        cell = {"measure": "persons_done", "from_seconds": begin, "to_seconds": end}
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == count


@relaxed
@given(journeys(), st.sampled_from(MODES))
def test_the_curve_never_falls_and_lies_in_its_interval(persons, mode):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=30_000_000)
    curve = ask(TimeBetween("event:a", "event:b", mode=mode), snapshot).facts["curve"]
    assert np.all(np.diff(curve["reached"]) >= 0)
    known = ~np.isnan(curve["low"])
    assert np.all(curve["low"][known] <= curve["reached"][known])
    assert np.all(curve["reached"][known] <= curve["high"][known])


def test_the_median_has_an_interval():
    persons = [events_of(f"a0 b{wait}") for wait in range(1, 21)]
    facts = ask(TimeBetween("event:a", "event:b"), snapshot_of(*persons, names="ab")).facts
    assert facts["kaplan_meier_median_low"] < 10 == facts["kaplan_meier_median_seconds"]
    assert facts["kaplan_meier_median_high"] > 10


def test_persons_can_be_asked_for_by_measure_only():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("a1"), names="ab")
    task = TimeBetween("event:a", "event:b").plan(snapshot)
    shard = snapshot.shards[0]
    found = {
        name: task.members(shard, Selection(), {"measure": name}).tolist()
        for name in ("persons", "persons_done", "persons_waiting")
    }
    assert found == {"persons": [1, 1], "persons_done": [1, 0], "persons_waiting": [0, 1]}
    with pytest.raises(QuestionError, match="measure"):
        task.members(shard, Selection(), {"measure": "seconds"})
