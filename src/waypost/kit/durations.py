"""Durations as people write them: ``30m``, ``7d``, ``2w``."""

from __future__ import annotations

import re
from datetime import timedelta

from waypost.errors import InputError

__all__ = ["as_timedelta"]

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PATTERN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


def as_timedelta(value: str | timedelta) -> timedelta:
    """The duration; ``InputError`` for anything that is not a positive number with a unit."""
    if isinstance(value, timedelta):
        duration = value
    else:
        match = _PATTERN.fullmatch(value)
        if match is None:
            raise InputError(
                f"{value!r} is not a duration.",
                hint="Write a number and a unit: 45s, 30m, 12h, 7d or 2w.",
                value=value,
            )
        duration = timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    if duration <= timedelta(0):
        raise InputError(f"A duration must be positive, not {value}.", value=value)
    return duration
