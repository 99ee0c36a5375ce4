"""What a reading leaves out: the document's own filter and the reader's, both at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from waypost.errors import InputError, nearest
from waypost.maps.discovery.wishes import MapWishes
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import MapHead

__all__ = ["ReadingFilter", "for_segment", "wishes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """All fields may be left empty; they change every number of a reading at once.

    ``persona``: id of one of the document's. ``where``: condition on events; ``segment``:
    conditions on persons; ``since``, ``until``: days; ``channel``: events through it only.
    """

    persona: str = ""
    where: str = ""
    segment: tuple[str, ...] = ()
    since: str | date | None = None
    until: str | date | None = None
    channel: str = ""


def wishes_of(document: MapDocument | None, chosen: ReadingFilter) -> MapWishes:
    """The filters of document and reader together, as discovery takes them.

    Raises ``InputError`` for a persona that the document does not have.
    """
    head = MapHead() if document is None else document.head
    wheres = [head.filter.where, chosen.where, _of_channel(chosen.channel)]
    wishes = MapWishes(
        where=_joined(wheres),
        since=max(filter(None, (_day(head.since), _day(chosen.since))), default=None),
        until=min(filter(None, (_day(head.until), _day(chosen.until))), default=None),
        goal=head.goal_step,
        only=head.filter.only,
    )
    segments = [*head.filter.segment, *chosen.segment]
    if chosen.persona:
        segments.append(_segment_of(document or MapDocument(), chosen.persona))
    return for_segment(wishes, *segments)


def for_segment(wishes: MapWishes, *segments: str) -> MapWishes:
    """The same wishes for those persons who are in these segments too; each line is a condition."""
    known = (wishes.segment,) if isinstance(wishes.segment, str) else wishes.segment or ()
    told = [line.strip() for text in (*known, *segments) for line in text.splitlines()]
    return replace(wishes, segment=tuple(dict.fromkeys(text for text in told if text)) or None)


def _segment_of(document: MapDocument, persona: str) -> str:
    if persona not in document.personas:
        near = nearest(persona, document.personas)
        raise InputError(
            f"This map has no persona {persona!r}.",
            hint=f"Did you mean {near[0]!r}?" if near else "Choose one of the map's personas.",
            persona=persona,
        )
    return document.personas[persona].segment


def _of_channel(channel: str) -> str:
    return exp.column("channel").eq(exp.Literal.string(channel)).sql() if channel else ""


def _joined(conditions: Iterable[str]) -> str | None:
    told = [text.strip() for text in conditions if text.strip()]
    return told[0] if len(told) == 1 else " and ".join(f"({text})" for text in told) or None


def _day(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value or None
