"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from waypost.errors import InputError
from waypost.kit import as_timedelta, duration_words


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


@pytest.mark.parametrize(
    ("given", "english", "german"),
    [
        ("45s", "45 seconds", "45 Sekunden"),
        ("1h", "1 hour", "1 Stunde"),
        ("30min", "30 minutes", "30 Minuten"),
        ("1.5h", "1.5 hours", "1,5 Stunden"),
        ("7d", "7 days", "7 Tage"),
        (timedelta(days=14), "2 weeks", "2 Wochen"),
        (timedelta(seconds=90), "90 seconds", "90 Sekunden"),
    ],
)
def test_a_duration_is_told_in_words(given: str | timedelta, english: str, german: str) -> None:
    assert (duration_words(given, "en"), duration_words(given, "de")) == (english, german)
