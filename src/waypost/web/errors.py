"""Errors over HTTP: the same words as everywhere, as JSON or as a calm page; never a trace."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from waypost.errors import (
    CancelledError,
    ConflictError,
    DamagedError,
    ForbiddenError,
    InputError,
    MissingExtraError,
    NotFoundError,
    SignInError,
    WaypostError,
)
from waypost.kit.translation import N_
from waypost.web.access import recognise
from waypost.web.rendering import error_page, language_of, said
from waypost.web.security import add_headers

__all__ = ["register", "status_of"]

_STATUS: Sequence[tuple[type[WaypostError], int]] = (
    (SignInError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (InputError, 422),
    (ConflictError, 409),
    (CancelledError, 409),
    (DamagedError, 500),
    (MissingExtraError, 501),
)
_HTTP = {
    404: NotFoundError(
        N_("There is nothing under this address."), hint=N_("It may have been moved or removed.")
    ),
    405: InputError(N_("This address does not take such a request.")),
}
_LEFT = 499
"""Nobody reads it; proxies know it as: the browser went away."""
_log = logging.getLogger("waypost.web")


def register(app: FastAPI) -> None:
    """Answer every error in our words."""
    app.add_exception_handler(WaypostError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: WaypostError) -> int:
    """The HTTP status of one of our errors; 429 for one that says to wait."""
    if "wait_seconds" in error.facts:
        return 429
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _left(_request: Request, _error: Exception) -> Response:
    return Response(status_code=_LEFT)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, WaypostError)
    return _answer(request, error, status_of(error))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        {"field": ".".join(str(part) for part in fault["loc"]), "reason": str(fault["msg"])}
        for fault in error.errors()
    ]
    first = faults[0] if faults else {"field": "", "reason": ""}
    told = InputError(
        N_("Something in this request cannot be used."),
        hint=f"{first['field']}: {first['reason']}",
        field=first["field"],
    )
    return _answer(request, told, 422, faults=faults)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    await recognise(request)
    told = _HTTP.get(error.status_code) or InputError(N_("This request cannot be answered."))
    answer = _answer(request, told, error.status_code)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    told = DamagedError(
        N_("Something went wrong in the studio."),
        hint=N_("Nothing is half done. The terminal of the studio says more."),
    )
    answer = _answer(request, told, 500)
    add_headers(answer.headers, request.url.path)
    return answer


def _answer(
    request: Request,
    error: WaypostError,
    status: int,
    *,
    faults: list[dict[str, Any]] | None = None,
) -> Response:
    if request.url.path.startswith("/api/") or _wants_json(request):
        translated = said(language_of(request), error)
        body = error.as_dict() | translated | ({"faults": faults} if faults else {})
        return JSONResponse({"error": body}, status, headers=_headers(error))
    if isinstance(error, SignInError) and "wait_seconds" not in error.facts:
        return _to_login(request)
    return error_page(request, error, status)


def _headers(error: WaypostError) -> dict[str, str]:
    wait = error.facts.get("wait_seconds")
    return {"Retry-After": str(wait)} if wait is not None else {}


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _to_login(request: Request) -> Response:
    """The sign-in page, and back to where somebody wanted to go."""
    wanted = request.url.path
    if request.method == "GET" and request.url.query:
        wanted = f"{wanted}?{request.url.query}"
    target = f"/login?next={quote(wanted, safe='')}" if request.method == "GET" else "/login"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
