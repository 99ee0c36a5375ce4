"""Who may come in: the one place where a request becomes an actor with a right."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from waypost.app.studio.actor import Actor
from waypost.app.studio.members import actor_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.signing_in import Place, Signed, is_open, signed_by
from waypost.app.studio.site import Site
from waypost.app.studio.tokens import actor_by_token
from waypost.errors import ForbiddenError, NotFoundError, SignInError
from waypost.kit.translation import N_

__all__ = [
    "COOKIE",
    "PUBLIC",
    "asks_again",
    "cookie_of",
    "csrf_of",
    "needs",
    "place_of",
    "recognise",
    "secret_of",
    "signed_in",
    "signed_or_none",
    "site_of",
]

COOKIE = "waypost_session"
"""The session's cookie, as it was called before each studio had its own name for it."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_BEARER = "bearer "
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

PUBLIC = frozenset(
    {
        "/static/{version}/{name:path}",
        "/api/v1/openapi.json",
        "/",
        "/login",
        "/welcome/{secret}",
        "/enter/{secret}",
        "/invite/{secret}",
        "/language",
        "/health",
        "/s/{secret}",
        "/s/{secret}/map",
        "/s/{secret}/comments",
        "/embed/{secret}",
    }
)
"""Routes that ask nobody who they are; every other one declares what it needs."""


def site_of(request: Request) -> Site:
    """The site that the application serves."""
    found = request.app.state.site
    assert isinstance(found, Site)
    return found


def place_of(request: Request) -> Place:
    """Where a request comes from."""
    address = request.client.host if request.client else ""
    return Place(address, request.headers.get("user-agent", ""))


def cookie_of(site: Site) -> str:
    """The name of the session's cookie: cookies know no ports, so each studio has its own."""
    return f"{COOKIE}_{hashlib.sha256(site.database.name.encode()).hexdigest()[:8]}"


def secret_of(request: Request) -> str:
    """The session's secret in the request's cookie; empty without one."""
    own = request.cookies.get(cookie_of(site_of(request)), "")
    return own or request.cookies.get(COOKIE, "")


def csrf_of(request: Request) -> str:
    """What a form must bring along; made of the cookie's secret, which no other site knows."""
    secret = secret_of(request)
    return hmac.new(secret.encode(), b"waypost csrf", hashlib.sha256).hexdigest() if secret else ""


async def signed_or_none(request: Request) -> Signed | None:
    """Who is signed in with a cookie; asked once per request."""
    if not hasattr(request.state, "signed"):
        secret = secret_of(request)
        found = await run_in_threadpool(signed_by, site_of(request), secret) if secret else None
        request.state.signed = found
    signed = request.state.signed
    assert signed is None or isinstance(signed, Signed)
    return signed


async def recognise(request: Request) -> None:
    """Note who asks, where the address leads nowhere, so that the error page speaks to them."""
    signed = await signed_or_none(request)
    area, _, rest = request.url.path.strip("/").partition("/")
    if signed is None or area != "w":
        return
    try:
        slug = rest.partition("/")[0]
        found = await run_in_threadpool(actor_of, site_of(request), signed.user, slug)
    except NotFoundError:
        return
    request.state.actor = found


async def signed_in(request: Request) -> Signed:
    """Who is signed in; ``SignInError`` where nobody is, ``ForbiddenError`` for a forged form."""
    signed = await signed_or_none(request)
    if signed is None:
        raise SignInError(N_("Please sign in."), hint=N_("Your session may have ended."))
    await _check_csrf(request)
    return signed


def needs(right: Right, *, person: bool = False) -> Callable[[Request], Awaitable[Actor]]:
    """A dependency: the actor of the request, who has ``right`` in the address's workspace.

    The workspace is the address's ``{slug}`` or ``{w}``. ``person``: no token will do. Raises
    ``SignInError`` for nobody, ``NotFoundError`` for a foreign workspace, ``ForbiddenError`` for
    too little.
    """

    async def actor(request: Request) -> Actor:
        found = await _actor(request, person=person)
        request.state.actor = found
        require(found, right)
        return found

    actor.right = right  # type: ignore[attr-defined]  # read by the test over every route
    return actor


async def _actor(request: Request, *, person: bool) -> Actor:
    site = site_of(request)
    parts = request.path_params
    slug = str(parts["slug"] if "slug" in parts else parts["w"])
    authorisation = request.headers.get("authorization", "")
    if authorisation.lower().startswith(_BEARER):
        secret = authorisation[len(_BEARER) :].strip()
        found = await run_in_threadpool(actor_by_token, site, secret, slug)
        if person:
            raise ForbiddenError(N_("Only somebody who is signed in may do this, no token."))
        return found
    signed = await signed_in(request)
    return await run_in_threadpool(actor_of, site, signed.user, slug)


def asks_again(request: Request, actor: Actor) -> Callable[[], Actor]:
    """Who asks, as it is whenever one looks again; no visit of a session.

    Raises as ``needs`` does where session, token or membership have ended since.
    """
    site, slug = site_of(request), actor.workspace
    if actor.via == "token":
        secret = request.headers.get("authorization", "")[len(_BEARER) :].strip()
        return lambda: actor_by_token(site, secret, slug)
    signed = request.state.signed

    def again() -> Actor:
        if not is_open(site, signed.session):
            raise SignInError(N_("Please sign in."), hint=N_("Your session may have ended."))
        return actor_of(site, signed.user, slug)

    return again


async def _check_csrf(request: Request) -> None:
    if request.method in _SAFE:
        return
    given = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not given and kind in _FORMS:
        field = (await request.form()).get("csrf")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), csrf_of(request).encode()):
        raise ForbiddenError(
            N_("This form is too old, or it came from another site."),
            hint=N_("Load the page again and repeat what you did."),
        )
