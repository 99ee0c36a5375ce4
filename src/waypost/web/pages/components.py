"""Every part of the design in its states, light and dark side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.web.access import needs
from waypost.web.rendering import page
from waypost.web.statics import icon_names

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_COLOURS = (
    "bg", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3",
    "act", "act-soft", "neg", "neg-soft", "pos", "pos-soft", "sign", "sign-soft",
)  # fmt: skip
_CHANNELS = ("web", "app", "email", "search", "social", "ads", "store", "phone")


@router.get("/w/{slug}/components")
def components(request: Request, actor: Annotated[Actor, Depends(needs(Right.SEE))]) -> Response:
    """The design in use."""
    values = {
        "colours": _COLOURS,
        "channels": _CHANNELS,
        "sequence": [f"seq-{n}" for n in range(1, 7)],
        "diverging": ["div-n3", "div-n2", "div-n1", "div-0", "div-p1", "div-p2", "div-p3"],
        "symbols": icon_names(request),
    }
    return page(request, actor, "components.html", values)
