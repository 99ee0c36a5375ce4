"""Signing in and out: sessions, one-time links, and a brake on guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from waypost.app.studio.accounts import NewAccount, User, add_user, user_of_row
from waypost.app.studio.audit import note_account
from waypost.app.studio.passwords import matches
from waypost.app.studio.permissions import Role
from waypost.app.studio.secret_keys import fingerprint, new_secret
from waypost.app.studio.site import Site
from waypost.documents.account_tables import (
    FailedSignInRow,
    MemberRow,
    OneTimeLinkRow,
    SessionRow,
    UserRow,
)
from waypost.errors import ConflictError, NotFoundError, SignInError
from waypost.kit.translation import N_

__all__ = [
    "ABSOLUTE",
    "IDLE",
    "OpenSession",
    "Place",
    "Signed",
    "SignedIn",
    "end_session",
    "first_owner_link",
    "is_open",
    "link_purpose",
    "make_first_owner",
    "sessions_of",
    "sign_in",
    "sign_in_by_link",
    "sign_in_link",
    "sign_out",
    "sign_out_everywhere",
    "signed_by",
    "start_session",
]

IDLE = timedelta(days=7)
"""A session ends after this time without a visit …"""
ABSOLUTE = timedelta(days=30)
"""… and after this time in any case."""
LINK_LIFE = timedelta(hours=24)
_SIGN_IN_LINK_LIFE = timedelta(minutes=15)
_WINDOW = timedelta(minutes=15)
_TRIES_ACCOUNT, _TRIES_ADDRESS = 8, 40
_SEEN_EVERY = timedelta(minutes=1)
_FRESH = timedelta(hours=1)
_BROWSER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in from."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its secret goes into the cookie and is stored nowhere."""

    secret: str
    user: User
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who is signed in; ``session`` is the fingerprint of the cookie's secret.

    ``may_set_password``: came by a one-time link within the hour, so needs no old password.
    """

    user: User
    session: str
    may_set_password: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of somebody's sessions, as their list shows it."""

    id: str
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime


def sign_in(site: Site, email: str, password: str, place: Place) -> SignedIn:
    """A new session; ``SignInError`` for a wrong name or password, the same words for both.

    After eight failures of one account or forty of one address within a quarter of an hour, nobody
    gets in that way until the window has passed; the error's ``wait_seconds`` says how long.
    """
    folded = email.strip().casefold()
    keys = (fingerprint(f"account:{folded}"), fingerprint(f"address:{place.address}"))
    attempt = _begin_attempt(site, keys)
    with site.database.reading() as session:
        row = session.scalar(select(UserRow).where(UserRow.email == folded))
        user, stored = (row.id, row.password_hash) if row is not None else (None, "")
    if not matches(password, stored) or user is None:
        raise SignInError(
            N_("The e-mail address or the password is wrong."),
            hint=N_("Check both. Whoever runs the studio can make a sign-in link for you."),
        )
    with site.database.writing() as session:
        session.execute(delete(FailedSignInRow).where(FailedSignInRow.id.in_(attempt)))
        session.execute(delete(FailedSignInRow).where(FailedSignInRow.key == keys[0]))
        return _new_session(session, session.get_one(UserRow, user), place, at=site.clock())


def signed_by(site: Site, secret: str) -> Signed | None:
    """Who holds this cookie; None where the session has ended. Counts as a visit."""
    now, session_id = site.clock(), fingerprint(secret)
    with site.database.reading() as session:
        found = session.execute(
            select(SessionRow, UserRow)
            .join(UserRow, UserRow.id == SessionRow.user)
            .where(SessionRow.id == session_id)
        ).first()
        if found is None:
            return None
        row, user = found
    if now >= row.expires_at or now - row.seen_at >= IDLE:
        return None
    if now - row.seen_at >= _SEEN_EVERY:
        with site.database.writing() as session:
            seen = session.get(SessionRow, session_id)
            if seen is not None:
                seen.seen_at = now
    is_fresh = row.by_link and now - row.created_at < _FRESH
    return Signed(user_of_row(user), session_id, may_set_password=is_fresh)


def is_open(site: Site, session_id: str) -> bool:
    """Whether a session, named by its fingerprint, goes on; no visit."""
    now = site.clock()
    with site.database.reading() as session:
        row = session.get(SessionRow, session_id)
        return row is not None and now < row.expires_at and now - row.seen_at < IDLE


def sign_out(site: Site, signed: Signed) -> None:
    """End this session."""
    with site.database.writing() as session:
        session.execute(delete(SessionRow).where(SessionRow.id == signed.session))


def sign_out_everywhere(site: Site, user: int, *, but: str = "") -> int:
    """End every session of somebody, or all ``but`` one; says how many."""
    with site.database.writing() as session:
        ended = session.scalars(
            select(SessionRow.id).where(SessionRow.user == user, SessionRow.id != but)
        ).all()
        session.execute(delete(SessionRow).where(SessionRow.id.in_(ended)))
        return len(ended)


def end_session(site: Site, user: int, start: str) -> None:
    """End one of one's own sessions, named by the start of its id."""
    with site.database.writing() as session:
        ids = session.scalars(select(SessionRow.id).where(SessionRow.user == user))
        found = [session_id for session_id in ids if start and session_id.startswith(start)]
        if len(found) != 1:
            raise NotFoundError(N_("This session has ended already."))
        session.execute(delete(SessionRow).where(SessionRow.id == found[0]))


