"""Settings of a workspace: what it was told once, its members, the audit log."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.settings import STAGE_SETS
from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import AuditWishes, audit_acts, audit_entries
from waypost.app.studio.members import (
    change_member,
    invitations_of,
    invite,
    members_of,
    remove_member,
    withdraw,
)
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.workspace_settings import change_settings
from waypost.errors import ConflictError, InputError, WaypostError
from waypost.web.access import needs, site_of
from waypost.web.csv_answers import csv_answer
from waypost.web.errors import status_of
from waypost.web.pages.settings_words import ACT_NAMES, ROLE_MEANINGS, STAGE_NAMES, told_facts
from waypost.web.region_names import countries, currencies
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/settings")

See = Annotated[Actor, Depends(needs(Right.SEE, person=True))]
Owner = Annotated[Actor, Depends(needs(Right.ADMINISTER, person=True))]
Text = Annotated[str, Form()]
_PAGE = 100
_WHOLE = 100_000
_FIELDS = ("name", "zone", "country", "currency", "language", "stages")


@router.get("")
def settings(actor: See) -> Response:
    """To what concerns whoever asks: the workspace for owners, else the own account."""
    return _to(actor, "workspace" if actor.may(Right.ADMINISTER) else "account")


@router.get("/workspace")
def workspace(request: Request, actor: Owner) -> Response:
    """Name, zone, country, currency, language, stages."""
    return _workspace(request, actor)


@router.post("/workspace")
async def save_workspace(request: Request, actor: Owner) -> Response:
    """Other settings."""
    form = await request.form()
    wanted = {key: str(form.get(key, "")) for key in _FIELDS}
    try:
        change_settings(site_of(request), actor, wanted)
    except (InputError, ConflictError) as error:
        return _workspace(request, actor, wanted, error)
    return _to(actor, "workspace", done="saved")


@router.get("/members")
def members(request: Request, actor: See) -> Response:
    """Who is in the workspace; owners invite, change and remove."""
    return _members(request, actor, {})


@router.post("/members/invite")
def add_member(
    request: Request, actor: Owner, role: Text = Role.VIEWER, email: Text = ""
) -> Response:
    """An invitation; its link is shown this once."""
    try:
        made = invite(site_of(request), actor, role=_role(role), email=email)
    except (InputError, ConflictError) as error:
        return _members(request, actor, {"email": email, "role": role}, error)
    return _members(request, actor, {"link": f"{_base(request)}/invite/{made.secret}"})


@router.post("/members/leave")
def leave(request: Request, actor: See) -> Response:
    """Leave the workspace."""
    site = site_of(request)
    try:
        remove_member(site, actor, actor.user)
    except ConflictError as error:
        return _members(request, actor, {}, error)
    return RedirectResponse("/", 303)


@router.post("/members/{user}")
def save_member(
    request: Request, actor: Owner, user: int, role: Text = "", may_reveal: Text = ""
) -> Response:
    """Another role or right."""
    site = site_of(request)
    try:
        change_member(site, actor, user, role=_role(role), may_reveal=bool(may_reveal))
    except (InputError, ConflictError) as error:
        return _members(request, actor, {}, error)
    return _to(actor, "members", done="changed")


@router.post("/members/{user}/remove")
def drop_member(request: Request, actor: Owner, user: int) -> Response:
    """Take somebody out, and end their tokens here."""
    try:
        remove_member(site_of(request), actor, user)
    except ConflictError as error:
        return _members(request, actor, {}, error)
    return _to(actor, "members", done="removed")


@router.post("/invitations/{invitation}/withdraw")
def end_invitation(request: Request, actor: Owner, invitation: int) -> Response:
    """Withdraw an invitation."""
    withdraw(site_of(request), actor, invitation)
    return _to(actor, "members", done="withdrawn")


@router.get("/audit")
def audit(
    request: Request,
    actor: Owner,
    act: str = "",
    who: str = "",
    before: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """Who did what, and when."""
    site = site_of(request)
    wishes = AuditWishes(act=act, who=who, before=before, limit=_PAGE + 1)
    entries = audit_entries(site, actor, wishes)
    values = {
        "entries": entries[:_PAGE],
        "has_more": len(entries) > _PAGE,
        "acts": audit_acts(site, actor),
        "act": act,
        "who": who,
        "act_names": ACT_NAMES,
        "told": {one.id: told_facts(one.facts, actor.language) for one in entries},
    }
    return page(request, actor, "settings/audit.html", values)


@router.get("/audit.csv")
def audit_csv(request: Request, actor: Owner, act: str = "", who: str = "") -> Response:
    """The newest 100,000 entries as a table."""
    entries = audit_entries(site_of(request), actor, AuditWishes(act=act, who=who, limit=_WHOLE))
    rows = [
        (
            one.at.isoformat(),
            one.name,
            one.via,
            one.act,
            one.subject,
            one.about,
            "; ".join(f"{name}: {value}" for name, value in one.facts.items()),
        )
        for one in entries
    ]
    return csv_answer("audit.csv", ("at", "name", "via", "act", "subject", "about", "facts"), rows)


def _workspace(
    request: Request,
    actor: Actor,
    wanted: dict[str, str] | None = None,
    error: WaypostError | None = None,
) -> Response:
    now = site_of(request).workspace(actor.workspace).settings
    values = {
        "form": wanted or {key: getattr(now, key) for key in _FIELDS},
        "zones": sorted(zone for zone in available_timezones() if "/" in zone),
        "countries": countries(actor.language),
        "currencies": currencies(actor.language),
        "stage_sets": [(key, STAGE_NAMES[key]) for key in STAGE_SETS],
        "told": said(actor.language, error) if error else None,
        "done": request.query_params.get("done", ""),
    }
    status = status_of(error) if error else 200
    return page(request, actor, "settings/workspace.html", values, status=status)


def _members(
    request: Request, actor: Actor, values: dict[str, Any], error: WaypostError | None = None
) -> Response:
    site = site_of(request)
    owns = actor.may(Right.ADMINISTER)
    shown = {
        "members": members_of(site, actor),
        "invitations": invitations_of(site, actor) if owns else [],
        "meanings": ROLE_MEANINGS,
        "email": "",
        "role": Role.VIEWER.value,
        "link": "",
        "told": said(actor.language, error) if error else None,
        "done": request.query_params.get("done", ""),
    }
    status = status_of(error) if error else 200
    return page(request, actor, "settings/members.html", shown | values, status=status)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise InputError("There is no such role.", field="role") from error


def _base(request: Request) -> str:
    """The address that people use: the told one, else the one of this request."""
    told = site_of(request).address
    return told or str(request.base_url).rstrip("/")


def _to(actor: Actor, area: str, *, done: str = "") -> RedirectResponse:
    asked = f"?done={done}" if done else ""
    return RedirectResponse(f"/w/{actor.workspace}/settings/{area}{asked}", 303)
