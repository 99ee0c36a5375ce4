"""The overview of a workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from waypost.app.studio.actor import Actor
from waypost.app.studio.overview import overview
from waypost.app.studio.permissions import Right
from waypost.web.access import needs, site_of
from waypost.web.rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/w/{slug}")
def start(request: Request, actor: Annotated[Actor, Depends(needs(Right.SEE))]) -> Response:
    """What changed, what to do, the maps, the state of the data; how to begin where it is empty."""
    found = overview(site_of(request), actor)
    is_empty = not found.sources and not found.maps_count
    template = "start/empty.html" if is_empty else "start/start.html"
    return page(request, actor, template, {"seen": found})