def sessions_of(site: Site, user: int) -> list[OpenSession]:
    """Where somebody is signed in, the latest visit first."""
    now = site.clock()
    chosen = (
        select(SessionRow)
        .where(SessionRow.user == user, SessionRow.expires_at > now)
        .where(SessionRow.seen_at > now - IDLE)
        .order_by(SessionRow.seen_at.desc(), SessionRow.id)
    )
    with site.database.reading() as session:
        return [
            OpenSession(row.id, row.address, row.browser, row.created_at, row.seen_at)
            for row in session.scalars(chosen)
        ]


def first_owner_link(site: Site) -> str:
    """The secret of a link that makes the first account, for a day and once; older ones end.

    ``ConflictError`` where somebody has an account already.
    """
    with site.database.writing() as session:
        _refuse_second_owner(session)
        session.execute(delete(OneTimeLinkRow).where(OneTimeLinkRow.purpose == "first-owner"))
        return _new_link(site, session, "first-owner", None)


def sign_in_link(site: Site, email: str) -> str:
    """The secret of a link that signs an account in, for a quarter of an hour and once."""
    with site.database.writing() as session:
        user = session.scalar(select(UserRow.id).where(UserRow.email == email.casefold()))
        if user is None:
            raise NotFoundError(N_("There is no such account."))
        return _new_link(site, session, "sign-in", user)


def link_purpose(site: Site, secret: str) -> Literal["first-owner", "sign-in"]:
    """What a link is for; ``NotFoundError`` where it was used, is too old or never was."""
    with site.database.reading() as session:
        return "sign-in" if _link(site, session, secret).purpose == "sign-in" else "first-owner"


def make_first_owner(site: Site, secret: str, wanted: NewAccount, place: Place) -> SignedIn:
    """Use the link: an account that owns every workspace of the studio, signed in."""
    with site.database.writing() as session:
        link = _link(site, session, secret, "first-owner")
        _refuse_second_owner(session)
        now = site.clock()
        row = add_user(session, wanted, at=now)
        for workspace in site.workspaces:
            session.add(
                MemberRow(
                    workspace=workspace,
                    user=row.id,
                    role=Role.OWNER.value,
                    may_reveal=False,
                    joined_at=now,
                )
            )
        link.used_at = now
        return _new_session(session, row, place, at=now)


def sign_in_by_link(site: Site, secret: str, place: Place) -> SignedIn:
    """Use a sign-in link."""
    with site.database.writing() as session:
        link = _link(site, session, secret, "sign-in")
        link.used_at = site.clock()
        assert link.user is not None
        user = session.get_one(UserRow, link.user)
        return _new_session(session, user, place, at=site.clock(), by_link=True)


def start_session(session: Session, user: UserRow, place: Place, *, at: datetime) -> SignedIn:
    """A session inside the caller's transaction."""
    return _new_session(session, user, place, at=at)


def _new_session(
    session: Session, user: UserRow, place: Place, *, at: datetime, by_link: bool = False
) -> SignedIn:
    secret, expires_at = new_secret(), at + ABSOLUTE
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
    session.add(
        SessionRow(
            id=fingerprint(secret),
            user=user.id,
            address=place.address,
            browser=place.browser[:_BROWSER_LENGTH],
            by_link=by_link,
            created_at=at,
            seen_at=at,
            expires_at=expires_at,
        )
    )
    note_account(session, user.id, user.name, "signed-in", at=at, address=place.address)
    return SignedIn(secret, user_of_row(user), expires_at)


def _begin_attempt(site: Site, keys: tuple[str, str]) -> list[int]:
    """Counts as failed until it succeeds, so that many at once cannot outrun the brake."""
    now = site.clock()
    with site.database.writing() as session:
        session.execute(delete(FailedSignInRow).where(FailedSignInRow.at <= now - _WINDOW))
        for key, tries in zip(keys, (_TRIES_ACCOUNT, _TRIES_ADDRESS), strict=True):
            _refuse_too_many(session, key, tries, now)
        rows = [FailedSignInRow(key=key, at=now) for key in keys]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def _refuse_too_many(session: Session, key: str, tries: int, now: datetime) -> None:
    count, first = session.execute(
        select(func.count(), func.min(FailedSignInRow.at)).where(FailedSignInRow.key == key)
    ).one()
    if count >= tries:
        wait = max(1, int((first + _WINDOW - now).total_seconds()))
        raise SignInError(
            N_("Too many attempts to sign in."),
            hint=N_("Wait a quarter of an hour, then try again."),
            wait_seconds=wait,
        )


def _refuse_second_owner(session: Session) -> None:
    if session.scalar(select(func.count()).select_from(UserRow)):
        raise ConflictError(
            N_("Somebody has an account here already."),
            hint=N_("Sign in, or ask an owner for an invitation."),
        )


def _new_link(site: Site, session: Session, purpose: str, user: int | None) -> str:
    secret, now = new_secret(), site.clock()
    life = _SIGN_IN_LINK_LIFE if purpose == "sign-in" else LINK_LIFE
    session.add(
        OneTimeLinkRow(
            id=fingerprint(secret),
            purpose=purpose,
            user=user,
            workspaces=" ".join(site.workspaces),
            created_at=now,
            expires_at=now + life,
        )
    )
    return secret


def _link(site: Site, session: Session, secret: str, purpose: str = "") -> OneTimeLinkRow:
    row = session.get(OneTimeLinkRow, fingerprint(secret))
    is_good = row is not None and row.used_at is None and site.clock() < row.expires_at
    if row is None or not is_good or purpose not in ("", row.purpose):
        raise NotFoundError(
            N_("This link was used already, or it is too old."),
            hint=N_("Start the studio again for a new one, or sign in."),
            link="over",
        )
    return row
