"""A map while a change goes through it: collections are copied when they are first written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Entity
from waypost.maps.editing.references import REFERENCES, TOPOLOGICAL

__all__ = ["Draft"]


class Draft:
    """Reads through to the document it began with, which stays as it is."""

    def __init__(self, document: MapDocument) -> None:
        self._document = document
        self._written: dict[str, dict[str, Entity]] = {}
        self._head: Entity | None = None

    def get(self, kind: str, name: str) -> Entity | None:
        """The entity as it stands now; None where there is none (the head: kind ``head``)."""
        if kind == "head":
            return self._head or self._document.head
        return self._collection(kind).get(name)

    def has(self, kind: str, name: str) -> bool:
        """Whether there is such an entity."""
        return name in self._collection(kind)

    def count(self, kind: str) -> int:
        """How many entities the collection has."""
        return len(self._collection(kind))

    def put(self, kind: str, name: str, entity: Entity) -> None:
        """Add or replace an entity."""
        if kind == "head":
            self._head = entity
        else:
            self._writable(kind)[name] = entity

    def pop(self, kind: str, name: str) -> Entity:
        """Remove an entity and return it."""
        return self._writable(kind).pop(name)

    def along(
        self, kind: str, name: str
    ) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
        """What goes along when an entity is removed: (kind, id), and (kind, id, field) to empty.

        Both come holders last: a stage's steps before the cards in them.
        """
        gone: dict[str, set[str]] = {kind: {name}}
        removed: list[tuple[str, str]] = []
        emptied: list[tuple[str, str, str]] = []
        for holder in TOPOLOGICAL:
            for other, entity in self._mentioning(holder, gone):
                fields = _touched(holder, entity, gone)
                if any(goes_along for _, goes_along in fields):
                    removed.append((holder, other))
                    gone.setdefault(holder, set()).add(other)
                else:
                    emptied += [(holder, other, field) for field, _ in fields]
        head = _touched("head", self._head or self._document.head, gone)
        return removed, emptied + [("head", "head", field) for field, _ in head]

    def document(self) -> MapDocument:
        """The document as it stands; its references are taken to have been kept."""
        changes: dict[str, Any] = dict(self._written)
        if self._head is not None:
            changes["head"] = self._head
        return self._document.model_copy(update=changes) if changes else self._document

    def _mentioning(self, holder: str, gone: Mapping[str, set[str]]) -> list[tuple[str, Entity]]:
        if not any(kind in gone for one in REFERENCES.get(holder, ()) for kind in one.to):
            return []
        found = self._collection(holder).items()
        return [(other, entity) for other, entity in found if _touched(holder, entity, gone)]

    def _collection(self, kind: str) -> Mapping[str, Entity]:
        written = self._written.get(kind)
        return self._document.collection(kind) if written is None else written

    def _writable(self, kind: str) -> dict[str, Entity]:
        if kind not in self._written:
            self._written[kind] = dict(self._document.collection(kind))
        return self._written[kind]


def _touched(kind: str, entity: Entity, gone: Mapping[str, set[str]]) -> list[tuple[str, bool]]:
    """The fields of ``entity`` that name something gone, and whether it goes along for that."""
    return [
        (one.field, one.goes_along)
        for one in REFERENCES.get(kind, ())
        for target in one.to
        if target in gone and getattr(entity, one.field) in gone[target]
    ]
