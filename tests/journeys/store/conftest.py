"""A workspace per example, also inside property tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest


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
