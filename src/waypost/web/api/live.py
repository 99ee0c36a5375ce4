"""What happens to a map, as server-sent events; who is there."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import orjson
from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import StreamingResponse

from waypost.app.studio.actor import Actor
from waypost.app.studio.listening import MapListening, listen_to_map
from waypost.app.studio.live import CLOSED, Happening
from waypost.app.studio.permissions import Right
from waypost.app.studio.presence import leave_map, say_where
from waypost.app.studio.site import Site
from waypost.web.access import asks_again, needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["live"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]

_HEARTBEAT_SECONDS = 15.0
_LOOK_SECONDS = 3.0
_LONGEST_SECONDS = 600.0
_MOST_WAITING = 256
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class PresenceBody(BaseModel):
    """Where the browser ``client`` is: an element, or nothing special."""

    model_config = ConfigDict(extra="forbid")

    client: str
    where: dict[str, str] | None = None


@router.get("/maps/{map_id}/live")
async def get_live(
    request: Request,
    site: TheSite,
    actor: Seer,
    map_id: str,
    since: Annotated[int, Query(ge=0)] = 0,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str, Header()] = "",
) -> StreamingResponse:
    """What happens from a revision on, or after an event (``happened`` of an opened map).

    The browser's own ``Last-Event-ID`` goes before both.

    A stream ends within seconds when session, token or membership end or rights change (event
    ``closed``), and after ten minutes in any case.
    """
    mailbox = _Mailbox(asyncio.get_running_loop())
    if last_event_id.isascii() and last_event_id.isdigit():
        after = int(last_event_id)
    listening = await to_thread.run_sync(
        lambda: listen_to_map(site, actor, map_id, mailbox.deliver, since=since, after=after)
    )
    return StreamingResponse(
        _told(request, listening, mailbox, asks_again(request, actor)),
        media_type="text/event-stream",
        headers=_HEADERS,
    )


@router.post("/maps/{map_id}/presence", status_code=204)
def post_presence(site: TheSite, actor: Seer, map_id: str, body: PresenceBody) -> None:
    """Say where you are; without another word you are gone after 40 seconds."""
    say_where(site, actor, map_id, body.client, body.where)


@router.delete("/maps/{map_id}/presence/{client}", status_code=204)
def remove_presence(site: TheSite, actor: Seer, map_id: str, client: str) -> None:
    """Say that you have closed the map."""
    leave_map(site, actor, map_id, client)


class _Mailbox:
    """What waits to be sent to one browser; filled by the hub's thread, emptied by the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Happening] = deque()
        self._filled = asyncio.Event()
        self.is_full = False

    def deliver(self, happening: Happening) -> bool:
        """Take it for sending; False when too much waits already, or nobody reads any more."""
        if len(self._waiting) >= _MOST_WAITING:
            self.is_full = True
        else:
            self._waiting.append(happening)
        try:
            self._loop.call_soon_threadsafe(self._filled.set)
        except RuntimeError:
            return False
        return not self.is_full

    async def next(self, seconds: float) -> list[Happening]:
        """What came within so many seconds; empty where nothing did."""
        try:
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        except TimeoutError:
            return []
        self._filled.clear()
        return [self._waiting.popleft() for _ in range(len(self._waiting))]


async def _told(
    request: Request, listening: MapListening, mailbox: _Mailbox, again: Callable[[], Actor]
) -> AsyncIterator[bytes]:
    """The stream: what was missed, then what comes; ends where it must be asked for anew."""
    began = looked = beaten = time.monotonic()
    number = 0
    try:
        yield b"retry: 1500\n\n"
        for happening in listening.missed:
            number = happening.number
            yield _written(happening)
        while (now := time.monotonic()) < began + _LONGEST_SECONDS and not mailbox.is_full:
            if now - looked >= _LOOK_SECONDS:
                looked = now
                reason = await to_thread.run_sync(listening.why_closed, again)
                if reason:
                    yield _written(Happening(0, CLOSED, {"reason": reason}))
                    return
            came = await mailbox.next(_LOOK_SECONDS)
            for happening in came:
                if happening.number == 0 or happening.number > number:
                    number = happening.number or number
                    yield _written(happening)
            if now - beaten >= _HEARTBEAT_SECONDS:
                beaten = now
                yield b": still here\n\n"
            if await request.is_disconnected():
                return
    finally:
        listening.close()


def _written(happening: Happening) -> bytes:
    head = b"id: %d\n" % happening.number if happening.number else b""
    return head + b"event: %s\ndata: %s\n\n" % (
        happening.kind.encode(),
        orjson.dumps(happening.data),
    )
