"""A workspace per example, also inside property tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk():
    """Hundreds of small stores need no protection from a power cut; it is most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def new_workspace(tmp_path: Path) -> Callable[[], Path]:
    """Gives a fresh empty workspace; the one before it is removed."""
    numbers = count()

    def fresh() -> Path:
        number = next(numbers)
        shutil.rmtree(tmp_path / f"workspace-{number - 1}", ignore_errors=True)
        workspace = tmp_path / f"workspace-{number}"
        workspace.mkdir()
        return workspace

    return fresh
