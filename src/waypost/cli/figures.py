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
    if isinstance(value, list | tuple):
        return " → ".join(str(one) for one in value)
    if isinstance(value, str | bool):
        return str(value)
    return _figure(speech, name, value, units.get(name, ""))


def _figure(speech: Speech, name: str, value: float, unit: str) -> str:
    if "seconds" in name:
        return formats.duration(speech, value)
    if "share" in unit or "share" in name or (name in ("low", "high") and "interval" in unit):
        return formats.share(speech, value)
    if "minor" in unit:
        return formats.money(speech, value)
    return (
        formats.count(speech, value) if isinstance(value, int) else formats.decimal(speech, value)
    )


def is_hidden(name: str) -> bool:
    """Columns that a terminal has no room for; they are in ``--json``."""
    return name.startswith(("q1_", "q3_", "least_", "greatest_", "mean_"))
