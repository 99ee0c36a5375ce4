"""The maps of a workspace: their list, one map, its place among others, trash and archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.element_words import text_in
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_rows import find_map, note_happening, rights_on, roles_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapRow, MapVersionRow
from waypost.errors import NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument

__all__ = [
    "KEPT_IN_TRASH",
    "MapShelf",
    "MapSummary",
    "OpenedMap",
    "archive_map",
    "crumbs_of",
    "delete_map",
    "list_maps",
    "open_map",
    "purge_trash",
    "restore_map",
]

KEPT_IN_TRASH = timedelta(days=30)
MapShelf = Literal["open", "archive", "trash", "templates"]


@dataclass(frozen=True, slots=True)
class MapSummary:
    """A map in a list. ``known``: cells by provenance as last computed, empty before that.

    ``persons`` and ``known`` are those of the map without filters of a reader.
    """

    id: str
    title: dict[str, str]
    kind: str
    status: str
    owner: str
    revision: int
    steps: int
    persons: int | None
    known: dict[str, int]
    changed_at: datetime
    changed_by: str
    next_review_on: str
    parent_map: str
    role: str
    rights: frozenset[Right]
    archived_at: datetime | None
    deleted_at: datetime | None

    @property
    def assumed_share(self) -> float | None:
        """Cells that are assumed, of all that say how they are known; None where nothing does."""
        whole = sum(self.known.values())
        return self.known.get("assumed", 0) / whole if whole else None

    def title_in(self, language: str) -> str:
        """The title in ``language``, else in any."""
        return text_in(self.title, language)

    def as_json(self, language: str) -> dict[str, Any]:
        """As the API tells it to a reader of ``language``."""
        return {
            "id": self.id,
            "title": self.title_in(language),
            "titles": self.title,
            "kind": self.kind,
            "status": self.status,
            "owner": self.owner,
            "revision": self.revision,
            "steps": self.steps,
            "persons": self.persons,
            "known": self.known,
            "assumed_share": self.assumed_share,
            "changed_at": self.changed_at.isoformat(),
            "changed_by": self.changed_by,
            "next_review_on": self.next_review_on or None,
            "parent_map": self.parent_map,
            "role": self.role,
            "rights": sorted(self.rights),
            "archived": self.archived_at is not None,
            "deleted_at": self.deleted_at.isoformat() if self.deleted_at else None,
        }


@dataclass(frozen=True, slots=True)
class OpenedMap:
    """One map as the editor needs it. ``happened``: the latest happening in what is told here."""

    id: str
    revision: int
    happened: int
    document: MapDocument
    rights: frozenset[Right]
    versions: int
    crumbs: tuple[tuple[str, str], ...]
    is_archived: bool


def list_maps(site: Site, actor: Actor, shelf: MapShelf = "open") -> list[MapSummary]:
    """The maps on a shelf that the actor may see, latest change first."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        roles = roles_of(session, actor)
        query = select(MapRow).where(MapRow.workspace == actor.workspace, *_on_shelf(shelf))
        rows = session.scalars(query.order_by(MapRow.changed_at.desc(), MapRow.id)).all()
        told = [_summary(row, actor, roles.get(row.id)) for row in rows]
    return [summary for summary in told if Right.SEE in summary.rights]


def _on_shelf(shelf: MapShelf) -> Sequence[Any]:
    if shelf == "trash":
        return (MapRow.deleted_at.is_not(None),)
    there = (MapRow.deleted_at.is_(None), MapRow.is_template.is_(shelf == "templates"))
    if shelf == "archive":
        return (*there, MapRow.archived_at.is_not(None))
    return (*there, MapRow.archived_at.is_(None)) if shelf == "open" else there


def _summary(row: MapRow, actor: Actor, role: str | None) -> MapSummary:
    return MapSummary(
        id=row.id,
        title=orjson.loads(row.title),
        kind=row.kind,
        status=row.status,
        owner=row.owner,
        revision=row.revision,
        steps=row.steps,
        persons=row.persons,
        known=orjson.loads(row.known),
        changed_at=row.changed_at,
        changed_by=row.changed_by_name,
        next_review_on=row.next_review_on,
        parent_map=row.parent_map,
        role=role or actor.role.value,
        rights=rights_on(actor, role),
        archived_at=row.archived_at,
        deleted_at=row.deleted_at,
    )


def open_map(site: Site, actor: Actor, map_id: str) -> OpenedMap:
    """The map with its document; ``NotFoundError`` where the actor must not see it."""
    with site.database.reading() as session:
        found = find_map(session, actor, map_id, Right.SEE)
        counted = select(func.count()).where(MapVersionRow.map == map_id)
        return OpenedMap(
            id=found.row.id,
            revision=found.row.revision,
            happened=found.row.happenings,
            document=found.document,
            rights=found.rights,
            versions=session.scalar(counted) or 0,
            crumbs=crumbs_of(session, actor, found.row),
            is_archived=found.row.archived_at is not None,
        )


def crumbs_of(session: Session, actor: Actor, row: MapRow) -> tuple[tuple[str, str], ...]:
    """Id and title of the maps above, topmost first; those the actor must not see are left out."""
    roles = roles_of(session, actor)
    above: list[tuple[str, str]] = []
    seen = {row.id}
    parent = row.parent_map
    while parent and parent not in seen:
        seen.add(parent)
        query = select(MapRow).where(MapRow.id == parent, MapRow.workspace == row.workspace)
        found = session.scalars(query.where(MapRow.deleted_at.is_(None))).one_or_none()
        if found is None:
            break
        if Right.SEE in rights_on(actor, roles.get(found.id)):
            above.append((found.id, text_in(orjson.loads(found.title), actor.language)))
        parent = found.parent_map
    return tuple(reversed(above))


def archive_map(site: Site, actor: Actor, map_id: str, *, is_archived: bool) -> None:
    """Put the map among the archived ones, or back."""
    with site.database.writing() as session:
        row = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True).row
        row.archived_at = site.clock() if is_archived else None


def delete_map(site: Site, actor: Actor, map_id: str) -> None:
    """Put the map into the trash, from where it comes back for 30 days; open editors are told."""
    now = site.clock()
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        found.row.deleted_at = now
        note_happening(session, found.row, "closed", {"reason": "deleted"}, at=now)
        title = found.title_in(actor.language)
        note(session, actor, "map-deleted", at=now, about=map_id, title=title)
    purge_trash(site)
    hub_of(site).wake()


def restore_map(site: Site, actor: Actor, map_id: str) -> None:
    """Take the map out of the trash."""
    with site.database.writing() as session:
        query = select(MapRow).where(MapRow.id == map_id, MapRow.workspace == actor.workspace)
        row = session.scalars(query.with_for_update()).one_or_none()
        rights = rights_on(actor, roles_of(session, actor).get(map_id))
        if row is None or Right.SEE not in rights:
            raise NotFoundError(
                N_("There is no such map in the trash."),
                hint=N_("Maps stay there for 30 days after they were deleted."),
                map=map_id,
            )
        was_deleted_at, row.deleted_at = row.deleted_at, None
        session.flush()
        find_map(session, actor, map_id, Right.EDIT_MAPS)
        if was_deleted_at is not None:
            note_happening(session, row, "restored", {}, at=site.clock())


def purge_trash(site: Site) -> int:
    """Delete for good what has lain in the trash for 30 days; the number of maps."""
    with site.database.writing() as session:
        old = MapRow.deleted_at <= site.clock() - KEPT_IN_TRASH
        gone = delete(MapRow).where(MapRow.deleted_at.is_not(None), old).returning(MapRow.id)
        return len(session.scalars(gone).all())
