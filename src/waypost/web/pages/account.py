"""My account: name, language, theme, password, sessions; and tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.studio.accounts import change_password, change_profile
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.signing_in import (
    Signed,
    end_session,
    sessions_of,
    sign_out_everywhere,
)
from waypost.app.studio.tokens import LIVES_DAYS, make_token, revoke_token, tokens_of
from waypost.errors import InputError, WaypostError
from waypost.web.access import needs, signed_in, site_of
from waypost.web.api_reference import groups_of
from waypost.web.errors import status_of
from waypost.web.pages.settings_words import RIGHT_NAMES, browser_name
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/settings")

See = Annotated[Actor, Depends(needs(Right.SEE, person=True))]
Me = Annotated[Signed, Depends(signed_in)]
Text = Annotated[str, Form()]


@router.get("/account")
def account(request: Request, actor: See, me: Me) -> Response:
    """Name, language, theme, password, sessions."""
    return _account(request, actor, me)


@router.post("/account")
def save_account(
    request: Request, actor: See, me: Me, name: Text = "", language: Text = ""
) -> Response:
    """Another name or language."""
    try:
        change_profile(site_of(request), me.user.id, name=name or " ", language=language)
    except InputError as error:
        return _account(request, actor, me, error)
    return _to(actor, "account", done="profile")


@router.post("/theme")
def save_theme(
    request: Request,
    actor: See,
    me: Me,
    theme: Text = "",
    next: Text = "",  # noqa: A002 - the form's word
) -> Response:
    """Another theme, and back to the page one was on."""
    change_profile(site_of(request), me.user.id, theme=theme)
    is_inside = next.startswith(f"/w/{actor.workspace}") and next.isprintable()
    return RedirectResponse(next, 303) if is_inside else _to(actor, "account")


@router.post("/password")
def save_password(
    request: Request, actor: See, me: Me, old: Text = "", password: Text = ""
) -> Response:
    """Another password; every other session of the account ends."""
    site = site_of(request)
    try:
        proof = None if me.may_set_password else old
        change_password(site, me.user.id, old=proof, new=password)
    except InputError as error:
        return _account(request, actor, me, error)
    sign_out_everywhere(site, me.user.id, but=me.session)
    return _to(actor, "account", done="password")


@router.post("/sessions/end")
def end_one(request: Request, actor: See, me: Me, session: Text = "") -> Response:
    """End one of one's own sessions."""
    end_session(site_of(request), me.user.id, session)
    return _to(actor, "account", done="session")


@router.post("/sessions/end-all")
def end_all(request: Request, actor: See, me: Me) -> Response:
    """Sign out everywhere but here."""
    sign_out_everywhere(site_of(request), me.user.id, but=me.session)
    return _to(actor, "account", done="sessions")


@router.get("/tokens")
def tokens(request: Request, actor: See) -> Response:
    """The own tokens; an owner sees everybody's."""
    return _tokens(request, actor, {})


@router.post("/tokens")
def add_token(
    request: Request,
    actor: See,
    name: Text = "",
    days: Annotated[int, Form()] = 90,
    scopes: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """A new token, shown this once."""
    wanted = [right for right in Right if right.value in scopes]
    try:
        token = make_token(site_of(request), actor, name=name, scopes=wanted, days=days)
    except InputError as error:
        return _tokens(request, actor, {"name": name}, error)
    return _tokens(request, actor, {"made": token})


@router.get("/tokens/reference")
def reference(request: Request, actor: See) -> Response:
    """What the API can be asked, operation by operation."""
    values = {"groups": groups_of(request.app.openapi()), "address": site_of(request).address}
    return page(request, actor, "settings/reference.html", values)


@router.post("/tokens/{token}/revoke")
def end_token(request: Request, actor: See, token: int) -> Response:
    """End a token."""
    revoke_token(site_of(request), actor, token)
    return _to(actor, "tokens", done="revoked")


def _account(
    request: Request, actor: Actor, me: Signed, error: WaypostError | None = None
) -> Response:
    values = {
        "me": me,
        "sessions": sessions_of(site_of(request), me.user.id),
        "browser_name": browser_name,
        "told": said(me.user.language, error) if error else None,
        "field": error.facts.get("field", "") if error else "",
        "done": request.query_params.get("done", ""),
    }
    status = status_of(error) if error else 200
    return page(request, actor, "settings/account.html", values, status=status)


def _tokens(
    request: Request, actor: Actor, values: dict[str, Any], error: WaypostError | None = None
) -> Response:
    shown = {
        "tokens": tokens_of(site_of(request), actor),
        "made": None,
        "name": "",
        "lives": LIVES_DAYS,
        "right_names": {right: RIGHT_NAMES[right] for right in Right if right in actor.rights},
        "told": said(actor.language, error) if error else None,
        "field": error.facts.get("field", "") if error else "",
        "done": request.query_params.get("done", ""),
    }
    status = status_of(error) if error else 200
    return page(request, actor, "settings/tokens.html", shown | values, status=status)


def _to(actor: Actor, area: str, *, done: str = "") -> RedirectResponse:
    asked = f"?done={done}" if done else ""
    return RedirectResponse(f"/w/{actor.workspace}/settings/{area}{asked}", 303)
