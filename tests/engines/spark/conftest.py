"""Spark as it really runs: in this process, and as a master with two workers on this machine."""

from __future__ import annotations

import pytest

from tests.strategies.spark_cluster import LIGHT, Cluster
from tests.strategies.stored_shop import stored_shop
from waypost.engines.spark import SparkEngine
from waypost.engines.spark.sessions import check_java
from waypost.errors import MissingExtraError

FEW_EVENTS = 4_000
"""Events of one task, so that shards are cut."""


@pytest.fixture(scope="session")
def java():
    """Skips where Spark cannot run."""
    try:
        check_java()
    except MissingExtraError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """The shop on disk."""
    return stored_shop(tmp_path_factory.mktemp("shop"))


class _Running:
    """The one Spark context that a process may have, kept while tests ask for the same master."""

    def __init__(self):
        self.master = ""
        self.engine = None

    def on(self, master, events_per_task):
        if self.master != master:
            self.close()
            self.engine = SparkEngine(master, settings=LIGHT, events_per_task=events_per_task)
            self.master = master
        return self.engine

    def close(self):
        if self.engine is not None:
            self.engine.close()
        self.master, self.engine = "", None


@pytest.fixture(scope="session")
def running(java):
    """Whichever engine runs; ended with the session."""
    found = _Running()
    yield found
    found.close()


@pytest.fixture
def spark(running):
    """An engine on two cores of this process's machine."""
    return running.on("local[2]", FEW_EVENTS)


@pytest.fixture(scope="module")
def engine_and_cluster(running, tmp_path_factory):
    """An engine on a cluster of two workers that cuts a question into some hundred tasks."""
    with Cluster.started(tmp_path_factory.mktemp("cluster")) as cluster:
        yield running.on(cluster.master, 120), cluster
        running.close()
