"""Pages of maps: their list, a new one, the editor, and what is done to a map as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from waypost.app.studio.actor import Actor
from waypost.app.studio.map_making import NewMap, copy_map, create_map, save_as_template
from waypost.app.studio.map_numbers import numbers_at_hand
from waypost.app.studio.maps import (
    MapShelf,
    archive_map,
    delete_map,
    list_maps,
    open_map,
    restore_map,
)
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import WaypostError
from waypost.maps.editing.kinds import MAP_KIND_NAMES
from waypost.maps.editing.templates import templates
from waypost.model import label_in
from waypost.web.access import needs, site_of
from waypost.web.api.maps import opened_as_json
from waypost.web.errors import status_of
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

_MOST_COUNTED = 8
"""Maps that a look at the list has counted, of those that nobody opened yet."""

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


@router.get("/maps")
def maps(
    request: Request, site: TheSite, actor: Seer, shelf: MapShelf = "open", done: str = ""
) -> Response:
    """The maps on a shelf."""
    found, is_counting = list_maps(site, actor, shelf), False
    if shelf == "open":
        uncounted = [one.id for one in found if one.persons is None][:_MOST_COUNTED]
        readings, is_counting = numbers_at_hand(site, actor, uncounted)
        found = list_maps(site, actor, shelf) if readings else found
    values = {
        "shelf": shelf,
        "maps": found,
        "is_counting": is_counting,
        "done": done,
        "kinds": MAP_KIND_NAMES,
        "today": site.today(actor.workspace).isoformat(),
        "label_in": label_in,
    }
    return page(request, actor, "maps/list.html", values)


@router.get("/maps/new")
def new_map_page(request: Request, site: TheSite, actor: Editor, start: str = "") -> Response:
    """What a new map can begin with."""
    return _new_page(request, site, actor, {"start": start})


def _new_page(
    request: Request, site: Site, actor: Actor, told: dict[str, Any], status: int = 200
) -> Response:
    values = {
        "shipped": templates(),
        "own": list_maps(site, actor, "templates"),
        "has_journeys": _has_journeys(site, actor),
        "label_in": label_in,
        "fault": None,
        "title": "",
        "start": "",
        **told,
    }
    return page(request, actor, "maps/new.html", values, status=status)


def _has_journeys(site: Site, actor: Actor) -> bool:
    return (site.workspace(actor.workspace).path / "snapshots" / "CURRENT").is_file()


def new_map_form(
    start: Annotated[str, Form()] = "blank",
    title: Annotated[str, Form()] = "",
    map_language: Annotated[Literal["de", "en"], Form()] = "de",
    file: Annotated[UploadFile | None, File()] = None,
) -> NewMap:
    """The new map that the form describes; ``start`` is an origin, and a template after a colon."""
    origin, _, template = start.partition(":")
    return NewMap(
        origin=origin,  # type: ignore[arg-type]  # create_map knows the origins
        title=title,
        language=map_language,
        template=template,
        content=file.file.read() if file else b"",
        name=(file.filename or "") if file else "",
    )


@router.post("/maps/new")
def make_map(
    request: Request,
    site: TheSite,
    actor: Editor,
    new: Annotated[NewMap, Depends(new_map_form)],
) -> Response:
    """Make the map and open it; the same page with the reason where that is not possible."""
    try:
        made = create_map(site, actor, new)
    except WaypostError as error:
        start = f"{new.origin}:{new.template}" if new.template else new.origin
        told = {"fault": said(actor.language, error), "title": new.title, "start": start}
        return _new_page(request, site, actor, told, status_of(error))
    return RedirectResponse(f"/w/{actor.workspace}/maps/{made}", 303)


@router.get("/maps/{map_id}")
def editor(request: Request, site: TheSite, actor: Seer, map_id: str) -> Response:
    """The map in its editor."""
    opened = open_map(site, actor, map_id)
    told = orjson.dumps(opened_as_json(actor, opened)).replace(b"<", b"\\u003c")
    values = {
        "map": opened,
        "title": label_in(opened.document.head.title, actor.language),
        "opened": Markup(told.decode()),  # noqa: S704 - JSON without any "<" in a data block
    }
    return page(request, actor, "maps/editor.html", values)


@router.post("/maps/{map_id}/archive")
def archive(site: TheSite, actor: Seer, map_id: str, back: Annotated[str, Form()] = "") -> Response:
    """Put the map among the archived ones, or take it back."""
    archive_map(site, actor, map_id, is_archived=not back)
    return _to_list(actor, "archive" if back else "open", "unarchived" if back else "archived")


@router.post("/maps/{map_id}/delete")
def delete(site: TheSite, actor: Seer, map_id: str) -> Response:
    """Put the map into the trash."""
    delete_map(site, actor, map_id)
    return _to_list(actor, "open", "deleted")


@router.post("/maps/{map_id}/undelete")
def undelete(site: TheSite, actor: Seer, map_id: str) -> Response:
    """Take the map out of the trash."""
    restore_map(site, actor, map_id)
    return _to_list(actor, "open", "undeleted")


@router.post("/maps/{map_id}/copy")
def copy(site: TheSite, actor: Editor, map_id: str, title: Annotated[str, Form()] = "") -> Response:
    """Copy the map and open the copy."""
    made = copy_map(site, actor, map_id, title)
    return RedirectResponse(f"/w/{actor.workspace}/maps/{made}", 303)


@router.post("/maps/{map_id}/template")
def keep_as_template(
    site: TheSite,
    actor: Editor,
    map_id: str,
    title: Annotated[str, Form()] = "",
    with_cards: Annotated[str, Form()] = "",
) -> Response:
    """Keep the map as a template of the workspace."""
    save_as_template(site, actor, map_id, title, with_cards=bool(with_cards))
    return _to_list(actor, "templates", "template")


def _to_list(actor: Actor, shelf: MapShelf, done: str) -> Response:
    return RedirectResponse(f"/w/{actor.workspace}/maps?shelf={shelf}&done={done}", 303)
