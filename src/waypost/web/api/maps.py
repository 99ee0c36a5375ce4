"""Maps: their list, documents, changes, numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Change, change_map, changes_since
from waypost.app.studio.live_store import initials
from waypost.app.studio.map_making import NewMap, copy_map, create_map, save_as_template
from waypost.app.studio.map_numbers import Numbers, cancel_numbers, numbers_of
from waypost.app.studio.maps import (
    MapShelf,
    OpenedMap,
    archive_map,
    delete_map,
    list_maps,
    open_map,
    restore_map,
)
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.undoing import undo_history
from waypost.maps.editing.templates import templates
from waypost.maps.reading import ReadingFilter
from waypost.model import label_in
from waypost.web.access import needs, site_of

__all__ = ["opened_as_json", "router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["maps"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewMapBody(_Body):
    """A new map; ``template`` for one from a template, ``source`` for a copy."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    origin: Annotated[Literal["blank", "template", "data", "copy"], Field(alias="from")] = "blank"
    title: str = ""
    language: Literal["de", "en"] = "de"
    template: str = ""
    source: str = ""
    wishes: dict[str, Any] = {}


class ChangeBody(_Body):
    """A change: ``id`` is a UUID of the client's making, ``base`` the revision it saw.

    ``undoes``: the id of the change that this one takes back.
    """

    id: str
    base: int
    title: str = ""
    ops: list[dict[str, Any]]
    undoes: str = ""


class TitleBody(_Body):
    """The title of the copy."""

    title: str


class TemplateBody(_Body):
    """The title of the template, and whether cards come along."""

    title: str
    with_cards: bool = True


@router.get("/maps")
def get_maps(site: TheSite, actor: Seer, shelf: MapShelf = "open") -> list[dict[str, Any]]:
    """The maps on a shelf that you may see, latest change first."""
    return [one.as_json(actor.language) for one in list_maps(site, actor, shelf)]


@router.get("/templates")
def get_templates(actor: Seer) -> list[dict[str, str]]:
    """The shipped templates; the workspace's own are the maps on the shelf ``templates``."""
    return [
        {
            "template": one.id,
            "label": label_in(one.label, actor.language),
            "about": label_in(one.about, actor.language),
            "use_when": label_in(one.use_when, actor.language),
        }
        for one in templates()
    ]


@router.post("/maps", status_code=201)
def post_map(site: TheSite, actor: Editor, body: NewMapBody) -> dict[str, str]:
    """A new map; who makes it owns it."""
    told = body.model_dump()
    return {"id": create_map(site, actor, NewMap(**told))}


@router.post("/maps/file", status_code=201)
def post_map_file(
    site: TheSite,
    actor: Editor,
    file: Annotated[UploadFile, File()],
    title: Annotated[str, Form()] = "",
    language: Annotated[Literal["de", "en"], Form()] = "de",
) -> dict[str, str]:
    """A new map from a file: JSON of a map, or a filled sheet as XLSX or CSV."""
    new = NewMap(
        "file",
        title=title,
        language=language,
        content=file.file.read(),
        name=file.filename or "",
    )
    return {"id": create_map(site, actor, new)}


@router.get("/maps/{map_id}")
def get_map(site: TheSite, actor: Seer, map_id: str) -> dict[str, Any]:
    """One map with its document, and what you may do with it."""
    return opened_as_json(actor, open_map(site, actor, map_id))


def opened_as_json(actor: Actor, opened: OpenedMap) -> dict[str, Any]:
    """A map as the editor takes it."""
    return {
        "id": opened.id,
        "revision": opened.revision,
        "happened": opened.happened,
        "document": opened.document.as_json(),
        "rights": sorted(opened.rights),
        "me": {"user": actor.user, "name": actor.name, "initials": initials(actor.name)},
        "versions": opened.versions,
        "crumbs": [{"id": name, "title": title} for name, title in opened.crumbs],
        "archived": opened.is_archived,
    }


@router.delete("/maps/{map_id}", status_code=204)
def remove_map(site: TheSite, actor: Seer, map_id: str) -> None:
    """Put the map into the trash, where it stays for 30 days."""
    delete_map(site, actor, map_id)


