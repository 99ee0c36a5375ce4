"""Workspaces that are only read here, built once."""

from __future__ import annotations

import pytest

from tests.cli.running import demo_folder
from tests.maps.reading.shops import browsing_shop, scattered_shop
from waypost.app import Workspace
from waypost.maps.reading import EventSource


@pytest.fixture(scope="session")
def browsing(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Forty persons whose acts are written by hand."""
    return browsing_shop(tmp_path_factory.mktemp("browsing"))


@pytest.fixture(scope="session")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Events at random, on disk."""
    return scattered_shop(tmp_path_factory.mktemp("scattered"))


@pytest.fixture(scope="session")
def demo() -> Workspace:
    """The simulated company, small."""
    return Workspace.open(demo_folder() / "shop")


@pytest.fixture(scope="session")
def source(scattered: Workspace) -> EventSource:
    """The events of the scattered shop."""
    return scattered.source
