"""Maps as rows: finding one that the actor may use, its document, and what others hear of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import text_in
from waypost.app.studio.permissions import RIGHTS_OF, Right, Role, require
from waypost.documents.map_tables import MapHappeningRow, MapRoleRow, MapRow
from waypost.errors import ForbiddenError, NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument, load_document

__all__ = [
    "HIDDEN",
    "FoundMap",
    "document_of",
    "find_map",
    "keep_document",
    "note_happening",
    "rights_on",
    "roles_of",
]

HIDDEN = "none"
"""The role that hides a map from a person."""

_ON_ONE_MAP = frozenset({Right.SEE, Right.COMMENT, Right.EDIT_MAPS, Right.SHARE})
_KEPT_DOCUMENTS = 64
_KEPT_HAPPENINGS = 1_000
_KEPT_FOR = timedelta(hours=24)
_FORGET_EVERY = 100


@dataclass(frozen=True, slots=True)
class FoundMap:
    """A map's row, and what the actor may do with this map."""

    row: MapRow
    rights: frozenset[Right]

    @property
    def document(self) -> MapDocument:
        """The document as it stands in the row."""
        return document_of(self.row)

    def title_in(self, language: str) -> str:
        """What the map is called."""
        return text_in(orjson.loads(self.row.title), language)


def roles_of(session: Session, actor: Actor) -> dict[str, str]:
    """The maps of the workspace on which the actor has another role than in the workspace."""
    own = select(MapRoleRow.map, MapRoleRow.role).where(
        MapRoleRow.workspace == actor.workspace, MapRoleRow.user == actor.user
    )
    return {row.map: row.role for row in session.execute(own)}


def rights_on(actor: Actor, role: str | None) -> frozenset[Right]:
    """What the actor may do with a map on which it has ``role`` (None: no other role).

    A role on one map decides about seeing, commenting, editing and sharing that map, whether it
    gives more or less than the workspace's. Owners of the workspace keep all their rights; a token
    never gets more than its scopes.
    """
    if role is None or actor.role is Role.OWNER:
        return actor.rights
    given = frozenset() if role == HIDDEN else RIGHTS_OF[Role(role)]
    if actor.via != "session":
        given &= actor.rights
    return (actor.rights - _ON_ONE_MAP) | (given & _ON_ONE_MAP)


def find_map(
    session: Session, actor: Actor, map_id: str, right: Right, *, lock: bool = False
) -> FoundMap:
    """The map, if the actor has ``right`` on it; ``lock`` holds it until the transaction ends.

    A map of another workspace, a deleted one and one hidden from the actor are all
    ``NotFoundError``; one that may be seen but not used so is ``ForbiddenError``.
    """
    query = select(MapRow).where(MapRow.id == map_id, MapRow.workspace == actor.workspace)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    role = session.scalar(
        select(MapRoleRow.role).where(MapRoleRow.map == map_id, MapRoleRow.user == actor.user)
    )
    rights = rights_on(actor, role)
    if row is None or row.deleted_at is not None or Right.SEE not in rights:
        raise NotFoundError(
            N_("There is no such map here."),
            hint=N_("It may have been deleted, or it is not shared with you."),
            map=map_id,
        )
    _require_on_map(actor, rights, right)
    return FoundMap(row, rights)


def _require_on_map(actor: Actor, rights: frozenset[Right], right: Right) -> None:
    if right in rights:
        return
    require(actor, right)
    raise ForbiddenError(
        N_("On this map you may do less than elsewhere in the workspace."),
        hint=N_("Ask the owner of the map for another role on it."),
        right=right.value,
    )


class _Documents:
    """The documents read or written last, by their text: reading the same one again is free."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, MapDocument] = OrderedDict()

    def get(self, text: str) -> MapDocument | None:
        with self._lock:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
            return found

    def keep(self, text: str, document: MapDocument) -> None:
        with self._lock:
            self._kept[text] = document
            self._kept.move_to_end(text)
            while len(self._kept) > _KEPT_DOCUMENTS:
                self._kept.popitem(last=False)


_documents = _Documents()


def document_of(row: MapRow) -> MapDocument:
    """The map's document; ``InputError`` where the stored text is none."""
    found = _documents.get(row.document)
    if found is None:
        found = load_document(row.document.encode())
        _documents.keep(row.document, found)
    return found


def keep_document(row: MapRow, document: MapDocument) -> None:
    """Write the document into its row, with what lists show of it."""
    head = document.head
    row.document = orjson.dumps(document.as_json()).decode()
    _documents.keep(row.document, document)
    row.title = orjson.dumps(head.title).decode()
    row.kind, row.status, row.owner = head.kind, head.status, head.owner
    row.next_review_on = head.next_review_on.isoformat() if head.next_review_on else ""
    row.parent_map = head.parent_map
    row.steps = len(document.steps)


def note_happening(
    session: Session,
    row: MapRow,
    kind: str,
    data: Mapping[str, object],
    *,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Append what open editors shall hear; the caller holds the map's lock.

    Older ones are forgotten now and then: what is left goes back at most a day and about a thousand
    happenings. Who missed more sees the gap and loads the map again.
    """
    row.happenings += 1
    if row.happenings % _FORGET_EVERY == 0:
        _forget(session, row, at)
    session.add(
        MapHappeningRow(
            map=row.id,
            number=row.happenings,
            workspace=row.workspace,
            kind=kind,
            revision=revision,
            data=orjson.dumps(data).decode(),
            at=at,
        )
    )


def _forget(session: Session, row: MapRow, at: datetime) -> None:
    old = (MapHappeningRow.number <= row.happenings - _KEPT_HAPPENINGS) | (
        MapHappeningRow.at < at - _KEPT_FOR
    )
    session.execute(delete(MapHappeningRow).where(MapHappeningRow.map == row.id, old))
