"""Personas: named groups of persons, their invented portrait, merging and splitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import (
    WorkStep,
    check_title,
    first_stamps,
    history_of,
    new_id,
    note_step,
    own_row,
    refuse_stale,
    written_changes,
)
from waypost.documents.persona_tables import PersonaRow
from waypost.errors import InputError, NotFoundError
from waypost.kit.translation import N_
from waypost.questions.segments import NEVER, as_segment

__all__ = [
    "STORY",
    "Persona",
    "PersonaFields",
    "add_persona",
    "change_persona",
    "history_of_persona",
    "list_personas",
    "merge_personas",
    "persona",
    "remove_persona",
    "restore_persona",
    "split_persona",
]

STORY: Mapping[str, str] = {
    "portrait": N_("Portrait"),
    "needs": N_("Needs"),
    "worries": N_("Worries"),
    "goals": N_("Goals"),
    "habits": N_("Habits"),
    "quote": N_("A sentence that fits"),
}
"""What may be told of a persona; all of it is assumed, and said to be so wherever it is shown."""
_COLOURS = "12345678"
_MOST_RULES = 12


class PersonaFields(BaseModel):
    """What one may write; a field that is left out keeps its value.

    ``segment``: conditions that must all hold, each of at least one event, or of none after
    ``never:``. No condition means everybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(default="", max_length=120)
    summary: str = Field(default="", max_length=600)
    segment: tuple[str, ...] = Field(default=(), max_length=_MOST_RULES)
    story: dict[str, str] = {}
    colour: Literal["1", "2", "3", "4", "5", "6", "7", "8"] = "1"
    is_pinned: bool = False

    @field_validator("story")
    @classmethod
    def _known_parts(cls, story: dict[str, str]) -> dict[str, str]:
        unknown = set(story) - set(STORY)
        if unknown:
            raise ValueError(f"a story has no part {', '.join(sorted(unknown))}")
        if any(len(text) > 4_000 for text in story.values()):  # noqa: PLR2004 - about a page
            raise ValueError("a part of a story has at most 4,000 characters")
        return {part: text.strip() for part, text in story.items() if text.strip()}


@dataclass(frozen=True, slots=True)
class Persona:
    """One persona. ``segment`` empty means everybody."""

    id: str
    revision: int
    name: str
    summary: str
    segment: tuple[str, ...]
    story: Mapping[str, str]
    colour: str
    is_pinned: bool
    changed_by: str
    changed_at: datetime
    is_removed: bool

    @property
    def rule(self) -> str | tuple[str, ...] | None:
        """The segment as questions take it."""
        return as_segment(self.segment)


def list_personas(site: Site, actor: Actor, *, removed: bool = False) -> list[Persona]:
    """The workspace's personas, pinned ones first, then by name; or those that were removed."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        kept = PersonaRow.removed_at.is_not(None) if removed else PersonaRow.removed_at.is_(None)
        rows = session.scalars(
            select(PersonaRow).where(PersonaRow.workspace == actor.workspace, kept)
        )
        found = [_entry(row) for row in rows]
    return sorted(found, key=lambda one: (not one.is_pinned, one.name.casefold(), one.id))


def persona(site: Site, actor: Actor, name: str) -> Persona:
    """One persona; ``NotFoundError`` where there is none."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        return _entry(_row(session, actor, name))


def history_of_persona(site: Site, actor: Actor, name: str) -> tuple[WorkStep, ...]:
    """Everything that happened to it, newest first."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        _row(session, actor, name)
        return history_of(session, actor, name)


def add_persona(
    site: Site, actor: Actor, fields: PersonaFields, *, made_from: Sequence[str] = ()
) -> Persona:
    """A new persona; without a colour of its own it takes the one used least."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        made = _add(session, site, actor, fields, made_from)
        session.flush()
        return _entry(made)


def change_persona(
    site: Site, actor: Actor, name: str, fields: PersonaFields, *, revision: int
) -> Persona:
    """Write the fields that were said.

    Raises ``ConflictError`` with both texts where somebody else changed them meanwhile.
    """
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        row = _row(session, actor, name)
        values = _stored(fields.model_dump(include=fields.model_fields_set))
        refuse_stale(row, revision, values)
        check_title(values.get("name", row.name))
        written_changes(session, site, actor, row, values)
        session.flush()
        return _entry(row)


