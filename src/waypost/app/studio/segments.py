"""Segments: named rules over persons, their size now, and where they are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.asking import answer_now, view_of
from waypost.app.studio.audit import note
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.personas import list_personas
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import new_id
from waypost.documents.map_tables import MapRow
from waypost.documents.question_tables import SavedQuestionRow, SegmentRow
from waypost.errors import ConflictError, InputError, NotFoundError
from waypost.kit.translation import N_
from waypost.model.conditions import Condition
from waypost.questions import Groups
from waypost.questions.segments import parts_of

__all__ = [
    "Segment",
    "SegmentFields",
    "SegmentSize",
    "add_segment",
    "change_segment",
    "explained_rules",
    "list_segments",
    "remove_segment",
    "segment",
    "size_of",
    "used_where",
]

_MOST_RULES = 12


class SegmentFields(BaseModel):
    """What one may write; all ``rules`` must hold, of some event, or of none after ``never:``."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=600)
    rules: tuple[str, ...] = Field(default=(), max_length=_MOST_RULES)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of persons; ``rules`` as questions take them."""

    id: str
    revision: int
    name: str
    description: str
    rules: tuple[str, ...]
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """Persons in the segment, and persons altogether."""

    persons: int
    total: int


def list_segments(site: Site, actor: Actor) -> list[Segment]:
    """The workspace's segments by name."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        rows = session.scalars(select(SegmentRow).where(SegmentRow.workspace == actor.workspace))
        found = [_entry(row) for row in rows]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def segment(site: Site, actor: Actor, name: str) -> Segment:
    """One segment; ``NotFoundError`` where there is none."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        return _entry(_row(session, actor, name))


def add_segment(site: Site, actor: Actor, fields: SegmentFields) -> Segment:
    """Keep a new segment; ``RuleError`` for a rule that cannot be read."""
    require(actor, Right.EDIT_MAPS)
    _check(fields)
    now = site.clock()
    with site.database.writing() as session:
        row = SegmentRow(
            id=new_id("g"),
            workspace=actor.workspace,
            revision=1,
            name=fields.name,
            description=fields.description,
            rules=orjson.dumps(fields.rules).decode(),
            created_by=actor.name,
            created_at=now,
            changed_by=actor.name,
            changed_at=now,
        )
        session.add(row)
        note(session, actor, "segment.add", at=now, about=row.id, title=fields.name)
        session.flush()
        return _entry(row)


def change_segment(
    site: Site, actor: Actor, name: str, fields: SegmentFields, *, revision: int
) -> Segment:
    """Write a segment anew.

    ``ConflictError`` with both texts where somebody else changed it meanwhile.
    """
    require(actor, Right.EDIT_MAPS)
    _check(fields)
    now = site.clock()
    with site.database.writing() as session:
        row = _row(session, actor, name)
        if row.revision != revision:
            _refuse(row, fields)
        row.name, row.description = fields.name, fields.description
        row.rules = orjson.dumps(fields.rules).decode()
        row.revision += 1
        row.changed_by, row.changed_at = actor.name, now
        note(session, actor, "segment.change", at=now, about=name, title=fields.name)
        session.flush()
        return _entry(row)


def remove_segment(site: Site, actor: Actor, name: str) -> None:
    """Delete a segment; questions and maps that used it keep the rules they took from it."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        row = _row(session, actor, name)
        note(session, actor, "segment.remove", at=site.clock(), about=name, title=row.name)
        session.delete(row)


def size_of(site: Site, actor: Actor, rules: Sequence[str]) -> SegmentSize:
    """How many persons the rules leave now; ``RuleError`` for one that cannot be evaluated."""
    whole = answer_now(site, actor, Groups(by="channel", of="event"))
    total = int(whole.facts["persons"])
    if not rules:
        return SegmentSize(total, total)
    chosen = answer_now(site, actor, Groups(by="channel", of="event", segment=tuple(rules)))
    return SegmentSize(int(chosen.facts["persons"]), total)


def explained_rules(rules: Sequence[str], language: str) -> list[tuple[bool, str]]:
    """Each rule in words, and whether it must have happened (True) or never."""
    parts = parts_of(tuple(rules))
    return [(did, Condition.parse(text).explain(language)) for text, did in parts]


def used_where(site: Site, actor: Actor, one: Segment) -> list[tuple[str, str, str]]:
    """Kind, id and name of the maps, personas and saved questions that have all of its rules."""
    require(actor, Right.SEE)
    view_of(site, actor)
    with site.database.reading() as session:
        kept = select(SavedQuestionRow).where(SavedQuestionRow.workspace == actor.workspace)
        found = [
            ("question", row.id, row.name) for row in session.scalars(kept) if one.id in row.asked
        ]
        maps = select(MapRow).where(MapRow.workspace == actor.workspace)
        found += [
            ("map", row.id, row.title) for row in session.scalars(maps) if _in_map(row, one.rules)
        ]
    personas = list_personas(site, actor)
    found += [
        ("persona", persona.id, persona.name)
        for persona in personas
        if one.rules and set(one.rules) <= set(persona.segment)
    ]
    return found


def _in_map(row: MapRow, rules: Sequence[str]) -> bool:
    """Whether the map's filter or one of its personas has all of the rules."""
    content = orjson.loads(row.document)
    filters = (content.get("head") or {}).get("filter") or {}
    personas = (content.get("personas") or {}).values()
    used = [set(filters.get("segment") or ()), *({one.get("segment")} for one in personas)]
    return bool(rules) and any(set(rules) <= one for one in used)


def _check(fields: SegmentFields) -> None:
    if not fields.name:
        raise InputError(
            N_("A segment needs a name."),
            hint=N_("Say who is meant, in a few words."),
            field="name",
        )
    if not fields.rules:
        raise InputError(
            N_("A segment needs at least one rule."),
            hint=N_("Say what these persons did, or never did."),
            field="rules",
        )
    for text, _did in parts_of(fields.rules):
        Condition.parse(text)


def _refuse(row: SegmentRow, fields: SegmentFields) -> None:
    raise ConflictError(
        f"{row.changed_by} changed this meanwhile.",
        hint=N_("Both texts are kept here: choose one and save again."),
        theirs={"name": row.name, "rules": orjson.loads(row.rules)},
        yours={"name": fields.name, "rules": list(fields.rules)},
        revision=row.revision,
    )


def _row(session: Session, actor: Actor, name: str) -> SegmentRow:
    row = session.get(SegmentRow, name)
    if row is None or row.workspace != actor.workspace:
        raise NotFoundError(
            N_("There is no such segment here."), hint=N_("It may have been deleted."), segment=name
        )
    return row


def _entry(row: SegmentRow) -> Segment:
    return Segment(
        id=row.id,
        revision=row.revision,
        name=row.name,
        description=row.description,
        rules=tuple(orjson.loads(row.rules)),
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
