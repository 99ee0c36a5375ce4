"""Members of a workspace: who is in, with which role, who is invited, and when they were here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from waypost.app.studio.accounts import NewAccount, User, add_user, checked_email
from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.permissions import RIGHTS_OF, Right, Role, require
from waypost.app.studio.secret_keys import fingerprint, new_secret
from waypost.app.studio.signing_in import Place, SignedIn, start_session
from waypost.app.studio.site import Site
from waypost.documents.account_tables import (
    InvitationRow,
    MemberRow,
    TokenRow,
    UserRow,
    VisitRow,
)
from waypost.errors import ConflictError, InputError, NotFoundError
from waypost.kit.translation import N_

__all__ = [
    "Invitation",
    "Member",
    "accept_as_new",
    "accept_as_user",
    "actor_of",
    "change_member",
    "invitation_by",
    "invitations_of",
    "invite",
    "last_visit",
    "members_of",
    "remove_member",
    "rights_of_member",
    "withdraw",
    "workspaces_of",
]

INVITATION_LIFE = timedelta(days=7)
_NEW_VISIT_AFTER = timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a workspace; ``seen_at`` is the last visit, None before the first."""

    user: int
    name: str
    email: str
    role: Role
    may_reveal: bool
    joined_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation; ``secret`` is only there when it has just been made."""

    id: int
    workspace: str
    email: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime
    secret: str = ""


def rights_of_member(role: Role, *, may_reveal: bool) -> frozenset[Right]:
    """What a member may do: the role's rights, and seeing identifiers where it was granted."""
    return RIGHTS_OF[role] | ({Right.REVEAL} if may_reveal else frozenset())


def actor_of(site: Site, user: User, workspace: str) -> Actor:
    """A signed-in user in a workspace; ``NotFoundError`` where the user is no member of it.

    A workspace that is not there and one that is foreign are told apart by nobody.
    """
    with site.database.reading() as session:
        row = session.get(MemberRow, (workspace, user.id))
    if row is None or workspace not in site.workspaces:
        raise _no_workspace()
    role = Role(row.role)
    return Actor(
        user=user.id,
        name=user.name,
        language=user.language,
        workspace=workspace,
        role=role,
        rights=rights_of_member(role, may_reveal=row.may_reveal),
        via="session",
    )


def workspaces_of(site: Site, user: int) -> list[str]:
    """The slugs of the workspaces a user is in, in the order the studio serves them."""
    with site.database.reading() as session:
        found = set(session.scalars(select(MemberRow.workspace).where(MemberRow.user == user)))
    return [slug for slug in site.workspaces if slug in found]


def last_visit(site: Site, actor: Actor) -> datetime | None:
    """When the visit before this one ended; None at the first. Counts as being here now."""
    now = site.clock()
    with site.database.reading() as session:
        row = session.get(VisitRow, (actor.workspace, actor.user))
    if row is not None and now - row.seen_at < _SEEN_EVERY:
        return row.before_at
    with site.database.writing() as session:
        row = session.get(VisitRow, (actor.workspace, actor.user))
        if row is None:
            row = VisitRow(workspace=actor.workspace, user=actor.user, began_at=now, seen_at=now)
            session.add(row)
        elif now - row.seen_at >= _NEW_VISIT_AFTER:
            row.before_at, row.began_at = row.seen_at, now
        row.seen_at = now
        return row.before_at


def members_of(site: Site, actor: Actor) -> list[Member]:
    """Everybody in the workspace, by name."""
    require(actor, Right.SEE)
    chosen = (
        select(MemberRow, UserRow, VisitRow.seen_at)
        .join(UserRow, UserRow.id == MemberRow.user)
        .outerjoin(
            VisitRow,
            (VisitRow.user == MemberRow.user) & (VisitRow.workspace == MemberRow.workspace),
        )
        .where(MemberRow.workspace == actor.workspace)
        .order_by(func.lower(UserRow.name), UserRow.id)
    )
    with site.database.reading() as session:
        return [_member(row, user, seen) for row, user, seen in session.execute(chosen)]


def change_member(site: Site, actor: Actor, user: int, *, role: Role, may_reveal: bool) -> None:
    """Another role or right; ``ConflictError`` where the workspace would be without an owner."""
    require(actor, Right.ADMINISTER)
    with site.database.writing() as session:
        row = _member_row(session, actor, user)
        if row.role == Role.OWNER and role is not Role.OWNER:
            _keep_an_owner(session, actor)
        name = session.get_one(UserRow, user).name
        was = row.role
        row.role, row.may_reveal = role.value, may_reveal
        note(
            session,
            actor,
            "member-changed",
            at=site.clock(),
            about=name,
            was=was,
            role=role.value,
            may_reveal=may_reveal,
        )


def remove_member(site: Site, actor: Actor, user: int) -> None:
    """Take somebody out, and end their tokens here; members may leave by themselves.

    ``ConflictError`` for the last owner.
    """
    if user != actor.user:
        require(actor, Right.ADMINISTER)
    with site.database.writing() as session:
        row = _member_row(session, actor, user)
        if row.role == Role.OWNER:
            _keep_an_owner(session, actor)
        now = site.clock()
        tokens = select(TokenRow).where(
            TokenRow.workspace == actor.workspace,
            TokenRow.user == user,
            TokenRow.revoked_at.is_(None),
        )
        for token in session.scalars(tokens):
            token.revoked_at = now
        name = session.get_one(UserRow, user).name
        session.delete(row)
        note(session, actor, "member-removed", at=now, about=name)


