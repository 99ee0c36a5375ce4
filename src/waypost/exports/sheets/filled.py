"""What stands in a sheet, whatever file it came in: rows of steps, cards in them, and the head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waypost.maps.editing.document import MapDocument

__all__ = ["FilledCard", "FilledSheet", "FilledStep", "Place", "disarmed", "rearmed"]

# Some spreadsheets take the wide signs for the narrow ones.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def disarmed(text: str) -> str:
    """``text`` as no spreadsheet takes it for a formula: an apostrophe before it where needed.

    A text that begins with an apostrophe gets a second one, so that ``rearmed`` gives every text
    back.
    """
    return f"'{text}" if text.startswith((*_STARTS_FORMULA, "'")) else text


def rearmed(text: str) -> str:
    """What was ``disarmed``; an apostrophe that somebody typed before a word stays."""
    armed = text.startswith("'") and text[1:].startswith((*_STARTS_FORMULA, "'"))
    return text[1:] if armed else text


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the map something stands in the sheet: ids where it has them, else names."""

    stage_id: str = ""
    stage: str = ""
    step_id: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class FilledStep:
    """A row that names a step, in the order of the sheet; ``moment`` None: no such column."""

    row: int
    place: Place
    moment: bool | None = None


@dataclass(frozen=True, slots=True)
class FilledCard:
    """A cell. ``kind`` ``feeling`` is a point of the curve, its text a number.

    ``fields``: what the sheet says, as text, by the name of the field; a field that has no column
    is not in it.
    """

    row: int
    place: Place
    lane_id: str
    lane: str
    lane_kind: str
    id: str
    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """``base``: the map as it was when the sheet was written; None where the file has none."""

    language: str
    steps: tuple[FilledStep, ...]
    cards: tuple[FilledCard, ...]
    head: Mapping[str, str] = field(default_factory=dict)
    base: MapDocument | None = None
