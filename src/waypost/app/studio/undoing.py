"""What somebody can undo and do again on a map: their own changes, from the log, without limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.map_log import Json, operations_in
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapChangeRow

__all__ = ["UndoHistory", "Undoable", "undo_history"]

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change of one's own; ``undo`` takes it back."""

    id: str
    revision: int
    title: str
    undo: tuple[Json, ...]

    def as_json(self) -> Json:
        """As the API tells it."""
        told = {"id": self.id, "revision": self.revision, "title": self.title}
        return {**told, "undo": list(self.undo)}


@dataclass(frozen=True, slots=True)
class UndoHistory:
    """``past``: what can be undone, ``future``: what can be done again; both the next one first.

    ``older``: how many more of the past there are.
    """

    past: tuple[Undoable, ...]
    future: tuple[Undoable, ...]
    older: int


def undo_history(
    site: Site, actor: Actor, map_id: str, *, before: int | None = None
) -> UndoHistory:
    """The actor's own changes of the map, those before the revision ``before``, 100 at once.

    What was undone stands among what can be done again until something new is changed. The making
    of the map is nobody's to undo.
    """
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.EDIT_MAPS)
        own = select(MapChangeRow.id, MapChangeRow.revision, MapChangeRow.undoes).where(
            MapChangeRow.map == map_id, MapChangeRow.by == actor.user, MapChangeRow.revision > 1
        )
        rows = session.execute(own.order_by(MapChangeRow.revision)).all()
        past, future = _stacks([(row.id, row.revision, row.undoes) for row in rows])
        wanted = [number for number in reversed(past) if before is None or number < before]
        again = list(reversed(future))[:_AT_ONCE] if before is None else []
        found = _read(session, map_id, [*wanted[:_AT_ONCE], *again])
    return UndoHistory(
        past=tuple(found[number] for number in wanted[:_AT_ONCE]),
        future=tuple(found[number] for number in again),
        older=max(0, len(wanted) - _AT_ONCE),
    )


def _stacks(changes: Iterable[tuple[str, int, str]]) -> tuple[list[int], list[int]]:
    """Revisions that can be undone, and those that undid and can be undone in their turn."""
    past: dict[str, int] = {}
    future: dict[str, int] = {}
    for name, revision, undoes in changes:
        if undoes in past:
            del past[undoes]
            future[name] = revision
        elif undoes in future:
            del future[undoes]
            past[name] = revision
        else:
            future.clear()
            past[name] = revision
    return list(past.values()), list(future.values())


def _read(session: Session, map_id: str, revisions: Sequence[int]) -> dict[int, Undoable]:
    query = select(MapChangeRow).where(
        MapChangeRow.map == map_id, MapChangeRow.revision.in_(revisions)
    )
    return {
        row.revision: Undoable(row.id, row.revision, row.title, operations_in(row.undo))
        for row in session.scalars(query)
    }
