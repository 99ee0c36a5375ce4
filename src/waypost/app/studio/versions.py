"""Versions of a map: kept by name or by day, compared, and restored in place."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Accepted, Change, write_change
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_rows import FoundMap, find_map, note_happening
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.version_keeping import BEFORE_RESTORE, NAMED, keep_version
from waypost.documents.map_tables import MapVersionRow
from waypost.errors import InputError, NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.diff import Difference, compare, operations_between
from waypost.maps.editing.document import MapDocument, load_document

__all__ = [
    "NOW",
    "Comparison",
    "Version",
    "compare_versions",
    "document_of_version",
    "name_version",
    "restore_version",
    "versions_of",
]

NOW = 0
"""The number that stands for the map as it is."""

_LONGEST_NAME = 120
_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Version:
    """``reason``: named, before-restore or daily; automatic versions have no name."""

    number: int
    revision: int
    reason: str
    name: str
    note: str
    by_name: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "id": str(self.number),
            "number": self.number,
            "revision": self.revision,
            "reason": self.reason,
            "name": self.name,
            "note": self.note,
            "by": self.by_name,
            "at": self.at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of a map (None: as it is now) and what is different, in the order of the map."""

    old: Version | None
    new: Version | None
    documents: tuple[MapDocument, MapDocument]
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        sides = (one and one.as_json() for one in (self.old, self.new))
        told = dict(zip(("old", "new"), sides, strict=True))
        return {**told, "differences": [asdict(one) for one in self.differences]}


def versions_of(site: Site, actor: Actor, map_id: str) -> list[Version]:
    """The kept states of a map, newest first."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SEE)
        query = select(MapVersionRow).where(MapVersionRow.map == map_id)
        rows = session.scalars(query.order_by(MapVersionRow.number.desc()))
        return [_version(row) for row in rows]


def name_version(site: Site, actor: Actor, map_id: str, *, name: str, note: str = "") -> Version:
    """Keep the map as it stands now under a name."""
    called = " ".join(name.replace("\0", "").split())
    if not called or len(called) > _LONGEST_NAME:
        raise InputError(
            N_("A version needs a name of at most 120 characters."),
            hint=N_("Say what it is good for, such as “Shown to the board”."),
            name=name[:_LONGEST_NAME],
        )
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        note = note.replace("\0", "")[:_LONGEST_NOTE]
        row = keep_version(session, found.row, NAMED, name=called, note=note, at=site.clock())
        row.by, row.by_name = actor.user, actor.name
        version = _version(row)
        note_happening(session, found.row, "version", version.as_json(), at=row.at)
    hub_of(site).wake()
    return version


def document_of_version(
    site: Site, actor: Actor, map_id: str, number: int
) -> tuple[Version | None, MapDocument]:
    """A kept state; ``NOW`` is the map as it is, with no version."""
    with site.database.reading() as session:
        found = find_map(session, actor, map_id, Right.SEE)
        return _state(session, found, number)


def compare_versions(site: Site, actor: Actor, map_id: str, old: int, new: int) -> Comparison:
    """What is different between two kept states; ``NOW`` is the map as it is."""
    with site.database.reading() as session:
        found = find_map(session, actor, map_id, Right.SEE)
        before, after = (_state(session, found, number) for number in (old, new))
    differences = tuple(compare(before[1], after[1]))
    return Comparison(before[0], after[0], (before[1], after[1]), differences)


def restore_version(
    site: Site, actor: Actor, map_id: str, number: int, *, title: str = ""
) -> Accepted:
    """Make the map what it was, by a change like any other; what it is now is kept before.

    Restoring what the map already is changes nothing.
    """
    now = site.clock()
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        row = found.row
        _, wanted = _state(session, found, number)
        ops = operations_between(found.document, wanted)
        if not ops:
            return Accepted(row.revision, (), ())
        kept = keep_version(session, row, BEFORE_RESTORE, at=now)
        kept.by, kept.by_name = actor.user, actor.name
        change = Change(str(uuid.uuid4()), row.revision, ops, title)
        accepted = write_change(session, found, actor, change, at=now)
        note_happening(session, row, "version", _version(kept).as_json(), at=now)
    hub_of(site).wake()
    return accepted


def _state(session: Session, found: FoundMap, number: int) -> tuple[Version | None, MapDocument]:
    if number == NOW:
        return None, found.document
    row = session.get(MapVersionRow, (found.row.id, number))
    if row is None:
        raise NotFoundError(
            N_("This map has no such version."),
            hint=N_("Look at the list of its versions."),
            version=number,
        )
    return _version(row), load_document(row.document.encode())


def _version(row: MapVersionRow) -> Version:
    return Version(
        number=row.number,
        revision=row.revision,
        reason=row.reason,
        name=row.name,
        note=row.note,
        by_name=row.by_name,
        at=row.at,
    )
