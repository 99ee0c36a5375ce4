"""What happened to a map, or to the maps of a workspace, latest first: for people to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import text_in
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.notifications import hidden_maps
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapChangeRow, MapCommentRow, MapRow, MapVersionRow

__all__ = ["Activity", "activity_of_map", "activity_of_workspace"]

_ONE_SITTING = timedelta(minutes=10)
_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Activity:
    """One sitting of one person at one map, a comment, or a version.

    ``what`` is changes, comment or version. ``first_at`` to ``at`` is the time of the sitting.
    ``revisions`` are the first and last of it; ``touched`` counts operations by kind of element and
    by what was done to it: ``("cards", "add")``. ``words``: the titles of the changes, the excerpt
    of the comment or the name of the version.
    """

    what: Literal["changes", "comment", "version"]
    map: str
    map_title: str
    by: int
    by_name: str
    at: datetime
    first_at: datetime
    revisions: tuple[int, int]
    touched: dict[tuple[str, str], int]
    words: tuple[str, ...]
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        touched = [
            {"kind": kind, "op": op, "count": count} for (kind, op), count in self.touched.items()
        ]
        return {
            "what": self.what,
            "map": {"id": self.map, "title": self.map_title},
            "by": {"user": self.by, "name": self.by_name},
            "at": self.at.isoformat(),
            "first_at": self.first_at.isoformat(),
            "revisions": list(self.revisions),
            "touched": touched,
            "words": list(self.words),
            "version": self.version or None,
        }


def activity_of_map(site: Site, actor: Actor, map_id: str, *, limit: int = 50) -> list[Activity]:
    """What happened to one map, latest first."""
    with site.database.reading() as session:
        row = find_map(session, actor, map_id, Right.SEE).row
        return _told(session, {row.id: text_in(orjson.loads(row.title), actor.language)}, limit)


def activity_of_workspace(site: Site, actor: Actor, *, limit: int = 50) -> list[Activity]:
    """What happened to the maps that the actor may see, latest first."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        query = select(MapRow.id, MapRow.title).where(
            MapRow.workspace == actor.workspace,
            MapRow.deleted_at.is_(None),
            MapRow.id.not_in(hidden_maps(session, actor)),
        )
        titles = {
            row.id: text_in(orjson.loads(row.title), actor.language)
            for row in session.execute(query)
        }
        return _told(session, titles, limit)


def _told(session: Session, titles: dict[str, str], limit: int) -> list[Activity]:
    found = [
        *_sittings(session, titles),
        *_comments(session, titles),
        *_versions(session, titles),
    ]
    return sorted(found, key=lambda one: (one.at, one.revisions, one.what), reverse=True)[:limit]


def _sittings(session: Session, titles: dict[str, str]) -> Iterable[Activity]:
    query = (
        select(MapChangeRow)
        .where(MapChangeRow.map.in_(titles))
        .order_by(MapChangeRow.at.desc(), MapChangeRow.revision.desc())
        .limit(_MOST_ROWS)
    )
    open_ones: dict[tuple[str, int], list[MapChangeRow]] = {}
    for row in session.scalars(query):
        key = (row.map, row.by)
        sitting = open_ones.get(key)
        if sitting and sitting[-1].at - row.at > _ONE_SITTING:
            yield _sitting(sitting, titles)
            sitting = None
        open_ones[key] = [*sitting, row] if sitting else [row]
    for sitting in open_ones.values():
        yield _sitting(sitting, titles)


def _sitting(rows: list[MapChangeRow], titles: dict[str, str]) -> Activity:
    """One activity of changes that follow one another closely, latest first."""
    touched: Counter[tuple[str, str]] = Counter()
    for row in rows:
        touched.update((op["kind"], op["op"]) for op in orjson.loads(row.ops))
    last, first = rows[0], rows[-1]
    return Activity(
        what="changes",
        map=last.map,
        map_title=titles[last.map],
        by=last.by,
        by_name=last.by_name,
        at=last.at,
        first_at=first.at,
        revisions=(first.revision, last.revision),
        touched=dict(sorted(touched.items())),
        words=tuple(dict.fromkeys(row.title for row in rows if row.title)),
    )


def _comments(session: Session, titles: dict[str, str]) -> Iterable[Activity]:
    query = (
        select(MapCommentRow)
        .where(MapCommentRow.map.in_(titles), MapCommentRow.removed_at.is_(None))
        .order_by(MapCommentRow.at.desc())
        .limit(_MOST_ROWS)
    )
    for row in session.scalars(query):
        about = (row.anchor_text,) if row.anchor_text else ()
        yield _moment("comment", row, titles, (row.text[:200], *about))


def _versions(session: Session, titles: dict[str, str]) -> Iterable[Activity]:
    query = (
        select(MapVersionRow)
        .where(MapVersionRow.map.in_(titles), MapVersionRow.name != "")
        .order_by(MapVersionRow.at.desc())
        .limit(_MOST_ROWS)
    )
    for row in session.scalars(query):
        yield _moment("version", row, titles, (row.name,), version=row.number)


def _moment(
    what: Literal["comment", "version"],
    row: MapCommentRow | MapVersionRow,
    titles: dict[str, str],
    words: tuple[str, ...],
    *,
    version: int = 0,
) -> Activity:
    return Activity(
        what=what,
        map=row.map,
        map_title=titles[row.map],
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        first_at=row.at,
        revisions=(0, 0),
        touched={},
        words=words,
        version=version,
    )
