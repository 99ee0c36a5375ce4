"""Times of questions in forms: a number and a unit there, one text like ``7d`` everywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from waypost.app.studio.question_forms import FormField
from waypost.kit.translation import N_

__all__ = ["UNIT", "is_numberless", "joined_times", "timed"]

UNIT = "_unit"
"""The field with the unit is named as the one with the number, with this behind."""
_TIME = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w|events?)\s*")
_UNITS = (
    ("s", N_("seconds")),
    ("m", N_("minutes")),
    ("h", N_("hours")),
    ("d", N_("days")),
    ("w", N_("weeks")),
)
_OWN_UNITS = tuple((unit, words) for unit, words in _UNITS if unit != "s")
_SAME = {"min": "m", "event": "events"}
_ANY = (("none", N_("any time")),)
_EVENTS = (("events", N_("events of the person")),)
_CALENDAR = (
    ("day", N_("calendar days")),
    ("week", N_("calendar weeks")),
    ("month", N_("calendar months")),
    ("quarter", N_("calendar quarters")),
    ("year", N_("calendar years")),
)
_NUMBERLESS = frozenset(key for key, _ in (*_ANY, *_CALENDAR))


def timed(field: FormField) -> FormField:
    """The field as number and unit: of kind ``time``, two values, ``words`` are the units.

    Whatever is no single time, such as one limit for each step, stays a text.
    """
    if field.picks != "times" or field.kind != "text":
        return field
    units = _units_of(field)
    text = field.values[0] if field.values else ""
    match = _TIME.fullmatch(text)
    known = dict(units)
    if match is not None and _SAME.get(match[2], match[2]) in known:
        values = (match[1], _SAME.get(match[2], match[2]))
    elif text in known and text in _NUMBERLESS:
        values = ("", text)
    elif not text:
        values = ("", "d" if field.name != "ties_within" else "s")
    else:
        return field
    return replace(field, kind="time", values=values, words=units)


def _units_of(field: FormField) -> tuple[tuple[str, str], ...]:
    if field.name == "every":
        return (*_CALENDAR, *_OWN_UNITS)
    if field.name == "landmark":
        return (*_UNITS, *_EVENTS)
    return (*_UNITS, *(_ANY if field.usual and "none" in field.help else ()))


def is_numberless(unit: str) -> bool:
    """Whether a unit says everything without a number: a calendar month, any time."""
    return unit in _NUMBERLESS


def joined_times(params: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The parameters with numbers and units as one text each; others as they are."""
    found = {name: texts for name, texts in params.items() if not _is_unit(name)}
    for name, units in params.items():
        if not _is_unit(name) or not units:
            continue
        field, unit = name.removesuffix(UNIT), units[-1].strip()
        number = _last(params.get(field, ()))
        if is_numberless(unit):
            found[field] = [unit]
        elif number:
            found[field] = [_written(number, unit)]
        else:
            found.pop(field, None)
    return found


def _is_unit(name: str) -> bool:
    return name.endswith(UNIT) and name != UNIT


def _last(texts: Iterable[str]) -> str:
    return next((text.strip() for text in reversed(list(texts))), "")


def _written(number: str, unit: str) -> str:
    gap = " " if unit == "events" else ""
    return f"{number.replace(',', '.')}{gap}{unit}"
