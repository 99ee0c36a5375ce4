"""A stand-alone cluster: the same answers, also when a worker dies in the middle of a question."""

from __future__ import annotations

import threading

import pytest

from tests.strategies.spark_cluster import wait_until
from waypost.engines import LocalEngine
from waypost.engines.spark import SparkEngine
from waypost.errors import CancelledError
from waypost.questions import Funnel, Volumes

FUNNEL = Funnel(["product_viewed", "cart_product_added", "order_placed"], within="7d")


@pytest.fixture(scope="module")
def engine(engine_and_cluster):
    """The engine on the cluster."""
    return engine_and_cluster[0]


@pytest.fixture(scope="module")
def cluster(engine_and_cluster):
    """The cluster under it."""
    return engine_and_cluster[1]


def _tasks_done(engine):
    tracker = engine.context.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return sum(stage.numCompletedTasks for stage in stages if stage is not None)


def _asked(engine, question, snapshot):
    """Ask in a thread of its own; the list fills with the answer or the error."""
    found = []

    def ask():
        try:
            found.append(engine.run(question, snapshot))
        except CancelledError as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, found


def test_a_cluster_gives_the_local_answer(engine, shop):
    wide = SparkEngine(engine.context, events_per_task=3_000)
    question = Volumes(by="event", where="campaign = 'spring'", since="2025-02-01")
    assert wide.run(question, shop.snapshot).to_json() == shop.ask(question).to_json()


def test_a_question_that_is_cancelled_says_so_and_the_next_one_works(engine, shop):
    thread, found = _asked(engine, FUNNEL, shop.snapshot)
    wait_until(lambda: _tasks_done(engine) > 2)
    engine.cancel()
    thread.join()
    assert isinstance(found[0], CancelledError)
    wide = SparkEngine(engine.context, events_per_task=3_000)
    local = LocalEngine().run(FUNNEL, shop.snapshot)
    assert wide.run(FUNNEL, shop.snapshot).to_json() == local.to_json()


def test_a_worker_killed_in_the_middle_of_a_question_changes_nothing(engine, shop, cluster):
    thread, found = _asked(engine, FUNNEL, shop.snapshot)
    wait_until(lambda: _tasks_done(engine) > 5)
    cluster.kill(0)
    thread.join()
    assert found[0].to_json() == LocalEngine().run(FUNNEL, shop.snapshot).to_json()
