"""Figures in the language of the session, by the units that results carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.exports.html import formats
from waypost.exports.html.speech import Speech

__all__ = ["cell", "is_hidden"]


def cell(speech: Speech, name: str, value: Any, units: Mapping[str, str]) -> str:
    """A value of a result's column as text; undefined is a dash."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return " → ".join(str(one) for one in value if one)
    if isinstance(value, bool):
        return str(value)
    unit = units.get(name, "")
    if name.endswith("seconds"):
        return formats.duration(speech, value)
    if unit.startswith("share") or name.startswith("share"):
        return formats.share(speech, value)
    if "minor" in unit or name.endswith("minor"):
        return formats.money(speech, value)
    return (
        formats.count(speech, value) if isinstance(value, int) else formats.decimal(speech, value)
    )


def is_hidden(name: str) -> bool:
    """Columns that a terminal has no room for; they are in ``--json``."""
    return name.startswith(("q1_", "q3_", "least_", "greatest_", "mean_"))
