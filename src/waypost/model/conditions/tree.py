"""The parts of a condition: every atom speaks of one field and compares it with fixed values.

Because an atom has one field, a condition over dictionary columns is a look-up per code, and truth
values of atoms, however they were found, combine with and, or, not. A condition is true or false,
never unknown: an atom about a missing value is false, its negation true, so what a condition keeps
and what its negation keeps add up to everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "ATTRIBUTE",
    "DICTIONARY_NAMES",
    "EVENT_NAMES",
    "PERSON",
    "All",
    "Any",
    "Atom",
    "Compare",
    "Field",
    "Kind",
    "Literal",
    "Matches",
    "Missing",
    "Node",
    "Not",
    "OneOf",
    "atoms_of",
    "kind_of",
]

ATTRIBUTE = "a."
PERSON = "person."
DICTIONARY_NAMES = ("event", "channel", "source", "touchpoint", "stage", "step")
"""Names whose values are codes in the journey store; empty there means missing."""

EVENT_NAMES = (*DICTIONARY_NAMES, "value", "rating", "text", "at")
"""Every name that is not an attribute."""

Literal = str | Decimal | bool | date | datetime
"""A fixed value; a ``date`` is a whole day, a ``datetime`` without zone is the workspace's."""


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    LOOSE = "loose"  # attributes: stored as text, compared as what the other side is


@dataclass(frozen=True, slots=True)
class Field:
    """One field, by the name of its column in the event log: ``event``, ``a.utm_source``.

    ``fold`` is ``lower``, ``upper`` or empty.
    """

    name: str
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """``field op literal`` with ``op`` one of ``= < <= > >=``."""

    field: Field
    op: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field's text is one of these; sorted, without doubles."""

    field: Field
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Text by pattern; ``how`` is like, ilike, glob, regexp, contains, starts_with or ends_with."""

    field: Field
    how: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The event has no such value."""

    field: Field


Atom = Compare | OneOf | Matches | Missing


@dataclass(frozen=True, slots=True)
class Not:
    """True where ``part`` is false."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True where at least one part is."""

    parts: tuple[Node, ...]


Node = Atom | Not | All | Any


def kind_of(name: str) -> Kind:
    """What the field called ``name`` holds."""
    if name in {"value", "rating"}:
        return Kind.NUMBER
    if name == "at":
        return Kind.INSTANT
    return Kind.LOOSE if name.startswith((ATTRIBUTE, PERSON)) else Kind.TEXT


def atoms_of(node: Node) -> Iterator[Atom]:
    """Every atom, left to right; the same one as often as it was written."""
    if isinstance(node, Not):
        yield from atoms_of(node.part)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from atoms_of(part)
    else:
        yield node
