"""Fixtures that every test folder shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from tests.order import FromBothEnds, sort

os.environ.setdefault("WAYPOST_PREPARE", "0")

settings.register_profile("same-every-run", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same-every-run"))

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the checkout; skips where absent, fails where CI=true."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    reason = "the real data sets do not lie beside this checkout (../shared/data)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which two workers share files best."""
    sort(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Two workers start at either end of the order."""
    return FromBothEnds(config, log) if config.getoption("dist") == "loadfile" else None
