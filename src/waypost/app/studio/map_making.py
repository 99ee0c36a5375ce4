"""New maps: blank, from a template, from the data, as a copy, from a file; own templates."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Change, write_change
from waypost.app.studio.map_rows import FoundMap, find_map, keep_document
from waypost.app.studio.map_sources import blank_document, discovered, file_document
from waypost.app.studio.permissions import Right, Role, require
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapRoleRow, MapRow
from waypost.errors import InputError
from waypost.kit.translation import N_
from waypost.maps.editing.diff import operations_between
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.templates import as_template, from_template, new_map

__all__ = ["MapOrigin", "NewMap", "copy_map", "create_map", "save_as_template"]

MapOrigin = Literal["blank", "template", "data", "copy", "file"]

_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class NewMap:
    """What a new map begins with.

    ``template``: the name of a shipped template or the id of an own one. ``source``: the id of the
    map to copy. ``wishes``: fields of ``waypost.maps.MapWishes`` for a map from the data.
    ``content`` and ``name``: a file.
    """

    origin: MapOrigin
    title: str = ""
    language: Literal["de", "en"] = "de"
    template: str = ""
    source: str = ""
    wishes: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = b""
    name: str = ""


def create_map(site: Site, actor: Actor, new: NewMap) -> str:
    """The id of the new map; who makes it owns it."""
    require(actor, Right.EDIT_MAPS)
    document = _titled(_first_document(site, actor, new), new)
    with site.database.writing() as session:
        return _insert(session, site, actor, document)


def _first_document(site: Site, actor: Actor, new: NewMap) -> MapDocument:
    if new.origin == "data":
        return discovered(site.workspace(actor.workspace), new.wishes, new.language)
    if new.origin == "file":
        return file_document(new.content, new.name)
    if new.origin == "copy":
        return _copied(_document(site, actor, new.source))
    if new.template.startswith("m_"):
        return from_template(_document(site, actor, new.template), language=new.language)
    if new.origin == "template":
        return new_map(new.template, new.language, title=new.title)
    return blank_document(new.language)


def _document(site: Site, actor: Actor, map_id: str) -> MapDocument:
    with site.database.reading() as session:
        return find_map(session, actor, map_id, Right.SEE).document


def _copied(document: MapDocument) -> MapDocument:
    head = document.head.model_copy(
        update={"status": "draft", "reviewed_on": None, "next_review_on": None}
    )
    return document.model_copy(update={"head": head})


def _titled(document: MapDocument, new: NewMap) -> MapDocument:
    title = " ".join(new.title.replace("\0", "").split())
    if len(title) > _LONGEST_TITLE:
        raise InputError(
            N_("This title is too long."),
            hint=N_("300 characters are the most; the scenario has room for more."),
        )
    head = document.head
    if title:
        head = head.model_copy(update={"title": {new.language: title}, "language": new.language})
    if not head.title:
        raise InputError(
            N_("A map needs a title."), hint=N_("Say it as the customer would: “I renew …”.")
        )
    return document.model_copy(update={"head": head})


def _insert(
    session: Session, site: Site, actor: Actor, document: MapDocument, *, is_template: bool = False
) -> str:
    now = site.clock()
    row = MapRow(
        id=_new_id(),
        workspace=actor.workspace,
        revision=0,
        happenings=0,
        known="{}",
        is_template=is_template,
        created_by=actor.user,
        created_at=now,
        changed_by=actor.user,
        changed_by_name=actor.name,
        changed_at=now,
    )
    keep_document(row, MapDocument())
    session.add(row)
    session.flush()
    if actor.role is not Role.OWNER:
        owns = MapRoleRow(
            map=row.id, user=actor.user, workspace=row.workspace, role=Role.OWNER.value
        )
        session.add(owns)
    ops = operations_between(MapDocument(), document)
    change = Change(str(uuid.uuid4()), 0, ops)
    write_change(session, FoundMap(row, actor.rights), actor, change, at=now)
    return row.id


def _new_id() -> str:
    return "m_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def copy_map(site: Site, actor: Actor, map_id: str, title: str) -> str:
    """A copy under another title, as a draft; comments, versions and links stay with the first."""
    with site.database.reading() as session:
        language = find_map(session, actor, map_id, Right.SEE).document.head.language
    return create_map(site, actor, NewMap("copy", title=title, language=language, source=map_id))


def save_as_template(site: Site, actor: Actor, map_id: str, title: str, *, with_cards: bool) -> str:
    """The map as a template of the workspace: its frame, and on wish its cards and curves."""
    require(actor, Right.EDIT_MAPS)
    document = as_template(_document(site, actor, map_id), with_content=with_cards)
    named = _titled(document, NewMap("template", title=title, language=document.head.language))
    with site.database.writing() as session:
        return _insert(session, site, actor, named, is_template=True)
