"""Which field of which entity names another one, and what goes along when that one is removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

__all__ = ["REFERENCES", "TOPOLOGICAL", "Dangling", "Reference", "dangling"]

TOPOLOGICAL: Final = (
    "personas",
    "images",
    "stages",
    "lanes",
    "steps",
    "cards",
    "points",
    "links",
    "hidden_computed",
)
"""The collections, each after all that its entities name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """``field`` names an entity of one of ``to``; ``goes_along``: removed with it, else emptied."""

    field: str
    to: tuple[str, ...]
    goes_along: bool
    may_be_empty: bool


def _holds(field: str, *to: str) -> Reference:
    return Reference(field, to, goes_along=True, may_be_empty=False)


def _mentions(field: str, to: str) -> Reference:
    return Reference(field, (to,), goes_along=False, may_be_empty=True)


REFERENCES: Final[Mapping[str, tuple[Reference, ...]]] = {
    "head": (_mentions("goal_step", "steps"),),
    "steps": (_holds("stage", "stages"), _mentions("image", "images")),
    "lanes": (_mentions("persona", "personas"),),
    "cards": (
        _holds("lane", "lanes"),
        _holds("step", "steps"),
        _mentions("persona", "personas"),
        _mentions("image", "images"),
    ),
    "points": (
        _holds("lane", "lanes"),
        _holds("step", "steps"),
        Reference("persona", ("personas",), goes_along=True, may_be_empty=True),
    ),
    "links": (_holds("source", "cards"), _holds("target", "cards", "steps")),
    "hidden_computed": (_holds("step", "steps"), _holds("lane", "lanes")),
}


class _Collections(Protocol):
    @property
    def head(self) -> Any: ...

    def collection(self, kind: str) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Dangling:
    """The entity ``id`` names ``to`` in ``field``, and there is nothing of that id."""

    kind: str
    id: str
    field: str
    to: str


def dangling(document: _Collections) -> Iterator[Dangling]:
    """References that lead nowhere, in the order of the collections."""
    yield from _lost(document, "head", "head", document.head)
    for kind in TOPOLOGICAL:
        if kind in REFERENCES:
            for name, entity in document.collection(kind).items():
                yield from _lost(document, kind, name, entity)


def _lost(document: _Collections, kind: str, name: str, entity: Any) -> Iterator[Dangling]:
    for reference in REFERENCES[kind]:
        to = getattr(entity, reference.field)
        if not to and reference.may_be_empty:
            continue
        if not any(to in document.collection(target) for target in reference.to):
            yield Dangling(kind, name, reference.field, to)
