"""A shared map for people without an account: as a page of its own, and inside another web site."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from waypost.app.studio.shared_map import (
    GuestComment,
    SharedPage,
    Visitor,
    comment_as_guest,
    open_shared,
    shared_page,
    shared_picture,
)
from waypost.app.studio.sharing import unlock_share
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError, WaypostError
from waypost.web.access import site_of
from waypost.web.errors import status_of
from waypost.web.rendering import bare_page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

TheSite = Annotated[Site, Depends(site_of)]
Language = Literal["de", "en"] | None

_COOKIE = "waypost_share"
_DAY = 24 * 60 * 60
_SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script>", re.DOTALL)
# With "no-referrer" browsers send forms from the origin "null", and the guard refuses them.
_PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class GuestForm(BaseModel):
    """What the form of a guest says."""

    name: str = ""
    text: str = ""
    step: str = ""

    def said(self) -> GuestComment:
        """The same as the use case takes it."""
        return GuestComment(self.name, self.text, self.step)


def _visitor(request: Request, secret: str) -> Visitor:
    """The link that is followed, and the proof of its password if the browser has one."""
    return secret, request.cookies.get(_COOKIE, "")


@router.get("/s/{secret}")
def shared(
    request: Request, site: TheSite, secret: str, language: Language = None, sent: str = ""
) -> Response:
    """The shared map, or the question for its password."""
    try:
        found = open_shared(site, _visitor(request, secret), is_visit=True)
    except NotFoundError as error:
        return _gone(request, error)
    return _page(request, secret, found, {"is_sent": bool(sent)}, language=language)


@router.post("/s/{secret}")
def unlock(
    request: Request, site: TheSite, secret: str, password: Annotated[str, Form()] = ""
) -> Response:
    """Look at the password; the browser keeps the proof for a day."""
    try:
        found = open_shared(site, _visitor(request, secret))
        proof = unlock_share(site, secret, password)
    except NotFoundError as error:
        return _gone(request, error)
    except WaypostError as error:
        told = {"fault": said(found.language, error)}
        answer = _page(request, secret, found, told, status=status_of(error))
        if "wait_seconds" in error.facts:
            answer.headers["Retry-After"] = str(error.facts["wait_seconds"])
        return answer
    answer = RedirectResponse(f"/s/{secret}", 303, headers=_PRIVATE)
    answer.set_cookie(
        _COOKIE,
        proof,
        max_age=_DAY,
        path=f"/s/{secret}",
        secure=site.address.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/s/{secret}/comments")
def comment(
    request: Request,
    site: TheSite,
    secret: str,
    new: Annotated[GuestForm, Form()],
) -> Response:
    """Say something about the map."""
    try:
        comment_as_guest(site, _visitor(request, secret), new.said())
    except WaypostError as error:
        try:
            found = open_shared(site, _visitor(request, secret))
        except NotFoundError as gone:
            return _gone(request, gone)
        told = {"fault": said(found.language, error), "new": new}
        return _page(request, secret, found, told, status=status_of(error))
    return RedirectResponse(f"/s/{secret}?sent=1#comments", 303, headers=_PRIVATE)


@router.get("/s/{secret}/map")
def drawn(request: Request, site: TheSite, secret: str, language: Language = None) -> Response:
    """The drawn map alone, for the frame of the page."""
    found = open_shared(site, _visitor(request, secret))
    content = shared_page(site, _visitor(request, secret), language or found.language)
    headers = {"Content-Security-Policy": _policy(content, "'self'"), **_PRIVATE}
    return Response(
        content, media_type="text/html", headers={**headers, "X-Frame-Options": "SAMEORIGIN"}
    )


@router.get("/embed/{secret}")
def embedded(request: Request, site: TheSite, secret: str, language: Language = None) -> Response:
    """The drawn map for a frame on the web sites that the link names."""
    try:
        found = open_shared(site, (secret, ""), is_visit=True)
        content, origins = shared_picture(site, secret, language or found.language)
    except NotFoundError as error:
        return _gone(request, error)
    headers = {"Content-Security-Policy": _policy(content, " ".join(origins)), **_PRIVATE}
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return Response(content, media_type="text/html", headers=headers)


def _policy(content: bytes, ancestors: str) -> str:
    """What the drawn map may do: show what is inside it and run its own script, nothing else."""
    nothing = "'none'"
    scripts = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _SCRIPT.findall(content)
    )
    return (
        f"default-src 'none'; script-src {scripts or nothing}; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}; sandbox allow-scripts allow-popups"
    )


def _page(
    request: Request,
    secret: str,
    found: SharedPage,
    told: Mapping[str, object],
    *,
    status: int = 200,
    language: Language = None,
) -> Response:
    values = {
        "found": found,
        "secret": secret,
        "fault": None,
        "new": None,
        "is_sent": False,
        "shown_language": language or found.language,
        **told,
    }
    template = "maps/locked.html" if found.is_locked else "maps/shared.html"
    answer = bare_page(
        request, template, values, status=status, language=language or found.language
    )
    answer.headers.update(_PRIVATE)
    return answer


def _gone(request: Request, error: NotFoundError) -> Response:
    """A page that says why there is no map and what to do."""
    values = {"reason": str(error.facts.get("reason", "")), "error": error}
    answer = bare_page(request, "maps/no_share.html", values, status=404)
    answer.headers.update(_PRIVATE)
    return answer
