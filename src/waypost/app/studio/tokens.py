"""API tokens: keys for programs, with some of their owner's rights; shown once, stored hashed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from waypost.app.studio.accounts import checked_name
from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.members import rights_of_member
from waypost.app.studio.permissions import Right, Role, require
from waypost.app.studio.secret_keys import fingerprint, new_secret
from waypost.app.studio.site import Site
from waypost.documents.account_tables import MemberRow, TokenRow, UserRow
from waypost.errors import ForbiddenError, InputError, NotFoundError, SignInError
from waypost.kit.translation import N_

__all__ = ["PREFIX", "Token", "actor_by_token", "make_token", "revoke_token", "tokens_of"]

PREFIX = "wp_"
LIVES_DAYS = (30, 90, 365)
_SHOWN = 10
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token; ``secret`` is only there when it has just been made."""

    id: int
    name: str
    owner: str
    start: str
    scopes: tuple[Right, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    secret: str = ""


def make_token(site: Site, actor: Actor, *, name: str, scopes: Iterable[Right], days: int) -> Token:
    """A token for the actor's own account, with rights that the actor has.

    ``days``: how long it lives, 1 to 365. ``InputError`` for no scope, ``ForbiddenError`` for one
    that the actor lacks or when a token asks.
    """
    wanted = tuple(right for right in Right if right in set(scopes))
    if actor.via != "session":
        raise ForbiddenError(N_("Only somebody who is signed in can make a token."))
    if not wanted:
        raise InputError(N_("Choose at least one right."), field="scopes")
    if not 1 <= days <= max(LIVES_DAYS):
        raise InputError(N_("A token lives for 1 to 365 days."), field="days")
    for right in wanted:
        require(actor, right)
    secret, now = PREFIX + new_secret(), site.clock()
    with site.database.writing() as session:
        row = TokenRow(
            workspace=actor.workspace,
            user=actor.user,
            name=checked_name(name),
            start=secret[:_SHOWN],
            secret_hash=fingerprint(secret),
            scopes=" ".join(right.value for right in wanted),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        note(session, actor, "token-made", at=now, about=row.name, scopes=row.scopes)
        return _token(row, actor.name, secret)


def tokens_of(site: Site, actor: Actor) -> list[Token]:
    """The actor's tokens; an owner sees everybody's. The newest first, ended ones left out."""
    require(actor, Right.SEE)
    chosen = (
        select(TokenRow, UserRow.name)
        .join(UserRow, UserRow.id == TokenRow.user)
        .where(TokenRow.workspace == actor.workspace, TokenRow.revoked_at.is_(None))
        .order_by(TokenRow.id.desc())
    )
    if not actor.may(Right.ADMINISTER):
        chosen = chosen.where(TokenRow.user == actor.user)
    with site.database.reading() as session:
        return [_token(row, name) for row, name in session.execute(chosen)]


def revoke_token(site: Site, actor: Actor, token: int) -> None:
    """End a token: one's own, or any as an owner; ``NotFoundError`` where there is none."""
    with site.database.writing() as session:
        row = session.get(TokenRow, token)
        is_mine = row is not None and row.user == actor.user
        if (
            row is None
            or row.workspace != actor.workspace
            or row.revoked_at is not None
            or not (is_mine or actor.may(Right.ADMINISTER))
        ):
            raise NotFoundError(N_("There is no such token."))
        row.revoked_at = site.clock()
        note(session, actor, "token-revoked", at=site.clock(), about=row.name)


def actor_by_token(site: Site, secret: str, workspace: str) -> Actor:
    """Who asks with this token; ``SignInError`` where it is unknown, ended or of elsewhere.

    Its rights are those of its scopes that its owner still has.
    """
    now = site.clock()
    with site.database.reading() as session:
        found = session.execute(
            select(TokenRow, UserRow, MemberRow)
            .join(UserRow, UserRow.id == TokenRow.user)
            .join(
                MemberRow,
                (MemberRow.user == TokenRow.user) & (MemberRow.workspace == TokenRow.workspace),
            )
            .where(TokenRow.secret_hash == fingerprint(secret))
        ).first()
    if found is None or workspace not in site.workspaces:
        raise _bad_token()
    row, user, member = found
    is_over = row.expires_at is not None and now >= row.expires_at
    if row.workspace != workspace or row.revoked_at is not None or is_over:
        raise _bad_token()
    _note_use(site, row)
    role = Role(member.role)
    granted = rights_of_member(role, may_reveal=member.may_reveal)
    return Actor(
        user=user.id,
        name=user.name,
        language=user.language,
        workspace=workspace,
        role=role,
        rights=granted & {Right(scope) for scope in row.scopes.split()},
        via="token",
    )


def _note_use(site: Site, row: TokenRow) -> None:
    now = site.clock()
    if row.used_at is not None and now - row.used_at < _SEEN_EVERY:
        return
    with site.database.writing() as session:
        session.get_one(TokenRow, row.id).used_at = now


def _token(row: TokenRow, owner: str, secret: str = "") -> Token:
    return Token(
        row.id,
        row.name,
        owner,
        row.start,
        tuple(Right(scope) for scope in row.scopes.split()),
        row.created_at,
        row.expires_at,
        row.used_at,
        secret,
    )


def _bad_token() -> SignInError:
    return SignInError(
        N_("This token is not valid here."),
        hint=N_("It may have ended. Make a new one in the settings of the workspace."),
    )
