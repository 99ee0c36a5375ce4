"""Tables of the maps: documents, their changes, versions, comments, shares, pictures, presence.

A map's row is the lock of everything that happens to the map: who writes takes it first, counts
``revision`` (changes of the document) or ``happenings`` (everything others want to hear of) up by
one, and appends under that number. So both logs are without gaps and in the order of commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = [
    "MapChangeRow",
    "MapCommentRow",
    "MapHappeningRow",
    "MapImageRow",
    "MapPresenceRow",
    "MapRoleRow",
    "MapRow",
    "MapShareRow",
    "MapVerdictRow",
    "MapVersionRow",
    "NoticeRow",
]

_MAP = "maps.id"


class MapRow(Base):
    """A map: its document as JSON after ``revision`` changes, and what lists show of it."""

    __tablename__ = "maps"
    __table_args__ = (Index("maps_by_workspace", "workspace", "changed_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    happenings: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    status: Mapped[str]
    owner: Mapped[str]
    next_review_on: Mapped[str]
    parent_map: Mapped[str]
    steps: Mapped[int]
    persons: Mapped[int | None]
    known: Mapped[str]
    is_template: Mapped[bool]
    created_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[int]
    changed_by_name: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class MapChangeRow(Base):
    """One accepted change: the operations as applied, and those that take it back.

    ``undoes``: the id of the change that this one takes back.
    """

    __tablename__ = "map_changes"
    __table_args__ = (
        UniqueConstraint("map", "id", name="map_changes_once"),
        Index("map_changes_by_workspace", "workspace", "at"),
    )

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    id: Mapped[str]
    base: Mapped[int]
    by: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    title: Mapped[str] = mapped_column(Text)
    ops: Mapped[str] = mapped_column(Text)
    undo: Mapped[str] = mapped_column(Text)
    undoes: Mapped[str] = mapped_column(server_default="")


class MapHappeningRow(Base):
    """What open editors hear of, in order; ``revision`` leads to the operations of a change."""

    __tablename__ = "map_happenings"

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    kind: Mapped[str]
    revision: Mapped[int | None]
    data: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class MapVersionRow(Base):
    """A kept state of a map: named by a person, or made before a restore or once a day."""

    __tablename__ = "map_versions"

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    reason: Mapped[str]
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    by: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class MapCommentRow(Base):
    """A comment on an element; ``anchor_text`` keeps the element's words after its removal."""

    __tablename__ = "map_comments"
    __table_args__ = (Index("map_comments_by_map", "map", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"))
    workspace: Mapped[str]
    anchor_kind: Mapped[str]
    anchor_id: Mapped[str]
    anchor_text: Mapped[str] = mapped_column(Text)
    parent: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    mentions: Mapped[str] = mapped_column(Text)
    by: Mapped[int]
    by_name: Mapped[str]
    share: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by: Mapped[str]


class MapRoleRow(Base):
    """Another role than the workspace's, for one person on one map; ``none`` hides the map."""

    __tablename__ = "map_roles"

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    user: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    role: Mapped[str]


class MapShareRow(Base):
    """A link for people without an account; only the hash of its secret is kept."""

    __tablename__ = "map_shares"
    __table_args__ = (UniqueConstraint("secret_hash", name="map_shares_by_secret"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"))
    workspace: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(Text)
    rights: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str]
    origins: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int]
    created_by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    visits: Mapped[int]
    last_visit_at: Mapped[datetime | None] = mapped_column(Instant)
    wrong_passwords: Mapped[int]
    blocked_until: Mapped[datetime | None] = mapped_column(Instant)


class MapImageRow(Base):
    """A picture by the SHA-256 of its bytes; the documents of the workspace name it."""

    __tablename__ = "map_images"

    workspace: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class MapPresenceRow(Base):
    """Where somebody was in a map when their browser last said so."""

    __tablename__ = "map_presence"

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    client: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    user: Mapped[int]
    name: Mapped[str]
    place: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class MapVerdictRow(Base):
    """A proposal that somebody accepted or rejected, so that it is not made again."""

    __tablename__ = "map_verdicts"

    map: Mapped[str] = mapped_column(ForeignKey(_MAP, ondelete="CASCADE"), primary_key=True)
    proposal: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    verdict: Mapped[str]
    by: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class NoticeRow(Base):
    """Something one person should know of: a mention, an answer, a share, a review that is due."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("notices_by_user", "workspace", "user", "read_at"),
        UniqueConstraint("workspace", "user", "once", name="notices_once"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    user: Mapped[int]
    kind: Mapped[str]
    map: Mapped[str]
    comment: Mapped[str]
    once: Mapped[str]
    by_name: Mapped[str]
    excerpt: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
