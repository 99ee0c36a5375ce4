"""API: who asks, members, invitations, tokens, the audit log, settings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import AuditWishes, audit_entries
from waypost.app.studio.members import (
    change_member,
    invitations_of,
    invite,
    members_of,
    remove_member,
    withdraw,
)
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.tokens import revoke_token, tokens_of
from waypost.app.studio.workspace_settings import change_settings
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{w}", tags=["workspace"])

See = Annotated[Actor, Depends(needs(Right.SEE))]
Owner = Annotated[Actor, Depends(needs(Right.ADMINISTER))]
_LARGEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_LARGEST)]


class Frozen(BaseModel):
    """Values that go out or come in."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Me(Frozen):
    """Who asks, and with which rights."""

    user: int
    name: str
    workspace: str
    role: Role
    rights: list[Right]
    via: str


class SettingsOut(Frozen):
    """What a workspace was told once."""

    name: str
    zone: str
    country: str
    currency: str
    language: str
    stages: str


class SettingsIn(Frozen):
    """Settings to change; what is left out stays."""

    name: str = ""
    zone: str = ""
    country: str = ""
    currency: str = ""
    language: str = ""
    stages: str = ""


class MemberOut(Frozen):
    """Somebody in the workspace."""

    user: int
    name: str
    email: str
    role: Role
    may_reveal: bool
    joined_at: datetime
    seen_at: datetime | None


class MemberIn(Frozen):
    """Another role."""

    role: Role
    may_reveal: bool = False


class InvitationOut(Frozen):
    """An open invitation; ``secret`` only in the answer that makes it."""

    id: int
    email: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime
    secret: str = ""


class InvitationIn(Frozen):
    """Whom to invite."""

    role: Role = Role.VIEWER
    email: str = Field(default="", max_length=254)


class TokenOut(Frozen):
    """A token without its secret; tokens are made in the settings by whoever is signed in."""

    id: int
    name: str
    owner: str
    start: str
    scopes: list[Right]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class AuditOut(Frozen):
    """One thing somebody did."""

    id: int
    at: datetime
    user: int | None
    name: str
    via: str
    act: str
    about: str
    subject: str
    facts: dict[str, str]


@router.get("/me")
def me(actor: See) -> Me:
    """Who asks."""
    return Me(
        user=actor.user,
        name=actor.name,
        workspace=actor.workspace,
        role=actor.role,
        rights=sorted(actor.rights),
        via=actor.via,
    )


@router.get("/settings")
def settings(request: Request, actor: See) -> SettingsOut:
    """The workspace's settings."""
    found = asdict(site_of(request).workspace(actor.workspace).settings)
    return SettingsOut(**{key: found[key] for key in SettingsOut.model_fields})


@router.patch("/settings")
def save_settings(request: Request, actor: Owner, wanted: SettingsIn) -> SettingsOut:
    """Change settings; they hold for later imports and builds."""
    found = asdict(change_settings(site_of(request), actor, wanted.model_dump()))
    return SettingsOut(**{key: found[key] for key in SettingsOut.model_fields})


@router.get("/members")
def members(request: Request, actor: See) -> list[MemberOut]:
    """Everybody in the workspace, by name."""
    return [MemberOut.model_validate(one) for one in members_of(site_of(request), actor)]


@router.put("/members/{user}", status_code=204, response_class=Response)
def save_member(request: Request, actor: Owner, user: Number, wanted: MemberIn) -> None:
    """Another role; the last owner keeps theirs."""
    site = site_of(request)
    change_member(site, actor, user, role=wanted.role, may_reveal=wanted.may_reveal)


@router.delete("/members/{user}", status_code=204, response_class=Response)
def drop_member(request: Request, actor: Owner, user: Number) -> None:
    """Take somebody out; the last owner stays."""
    remove_member(site_of(request), actor, user)


@router.get("/invitations")
def invitations(request: Request, actor: Owner) -> list[InvitationOut]:
    """The open invitations, the newest first."""
    site = site_of(request)
    return [
        InvitationOut(**_without(asdict(one), "workspace")) for one in invitations_of(site, actor)
    ]


@router.post("/invitations", status_code=201)
def add_invitation(request: Request, actor: Owner, wanted: InvitationIn) -> InvitationOut:
    """Invite somebody; the path is ``/invite/`` and the secret, which is told only now."""
    made = invite(site_of(request), actor, role=wanted.role, email=wanted.email)
    return InvitationOut(**_without(asdict(made), "workspace"))


@router.delete("/invitations/{invitation}", status_code=204, response_class=Response)
def end_invitation(request: Request, actor: Owner, invitation: Number) -> None:
    """Withdraw an invitation."""
    withdraw(site_of(request), actor, invitation)


@router.get("/tokens")
def tokens(request: Request, actor: See) -> list[TokenOut]:
    """The own tokens; an owner's token sees everybody's."""
    found = tokens_of(site_of(request), actor)
    return [TokenOut(**_without(asdict(one), "secret")) for one in found]


@router.delete("/tokens/{token}", status_code=204, response_class=Response)
def end_token(request: Request, actor: See, token: Number) -> None:
    """End a token: one's own, or any as an owner."""
    revoke_token(site_of(request), actor, token)


@router.get("/audit")
def audit(
    request: Request,
    actor: Owner,
    act: str = "",
    who: str = "",
    before: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditOut]:
    """Who did what, the newest first; ``before`` is the id that the last page ended with."""
    wishes = AuditWishes(act=act, who=who, before=before, limit=limit)
    found = audit_entries(site_of(request), actor, wishes)
    return [AuditOut.model_validate(one) for one in found]


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}
