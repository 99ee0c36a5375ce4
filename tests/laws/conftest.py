"""What laws share is given back at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.strategies.laws import forget_masks


@pytest.fixture(scope="package", autouse=True)
def masks_closed() -> Iterator[None]:
    """A DuckDB connection that outlives the tests complains when Python ends."""
    yield
    forget_masks()