def invite(site: Site, actor: Actor, *, role: Role, email: str = "") -> Invitation:
    """A link that lets one person in, for a week; with an address, only that account."""
    require(actor, Right.ADMINISTER)
    address, secret, now = checked_email(email) if email.strip() else "", new_secret(), site.clock()
    with site.database.writing() as session:
        _refuse_member(session, actor, address)
        row = InvitationRow(
            workspace=actor.workspace,
            secret_hash=fingerprint(secret),
            email=address,
            role=role.value,
            created_by=actor.user,
            created_by_name=actor.name,
            created_at=now,
            expires_at=now + INVITATION_LIFE,
        )
        session.add(row)
        session.flush()
        note(session, actor, "invited", at=now, about=address, role=role.value)
        return _invitation(row, secret)


def invitations_of(site: Site, actor: Actor) -> list[Invitation]:
    """The invitations that nobody used yet, the newest first."""
    require(actor, Right.ADMINISTER)
    chosen = (
        select(InvitationRow)
        .where(InvitationRow.workspace == actor.workspace, *_open(site))
        .order_by(InvitationRow.id.desc())
    )
    with site.database.reading() as session:
        return [_invitation(row) for row in session.scalars(chosen)]


def withdraw(site: Site, actor: Actor, invitation: int) -> None:
    """End an invitation; ``NotFoundError`` where it is not open."""
    require(actor, Right.ADMINISTER)
    with site.database.writing() as session:
        row = session.scalar(
            select(InvitationRow).where(
                InvitationRow.workspace == actor.workspace,
                InvitationRow.id == invitation,
                *_open(site),
            )
        )
        if row is None:
            raise _no_invitation()
        row.withdrawn_at = site.clock()
        note(session, actor, "invitation-withdrawn", at=site.clock(), about=row.email)


def invitation_by(site: Site, secret: str) -> Invitation:
    """The open invitation of a link; ``NotFoundError`` where there is none."""
    with site.database.reading() as session:
        return _invitation(_by_secret(site, session, secret))


def accept_as_new(site: Site, secret: str, wanted: NewAccount, place: Place) -> SignedIn:
    """Use an invitation with a new account, and sign it in."""
    with site.database.writing() as session:
        row = _by_secret(site, session, secret)
        _refuse_other(row, wanted.email)
        user = add_user(session, wanted, at=site.clock())
        _join(site, session, row, user)
        return start_session(session, user, place, at=site.clock())


def accept_as_user(site: Site, secret: str, user: int) -> str:
    """Use an invitation with an account that is signed in; the workspace's slug."""
    with site.database.writing() as session:
        row = _by_secret(site, session, secret)
        account = session.get_one(UserRow, user)
        _refuse_other(row, account.email)
        _join(site, session, row, account)
        return row.workspace


def _join(site: Site, session: Session, row: InvitationRow, user: UserRow) -> None:
    now, role = site.clock(), Role(row.role)
    known = session.get(MemberRow, (row.workspace, user.id))
    if known is None:
        session.add(
            MemberRow(
                workspace=row.workspace,
                user=user.id,
                role=role.value,
                may_reveal=False,
                joined_at=now,
            )
        )
    row.used_at = now
    joined = Actor(
        user.id, user.name, user.language, row.workspace, role, RIGHTS_OF[role], "session"
    )
    note(session, joined, "joined", at=now, about=user.name, role=role.value)


def _open(site: Site) -> tuple[ColumnElement[bool], ...]:
    return (
        InvitationRow.used_at.is_(None),
        InvitationRow.withdrawn_at.is_(None),
        InvitationRow.expires_at > site.clock(),
    )


def _by_secret(site: Site, session: Session, secret: str) -> InvitationRow:
    row = session.scalar(
        select(InvitationRow).where(InvitationRow.secret_hash == fingerprint(secret), *_open(site))
    )
    if row is None or row.workspace not in site.workspaces:
        raise _no_invitation()
    return row


def _refuse_other(row: InvitationRow, email: str) -> None:
    if row.email and row.email != email.strip().casefold():
        raise InputError(
            N_("This invitation is for another e-mail address."),
            hint=N_("Use the address it was made for, or ask for one of your own."),
            field="email",
        )


def _refuse_member(session: Session, actor: Actor, email: str) -> None:
    found = session.scalar(
        select(MemberRow.user)
        .join(UserRow, UserRow.id == MemberRow.user)
        .where(MemberRow.workspace == actor.workspace, UserRow.email == email)
    )
    if email and found is not None:
        raise ConflictError(N_("This person is a member already."), field="email")


def _keep_an_owner(session: Session, actor: Actor) -> None:
    owners = session.scalar(
        select(func.count())
        .select_from(MemberRow)
        .where(MemberRow.workspace == actor.workspace, MemberRow.role == Role.OWNER.value)
    )
    if owners == 1:
        raise ConflictError(
            N_("This is the last owner."), hint=N_("Make somebody else an owner first.")
        )


def _member_row(session: Session, actor: Actor, user: int) -> MemberRow:
    row = session.get(MemberRow, (actor.workspace, user), with_for_update=True)
    if row is None:
        raise NotFoundError(N_("There is no such member."))
    return row


def _member(row: MemberRow, user: UserRow, seen: datetime | None) -> Member:
    return Member(
        row.user, user.name, user.email, Role(row.role), row.may_reveal, row.joined_at, seen
    )


def _invitation(row: InvitationRow, secret: str = "") -> Invitation:
    return Invitation(
        row.id,
        row.workspace,
        row.email,
        Role(row.role),
        row.created_by_name,
        row.created_at,
        row.expires_at,
        secret,
    )


def _no_workspace() -> NotFoundError:
    return NotFoundError(
        N_("There is no such workspace here, or you are not in it."),
        hint=N_("Ask one of its owners for an invitation."),
    )


def _no_invitation() -> NotFoundError:
    return NotFoundError(
        N_("This invitation was used already, was withdrawn, or is too old."),
        hint=N_("Ask for a new one."),
        link="over",
    )
