"""Segments over HTTP."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response

from waypost.app.studio import segments
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.segments import SegmentFields
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{w}", tags=["segments"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


@router.get("/segments")
def list_segments(site: TheSite, actor: Seer) -> list[dict[str, Any]]:
    """Every segment."""
    return [dataclasses.asdict(one) for one in segments.list_segments(site, actor)]


@router.post("/segments", status_code=201)
def add_segment(site: TheSite, actor: Editor, fields: SegmentFields) -> dict[str, Any]:
    """Keep a new segment."""
    return dataclasses.asdict(segments.add_segment(site, actor, fields))


@router.post("/segments/count")
def count(
    site: TheSite, actor: Seer, rules: Annotated[list[str], Body(embed=True, max_length=12)]
) -> dict[str, int]:
    """How many persons the rules leave, of how many."""
    size = segments.size_of(site, actor, rules)
    return {"persons": size.persons, "total": size.total}


@router.get("/segments/{name}")
def one_segment(site: TheSite, actor: Seer, name: str) -> dict[str, Any]:
    """One segment."""
    return dataclasses.asdict(segments.segment(site, actor, name))


@router.put("/segments/{name}")
def change_segment(
    site: TheSite,
    actor: Editor,
    name: str,
    fields: SegmentFields,
    revision: Annotated[int, Query()],
) -> dict[str, Any]:
    """Write a segment anew; 409 with both texts where somebody else was faster."""
    changed = segments.change_segment(site, actor, name, fields, revision=revision)
    return dataclasses.asdict(changed)


@router.delete("/segments/{name}", status_code=204)
def remove_segment(site: TheSite, actor: Editor, name: str) -> Response:
    """Delete a segment."""
    segments.remove_segment(site, actor, name)
    return Response(status_code=204)
