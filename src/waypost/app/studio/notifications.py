"""Notices in the studio: somebody mentioned you, answered you, gave you a map, a review is due."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import text_in
from waypost.app.studio.map_rows import rights_on, roles_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapCommentRow, MapRow, NoticeRow
from waypost.errors import NotFoundError
from waypost.kit.translation import N_

__all__ = [
    "GUEST",
    "MENTION",
    "REPLY",
    "REVIEW",
    "ROLE",
    "NewNotice",
    "Notice",
    "add_notice",
    "hidden_maps",
    "mark_read",
    "note_comment",
    "notices_of",
    "unread_notices",
]

MENTION, REPLY, ROLE, REVIEW, GUEST = "mention", "reply", "role", "review", "guest"
_MOST = 200
_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """``kind``: mention, reply, role, review or guest; ``map_title`` in the reader's language."""

    id: str
    kind: str
    map: str
    map_title: str
    comment: str
    by_name: str
    excerpt: str
    at: datetime
    is_read: bool

    def as_json(self) -> dict[str, object]:
        """As the API tells it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "map": {"id": self.map, "title": self.map_title},
            "comment": self.comment,
            "by": self.by_name,
            "excerpt": self.excerpt,
            "at": self.at.isoformat(),
            "read": self.is_read,
        }


@dataclass(frozen=True, slots=True)
class NewNotice:
    """For whom, and about what; ``once`` names what must not be told again."""

    user: int
    kind: str
    by_name: str = ""
    comment: str = ""
    excerpt: str = ""
    once: str = ""


def notices_of(site: Site, actor: Actor, *, only_unread: bool = False) -> list[Notice]:
    """The actor's notices about maps that it may see, newest first; at most 200.

    Looking makes the notices of reviews that have become due.
    """
    require(actor, Right.SEE)
    _notice_reviews(site, actor)
    with site.database.reading() as session:
        query = _visible(session, actor).order_by(NoticeRow.at.desc(), NoticeRow.id).limit(_MOST)
        if only_unread:
            query = query.where(NoticeRow.read_at.is_(None))
        return [_notice(row, owner, actor.language) for row, owner in session.execute(query)]


def unread_notices(site: Site, actor: Actor) -> int:
    """How many notices the actor has not read."""
    with site.database.reading() as session:
        seen = _visible(session, actor).where(NoticeRow.read_at.is_(None)).subquery()
        return session.scalar(select(func.count()).select_from(seen)) or 0


def mark_read(site: Site, actor: Actor, notice: str = "", *, is_read: bool = True) -> None:
    """One notice, or all of the actor's when ``notice`` is empty."""
    require(actor, Right.SEE)
    mine = (NoticeRow.workspace == actor.workspace, NoticeRow.user == actor.user)
    chosen = (*mine, NoticeRow.id == notice) if notice else mine
    with site.database.writing() as session:
        told = update(NoticeRow).where(*chosen).values(read_at=site.clock() if is_read else None)
        changed = session.scalars(told.returning(NoticeRow.id)).all()
        if notice and not changed:
            raise NotFoundError(
                N_("There is no such notice."), hint=N_("Load the list again."), notice=notice
            )


def note_comment(
    session: Session,
    found: MapRow,
    comment: MapCommentRow,
    first: MapCommentRow | None,
    *,
    at: datetime,
) -> None:
    """Tell those mentioned, and those who talk in the thread; nobody twice, never the writer."""
    mentioned = set(orjson.loads(comment.mentions)) - {comment.by, 0}
    talking = _talking(session, first) - mentioned - {comment.by, 0}
    for kind, users in ((MENTION, mentioned), (REPLY, talking)):
        for user in sorted(users):
            told = NewNotice(user, kind, comment.by_name, comment.id, comment.text)
            add_notice(session, found, told, at=at)


def _talking(session: Session, first: MapCommentRow | None) -> set[int]:
    if first is None:
        return set()
    thread = select(MapCommentRow.by).where(
        (MapCommentRow.id == first.id) | (MapCommentRow.parent == first.id)
    )
    return set(session.scalars(thread))


def add_notice(session: Session, found: MapRow, new: NewNotice, *, at: datetime) -> None:
    """A notice about a map, for one person."""
    notice = f"b_{secrets.token_hex(8)}"
    session.add(
        NoticeRow(
            id=notice,
            workspace=found.workspace,
            user=new.user,
            kind=new.kind,
            map=found.id,
            comment=new.comment,
            once=new.once or notice,
            by_name=new.by_name,
            excerpt=new.excerpt[:_EXCERPT],
            at=at,
        )
    )


def _visible(session: Session, actor: Actor) -> Select[NoticeRow, MapRow]:
    hidden = hidden_maps(session, actor)
    return (
        select(NoticeRow, MapRow)
        .join(MapRow, MapRow.id == NoticeRow.map)
        .where(
            NoticeRow.workspace == actor.workspace,
            NoticeRow.user == actor.user,
            MapRow.deleted_at.is_(None),
            MapRow.id.not_in(hidden),
        )
    )


def hidden_maps(session: Session, actor: Actor) -> Collection[str]:
    """The maps of the workspace that the actor must not see."""
    own = roles_of(session, actor)
    return [name for name, role in own.items() if Right.SEE not in rights_on(actor, role)]


def _notice_reviews(site: Site, actor: Actor) -> None:
    """Reviews that are due, told to who made the map: once per day that was set for the review."""
    today = site.today(actor.workspace).isoformat()
    due = select(MapRow).where(
        MapRow.workspace == actor.workspace,
        MapRow.created_by == actor.user,
        MapRow.next_review_on != "",
        MapRow.next_review_on <= today,
        MapRow.deleted_at.is_(None),
        MapRow.archived_at.is_(None),
    )
    told = select(NoticeRow.once).where(
        NoticeRow.workspace == actor.workspace,
        NoticeRow.user == actor.user,
        NoticeRow.kind == REVIEW,
    )
    with site.database.reading() as session:
        known = set(session.scalars(told))
        new = [row.id for row in session.scalars(due) if _review(row) not in known]
    if new:
        with site.database.writing() as session:
            rows = session.scalars(due.where(MapRow.id.in_(new)).with_for_update()).all()
            known = set(session.scalars(told))
            for row in (row for row in rows if _review(row) not in known):
                due_one = NewNotice(actor.user, REVIEW, once=_review(row))
                add_notice(session, row, due_one, at=site.clock())


def _review(row: MapRow) -> str:
    return f"review {row.id} {row.next_review_on}"


def _notice(row: NoticeRow, about: MapRow, language: str) -> Notice:
    return Notice(
        id=row.id,
        kind=row.kind,
        map=row.map,
        map_title=text_in(orjson.loads(about.title), language),
        comment=row.comment,
        by_name=row.by_name,
        excerpt=row.excerpt,
        at=row.at,
        is_read=row.read_at is not None,
    )
