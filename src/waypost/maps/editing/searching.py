"""Finding words on a map, whatever their case and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from waypost.maps.editing.document import MapDocument

__all__ = ["Hit", "folded", "search"]

_TEXTS = {
    "head": ("title", "scenario", "goal", "expectation", "decision", "owner"),
    "personas": ("label", "note"),
    "stages": ("label",),
    "steps": ("label", "note"),
    "lanes": ("label", "guiding"),
    "cards": ("text", "channel", "touchpoint", "source", "owner", "url"),
    "points": ("note",),
    "images": ("alt",),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity in which all words were found, and the text that has the first of them."""

    kind: str
    id: str
    field: str
    text: str


def folded(text: str) -> str:
    """``text`` without case, accents and soft hyphens: “Größe” and “GROESSE” differ, “grosse” not.

    Compatibility characters become their plain ones, so that a ligature is found by its letters.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\xad", "")
    return "".join(one for one in plain if not unicodedata.combining(one))


def search(document: MapDocument, text: str) -> list[Hit]:
    """Entities whose texts hold every word of ``text``, in the order of the map.

    A word is found within longer words too. Nothing is found by an empty text.
    """
    words = folded(text).split()
    if not words:
        return []
    found = []
    for kind, name, entity in _in_order(document):
        texts = [(field, one) for field in _TEXTS[kind] for one in _said(getattr(entity, field))]
        together = "\n".join(folded(one) for _, one in texts)
        if all(word in together for word in words):
            field, said = next(pair for pair in texts if words[0] in folded(pair[1]))
            found.append(Hit(kind, name, field, said))
    return found


def _said(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [value[language] for language in sorted(value)]
    return [value] if value else []


def _in_order(document: MapDocument) -> Iterator[tuple[str, str, Any]]:
    """The head, what stands beside the grid, then column by column from top to bottom."""
    yield "head", "head", document.head
    for name in document.personas_in_order():
        yield "personas", name, document.personas[name]
    for name in document.lanes_in_order():
        yield "lanes", name, document.lanes[name]
    cells = document.cells()
    for stage in document.stages_in_order():
        yield "stages", stage, document.stages[stage]
        for step in document.steps_of(stage):
            yield "steps", step, document.steps[step]
            for lane in document.lanes_in_order():
                for card in cells.get((step, lane), ()):
                    yield "cards", card, document.cards[card]
    for kind in ("points", "images"):
        for name, entity in sorted(document.collection(kind).items()):
            yield kind, name, entity
