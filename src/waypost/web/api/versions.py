"""Versions and activity of a map."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from waypost.app.studio.activity import activity_of_map, activity_of_workspace
from waypost.app.studio.actor import Actor
from waypost.app.studio.difference_words import told_rows
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.versions import (
    compare_versions,
    document_of_version,
    name_version,
    restore_version,
    versions_of,
)
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["versions"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]
Limit = Annotated[int, Query(ge=1, le=200)]


class VersionBody(BaseModel):
    """A name for the map as it stands now."""

    model_config = ConfigDict(extra="forbid")

    name: str
    note: str = ""


class RestoreBody(BaseModel):
    """What the change is to be called in the activity."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""


@router.get("/maps/{map_id}/versions")
def get_versions(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """The kept states of the map, newest first."""
    return [version.as_json() for version in versions_of(site, actor, map_id)]


@router.post("/maps/{map_id}/versions", status_code=201)
def post_version(site: TheSite, actor: Seer, map_id: str, body: VersionBody) -> dict[str, Any]:
    """Keep the map as it stands now under a name."""
    return name_version(site, actor, map_id, name=body.name, note=body.note).as_json()


@router.get("/maps/{map_id}/versions/{number}")
def get_version(site: TheSite, actor: Seer, map_id: str, number: int) -> dict[str, Any]:
    """A kept state with its document; 0 is the map as it is."""
    version, document = document_of_version(site, actor, map_id, number)
    return {"version": version and version.as_json(), "document": document.as_json()}


@router.get("/maps/{map_id}/versions/{old}/compare/{new}")
def get_comparison(site: TheSite, actor: Seer, map_id: str, old: int, new: int) -> dict[str, Any]:
    """What is different between two states, with words for each; 0 is the map as it is."""
    found = compare_versions(site, actor, map_id, old, new)
    words = told_rows(found.documents, found.differences, actor.language)
    return {**found.as_json(), "words": [asdict(row) for row in words]}


@router.post("/maps/{map_id}/versions/{number}/restore")
def post_restore(
    site: TheSite, actor: Seer, map_id: str, number: int, body: RestoreBody
) -> dict[str, Any]:
    """Make the map what it was; the state before is kept as a version."""
    accepted = restore_version(site, actor, map_id, number, title=body.title)
    return {
        "revision": accepted.revision,
        "ops": list(accepted.ops),
        "undo": list(accepted.undo),
    }


@router.get("/maps/{map_id}/activity")
def get_activity(
    site: TheSite, actor: Seer, map_id: str, limit: Limit = 50
) -> list[dict[str, Any]]:
    """What happened to the map, latest first."""
    return [one.as_json() for one in activity_of_map(site, actor, map_id, limit=limit)]


@router.get("/activity")
def get_workspace_activity(site: TheSite, actor: Seer, limit: Limit = 50) -> list[dict[str, Any]]:
    """What happened to the maps of the workspace, latest first."""
    return [one.as_json() for one in activity_of_workspace(site, actor, limit=limit)]
