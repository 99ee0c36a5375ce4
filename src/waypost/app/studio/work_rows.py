"""What opportunities and actions share: links to maps, their history, and stale changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import element_exists, element_text, text_in
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.account_tables import MemberRow, UserRow
from waypost.documents.map_tables import MapRow
from waypost.documents.persona_tables import PersonaRow
from waypost.documents.work_tables import ActionRow, OpportunityRow, WorkLinkRow, WorkStepRow
from waypost.errors import ConflictError, InputError, NotFoundError

__all__ = [
    "LARGEST",
    "MapElement",
    "WorkStep",
    "check_member",
    "check_title",
    "first_stamps",
    "history_of",
    "links_of",
    "meant_changes",
    "names_of",
    "new_id",
    "note_step",
    "own_row",
    "possible_owners",
    "refuse_stale",
    "remove_with_links",
    "set_links",
    "store_with_links",
    "written_changes",
]

Row = TypeVar("Row", OpportunityRow, ActionRow, PersonaRow)
WorkRow = OpportunityRow | ActionRow | PersonaRow
LinkedRow = OpportunityRow | ActionRow
_MOST_LINKS = 50
LARGEST = 2**31 - 1
"""What a column of whole numbers holds in every database."""


@dataclass(frozen=True, slots=True)
class MapElement:
    """An element of a map; ``label`` is what it said when it was linked."""

    map: str
    kind: str
    element: str
    label: str = ""
    map_title: str = ""


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One line of the history: who changed what, from which words to which."""

    at: datetime
    by: str
    what: str
    was: str
    became: str


def new_id(letter: str) -> str:
    """An id nobody can guess, beginning with ``letter``."""
    return f"{letter}_{secrets.token_hex(8)}"


def first_stamps(site: Site, actor: Actor) -> dict[str, Any]:
    """What every new row says of itself: whose it is, its revision, by whom and when."""
    now = site.clock()
    return {
        "workspace": actor.workspace,
        "revision": 1,
        "created_by": actor.name,
        "created_at": now,
        "changed_by": actor.name,
        "changed_at": now,
    }


def store_with_links(
    session: Session, site: Site, actor: Actor, row: LinkedRow, links: Sequence[MapElement]
) -> None:
    """Keep a new row, its links, and the first line of its history."""
    session.add(row)
    session.flush()
    set_links(session, actor, row.id, links)
    note_step(session, site, actor, row.id, ("created", "", row.title))
    session.flush()


def remove_with_links(session: Session, site: Site, actor: Actor, row: LinkedRow) -> None:
    """Delete a row and its links; its history says so."""
    set_links(session, actor, row.id, ())
    note_step(session, site, actor, row.id, ("removed", row.title, ""))
    session.delete(row)


def note_step(
    session: Session, site: Site, actor: Actor, work: str, change: tuple[str, str, str]
) -> None:
    """Write a line of the history: what changed, what it was and what it became."""
    what, was, became = change
    session.add(
        WorkStepRow(
            workspace=actor.workspace,
            work=work,
            at=site.clock(),
            by=actor.name,
            what=what,
            was=was,
            became=became,
        )
    )


def history_of(session: Session, actor: Actor, work: str) -> tuple[WorkStep, ...]:
    """Everything that happened to it, newest first."""
    rows = session.scalars(
        select(WorkStepRow)
        .where(WorkStepRow.work == work, WorkStepRow.workspace == actor.workspace)
        .order_by(WorkStepRow.number.desc())
    )
    return tuple(WorkStep(row.at, row.by, row.what, row.was, row.became) for row in rows)


def written_changes(
    session: Session, site: Site, actor: Actor, row: WorkRow, values: Mapping[str, Any]
) -> bool:
    """Set the values that differ, each with its line of history; False where nothing differs."""
    is_changed = False
    for name, value in values.items():
        before = getattr(row, name)
        if before == value:
            continue
        setattr(row, name, value)
        note_step(session, site, actor, row.id, (name, _said(before), _said(value)))
        is_changed = True
    if is_changed:
        row.revision += 1
        row.changed_by, row.changed_at = actor.name, site.clock()
    return is_changed


def meant_changes(row: LinkedRow, fields: BaseModel, revision: int) -> dict[str, Any]:
    """The fields that were said, by name; refuses a stale change and one that takes the title."""
    values = fields.model_dump(include=fields.model_fields_set)
    refuse_stale(row, revision, values)
    check_title(values.get("title", row.title))
    return values


