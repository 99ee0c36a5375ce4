"""A difference between two states of a map, for people to read: what, where, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from waypost.app.studio.element_words import text_in
from waypost.kit.translation import LANGUAGES, N_, translator
from waypost.maps.editing.diff import Difference
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Link
from waypost.maps.editing.kinds import CARD_NAMES, lane_name

__all__ = ["KIND_NAMES", "ChangeRow", "ChangeStage", "told_differences", "told_rows"]

KIND_NAMES: Mapping[str, str] = {
    "head": N_("About the map"),
    "personas": N_("Persona"),
    "stages": N_("Stage"),
    "steps": N_("Step"),
    "lanes": N_("Lane"),
    "cards": N_("Card"),
    "points": N_("Point of the curve"),
    "links": N_("Connection"),
    "images": N_("Picture"),
    "hidden_computed": N_("Hidden figure"),
}

_FIELD_NAMES: Mapping[str, str] = {
    "title": N_("title"),
    "label": N_("name"),
    "text": N_("text"),
    "note": N_("note"),
    "scenario": N_("scenario"),
    "goal": N_("goal"),
    "expectation": N_("expectation"),
    "decision": N_("decision"),
    "goal_step": N_("goal"),
    "owner": N_("responsible"),
    "status": N_("state"),
    "reviewed_on": N_("reviewed on"),
    "next_review_on": N_("next review"),
    "kind": N_("kind"),
    "language": N_("language"),
    "since": N_("from"),
    "until": N_("until"),
    "filter": N_("filter"),
    "binding": N_("binding"),
    "moment_of_truth": N_("moment of truth"),
    "state": N_("as it is or as it shall be"),
    "guiding": N_("guiding question"),
    "span": N_("columns"),
    "provenance": N_("how it is known"),
    "severity": N_("severity"),
    "colour": N_("colour"),
    "icon": N_("icon"),
    "image": N_("picture"),
    "persona": N_("persona"),
    "segment": N_("segment"),
    "value": N_("value"),
    "target": N_("target"),
    "hidden": N_("hidden"),
    "collapsed": N_("collapsed"),
    "pinned": N_("pinned"),
    "line_above": N_("line above"),
    "sub_map": N_("map beneath"),
    "channel": N_("channel"),
    "touchpoint": N_("touchpoint"),
    "url": N_("address"),
}
_DAYS = frozenset({"reviewed_on", "next_review_on", "since", "until", "on"})
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """``change``: added, removed, moved or changed; ``before`` and ``after`` as text, or empty."""

    change: str
    kind: str
    name: str
    place: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """The changes in one stage of the map; an empty name is what stands above the stages."""

    name: str
    rows: tuple[ChangeRow, ...]


def told_differences(
    documents: tuple[MapDocument, MapDocument],
    differences: tuple[Difference, ...],
    language: str,
) -> list[ChangeStage]:
    """The differences in the order of the map, by stage, in words of ``language``."""
    teller = _Teller(documents, language)
    stages: dict[str, list[ChangeRow]] = {}
    for one in differences:
        if one.change != "changed" or one.before != one.after:
            stages.setdefault(one.where.stage, []).append(teller.row(one))
    return [
        ChangeStage(teller.name("stages", stage) if stage else "", tuple(rows))
        for stage, rows in stages.items()
    ]


def told_rows(
    documents: tuple[MapDocument, MapDocument],
    differences: tuple[Difference, ...],
    language: str,
) -> list[ChangeRow]:
    """Each difference in words of ``language``, in the order given."""
    teller = _Teller(documents, language)
    return [teller.row(one) for one in differences]


class _Teller:
    """Names of elements in either state, the newer one first."""

    def __init__(self, documents: tuple[MapDocument, MapDocument], language: str) -> None:
        self.old, self.new = documents
        self.language = language
        self.gettext = translator(language).gettext

    def row(self, one: Difference) -> ChangeRow:
        before, after = (self.said(one, value) for value in (one.before, one.after))
        return ChangeRow(
            change=one.change,
            kind=self._kind(one),
            name=self.name(one.kind, one.id),
            place=self._place(one),
            field=self.gettext(_FIELD_NAMES.get(one.field, one.field)) if one.field else "",
            before=before,
            after=after,
        )

    def name(self, kind: str, name: str) -> str:
        """What an element is called; empty where it says nothing."""
        if kind == "head":
            return ""
        entity = self.new.collection(kind).get(name) or self.old.collection(kind).get(name)
        if entity is None:
            return ""
        if isinstance(entity, Link):
            return " → ".join(self._end(end) for end in (entity.source, entity.target))
        if kind == "lanes":
            return lane_name(entity, self.language)  # type: ignore[arg-type]  # a lane's entity
        label = getattr(entity, "label", None) or getattr(entity, "text", None) or {}
        return text_in(label, self.language)

    def _end(self, name: str) -> str:
        return self.name("cards", name) or self.name("steps", name)

    def _kind(self, one: Difference) -> str:
        document = self.new if one.id in self.new.cards else self.old
        if one.kind == "cards" and one.id in document.cards:
            return self.gettext(CARD_NAMES[document.cards[one.id].kind])
        return self.gettext(KIND_NAMES[one.kind])

    def _place(self, one: Difference) -> str:
        where = one.where
        parts = []
        if where.step and one.kind != "steps":
            parts.append(self.name("steps", where.step))
        if where.lane and one.kind != "lanes":
            parts.append(self.name("lanes", where.lane))
        return ", ".join(part for part in parts if part)

    def said(self, one: Difference, value: Any) -> str:
        """A value as text: labels in the reader's language, ids by what they name."""
        if one.change in ("added", "removed"):
            return self._whole(value)
        if one.change == "moved":
            named = (
                self.name(_HOLDERS[field], name)
                for field, name in (value or {}).items()
                if field in _HOLDERS
            )
            return ", ".join(text for text in named if text)
        return self._day(value) if one.field in _DAYS else self._value(value)

    def _day(self, value: Any) -> str:
        """A day as people of the language write it."""
        locale = "en_GB" if self.language == "en" else self.language
        return format_date(date.fromisoformat(value), "long", locale=locale) if value else ""

    def _whole(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return ""
        for field in ("text", "label", "note"):
            if value.get(field):
                return self._value(value[field])
        return self._value(value["value"]) if "value" in value else ""

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return self.gettext(_YES if value else _NO)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(self._value(one) for one in value)
        text = "" if value is None else str(value)
        for kind in ("steps", "stages", "lanes", "personas", "cards"):
            if text in self.new.collection(kind) or text in self.old.collection(kind):
                return self.name(kind, text)
        return text[:_LONGEST]

    def _mapping(self, value: Mapping[str, Any]) -> str:
        if value and set(value) <= set(LANGUAGES):
            return str(value.get(self.language) or next(iter(value.values())))[:_LONGEST]
        told = (self._value(one) for one in value.values())
        return ", ".join(text for text in told if text)[:_LONGEST]


_HOLDERS = {"stage": "stages", "step": "steps", "lane": "lanes"}
_YES, _NO = N_("yes"), N_("no")
