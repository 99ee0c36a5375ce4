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


@pytest.fixture(scope="module")
def spark(java):
    """An engine on two cores of this process's machine."""
    with SparkEngine("local[2]", settings=LIGHT, events_per_task=FEW_EVENTS) as engine:
        yield engine


@pytest.fixture(scope="module")
def cluster(java, tmp_path_factory):
    """A master and two workers on the loopback address; ended when the module is done."""
    with Cluster.started(tmp_path_factory.mktemp("cluster")) as running:
        yield running