def refuse_stale(row: WorkRow, revision: int, values: Mapping[str, Any]) -> None:
    """``ConflictError`` with both texts where somebody else changed the same fields meanwhile.

    A change of fields that nobody else touched goes through, however old ``revision`` is: the
    caller passes only what it means to change.
    """
    if row.revision == revision:
        return
    theirs = {name: _said(getattr(row, name)) for name in values}
    yours = {name: _said(value) for name, value in values.items()}
    if theirs != yours:
        raise ConflictError(
            f"{row.changed_by} changed this meanwhile.",
            hint="Both texts are kept here: choose one and save again.",
            theirs=theirs,
            yours=yours,
            revision=row.revision,
        )


def own_row(
    session: Session, actor: Actor, kind: type[Row], name: str, missing: NotFoundError
) -> Row:
    """The row of that id in the actor's workspace; raises ``missing`` where it has none."""
    row = session.get(kind, name)
    if row is None or row.workspace != actor.workspace:
        raise missing
    return row


def set_links(session: Session, actor: Actor, work: str, elements: Sequence[MapElement]) -> None:
    """Make these the elements that the work stands for; each must be on a map the actor sees."""
    if len(elements) > _MOST_LINKS:
        raise InputError(
            f"{len(elements)} elements are too many for one entry.",
            hint=f"Link at most {_MOST_LINKS}.",
        )
    session.execute(
        delete(WorkLinkRow).where(
            WorkLinkRow.work == work, WorkLinkRow.workspace == actor.workspace
        )
    )
    for element in dict.fromkeys((one.map, one.kind, one.element) for one in elements):
        _add_link(session, actor, work, MapElement(*element))


def _add_link(session: Session, actor: Actor, work: str, element: MapElement) -> None:
    document = find_map(session, actor, element.map, Right.SEE).document
    if not element_exists(document, element.kind, element.element):
        raise NotFoundError(
            "The map has no such element.",
            hint="It may have been removed meanwhile; choose another one.",
            element=element.element,
        )
    session.add(
        WorkLinkRow(
            work=work,
            map=element.map,
            kind=element.kind,
            element=element.element,
            workspace=actor.workspace,
            label=element_text(document, element.kind, element.element),
        )
    )


def links_of(session: Session, actor: Actor, works: Iterable[str]) -> dict[str, list[MapElement]]:
    """The elements that each of the works stands for, with the titles of their maps."""
    rows = session.execute(
        select(WorkLinkRow, MapRow.title)
        .join(MapRow, MapRow.id == WorkLinkRow.map)
        .where(
            WorkLinkRow.work.in_(list(works)),
            WorkLinkRow.workspace == actor.workspace,
            MapRow.deleted_at.is_(None),
        )
        .order_by(WorkLinkRow.map, WorkLinkRow.element)
    )
    found: dict[str, list[MapElement]] = {}
    for row, title in rows:
        named = text_in(orjson.loads(title), actor.language)
        element = MapElement(row.map, row.kind, row.element, row.label, named)
        found.setdefault(row.work, []).append(element)
    return found


def check_member(session: Session, actor: Actor, user: int | None) -> None:
    """``InputError`` for an owner who is not in the workspace."""
    if user is None:
        return
    if session.get(MemberRow, (actor.workspace, user)) is None:
        raise InputError(
            "This person is not in the workspace.",
            hint="Choose one of its members, or invite the person first.",
            owner=user,
        )


def check_title(title: str) -> None:
    """``InputError`` for an entry without a title."""
    if not title:
        raise InputError("It has no title yet.", hint="Say in a few words what it is about.")


def names_of(session: Session, actor: Actor) -> dict[int, str]:
    """The names of the workspace's members by their accounts."""
    rows = session.execute(
        select(UserRow.id, UserRow.name)
        .join(MemberRow, MemberRow.user == UserRow.id)
        .where(MemberRow.workspace == actor.workspace)
    )
    return {row.id: row.name for row in rows}


def possible_owners(site: Site, actor: Actor) -> dict[int, str]:
    """Who may be made responsible: the members' names by their accounts, in order of names."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        names = names_of(session, actor)
    return dict(sorted(names.items(), key=lambda entry: (entry[1].casefold(), entry[0])))


def _said(value: Any) -> str:
    return "" if value is None else str(value)
