"""Coming in and going out: password, first owner, one-time link, invitation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.studio.accounts import NewAccount, has_users
from waypost.app.studio.members import (
    Invitation,
    accept_as_new,
    accept_as_user,
    invitation_by,
    workspaces_of,
)
from waypost.app.studio.signing_in import (
    ABSOLUTE,
    Signed,
    SignedIn,
    link_purpose,
    make_first_owner,
    sign_in,
    sign_in_by_link,
    sign_out,
    signed_by,
)
from waypost.errors import ConflictError, InputError, NotFoundError, SignInError, WaypostError
from waypost.kit.translation import LANGUAGES
from waypost.web.access import (
    COOKIE,
    cookie_of,
    place_of,
    secret_of,
    signed_in,
    signed_or_none,
    site_of,
)
from waypost.web.errors import status_of
from waypost.web.rendering import LANGUAGE_COOKIE, bare_page, language_of, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
MaybeSigned = Annotated[Signed | None, Depends(signed_or_none)]


@router.get("/")
def front(request: Request, signed: MaybeSigned) -> Response:
    """To the first workspace of whoever is signed in, else to the sign-in page."""
    if signed is None:
        return RedirectResponse("/login", 303)
    return RedirectResponse(_home(request, signed.user.id), 303)


@router.get("/health")
def health() -> dict[str, str]:
    """Answers while the studio runs."""
    return {"state": "ok"}


@router.get("/login")
def login_page(request: Request, signed: MaybeSigned, next: str = "") -> Response:  # noqa: A002 - the address's word
    """The sign-in page; where nobody has an account, what to do."""
    if signed is not None:
        return RedirectResponse(_safe_next(next) or _home(request, signed.user.id), 303)
    values = {"next": next, "email": "", "told": None, "is_new": not has_users(site_of(request))}
    return bare_page(request, "signing_in/login.html", values)


@router.post("/login")
def login(request: Request, email: Text = "", password: Text = "", next: Text = "") -> Response:  # noqa: A002 - as above
    """Sign in; a wrong proof shows the form again with the same words for every reason."""
    try:
        done = sign_in(site_of(request), email, password, place_of(request))
    except SignInError as error:
        told = said(language_of(request), error)
        values = {"next": next, "email": email, "told": told, "is_new": False}
        answer = bare_page(request, "signing_in/login.html", values, status=status_of(error))
        if "wait_seconds" in error.facts:
            answer.headers["Retry-After"] = str(error.facts["wait_seconds"])
        return answer
    return _entered(request, done, _safe_next(next))


@router.post("/logout")
def logout(request: Request, signed: Annotated[Signed, Depends(signed_in)]) -> Response:
    """End this session."""
    sign_out(site_of(request), signed)
    answer = RedirectResponse("/login", 303)
    for name in (cookie_of(site_of(request)), COOKIE):
        answer.delete_cookie(name, path="/")
    return answer


@router.get("/welcome/{secret}")
def welcome_page(request: Request, secret: str) -> Response:
    """The form for the first owner."""
    if link_purpose(site_of(request), secret) != "first-owner":
        raise NotFoundError("There is no such link.")
    return bare_page(request, "signing_in/welcome.html", _form_values(secret))


@router.post("/welcome/{secret}")
def welcome(
    request: Request, secret: str, email: Text = "", name: Text = "", password: Text = ""
) -> Response:
    """Make the first account and sign it in."""
    wanted = NewAccount(email, name, password, language_of(request))
    try:
        done = make_first_owner(site_of(request), secret, wanted, place_of(request))
    except (InputError, ConflictError) as error:
        values = _form_values(secret, wanted, said(language_of(request), error), error)
        return bare_page(request, "signing_in/welcome.html", values, status=status_of(error))
    return _entered(request, done)


@router.get("/enter/{secret}")
def enter_page(request: Request, secret: str) -> Response:
    """A button, so that a program that only looks at links does not use the link up."""
    if link_purpose(site_of(request), secret) != "sign-in":
        raise NotFoundError("There is no such link.")
    return bare_page(request, "signing_in/enter.html", {"secret": secret})


@router.post("/enter/{secret}")
def enter(request: Request, secret: str) -> Response:
    """Sign in by a one-time link."""
    return _entered(request, sign_in_by_link(site_of(request), secret, place_of(request)))


@router.get("/invite/{secret}")
def invitation_page(request: Request, secret: str, signed: MaybeSigned) -> Response:
    """What somebody is invited to, and how to come in."""
    invitation = invitation_by(site_of(request), secret)
    values = _form_values(secret) | _invited(request, invitation) | {"signed": signed}
    return bare_page(request, "signing_in/invitation.html", values)


@router.post("/invite/{secret}")
def accept(
    request: Request, secret: str, email: Text = "", name: Text = "", password: Text = ""
) -> Response:
    """Come in with a new account."""
    wanted = NewAccount(email, name, password, language_of(request))
    invitation = invitation_by(site_of(request), secret)
    try:
        done = accept_as_new(site_of(request), secret, wanted, place_of(request))
    except (InputError, ConflictError) as error:
        values = _form_values(secret, wanted, said(language_of(request), error), error)
        values |= _invited(request, invitation) | {"signed": None}
        return bare_page(request, "signing_in/invitation.html", values, status=status_of(error))
    return _entered(request, done, f"/w/{invitation.workspace}")


@router.post("/invite/{secret}/join")
def join(request: Request, secret: str, signed: Annotated[Signed, Depends(signed_in)]) -> Response:
    """Come in with the account that is signed in."""
    slug = accept_as_user(site_of(request), secret, signed.user.id)
    return RedirectResponse(f"/w/{slug}", 303)


@router.post("/language")
def choose_language(
    request: Request,
    language: Text = "",
    next: Text = "",  # noqa: A002 - as above
) -> Response:
    """Another language before signing in, kept in a cookie."""
    answer = RedirectResponse(_safe_next(next) or "/login", 303)
    if language in LANGUAGES:
        is_https = site_of(request).address.startswith("https:")
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", secure=is_https
        )
    return answer


def _invited(request: Request, invitation: Invitation) -> dict[str, object]:
    settings = site_of(request).workspace(invitation.workspace).settings
    return {"invitation": invitation, "invited_to": settings.name}


def _form_values(
    secret: str,
    wanted: NewAccount | None = None,
    told: dict[str, str] | None = None,
    error: WaypostError | None = None,
) -> dict[str, object]:
    return {
        "secret": secret,
        "email": wanted.email if wanted else "",
        "name": wanted.name if wanted else "",
        "told": told,
        "field": error.facts.get("field", "") if error else "",
    }


def _entered(request: Request, done: SignedIn, wanted: str = "") -> Response:
    """To the page that was wanted, with a new cookie; the session of the old one ends."""
    site = site_of(request)
    before = signed_by(site, secret_of(request))
    if before is not None:
        sign_out(site, before)
    answer = RedirectResponse(wanted or _home(request, done.user.id), 303)
    answer.set_cookie(
        cookie_of(site),
        done.secret,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=site.address.startswith("https:"),
        path="/",
    )
    return answer


def _home(request: Request, user: int) -> str:
    found = workspaces_of(site_of(request), user)
    if not found:
        raise NotFoundError(
            "You are in no workspace of this studio.", hint="Ask an owner for an invitation."
        )
    return f"/w/{found[0]}"


def _safe_next(wanted: str) -> str:
    """The address if it is a path of ours; else nothing, so that nobody is led away."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_path and wanted.isprintable() and "\\" not in wanted else ""
