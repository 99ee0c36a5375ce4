"""Accounts: who has one, and what its owner may change about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waypost.app.studio.audit import note_account
from waypost.app.studio.passwords import check_password, hashed, matches
from waypost.app.studio.site import Site
from waypost.documents.account_tables import UserRow
from waypost.errors import ConflictError, InputError, NotFoundError
from waypost.kit.translation import LANGUAGES, N_

__all__ = [
    "THEMES",
    "NewAccount",
    "User",
    "add_user",
    "change_password",
    "change_profile",
    "has_users",
    "user_of_row",
]

THEMES = ("system", "light", "dark")
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+")
_LONGEST_NAME = 80
_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class User:
    """An account as others may see it."""

    id: int
    email: str
    name: str
    language: str
    theme: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody typed to get an account."""

    email: str
    name: str
    password: str
    language: str = "en"


def user_of_row(row: UserRow) -> User:
    """The account without its password."""
    return User(row.id, row.email, row.name, row.language, row.theme)


def has_users(site: Site) -> bool:
    """True when somebody has an account."""
    with site.database.reading() as session:
        return bool(session.scalar(select(func.count()).select_from(UserRow)))


def add_user(session: Session, wanted: NewAccount, *, at: datetime) -> UserRow:
    """A new account; ``InputError`` for what it cannot have, ``ConflictError`` if there is one."""
    email, name = checked_email(wanted.email), checked_name(wanted.name)
    check_password(wanted.password, email=email, name=name)
    if session.scalar(select(UserRow.id).where(UserRow.email == email)) is not None:
        raise ConflictError(
            N_("There is an account with this e-mail address already."),
            hint=N_("Sign in with it first, then open the link again."),
            field="email",
        )
    row = UserRow(
        email=email,
        name=name,
        password_hash=hashed(wanted.password),
        language=_language(wanted.language),
        theme="system",
        created_at=at,
    )
    session.add(row)
    session.flush()
    note_account(session, row.id, row.name, "account-made", at=at, email=email)
    return row


def change_profile(
    site: Site, user: int, *, name: str = "", language: str = "", theme: str = ""
) -> User:
    """Another name, language or theme; what is empty stays."""
    if theme and theme not in THEMES:
        raise InputError(N_("There is no such theme."), field="theme", allowed=", ".join(THEMES))
    with site.database.writing() as session:
        row = _row(session, user)
        row.name = checked_name(name) if name else row.name
        row.language = _language(language) if language else row.language
        row.theme = theme or row.theme
        return user_of_row(row)


def change_password(site: Site, user: int, *, old: str | None, new: str) -> None:
    """Another password; ``InputError`` where the old one is wrong or the new one too weak.

    ``old`` is None where a one-time link has just proven who asks. The caller signs the account out
    elsewhere.
    """
    with site.database.reading() as session:
        row = _row(session, user)
        stored, email, name = row.password_hash, row.email, row.name
    if old is not None and not matches(old, stored):
        raise InputError(N_("The old password is wrong."), field="old")
    check_password(new, email=email, name=name)
    fresh = hashed(new)
    with site.database.writing() as session:
        row = _row(session, user)
        row.password_hash = fresh
        note_account(session, user, name, "password-changed", at=site.clock())


def checked_email(text: str) -> str:
    """The address as it is stored; ``InputError`` for what is none."""
    email = text.strip().casefold()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InputError(
            N_("This is not an e-mail address."),
            hint=N_("Write it like anna@example.org."),
            field="email",
        )
    return email


def checked_name(text: str) -> str:
    """The name with single spaces; ``InputError`` where it is empty or too long."""
    name = " ".join(text.split())
    if not name:
        raise InputError(N_("The name is empty."), field="name")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(
            N_("This name cannot be used."),
            hint=N_("At most 80 printable characters."),
            field="name",
        )
    return name


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise InputError(N_("Waypost does not speak this language."), field="language")
    return text


def _row(session: Session, user: int) -> UserRow:
    row = session.get(UserRow, user)
    if row is None:
        raise NotFoundError(N_("There is no such account."))
    return row
