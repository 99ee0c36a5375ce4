"""What the columns of a sheet are called, to people and to the reader of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from waypost.kit.translation import LANGUAGES, N_, translator
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.kinds import LANE_NAMES, lane_name
from waypost.maps.editing.searching import folded

__all__ = [
    "HEAD_FIELDS",
    "NAMES",
    "Column",
    "column_called",
    "columns_of",
    "kind_of_lane",
    "lane_of",
    "language_of",
    "shown_lanes",
]

NAMES: Final[Mapping[str, str]] = {
    "stage": N_("Stage"),
    "step": N_("Step"),
    "moment": N_("Moment of truth"),
    "provenance": N_("How do we know?"),
    "channel": N_("Channel"),
    "feeling": N_("Feeling (−2 to +2)"),
}

HEAD_FIELDS: Final[Mapping[str, str]] = {
    "title": N_("Title"),
    "scenario": N_("Situation"),
    "goal": N_("What do they want to achieve?"),
    "expectation": N_("What do they expect?"),
    "decision": N_("Which decision shall the map help with?"),
    "owner": N_("Responsible"),
}
"""The fields of the head that a sheet shows."""

_COMPUTED = ("flow", "gaps")
_WITH_CHANNEL = ("touchpoints", "channels")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: ``role`` says what, ``lane`` for which lane; ``key`` names both."""

    role: str
    lane: str = ""

    @property
    def key(self) -> str:
        """What stands in the hidden first row."""
        return f"{self.role}:{self.lane}" if self.lane else self.role

    @property
    def is_hidden(self) -> bool:
        """Whether only the reader of the file needs it."""
        return self.role in ("stage_id", "step_id", "id", "point_id")


def columns_of(document: MapDocument) -> list[Column]:
    """The columns of a map: stage and step, then lane by lane, then the hidden ids."""
    found = [Column("stage"), Column("step"), Column("moment")]
    hidden = [Column("stage_id"), Column("step_id")]
    for lane in shown_lanes(document):
        kind = document.lanes[lane].kind
        if kind == "emotion":
            found.append(Column("feeling", lane))
            hidden.append(Column("point_id", lane))
        found += [Column("text", lane), Column("provenance", lane)]
        if kind in _WITH_CHANNEL:
            found.append(Column("channel", lane))
        hidden.append(Column("id", lane))
    return found + hidden


def shown_lanes(document: MapDocument) -> list[str]:
    """Lanes that a team can fill: not the hidden ones, nor computed ones without a card."""
    used = {card.lane for card in document.cards.values()}
    lanes = document.lanes
    return [
        name
        for name in document.lanes_in_order()
        if not lanes[name].hidden and (lanes[name].kind not in _COMPUTED or name in used)
    ]


_ALSO_CALLED = {"marks": N_("Pain points")}


def lane_of(document: MapDocument, text: str) -> str:
    """The lane that is called ``text`` in one of the languages; empty where there is none."""
    for name in document.lanes_in_order():
        lane = document.lanes[name]
        names = {*lane.label.values(), *(lane_name(lane, language) for language in LANGUAGES)}
        if folded(text).strip() in {folded(one).strip() for one in names}:
            return name
    return ""


def language_of(cells: Collection[str]) -> str:
    """The language in which a row of names calls stage and step; English where it is none."""
    for language in LANGUAGES[::-1]:
        words = translator(language)
        if {words.gettext(NAMES[name]) for name in ("stage", "step")} <= set(cells):
            return language
    return "en"


def kind_of_lane(text: str) -> str:
    """The kind of lane whose own name is ``text``, or what teams call it; else empty."""
    return _called(LANE_NAMES, text) or _called(_ALSO_CALLED, text)


def column_called(text: str) -> str:
    """The role of a column headed ``text`` in one of the languages; empty for a lane's name."""
    return _called(NAMES, text)


def _called(names: Mapping[str, str], text: str) -> str:
    wanted = folded(text).strip()
    for code, name in names.items():
        said = {code, name, *(translator(language).gettext(name) for language in LANGUAGES)}
        if wanted in {folded(one).strip() for one in said}:
            return code
    return ""
