"""Fixtures that every test folder shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
