"""Guards around every request: host, origin, size, and the headers of every answer."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

import orjson
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.app.studio.site import Site
from waypost.errors import ForbiddenError, InputError, WaypostError
from waypost.kit.translation import N_

__all__ = ["CONTENT_POLICY", "Guard", "add_headers", "register"]

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_EMBEDDED_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_SAFE = ("GET", "HEAD", "OPTIONS")
_MEGABYTE = 1 << 20
_LIMITS = (("/uploads", 64 * _MEGABYTE), ("/images", 16 * _MEGABYTE), ("/maps", 32 * _MEGABYTE))
_LIMIT = 4 * _MEGABYTE
_LOCAL_NAMES = ("localhost", "testserver")


class RefusedError(Exception):
    """A body that grew past its limit while it was read."""


class Guard:
    """Refuses foreign hosts, foreign origins and bodies that are too large; adds the headers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], is_https: bool) -> None:
        self.app = app
        self.hosts = hosts
        self.is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge a request before anybody else sees it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answering(send, scope["path"], is_https=self.is_https)
        headers = Headers(scope=scope)
        limit = _limit_of(scope["path"])
        fault = self._fault(scope, headers, limit)
        if fault is not None:
            await answer.refuse(*fault)
            return
        try:
            await self.app(scope, _limited(receive, limit, answer), answer)
        except RefusedError:
            await answer.refuse(413, _too_large(limit))

    def _fault(self, scope: Scope, headers: Headers, limit: int) -> tuple[int, WaypostError] | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 421, InputError(
                N_("The studio is not found under this name."),
                hint=N_("Start it with --address and the address that people use."),
            )
        if scope["method"] not in _SAFE and not _is_same_origin(headers, host):
            return 403, ForbiddenError(
                N_("This request came from another site."),
                hint=N_("Load the page again and repeat what you did."),
            )
        if not headers.get("content-length", "0").isdigit():
            return 400, InputError(N_("The length of the request is not a number."))
        if int(headers.get("content-length", "0")) > limit:
            return 413, _too_large(limit)
        return None

    def _is_ours(self, host: str) -> bool:
        name = _name_of(host)
        return name in self.hosts or _is_address(name)


def register(app: FastAPI, site: Site) -> None:
    """Put the guard around the application.

    Names that lead here: localhost, the machine's own, and the one of the site's address. A bare
    IP address always does: a page of elsewhere cannot make a browser send one.
    """
    address = urlsplit(site.address)
    names = {*_LOCAL_NAMES, socket.gethostname().lower(), (address.hostname or "localhost").lower()}
    app.add_middleware(Guard, hosts=frozenset(names), is_https=address.scheme == "https")


class _Answering:
    """Sends on, with the headers that every answer has."""

    def __init__(self, send: Send, path: str, *, is_https: bool) -> None:
        self.send = send
        self.path = path
        self.is_https = is_https
        self.has_begun = False
        self.is_refused = False
        self.fault: WaypostError | None = None

    async def __call__(self, message: Message) -> None:
        if self.fault is not None:
            await self.refuse(413, self.fault)
        if self.is_refused:
            return
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            add_headers(headers, self.path)
            if self.is_https:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await self.send(message)

    async def refuse(self, status: int, error: WaypostError) -> None:
        """A short answer of our own, where nothing was sent yet."""
        self.fault = None
        if self.has_begun:
            return
        self.has_begun = self.is_refused = True
        body = orjson.dumps({"error": error.as_dict()})
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        add_headers(MutableHeaders(scope=start), self.path)
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


def add_headers(headers: MutableHeaders, path: str) -> None:
    """What every answer says to browsers; a page that may be embedded says less."""
    is_embedded = path.startswith("/embed/")
    policy = _EMBEDDED_POLICY if is_embedded else CONTENT_POLICY
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cache-Control", "no-store")
    if not is_embedded:
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")


def _limited(receive: Receive, limit: int, answer: _Answering) -> Receive:
    """Counts what comes in; what reads a form may turn our error into one of its own."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            answer.fault = _too_large(limit)
            raise RefusedError
        return message

    return counted


def _limit_of(path: str) -> int:
    return next((limit for part, limit in _LIMITS if part in path), _LIMIT)


def _is_same_origin(headers: Headers, host: str) -> bool:
    """True for our own pages and for programs, which send neither header nor cookie.

    A program's token is no cookie: another site cannot make a browser send it.
    """
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    origin = headers.get("origin") or headers.get("referer")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def _name_of(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower() if host else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _too_large(limit: int) -> InputError:
    return InputError(
        N_("This is too large to be sent at once."), limit_megabytes=limit // _MEGABYTE
    )
