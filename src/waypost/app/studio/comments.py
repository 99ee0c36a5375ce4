"""Comments on the elements of a map: threads, mentions, resolving; kept when the element goes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import WHOLE_MAP, element_exists, element_text
from waypost.app.studio.live_store import hub_of, initials
from waypost.app.studio.map_people import people_in
from waypost.app.studio.map_rows import HIDDEN, FoundMap, find_map, note_happening
from waypost.app.studio.notifications import note_comment
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapCommentRow
from waypost.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument

__all__ = [
    "Chosen",
    "Comment",
    "CommentState",
    "NewComment",
    "add_comment",
    "comment_of",
    "comments_of",
    "edit_comment",
    "remove_comment",
    "resolve_comment",
    "write_comment",
]

CommentState = Literal["open", "resolved", "all"]
_LONGEST = 5_000
_MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class NewComment:
    """``anchor``: kind and id of an element, or ("map", "") for the whole map; answers need none.

    ``share``: the link that a guest came through.
    """

    text: str
    anchor: tuple[str, str] = ("map", "")
    parent: str = ""
    mentions: Sequence[int] = ()
    share: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """``anchor_text`` is what the element said when it was commented; ``is_gone``: it was removed.

    ``by`` 0 is a guest of a shared link. A removed comment that was answered stays with empty text.
    """

    id: str
    anchor: tuple[str, str]
    anchor_text: str
    is_gone: bool
    parent: str
    text: str
    mentions: tuple[int, ...]
    by: int
    by_name: str
    at: datetime
    edited_at: datetime | None
    is_removed: bool
    resolved_at: datetime | None
    resolved_by: str
    is_mine: bool

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        who = {"user": self.by, "name": self.by_name, "initials": initials(self.by_name)}
        return {
            "id": self.id,
            "anchor": {"kind": self.anchor[0], "id": self.anchor[1]},
            "anchor_text": self.anchor_text,
            "anchor_gone": self.is_gone,
            "parent": self.parent or None,
            "text": self.text,
            "mentions": list(self.mentions),
            "by": {**who, "guest": self.by == 0},
            "at": self.at.isoformat(),
            "edited_at": self.edited_at.isoformat() if self.edited_at else None,
            "removed": self.is_removed,
            "resolved": self.resolved_at is not None,
            "resolved_at": self.resolved_at.isoformat() if self.resolved_at else None,
            "resolved_by": self.resolved_by or None,
            "mine": self.is_mine,
        }


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which threads are wanted. ``author``, ``mentioned``: users, found in any comment of a thread.

    ``anchor``: kind and id of an element; the whole map is ("map", "").
    """

    state: CommentState = "all"
    author: int | None = None
    mentioned: int | None = None
    anchor: tuple[str, str] | None = None

    def takes(self, thread: Sequence[Comment]) -> bool:
        """Whether a thread, its first comment first, is wanted."""
        first = thread[0]
        return (
            (self.state == "all" or (first.resolved_at is not None) == (self.state == "resolved"))
            and (self.author is None or any(one.by == self.author for one in thread))
            and (self.mentioned is None or any(self.mentioned in one.mentions for one in thread))
            and (self.anchor is None or first.anchor == _anchor(self.anchor))
        )


def comments_of(
    site: Site, actor: Actor, map_id: str, chosen: Chosen | None = None
) -> list[Comment]:
    """The comments, threads in the order of their beginning, each with its answers in order."""
    with site.database.reading() as session:
        found = find_map(session, actor, map_id, Right.SEE)
        query = select(MapCommentRow).where(MapCommentRow.map == map_id)
        rows = session.scalars(query.order_by(MapCommentRow.at, MapCommentRow.id)).all()
        told = [comment_of(row, found.document, actor) for row in rows]
    return _in_threads(told, chosen or Chosen())


def _in_threads(comments: Sequence[Comment], chosen: Chosen) -> list[Comment]:
    threads: dict[str, list[Comment]] = {}
    for comment in comments:
        threads.setdefault(comment.parent or comment.id, []).append(comment)
    wanted = [thread for thread in threads.values() if chosen.takes(thread)]
    return [comment for thread in wanted for comment in thread if _is_shown(comment, thread)]


def _anchor(given: tuple[str, str]) -> tuple[str, str]:
    """The head is the whole map, and the whole map has no id."""
    return (WHOLE_MAP, "") if given[0] in (WHOLE_MAP, "head") else given


def _is_shown(comment: Comment, thread: Sequence[Comment]) -> bool:
    if not comment.is_removed:
        return True
    return not comment.parent and any(not answer.is_removed for answer in thread)


def add_comment(site: Site, actor: Actor, map_id: str, new: NewComment) -> Comment:
    """The comment; who is mentioned, and who talks there already, gets a notice."""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.COMMENT, lock=True)
        row = write_comment(session, found, actor, new, at=site.clock())
        told = comment_of(row, found.document, actor)
    hub_of(site).wake()
    return told