def merge_personas(
    site: Site, actor: Actor, names: Sequence[str], fields: PersonaFields
) -> Persona:
    """One persona of all who belong to any of ``names``; these are removed, and can be restored.

    Raises ``InputError`` for fewer than two, and for one with several conditions or a ``never:``:
    that somebody fulfils either of two lists of conditions cannot be said in one segment.
    """
    require(actor, Right.EDIT_MAPS)
    if len(set(names)) < 2:  # noqa: PLR2004 - one and another
        raise InputError(
            N_("Merging needs two personas."), hint=N_("Choose the ones that belong together.")
        )
    with site.database.writing() as session:
        rows = [_row(session, actor, name) for name in dict.fromkeys(names)]
        rule = " or ".join(f"({_only_rule(row)})" for row in rows)
        merged = fields.model_copy(update={"segment": (rule,)})
        made = _add(session, site, actor, merged, [row.id for row in rows])
        for row in rows:
            _remove(session, site, actor, row, "merged")
        session.flush()
        return _entry(made)


def split_persona(
    site: Site, actor: Actor, name: str, *, rule: str, names: tuple[str, str]
) -> tuple[Persona, Persona]:
    """Two personas: those with an event that fulfils ``rule``, and those without; together all.

    The whole is removed and can be restored.
    """
    require(actor, Right.EDIT_MAPS)
    if not rule.strip() or rule.startswith(NEVER):
        raise InputError(
            N_("Splitting needs a condition."),
            hint=N_("Write what one half has done and the other has not."),
        )
    with site.database.writing() as session:
        row = _row(session, actor, name)
        whole = _entry(row)
        made = [
            _add(
                session,
                site,
                actor,
                PersonaFields(
                    name=half,
                    summary=whole.summary,
                    segment=(*whole.segment, prefix + rule.strip()),
                    story=dict(whole.story),
                ),
                [row.id],
            )
            for half, prefix in zip(names, ("", NEVER + " "), strict=True)
        ]
        _remove(session, site, actor, row, "split")
        session.flush()
        return _entry(made[0]), _entry(made[1])


def remove_persona(site: Site, actor: Actor, name: str) -> None:
    """Take it out of the lists; ``restore_persona`` brings it back as it was."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        _remove(session, site, actor, _row(session, actor, name), "removed")


def restore_persona(site: Site, actor: Actor, name: str) -> Persona:
    """Bring back one that was removed, merged or split."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        row = _row(session, actor, name)
        row.removed_at = None
        row.revision += 1
        note_step(session, site, actor, name, ("restored", "", row.name))
        session.flush()
        return _entry(row)


def _add(
    session: Session,
    site: Site,
    actor: Actor,
    fields: PersonaFields,
    made_from: Sequence[str],
) -> PersonaRow:
    check_title(fields.name)
    values = _stored(fields.model_dump())
    if "colour" not in fields.model_fields_set:
        values["colour"] = _least_used(session, actor)
    row = PersonaRow(
        id=new_id("e"),
        made_from=orjson.dumps(list(made_from)).decode(),
        removed_at=None,
        **first_stamps(site, actor),
        **values,
    )
    session.add(row)
    session.flush()
    note_step(session, site, actor, row.id, ("created", "", fields.name))
    return row


def _remove(session: Session, site: Site, actor: Actor, row: PersonaRow, what: str) -> None:
    row.removed_at = site.clock()
    row.revision += 1
    note_step(session, site, actor, row.id, (what, row.name, ""))


def _least_used(session: Session, actor: Actor) -> str:
    used = list(
        session.scalars(
            select(PersonaRow.colour).where(
                PersonaRow.workspace == actor.workspace, PersonaRow.removed_at.is_(None)
            )
        )
    )
    return min(_COLOURS, key=lambda colour: (used.count(colour), colour))


def _only_rule(row: PersonaRow) -> str:
    rules = orjson.loads(row.segment)
    if len(rules) != 1 or rules[0].startswith(NEVER):
        raise InputError(
            N_("Only personas with one condition each can be merged."),
            hint=N_("Write the joint condition yourself, as a new persona."),
            persona=row.name,
        )
    return str(rules[0])


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists and objects as JSON, as the table keeps them."""
    stored = dict(values)
    for name in ("segment", "story"):
        if name in stored:
            stored[name] = orjson.dumps(stored[name], option=orjson.OPT_SORT_KEYS).decode()
    return stored


def _row(session: Session, actor: Actor, name: str) -> PersonaRow:
    missing = NotFoundError(
        N_("There is no such persona here."),
        hint=N_("It may have been deleted. Look at the list."),
        persona=name,
    )
    return own_row(session, actor, PersonaRow, name, missing)


def _entry(row: PersonaRow) -> Persona:
    return Persona(
        id=row.id,
        revision=row.revision,
        name=row.name,
        summary=row.summary,
        segment=tuple(orjson.loads(row.segment)),
        story=orjson.loads(row.story),
        colour=row.colour,
        is_pinned=row.is_pinned,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        is_removed=row.removed_at is not None,
    )
