"""The demo's workspace, and a copy of it that a test may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import copied_shop, demo_folder


@pytest.fixture(scope="session")
def shop() -> Path:
    return demo_folder() / "shop"


@pytest.fixture(scope="session")
def exports() -> Path:
    return demo_folder() / "exports"


@pytest.fixture
def own_shop(tmp_path: Path) -> Path:
    return copied_shop(tmp_path)
