"""Sharing a map: links for people without an account, roles of members; and notices."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from waypost.app.studio.actor import Actor
from waypost.app.studio.map_people import MapRole, people_of_map, set_map_role
from waypost.app.studio.maps import open_map
from waypost.app.studio.notifications import mark_read, notices_of, unread_notices
from waypost.app.studio.permissions import Right
from waypost.app.studio.sharing import (
    Share,
    ShareRights,
    ShareWishes,
    revoke_share,
    share_map,
    shares_of,
)
from waypost.app.studio.site import Site
from waypost.errors import InputError, WaypostError
from waypost.kit.translation import N_
from waypost.model import label_in
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.rendering import fragment, page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]
USUAL_DAYS = 30


class ShareForm(BaseModel):
    """What the form for a new link says; ``until`` is a day, empty for no end."""

    label: str = ""
    rights: ShareRights = "view"
    link_language: Literal["de", "en"] = "de"
    until: str = ""
    password: str = ""
    origins: str = ""

    def wishes(self, zone: str) -> ShareWishes:
        """The same as the use case takes it; the link ends with the day, in the given zone."""
        return ShareWishes(
            label=self.label,
            rights=self.rights,
            language=self.link_language,
            expires_at=_end_of(self.until, zone) if self.until else None,
            password=self.password,
            origins=tuple(self.origins.replace(",", " ").split()),
        )


def _end_of(day: str, zone: str) -> datetime:
    try:
        on = datetime.fromisoformat(day).date()
    except ValueError as error:
        raise InputError(N_("This is no day."), hint=N_("Write it like 2026-12-31.")) from error
    return datetime.combine(on + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


@router.get("/maps/{map_id}/sharing")
def sharing(request: Request, site: TheSite, actor: Seer, map_id: str) -> Response:
    """Who can see the map, and how."""
    return _page(request, site, actor, map_id, {})


def _page(
    request: Request,
    site: Site,
    actor: Actor,
    map_id: str,
    told: dict[str, Any],
    status: int = 200,
) -> Response:
    opened = open_map(site, actor, map_id)
    now = site.clock()
    values = {
        "map": opened,
        "title": label_in(opened.document.head.title, actor.language),
        "shares": [(share, _state(share, now)) for share in shares_of(site, actor, map_id)],
        "people": people_of_map(site, actor, map_id, with_hidden=True),
        "usual_until": (site.today(actor.workspace) + timedelta(days=USUAL_DAYS)).isoformat(),
        "address": site.address or str(request.base_url).rstrip("/"),
        "form": ShareForm(link_language="en" if actor.language == "en" else "de"),
        "fault": None,
        "made": None,
        **told,
    }
    return page(request, actor, "maps/sharing.html", values, status=status)


def _state(share: Share, now: datetime) -> Literal["open", "revoked", "over"]:
    if share.revoked_at is not None:
        return "revoked"
    return "over" if share.expires_at is not None and share.expires_at <= now else "open"


@router.post("/maps/{map_id}/sharing")
def make_link(
    request: Request,
    site: TheSite,
    actor: Seer,
    map_id: str,
    form: Annotated[ShareForm, Form()],
) -> Response:
    """Make a link; the page that answers is the only one that shows it."""
    zone = site.workspace(actor.workspace).settings.zone
    try:
        made = share_map(site, actor, map_id, form.wishes(zone))
    except WaypostError as error:
        told = {"fault": said(actor.language, error), "form": form}
        return _page(request, site, actor, map_id, told, status_of(error))
    return _page(request, site, actor, map_id, {"made": made}, 201)


@router.post("/maps/{map_id}/sharing/{share}/revoke")
def revoke(site: TheSite, actor: Seer, map_id: str, share: str) -> Response:
    """Take a link back."""
    revoke_share(site, actor, map_id, share)
    return RedirectResponse(f"/w/{actor.workspace}/maps/{map_id}/sharing", 303)


@router.post("/maps/{map_id}/roles/{user}")
def give_role(
    site: TheSite,
    actor: Seer,
    map_id: str,
    user: int,
    role: Annotated[MapRole | Literal[""], Form()] = "",
) -> Response:
    """Another role for one member, on this map only; empty gives back the usual one."""
    set_map_role(site, actor, map_id, user, role or None)
    return RedirectResponse(f"/w/{actor.workspace}/maps/{map_id}/sharing#people", 303)


@router.get("/notices")
def notices(request: Request, site: TheSite, actor: Seer) -> Response:
    """What you should know of."""
    return page(request, actor, "maps/notices.html", {"notices": notices_of(site, actor)})


@router.get("/notices/bell")
def bell(request: Request, site: TheSite, actor: Seer) -> Response:
    """The bell with the number of unread notices, for the rail."""
    return fragment(request, actor, "maps/_bell.html", {"unread": unread_notices(site, actor)})


@router.post("/notices/read")
def read_all(site: TheSite, actor: Seer) -> Response:
    """Mark all notices as read."""
    mark_read(site, actor)
    return RedirectResponse(f"/w/{actor.workspace}/notices", 303)


@router.post("/notices/{notice}/read")
def read_one(
    site: TheSite, actor: Seer, notice: str, unread: Annotated[str, Form()] = ""
) -> Response:
    """Mark one notice as read, or as unread."""
    mark_read(site, actor, notice, is_read=not unread)
    return RedirectResponse(f"/w/{actor.workspace}/notices", 303)
