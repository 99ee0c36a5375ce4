"""Tables of who may come in: users, members, sessions, links, tokens, and what was done.

No secret is stored: passwords as argon2id, every other secret as its SHA-256.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = [
    "AuditRow",
    "FailedSignInRow",
    "InvitationRow",
    "MemberRow",
    "OneTimeLinkRow",
    "SessionRow",
    "TokenRow",
    "UserRow",
    "VisitRow",
]

_USER = "users.id"


class UserRow(Base):
    """Somebody with an account; ``email`` is case-folded and serves as the name for signing in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str]
    theme: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)


class MemberRow(Base):
    """A user's role in a workspace; ``may_reveal`` lets one who is no owner see identifiers."""

    __tablename__ = "members"

    workspace: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    role: Mapped[str]
    may_reveal: Mapped[bool]
    joined_at: Mapped[datetime] = mapped_column(Instant)


class VisitRow(Base):
    """When somebody was in a workspace: the visit before, and the one that lasts.

    ``began_at`` is the start of the current visit, ``before_at`` the end of the one before it.
    """

    __tablename__ = "visits"

    workspace: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    before_at: Mapped[datetime | None] = mapped_column(Instant)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class SessionRow(Base):
    """A browser that is signed in; ``id`` is the SHA-256 of the secret in its cookie.

    ``by_link``: a one-time link opened it, so it may set a password without the old one.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_user", "user"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    address: Mapped[str]
    browser: Mapped[str] = mapped_column(Text)
    by_link: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class OneTimeLinkRow(Base):
    """A link that opens the studio once: ``first-owner`` makes an account, ``sign-in`` needs one.

    ``workspaces`` are the slugs that a first owner gets, separated by spaces.
    """

    __tablename__ = "one_time_links"

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    workspaces: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class InvitationRow(Base):
    """An invitation into a workspace, by link; ``email`` limits it to one address, "" does not."""

    __tablename__ = "invitations"
    __table_args__ = (Index("invitations_by_workspace", "workspace", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    role: Mapped[str]
    created_by: Mapped[int]
    created_by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class TokenRow(Base):
    """A key for programs; ``scopes`` are rights with spaces, ``start`` is what lists show."""

    __tablename__ = "tokens"
    __table_args__ = (Index("tokens_by_workspace", "workspace", "user"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    user: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    name: Mapped[str]
    start: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class FailedSignInRow(Base):
    """A sign-in that failed; ``key`` is the SHA-256 of the account or of the address."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("failed_sign_ins_by_key", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class AuditRow(Base):
    """Who did what and when; rows are only added. ``facts`` is JSON, ``about`` names the thing.

    ``workspace`` is "" for what concerns an account and no workspace.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_time", "workspace", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    user: Mapped[int | None]
    name: Mapped[str]
    via: Mapped[str]
    act: Mapped[str]
    about: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
