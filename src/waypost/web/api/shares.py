"""Links for people without an account, and the roles of members on one map."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict

from waypost.app.studio.actor import Actor
from waypost.app.studio.map_people import people_of_map, set_map_role
from waypost.app.studio.permissions import Right
from waypost.app.studio.sharing import ShareRights, ShareWishes, revoke_share, share_map, shares_of
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["sharing"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]


class ShareBody(BaseModel):
    """What the link shall allow; ``expires_at`` null: until it is revoked."""

    model_config = ConfigDict(extra="forbid")

    label: str = ""
    rights: ShareRights = "view"
    language: Literal["de", "en"] = "de"
    expires_at: AwareDatetime | None = None
    password: str = ""
    origins: list[str] = []


class RoleBody(BaseModel):
    """A role on this map only; null takes it away, ``none`` hides the map from the person."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["owner", "editor", "commenter", "viewer", "none"] | None


@router.get("/maps/{map_id}/shares")
def get_shares(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """The links of the map, newest first."""
    return [share.as_json() for share in shares_of(site, actor, map_id)]


@router.post("/maps/{map_id}/shares", status_code=201)
def post_share(
    request: Request, site: TheSite, actor: Seer, map_id: str, body: ShareBody
) -> dict[str, Any]:
    """A new link; only this answer has its secret.

    A studio that was not told its address answers with the one that it was asked under.
    """
    expires: datetime | None = body.expires_at
    wishes = ShareWishes(
        label=body.label,
        rights=body.rights,
        language=body.language,
        expires_at=expires,
        password=body.password,
        origins=body.origins,
    )
    share = share_map(site, actor, map_id, wishes)
    address = site.address or str(request.base_url).rstrip("/")
    return {**share.as_json(), "url": f"{address}/s/{share.secret}"}


@router.delete("/maps/{map_id}/shares/{share}", status_code=204)
def delete_share(site: TheSite, actor: Seer, map_id: str, share: str) -> None:
    """The link leads nowhere from now on."""
    revoke_share(site, actor, map_id, share)


@router.get("/maps/{map_id}/roles")
def get_roles(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """The members who may see the map, and with which role."""
    return [person.as_json() for person in people_of_map(site, actor, map_id)]


@router.put("/maps/{map_id}/roles/{user}", status_code=204)
def put_role(site: TheSite, actor: Seer, map_id: str, user: int, body: RoleBody) -> None:
    """Another role for one member, on this map only."""
    set_map_role(site, actor, map_id, user, body.role)
