"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from waypost.errors import InputError
from waypost.kit import as_timedelta


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("1.5h", timedelta(minutes=90)),
        (" 7 d ", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_number_and_a_unit_is_a_duration(text: str, expected: timedelta) -> None:
    assert as_timedelta(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "0s", "7 days", "1e3d"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        as_timedelta(text)


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="positive"):
        as_timedelta(timedelta(0))
