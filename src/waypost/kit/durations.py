"""Durations as people write them: ``30m``, ``7d``, ``2w``."""

from __future__ import annotations

import re
from datetime import timedelta

from waypost.errors import InputError
from waypost.kit.translation import NN_, translator

__all__ = ["as_timedelta", "duration_words"]

_LONGEST = timedelta(days=36_525)
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PATTERN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


def as_timedelta(value: str | timedelta) -> timedelta:
    """The duration; ``InputError`` for what is no positive number with a unit up to 100 years."""
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
        seconds = float(match[1]) * _UNITS[match[2]]
        if seconds > _LONGEST.total_seconds():
            raise InputError(
                f"{value} is too long.",
                hint=f"A duration has at most {_LONGEST.days} days.",
                value=value,
            )
        duration = timedelta(seconds=seconds)
    if duration <= timedelta(0):
        raise InputError(
            f"A duration must be positive, not {value}.",
            hint="Write a number and a unit: 45s, 30m, 12h, 7d or 2w.",
            value=value,
        )
    return duration


_WORDS = {
    "s": NN_("{number} second", "{number} seconds"),
    "m": NN_("{number} minute", "{number} minutes"),
    "h": NN_("{number} hour", "{number} hours"),
    "d": NN_("{number} day", "{number} days"),
    "w": NN_("{number} week", "{number} weeks"),
}


def duration_words(value: str | timedelta, language: str = "en") -> str:
    """The duration in words of ``en`` or ``de``: ``7 days``, ``7 Tage``.

    Text keeps the unit it was written in; a ``timedelta`` gets the largest unit of which it is a
    whole number, else seconds. German words stand in the nominative or accusative.
    """
    number, unit = _number_and_unit(value)
    one, many = _WORDS[unit]
    shown = f"{number:g}"
    if language == "de":
        shown = shown.replace(".", ",")
    forms = translator(language)
    return forms.ngettext(one, many, 1 if number == 1 else 2).format(number=shown)


def _number_and_unit(value: str | timedelta) -> tuple[float, str]:
    duration = as_timedelta(value)
    if not isinstance(value, timedelta):
        match = _PATTERN.fullmatch(value)
        if match is not None:
            return float(match[1]), "m" if match[2] == "min" else match[2]
    seconds = duration.total_seconds()
    fitting = (unit for unit in "wdhm" if seconds % _UNITS[unit] == 0)
    unit = next(fitting, "s")
    return seconds / _UNITS[unit], unit
