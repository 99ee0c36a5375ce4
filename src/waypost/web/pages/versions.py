"""Versions of a map: their list, two of them beside each other, bringing one back; activity."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.studio.activity import activity_of_map, activity_of_workspace
from waypost.app.studio.actor import Actor
from waypost.app.studio.difference_words import told_differences
from waypost.app.studio.maps import open_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.versions import (
    NOW,
    Version,
    compare_versions,
    name_version,
    restore_version,
    versions_of,
)
from waypost.errors import WaypostError
from waypost.kit.translation import N_, translator
from waypost.model import label_in
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]
RESTORED = N_("Version of {day} brought back")
RESTORED_NAMED = N_("Version “{name}” brought back")


@router.get("/maps/{map_id}/versions")
def versions(request: Request, site: TheSite, actor: Seer, map_id: str, done: str = "") -> Response:
    """The kept states of a map."""
    return _page(request, site, actor, map_id, {"done": done})


def _page(
    request: Request,
    site: Site,
    actor: Actor,
    map_id: str,
    told: dict[str, object],
    status: int = 200,
) -> Response:
    opened = open_map(site, actor, map_id)
    values = {
        "map": opened,
        "title": label_in(opened.document.head.title, actor.language),
        "versions": versions_of(site, actor, map_id),
        "activity": activity_of_map(site, actor, map_id, limit=40),
        "may_edit": Right.EDIT_MAPS in opened.rights,
        "fault": None,
        "done": "",
        **told,
    }
    return page(request, actor, "maps/versions.html", values, status=status)


@router.post("/maps/{map_id}/versions")
def name(
    request: Request,
    site: TheSite,
    actor: Seer,
    map_id: str,
    called: Annotated[str, Form(alias="name")] = "",
) -> Response:
    """Keep the map as it stands under a name."""
    try:
        name_version(site, actor, map_id, name=called)
    except WaypostError as error:
        told: dict[str, object] = {"fault": said(actor.language, error)}
        return _page(request, site, actor, map_id, told, status_of(error))
    return RedirectResponse(f"/w/{actor.workspace}/maps/{map_id}/versions?done=named", 303)


@router.get("/maps/{map_id}/compare")
def compare(
    request: Request, site: TheSite, actor: Seer, map_id: str, old: int = NOW, new: int = NOW
) -> Response:
    """What is different between two states; 0 is the map as it is."""
    opened = open_map(site, actor, map_id)
    found = compare_versions(site, actor, map_id, old, new)
    values = {
        "map": opened,
        "title": label_in(opened.document.head.title, actor.language),
        "comparison": found,
        "stages": told_differences(found.documents, found.differences, actor.language),
        "versions": versions_of(site, actor, map_id),
        "numbers": (old, new),
        "may_edit": Right.EDIT_MAPS in opened.rights,
    }
    return page(request, actor, "maps/compare.html", values)


@router.post("/maps/{map_id}/versions/{number}/restore")
def restore(site: TheSite, actor: Seer, map_id: str, number: int) -> Response:
    """Bring a version back, in place."""
    kept = next((v for v in versions_of(site, actor, map_id) if v.number == number), None)
    restore_version(site, actor, map_id, number, title=_restored(kept, actor.language))
    return RedirectResponse(f"/w/{actor.workspace}/maps/{map_id}/versions?done=restored", 303)


def _restored(version: Version | None, language: str) -> str:
    gettext = translator(language).gettext
    if version is None:
        return ""
    if version.name:
        return gettext(RESTORED_NAMED).format(name=version.name)
    return gettext(RESTORED).format(day=version.at.date().isoformat())


@router.get("/activity")
def activity(request: Request, site: TheSite, actor: Seer) -> Response:
    """What happened to the maps of the workspace."""
    values = {"activity": activity_of_workspace(site, actor, limit=100)}
    return page(request, actor, "maps/activity.html", values)