@router.post("/maps/{map_id}/undelete", status_code=204)
def undelete_map(site: TheSite, actor: Seer, map_id: str) -> None:
    """Take the map out of the trash."""
    restore_map(site, actor, map_id)


@router.post("/maps/{map_id}/archive", status_code=204)
def post_archive(site: TheSite, actor: Seer, map_id: str) -> None:
    """Put the map among the archived ones."""
    archive_map(site, actor, map_id, is_archived=True)


@router.delete("/maps/{map_id}/archive", status_code=204)
def remove_archive(site: TheSite, actor: Seer, map_id: str) -> None:
    """Take the map back from the archived ones."""
    archive_map(site, actor, map_id, is_archived=False)


@router.post("/maps/{map_id}/copy", status_code=201)
def post_copy(site: TheSite, actor: Editor, map_id: str, body: TitleBody) -> dict[str, str]:
    """A copy under another title."""
    return {"id": copy_map(site, actor, map_id, body.title)}


@router.post("/maps/{map_id}/template", status_code=201)
def post_template(site: TheSite, actor: Editor, map_id: str, body: TemplateBody) -> dict[str, str]:
    """The map as a template of the workspace."""
    made = save_as_template(site, actor, map_id, body.title, with_cards=body.with_cards)
    return {"id": made}


@router.post("/maps/{map_id}/changes")
def post_change(site: TheSite, actor: Seer, map_id: str, body: ChangeBody) -> dict[str, Any]:
    """Apply a change whole and once, or refuse it with what stands in its way (409)."""
    change = Change(body.id, body.base, body.ops, body.title, body.undoes)
    accepted = change_map(site, actor, map_id, change)
    return {
        "revision": accepted.revision,
        "ops": list(accepted.ops),
        "undo": list(accepted.undo),
    }


@router.get("/maps/{map_id}/changes")
def get_changes(
    site: TheSite, actor: Seer, map_id: str, since: Annotated[int, Query(ge=0)] = 0
) -> list[dict[str, Any]]:
    """The changes after a revision, in their order."""
    return [change.as_json() for change in changes_since(site, actor, map_id, since)]


@router.get("/maps/{map_id}/undo")
def get_undo(
    site: TheSite, actor: Seer, map_id: str, before: Annotated[int | None, Query(ge=0)] = None
) -> dict[str, Any]:
    """What you can undo and do again, the next one first; ``before`` a revision, what is older."""
    found = undo_history(site, actor, map_id, before=before)
    return {
        "past": [one.as_json() for one in found.past],
        "future": [one.as_json() for one in found.future],
        "older": found.older,
    }


def reading_filter(
    persona: str = "",
    where: str = "",
    segment: Annotated[list[str] | None, Query()] = None,
    since: str = "",
    until: str = "",
    channel: str = "",
) -> ReadingFilter:
    """The filter that a query names."""
    return ReadingFilter(
        persona=persona,
        where=where,
        segment=tuple(one for one in segment or () if one.strip()),
        since=since or None,
        until=until or None,
        channel=channel,
    )


ChosenFilter = Annotated[ReadingFilter, Depends(reading_filter)]


@router.get("/maps/{map_id}/numbers")
def get_numbers(
    site: TheSite,
    actor: Seer,
    map_id: str,
    chosen: ChosenFilter,
    patience: Annotated[float, Query(ge=0, le=20)] = 20,
) -> Response:
    """The map read against the events; 202 with the progress where that takes long: ask again.

    ``patience``: after how many seconds the progress is told.
    """
    told = numbers_of(site, actor, map_id, chosen, patience=patience)
    if isinstance(told, Numbers):
        body = b'{"numbers_id":"' + told.id.encode() + b'","reading":' + told.json + b"}"
        return Response(body, media_type="application/json")
    under_way = {"numbers_id": told.id, "done": told.done, "total": told.total}
    return Response(orjson.dumps(under_way), status_code=202, media_type="application/json")


@router.delete("/maps/{map_id}/numbers/{numbers}", status_code=204)
def remove_numbers(site: TheSite, actor: Seer, map_id: str, numbers: str) -> None:
    """Stop reading."""
    cancel_numbers(site, actor, map_id, numbers)
