"""Spark's workers give the local engine's answers, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.strategies.stored_shop import example_of
from waypost.engines import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.engines.running import persons_in_part
from waypost.engines.spark import SparkEngine
from waypost.engines.spark.engine import FAN_IN
from waypost.engines.spark.places import Mounts
from waypost.engines.spark.portions import portions_of
from waypost.engines.spark.worker import VOLUME
from waypost.journeys.store import Dictionaries, StoreInputs, build_snapshot
from waypost.questions import QUESTIONS, Breakdown, Funnel, Transitions, Volumes

FILTERS = {
    "all": {},
    "filtered": {
        "where": "event != 'email_opened' and (campaign is null or campaign = 'spring')",
        "segment": "channel = 'email' and value is null",
        "since": "2025-01-10",
        "until": "2025-03-01",
    },
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("kind", QUESTIONS.values(), ids=QUESTIONS)
def test_an_answer_is_the_local_engines_to_the_last_digit(spark, shop, kind, filters):
    question = example_of(kind, **filters)
    snapshot = shop.snapshot
    local = LocalEngine(threads=1).run(question, snapshot, SnapshotMasks(snapshot, shop.log))
    assert spark.run(question, snapshot).to_json() == local.to_json()


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("unit", ["session", "campaign"])
def test_other_units_than_persons_are_counted_alike(spark, shop, unit, filters):
    question = Transitions(by="event", unit=unit, **filters)
    assert spark.run(question, shop.snapshot).to_json() == shop.ask(question).to_json()


def test_groups_of_persons_are_compared_alike(spark, shop):
    funnel = Funnel(["product_viewed", "order_placed"], within="7d")
    question = Breakdown(funnel, by="channel")
    assert spark.run(question, shop.snapshot).to_json() == shop.ask(question).to_json()


def test_who_is_behind_a_cell_is_found_alike(spark, shop):
    funnel = Funnel(["product_viewed", "order_placed"], where="campaign = 'spring'")
    cell = {"step": "order_placed"}
    found = spark.find(funnel, cell, shop.snapshot)
    assert found.numbers.size == shop.members(funnel, **cell).num_rows > 0


def test_an_answer_does_not_depend_on_how_many_tasks_there_are(spark, shop):
    snapshot = shop.snapshot
    question = example_of(QUESTIONS["transitions"])
    many = SparkEngine(spark.context, events_per_task=330)
    assert len(portions_of(snapshot, 2, 330)) > FAN_IN
    assert many.run(question, snapshot).to_json() == spark.run(question, snapshot).to_json()


def test_every_event_is_in_exactly_one_portion(shop):
    snapshot = shop.snapshot
    covered = [
        (place, person)
        for task in portions_of(snapshot, 2, 700)
        for place, part, parts in task
        if place != VOLUME
        for person in range(*persons_in_part(snapshot.shards[place].offsets, part, parts))
    ]
    persons = [(place, p) for place, s in enumerate(snapshot.shards) for p in range(s.persons)]
    assert sorted(covered) == persons


def test_a_person_with_very_many_events_is_counted_once(spark, shop):
    engine = SparkEngine(spark.context, events_per_task=500)
    busiest = max(int(np.diff(shard.offsets).max()) for shard in shop.snapshot.shards)
    assert busiest > 4 * 500
    local = LocalEngine().run(Volumes(by="event"), shop.snapshot)
    assert engine.run(Volumes(by="event"), shop.snapshot).to_json() == local.to_json()


def test_workers_find_the_files_under_their_own_path(shop, tmp_path, spark):
    there = tmp_path / "mounted"
    there.symlink_to(shop.path)
    engine = SparkEngine(spark.context, mounts={str(shop.path): str(there)})
    question = Volumes(by="event", where="campaign = 'spring'")
    assert (
        engine.run(question, shop.snapshot).to_json()
        == spark.run(question, shop.snapshot).to_json()
    )
    assert Mounts.of({"/a": "/x", "/a/b": "/y"}).there(Path("/a/b/c")) == Path("/y/c")


def test_an_empty_store_has_an_answer(spark, tmp_path):
    empty = build_snapshot(
        tmp_path,
        StoreInputs([], pa.table({"id": pa.array([], pa.string())}), Dictionaries(), "empty"),
    )
    answer = spark.run(Volumes(by="event"), empty)
    assert answer.to_json() == LocalEngine().run(Volumes(by="event"), empty).to_json()
