"""The overview of a workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.web.access import needs
from waypost.web.rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/w/{slug}")
def start(request: Request, actor: Annotated[Actor, Depends(needs(Right.SEE))]) -> Response:
    """What changed, the maps, the state of the data."""
    return page(request, actor, "start/start.html", {})
