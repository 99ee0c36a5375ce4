"""Changes of a map: accepted whole and once, or refused with both texts.

A change is idempotent by its id: a browser that lost the answer sends it again and gets the same
one. Changes of one map follow one another under the lock of its row, so nothing accepted is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.client_ids import checked_client_id
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_log import Json, MapChange, change_of, operations_in
from waypost.app.studio.map_rows import FoundMap, find_map, keep_document, note_happening
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.version_keeping import keep_daily_version
from waypost.documents.map_tables import MapChangeRow, MapRow
from waypost.errors import DamagedError, InputError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.operations import Conflict, StaleError, apply

__all__ = [
    "Accepted",
    "Change",
    "StaleChangeError",
    "change_map",
    "changes_since",
    "check_log",
    "write_change",
]

_MOST_OPERATIONS = 5_000
_MOST_CHANGES = 5_000
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants: ``id`` made by the client, ``base`` the revision that it saw.

    ``undoes``: the id of the change that this one takes back.
    """

    id: str
    base: int
    ops: Sequence[Mapping[str, Any]]
    title: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The revision that the change made, its full effect, and what takes it back."""

    revision: int
    ops: tuple[Json, ...]
    undo: tuple[Json, ...]


class StaleChangeError(StaleError):
    """A stale change with the revision it met, and of each conflict who wrote it when."""

    def __init__(self, stale: StaleError, revision: int, writers: Sequence[Json | None]) -> None:
        super().__init__(stale.conflicts)
        self.revision = revision
        self.writers = tuple(writers)

    def as_dict(self) -> dict[str, object]:
        """The one JSON shape of an error, with the conflicts and the revision."""
        told = super().as_dict()
        conflicts = told["conflicts"]
        assert isinstance(conflicts, list)
        both = zip(conflicts, self.writers, strict=True)
        named = [{**conflict, "theirs_by": writer} for conflict, writer in both]
        return {**told, "conflicts": named, "revision": self.revision}


def change_map(site: Site, actor: Actor, map_id: str, change: Change) -> Accepted:
    """Apply the change whole, or raise and apply nothing.

    The same id again gives the first answer again. ``StaleChangeError`` where the map is no longer
    what the writer saw; ``InputError`` where an operation says nothing usable.
    """
    _check(change)
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        answered = _answered(session, map_id, change.id)
        if answered is not None:
            return answered
        accepted = write_change(session, found, actor, change, at=site.clock())
    hub_of(site).wake()
    return accepted


def write_change(
    session: Session, found: FoundMap, actor: Actor, change: Change, *, at: datetime
) -> Accepted:
    """The change, applied to a locked map within the caller's transaction."""
    row = found.row
    try:
        applied = apply(found.document, change.ops)
    except StaleError as stale:
        writers = [_writer(session, row.id, one) for one in stale.conflicts]
        raise StaleChangeError(stale, row.revision, writers) from stale
    keep_daily_version(session, row, at)
    row.revision += 1
    row.changed_by, row.changed_by_name, row.changed_at = actor.user, actor.name, at
    keep_document(row, applied.document)
    session.add(_row(row, actor, change, (applied.ops, applied.undo)))
    note_happening(session, row, "change", {}, at=at, revision=row.revision)
    return Accepted(row.revision, applied.ops, applied.undo)


def _check(change: Change) -> None:
    checked_client_id(change.id)
    if change.undoes:
        checked_client_id(change.undoes)
    if not change.ops:
        raise InputError(
            N_("A change without operations changes nothing."), hint=N_("Send at least one.")
        )
    if len(change.ops) > _MOST_OPERATIONS:
        raise InputError(
            N_("This is too much for one change."),
            hint=N_("Send it as several changes of at most 5,000 operations."),
            operations=len(change.ops),
        )


def _answered(session: Session, map_id: str, change_id: str) -> Accepted | None:
    query = select(MapChangeRow).where(MapChangeRow.map == map_id, MapChangeRow.id == change_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    return Accepted(row.revision, operations_in(row.ops), operations_in(row.undo))


def _row(
    row: MapRow, actor: Actor, change: Change, effect: tuple[tuple[Json, ...], tuple[Json, ...]]
) -> MapChangeRow:
    ops, undo = (orjson.dumps(one).decode() for one in effect)
    return MapChangeRow(
        map=row.id,
        revision=row.revision,
        workspace=row.workspace,
        id=change.id,
        base=change.base,
        by=actor.user,
        by_name=actor.name,
        at=row.changed_at,
        title=" ".join(change.title.replace("\0", "").split())[:_LONGEST_TITLE],
        ops=ops,
        undo=undo,
        undoes=change.undoes,
    )


def _writer(session: Session, map_id: str, conflict: Conflict) -> Json | None:
    """Who last wrote what stands in the way, and when; None where the log does not tell."""
    changes = select(MapChangeRow).where(MapChangeRow.map == map_id)
    newest_first = changes.order_by(MapChangeRow.revision.desc()).limit(_MOST_CHANGES)
    for row in session.scalars(newest_first):
        if conflict.id in row.ops and any(_writes(op, conflict) for op in operations_in(row.ops)):
            return {"user": row.by, "name": row.by_name, "at": row.at.isoformat()}
    return None


def _writes(op: Json, conflict: Conflict) -> bool:
    if (op["kind"], op["id"]) != (conflict.kind, conflict.id):
        return False
    return op["op"] != "set" or conflict.field in ("", op["field"])


def changes_since(site: Site, actor: Actor, map_id: str, revision: int) -> list[MapChange]:
    """The changes after ``revision`` in their order, at most the first 5,000 of them."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SEE)
        query = (
            select(MapChangeRow)
            .where(MapChangeRow.map == map_id, MapChangeRow.revision > revision)
            .order_by(MapChangeRow.revision)
            .limit(_MOST_CHANGES)
        )
        return [change_of(row) for row in session.scalars(query)]


def check_log(site: Site, workspace: str) -> int:
    """Compute every map of the workspace again from its changes; the number of maps.

    Raises ``DamagedError`` for a map whose document is not what its changes give, or whose changes
    have a gap.
    """
    with site.database.reading() as session:
        rows = session.scalars(select(MapRow).where(MapRow.workspace == workspace)).all()
        for row in rows:
            _check_map(session, row)
        return len(rows)


def _check_map(session: Session, row: MapRow) -> None:
    query = select(MapChangeRow).where(MapChangeRow.map == row.id).order_by(MapChangeRow.revision)
    document = MapDocument()
    revision = 0
    for change in session.scalars(query):
        document = apply(document, operations_in(change.ops)).document
        revision += 1
        if change.revision != revision:
            break
    same = orjson.dumps(document.as_json()) == row.document.encode()
    if revision != row.revision or not same:
        raise DamagedError(
            N_("A map is not what its changes give."),
            hint=N_("Restore the database from a backup."),
            map=row.id,
            revision=revision,
        )
