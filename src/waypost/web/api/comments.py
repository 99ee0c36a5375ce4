"""Comments of a map, the people who can be mentioned, and notices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from waypost.app.studio.actor import Actor
from waypost.app.studio.comments import (
    Chosen,
    CommentState,
    NewComment,
    add_comment,
    comments_of,
    edit_comment,
    remove_comment,
    resolve_comment,
)
from waypost.app.studio.map_people import people_of_map
from waypost.app.studio.notifications import mark_read, notices_of
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["comments"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Anchor(_Body):
    """An element of the map, or ``map`` with an empty id for the whole map.

    A cell is ``cells`` with the id ``lane|step``.
    """

    kind: str = "map"
    id: str = ""


class CommentBody(_Body):
    """A comment; ``parent`` answers another one, whose anchor it takes over."""

    anchor: Anchor = Anchor()
    text: str
    parent: str | None = None
    mentions: list[int] = []


class TextBody(_Body):
    """Other words."""

    text: str


class ResolveBody(_Body):
    """Closed, or open again."""

    resolved: bool = True


def chosen_threads(
    actor: Seer,
    state: CommentState = "all",
    author: int | None = None,
    mentioned: int | Literal["me"] | None = None,
    anchor: str = "",
) -> Chosen:
    """``author``, ``mentioned``: user ids, or ``me``; ``anchor``: ``steps:t_…``, or ``map``."""
    kind, _, name = anchor.partition(":")
    who = actor.user if mentioned == "me" else mentioned
    return Chosen(state, author, who, (kind, name) if kind else None)


@router.get("/maps/{map_id}/comments")
def get_comments(
    site: TheSite, actor: Seer, map_id: str, chosen: Annotated[Chosen, Depends(chosen_threads)]
) -> list[dict[str, Any]]:
    """Threads in the order of their beginning, each with its answers."""
    return [comment.as_json() for comment in comments_of(site, actor, map_id, chosen)]


@router.post("/maps/{map_id}/comments", status_code=201)
def post_comment(site: TheSite, actor: Seer, map_id: str, body: CommentBody) -> dict[str, Any]:
    """A comment on an element, or an answer."""
    new = NewComment(
        text=body.text,
        anchor=(body.anchor.kind, body.anchor.id),
        parent=body.parent or "",
        mentions=body.mentions,
    )
    return add_comment(site, actor, map_id, new).as_json()


@router.patch("/maps/{map_id}/comments/{comment}")
def patch_comment(
    site: TheSite, actor: Seer, map_id: str, comment: str, body: TextBody
) -> dict[str, Any]:
    """Other words for your own comment."""
    return edit_comment(site, actor, map_id, comment, body.text).as_json()


@router.delete("/maps/{map_id}/comments/{comment}", status_code=204)
def delete_comment(site: TheSite, actor: Seer, map_id: str, comment: str) -> None:
    """Take your own comment back."""
    remove_comment(site, actor, map_id, comment)


@router.post("/maps/{map_id}/comments/{comment}/resolve")
def post_resolve(
    site: TheSite, actor: Seer, map_id: str, comment: str, body: ResolveBody
) -> dict[str, Any]:
    """Close the comment's thread, or open it again."""
    done = resolve_comment(site, actor, map_id, comment, is_resolved=body.resolved)
    return done.as_json()


@router.get("/maps/{map_id}/people")
def get_people(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """The members who may see the map: those who can be mentioned."""
    return [person.as_json() for person in people_of_map(site, actor, map_id)]


@router.get("/notices")
def get_notices(site: TheSite, actor: Seer, *, unread: bool = False) -> list[dict[str, Any]]:
    """Your notices, newest first."""
    return [notice.as_json() for notice in notices_of(site, actor, only_unread=unread)]


@router.post("/notices/read", status_code=204)
def post_all_read(site: TheSite, actor: Seer) -> None:
    """Mark all of your notices as read."""
    mark_read(site, actor)


@router.post("/notices/{notice}/read", status_code=204)
def post_read(site: TheSite, actor: Seer, notice: str) -> None:
    """Mark one notice as read."""
    mark_read(site, actor, notice)


@router.delete("/notices/{notice}/read", status_code=204)
def remove_read(site: TheSite, actor: Seer, notice: str) -> None:
    """Mark one notice as unread."""
    mark_read(site, actor, notice, is_read=False)
