"""What somebody without an account sees of a shared map, and what they may say about it."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.comments import Comment, NewComment, comment_of, write_comment
from waypost.app.studio.element_words import text_in
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_reading import reading_or_none
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.notifications import GUEST, NewNotice, add_notice
from waypost.app.studio.outside_words import for_outside
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.sharing import Shared, find_share, proof_of_password, shared_map
from waypost.app.studio.site import Site
from waypost.app.studio.timeline import names_of_all
from waypost.documents.map_tables import MapCommentRow
from waypost.errors import ForbiddenError, InputError, NotFoundError
from waypost.exports import FileWishes, map_file
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument

__all__ = [
    "GuestComment",
    "SharedPage",
    "comment_as_guest",
    "open_shared",
    "shared_page",
    "shared_picture",
]

_LONGEST_NAME = 80
_MOST_COMMENTS = 20
_WITHIN = timedelta(minutes=10)
_KEPT_PAGES = 16
Visitor = tuple[str, str]
"""The secret of a link, and the proof that its password was told (empty without one)."""


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What stands around the map. ``is_locked``: the password is to be told first."""

    title: str
    workspace: str
    rights: str
    language: str
    places: tuple[tuple[str, str], ...] = ()
    comments: tuple[Comment, ...] = ()
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class GuestComment:
    """What a guest says: ``step`` empty for the whole map, ``parent`` answers one of the shown."""

    name: str
    text: str
    step: str = ""
    parent: str = ""


def open_shared(site: Site, visitor: Visitor, *, is_visit: bool = False) -> SharedPage:
    """The page of a link; without the password of one that has it, no word of the map is told.

    ``NotFoundError`` for a link that is wrong, over or taken back.
    """
    found = shared_map(site, visitor[0], is_visit=is_visit)
    name = site.workspace(found.workspace).settings.name
    if not _has_proof(found, visitor):
        return SharedPage("", name, found.rights, found.language, is_locked=True)
    with site.database.reading() as session:
        document = find_map(session, _guest(found, ""), found.map, Right.SEE).document
        comments = _comments(session, found, document) if found.rights == "comment" else ()
    return SharedPage(
        title=text_in(document.head.title, found.language),
        workspace=name,
        rights=found.rights,
        language=found.language,
        places=_places(document, found.language),
        comments=comments,
    )


def _has_proof(found: Shared, visitor: Visitor) -> bool:
    if not found.password_hash:
        return True
    right = proof_of_password(visitor[0], found.password_hash)
    return hmac.compare_digest(right.encode(), visitor[1].encode())


def _guest(found: Shared, name: str) -> Actor:
    rights = {Right.SEE} | ({Right.COMMENT} if found.rights == "comment" else set())
    return Actor(
        user=0,
        name=name,
        language=found.language,
        workspace=found.workspace,
        role=Role.VIEWER,
        rights=frozenset(rights),
        via="share",
    )


def _places(document: MapDocument, language: str) -> tuple[tuple[str, str], ...]:
    steps = ((name, document.steps[name].label) for name in document.steps_in_order())
    return tuple((name, text_in(label, language)) for name, label in steps if label)


def _comments(session: Session, found: Shared, document: MapDocument) -> tuple[Comment, ...]:
    """The threads that guests of this link began; those of the team stay in the house."""
    first = select(MapCommentRow.id).where(
        MapCommentRow.share == found.share, MapCommentRow.parent == ""
    )
    query = (
        select(MapCommentRow)
        .where(
            MapCommentRow.map == found.map,
            or_(MapCommentRow.id.in_(first), MapCommentRow.parent.in_(first)),
            MapCommentRow.removed_at.is_(None),
        )
        .order_by(MapCommentRow.at, MapCommentRow.id)
    )
    return tuple(comment_of(row, document) for row in session.scalars(query))


def comment_as_guest(site: Site, visitor: Visitor, said: GuestComment) -> None:
    """A comment through a link that allows it; whoever made the link is told."""
    found = _unlocked(site, visitor)
    name = " ".join(said.name.replace("\0", "").split())[:_LONGEST_NAME]
    if not name:
        raise InputError(
            N_("Please say who you are."), hint=N_("A first name will do: it stands beside it.")
        )
    now = site.clock()
    with site.database.writing() as session:
        row, about = find_share(session, visitor[0], now, lock=True)
        actor = _guest(found, name)
        on = find_map(session, actor, about.id, Right.COMMENT, lock=True)
        _refuse_flood(session, row.id, now - _WITHIN)
        _check_parent(session, found, said.parent)
        anchor = ("steps", said.step) if said.step else ("map", "")
        new = NewComment(said.text, anchor, said.parent, share=row.id)
        comment = write_comment(session, on, actor, new, at=now)
        told = NewNotice(row.created_by, GUEST, name, comment.id, comment.text)
        add_notice(session, on.row, told, at=now)
    hub_of(site).wake()


def _unlocked(site: Site, visitor: Visitor) -> Shared:
    found = shared_map(site, visitor[0])
    if not _has_proof(found, visitor):
        raise ForbiddenError(
            N_("This link asks for a password."), hint=N_("Open the link and type it.")
        )
    return found


def _check_parent(session: Session, found: Shared, parent: str) -> None:
    row = session.get(MapCommentRow, parent) if parent else None
    if parent and (row is None or row.map != found.map or row.share != found.share):
        raise NotFoundError(
            N_("There is no such comment on this map."), hint=N_("Load the page again.")
        )


def _refuse_flood(session: Session, share: str, since: datetime) -> None:
    counted = select(func.count()).where(MapCommentRow.share == share, MapCommentRow.at > since)
    if (session.scalar(counted) or 0) >= _MOST_COMMENTS:
        raise ForbiddenError(
            N_("Very many comments have come through this link just now."),
            hint=N_("Wait some minutes, then send yours again."),
            wait_seconds=int(_WITHIN.total_seconds()),
        )


def shared_page(site: Site, visitor: Visitor, language: str) -> bytes:
    """The drawn map as one page: groups under five persons and names of people are not in it."""
    found = _unlocked(site, visitor)
    return _drawn(site, found, language)


def shared_picture(site: Site, secret: str, language: str) -> tuple[bytes, tuple[str, ...]]:
    """The same for a frame on another web site, and the sites that may show it.

    ``NotFoundError`` where the link was not made for any.
    """
    found = shared_map(site, secret)
    if not found.origins or found.password_hash:
        raise NotFoundError(
            N_("This link was not made for showing the map inside another web site."),
            hint=N_("Make a link that names the web site."),
        )
    return _drawn(site, found, language), found.origins


def _drawn(site: Site, found: Shared, language: str) -> bytes:
    with site.database.reading() as session:
        shown = find_map(session, _guest(found, ""), found.map, Right.SEE)
    reading = reading_or_none(site, found.workspace, shown.document)
    if reading is None:
        raise NotFoundError(
            N_("There are no figures for this map yet."),
            hint=N_("Ask the person who sent the link."),
        )
    key = f"{found.map} {shown.row.revision} {reading.id} {language}"
    kept = _pages.get(key)
    if kept is not None:
        return kept
    outside = for_outside(reading, lambda: names_of_all(site.workspace(found.workspace)))
    return _pages.keep(key, map_file(outside, "html", FileWishes(language=language)))


class _Pages:
    """The pages drawn last: many visitors see the same one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: str, content: bytes) -> bytes:
        with self._lock:
            self._kept[key] = content
            while len(self._kept) > _KEPT_PAGES:
                self._kept.popitem(last=False)
        return content


_pages = _Pages()