def write_comment(
    session: Session, found: FoundMap, actor: Actor, new: NewComment, *, at: datetime
) -> MapCommentRow:
    """The comment, within the caller's transaction on a locked map."""
    text = _text(new.text)
    first = _thread(session, found.row.id, new.parent) if new.parent else None
    anchor = _anchor((first.anchor_kind, first.anchor_id) if first else new.anchor)
    if first is None and not element_exists(found.document, *anchor):
        raise ConflictError(
            N_("What you comment on has been removed meanwhile."),
            hint=N_("Comment on another element, or on the whole map."),
            anchor=anchor,
        )
    row = MapCommentRow(
        id=_new_id(found.row.happenings),
        map=found.row.id,
        workspace=found.row.workspace,
        anchor_kind=anchor[0],
        anchor_id=anchor[1],
        anchor_text=first.anchor_text if first else element_text(found.document, *anchor),
        parent=first.id if first else "",
        text=text,
        mentions=orjson.dumps(_mentioned(session, found, new.mentions)).decode(),
        by=actor.user,
        by_name=actor.name,
        share=new.share,
        at=at,
        resolved_by="",
    )
    session.add(row)
    session.flush()
    _tell(session, found, row, "added", at=at)
    note_comment(session, found.row, row, first, at=at)
    return row


def _new_id(happenings: int) -> str:
    """Ids of a map's comments rise, so that those of one instant stay in their order."""
    return f"n_{happenings:08x}{secrets.token_hex(4)}"


def _mentioned(session: Session, found: FoundMap, wanted: Sequence[int]) -> list[int]:
    """Of those wanted, the members who may see the map."""
    if not wanted:
        return []
    people = people_in(session, found.row.workspace, found.row.id)
    return [one.user for one in people if one.user in wanted and one.role != HIDDEN][
        :_MOST_MENTIONS
    ]


def _text(text: str) -> str:
    cleaned = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not cleaned:
        raise InputError(N_("An empty comment says nothing."), hint=N_("Write something first."))
    if len(cleaned) > _LONGEST:
        raise InputError(
            N_("This comment is too long."),
            hint=N_("5,000 characters are the most: write it shorter, or as two."),
        )
    return cleaned


def _thread(session: Session, map_id: str, comment: str) -> MapCommentRow:
    row = _find(session, map_id, comment)
    return _find(session, map_id, row.parent) if row.parent else row


def _find(session: Session, map_id: str, comment: str) -> MapCommentRow:
    row = session.get(MapCommentRow, comment)
    if row is None or row.map != map_id:
        raise NotFoundError(
            N_("There is no such comment on this map."),
            hint=N_("It may have been removed. Load the comments again."),
            comment=comment,
        )
    return row


def edit_comment(site: Site, actor: Actor, map_id: str, comment: str, text: str) -> Comment:
    """Other words for an own comment."""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.COMMENT, lock=True)
        row = _own(session, actor, map_id, comment)
        row.text, row.edited_at = _text(text), site.clock()
        _tell(session, found, row, "edited", at=site.clock())
        told = comment_of(row, found.document, actor)
    hub_of(site).wake()
    return told


def remove_comment(site: Site, actor: Actor, map_id: str, comment: str) -> None:
    """Take an own comment back; whoever may share the map may remove a guest's."""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.COMMENT, lock=True)
        row = _find(session, map_id, comment)
        if not (row.by == 0 and Right.SHARE in found.rights):
            row = _own(session, actor, map_id, comment)
        row.text, row.removed_at = "", row.removed_at or site.clock()
        _tell(session, found, row, "removed", at=site.clock())
    hub_of(site).wake()


def _own(session: Session, actor: Actor, map_id: str, comment: str) -> MapCommentRow:
    row = _find(session, map_id, comment)
    if row.by != actor.user or row.by == 0 or row.removed_at is not None:
        raise ForbiddenError(
            N_("Only who wrote a comment can change it."),
            hint=N_("Answer it, or mark the thread as resolved."),
            comment=comment,
        )
    return row


def resolve_comment(
    site: Site, actor: Actor, map_id: str, comment: str, *, is_resolved: bool
) -> Comment:
    """Close the comment's thread, or open it again."""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.COMMENT, lock=True)
        row = _thread(session, map_id, comment)
        row.resolved_at = site.clock() if is_resolved else None
        row.resolved_by = actor.name if is_resolved else ""
        _tell(session, found, row, "resolved" if is_resolved else "reopened", at=site.clock())
        told = comment_of(row, found.document, actor)
    hub_of(site).wake()
    return told


def _tell(
    session: Session, found: FoundMap, row: MapCommentRow, what: str, *, at: datetime
) -> None:
    comment = comment_of(row, found.document).as_json()
    note_happening(session, found.row, "comment", {"what": what, "comment": comment}, at=at)


def comment_of(row: MapCommentRow, document: MapDocument, actor: Actor | None = None) -> Comment:
    """A row as a value; ``actor``: whose own comments say so."""
    return Comment(
        id=row.id,
        anchor=_anchor((row.anchor_kind, row.anchor_id)),
        anchor_text=row.anchor_text,
        is_gone=not element_exists(document, row.anchor_kind, row.anchor_id),
        parent=row.parent,
        text=row.text,
        mentions=tuple(orjson.loads(row.mentions)),
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        edited_at=row.edited_at,
        is_removed=row.removed_at is not None,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        is_mine=actor is not None and actor.user == row.by != 0,
    )
