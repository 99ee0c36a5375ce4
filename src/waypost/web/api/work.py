"""Opportunities and actions over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from waypost.app.studio import actions, opportunities
from waypost.app.studio.actions import Action, ActionFields
from waypost.app.studio.actor import Actor
from waypost.app.studio.opportunities import Opportunity, OpportunityFields
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import MapElement, WorkStep
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["opportunities and actions"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


class ElementBody(BaseModel):
    """An element of a map, by its kind and id."""

    model_config = ConfigDict(extra="forbid")

    map: str
    kind: str
    element: str


class NewOpportunityBody(BaseModel):
    """``evidence`` is the card that it was made from, kept as it is today."""

    model_config = ConfigDict(extra="forbid")

    fields: OpportunityFields
    links: list[ElementBody] = []
    evidence: dict[str, Any] = {}


class OpportunityChangeBody(BaseModel):
    """``revision`` is the one that the writer saw; ``links`` null leaves them as they are."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    fields: OpportunityFields = OpportunityFields()
    links: list[ElementBody] | None = None


class NewActionBody(BaseModel):
    """A card for the board."""

    model_config = ConfigDict(extra="forbid")

    fields: ActionFields
    links: list[ElementBody] = []


class ActionChangeBody(BaseModel):
    """``revision`` is the one that the writer saw; ``links`` null leaves them as they are."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    fields: ActionFields = ActionFields()
    links: list[ElementBody] | None = None


class MoveBody(BaseModel):
    """The column, and the card to stand below; at the head of the column where none is named."""

    model_config = ConfigDict(extra="forbid")

    column: str
    after: str = ""


@router.get("/opportunities")
def get_opportunities(
    site: TheSite,
    actor: Seer,
    map_id: Annotated[str, Query(alias="map")] = "",
    status: Annotated[list[str] | None, Query()] = None,
) -> list[dict[str, Any]]:
    """The workspace's opportunities, the most valuable first."""
    found = opportunities.list_opportunities(site, actor, map_id=map_id, statuses=status or ())
    return [_opportunity(entry) for entry in found]


@router.post("/opportunities", status_code=201)
def post_opportunity(site: TheSite, actor: Editor, body: NewOpportunityBody) -> dict[str, Any]:
    """A new opportunity."""
    made = opportunities.add_opportunity(
        site, actor, body.fields, links=_elements(body.links), evidence=body.evidence
    )
    return _opportunity(made)


@router.get("/opportunities/{name}")
def get_opportunity(site: TheSite, actor: Seer, name: str) -> dict[str, Any]:
    """One opportunity with its history, newest first."""
    found = opportunities.opportunity(site, actor, name)
    return {**_opportunity(found.opportunity), "history": [_step(step) for step in found.history]}


@router.patch("/opportunities/{name}")
def patch_opportunity(
    site: TheSite, actor: Editor, name: str, body: OpportunityChangeBody
) -> dict[str, Any]:
    """Write the fields that are said; 409 with both texts where others changed them meanwhile."""
    links = None if body.links is None else _elements(body.links)
    changed = opportunities.change_opportunity(
        site, actor, name, body.fields, revision=body.revision, links=links
    )
    return _opportunity(changed)


@router.delete("/opportunities/{name}", status_code=204)
def delete_opportunity(site: TheSite, actor: Editor, name: str) -> None:
    """Delete it; its actions stay."""
    opportunities.remove_opportunity(site, actor, name)


@router.get("/actions")
def get_actions(site: TheSite, actor: Seer, opportunity: str = "") -> list[dict[str, Any]]:
    """The cards of the board by column and place."""
    found = actions.list_actions(site, actor, opportunity=opportunity)
    return [_action(entry) for entry in found]


@router.post("/actions", status_code=201)
def post_action(site: TheSite, actor: Editor, body: NewActionBody) -> dict[str, Any]:
    """A new card at the foot of its column."""
    return _action(actions.add_action(site, actor, body.fields, links=_elements(body.links)))


@router.get("/actions/{name}")
def get_action(site: TheSite, actor: Seer, name: str) -> dict[str, Any]:
    """One card of the board."""
    return _action(actions.action(site, actor, name))


@router.patch("/actions/{name}")
def patch_action(site: TheSite, actor: Editor, name: str, body: ActionChangeBody) -> dict[str, Any]:
    """Write the fields that are said; 409 with both texts where others changed them meanwhile."""
    links = None if body.links is None else _elements(body.links)
    changed = actions.change_action(
        site, actor, name, body.fields, revision=body.revision, links=links
    )
    return _action(changed)


@router.post("/actions/{name}/move")
def post_move(site: TheSite, actor: Editor, name: str, body: MoveBody) -> dict[str, Any]:
    """Put the card elsewhere on the board."""
    return _action(actions.move_action(site, actor, name, column=body.column, after=body.after))


@router.delete("/actions/{name}", status_code=204)
def delete_action(site: TheSite, actor: Editor, name: str) -> None:
    """Take the card off the board."""
    actions.remove_action(site, actor, name)


def _elements(bodies: list[ElementBody]) -> list[MapElement]:
    return [MapElement(body.map, body.kind, body.element) for body in bodies]


def _opportunity(entry: Opportunity) -> dict[str, Any]:
    axes = {axis: opportunities.axis_value(entry, axis) for axis in opportunities.AXES}
    return {**asdict(entry), "axes": axes}


def _action(entry: Action) -> dict[str, Any]:
    return asdict(entry)


def _step(step: WorkStep) -> dict[str, Any]:
    return asdict(step)
