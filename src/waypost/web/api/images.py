"""Pictures of maps."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Response, UploadFile

from waypost.app.studio.actor import Actor
from waypost.app.studio.image_reading import MOST_BYTES
from waypost.app.studio.images import KeptImage, add_image, image_of
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["picture_response", "router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["images"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]

_HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@router.post("/maps/{map_id}/images", status_code=201)
def post_image(
    site: TheSite, actor: Seer, map_id: str, file: Annotated[UploadFile, File()]
) -> dict[str, Any]:
    """Keep a picture; the map names it once its ``images`` say so."""
    return add_image(site, actor, map_id, file.file.read(MOST_BYTES + 1)).as_json()


@router.get("/maps/{map_id}/images/{image}")
def get_image(site: TheSite, actor: Seer, map_id: str, image: str) -> Response:
    """A picture."""
    return picture_response(image_of(site, actor, map_id, image))


def picture_response(image: KeptImage) -> Response:
    """The picture's bytes, which no browser takes for a page; its id never means another one."""
    headers = {**_HARMLESS, "Cache-Control": "private, max-age=31536000, immutable"}
    return Response(image.content, media_type=image.media_type, headers=headers)
