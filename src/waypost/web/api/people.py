"""Persons over HTTP: found, told in their order, explained, split."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio import identity_view, timeline
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
Revealer = Annotated[Actor, Depends(needs(Right.REVEAL))]
TheSite = Annotated[Site, Depends(site_of)]

router = APIRouter(prefix="/api/v1/workspaces/{slug}/people", tags=["people"])


class SearchBody(BaseModel):
    """An identifier to look for, and why."""

    model_config = ConfigDict(extra="forbid")

    identifier: str = Field(min_length=1, max_length=500)
    reason: str = Field(default="", max_length=500)


class SplitBody(BaseModel):
    """Which identifier of the person, by its reference; ``undo`` puts it back."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(max_length=64)
    undo: bool = False


class ApartBody(BaseModel):
    """Two identifiers of the person, by their references; ``undo`` lets them be joined again."""

    model_config = ConfigDict(extra="forbid")

    one: str = Field(max_length=64)
    other: str = Field(max_length=64)
    undo: bool = False


@router.get("")
def find(
    site: TheSite,
    actor: Seer,
    begins: Annotated[str, Query(max_length=40)] = "",
    order: Literal["latest", "events"] = "latest",
) -> dict[str, Any]:
    """Persons whose id begins so, at most 50; ``without_event`` of ``count`` are on no map."""
    found, count, silent = timeline.find_persons(site, actor, begins=begins, order=order)
    persons = [
        {
            "person": one.person,
            "events": one.events,
            "first_at": one.first_at.isoformat(),
            "last_at": one.last_at.isoformat(),
        }
        for one in found
    ]
    return {"count": count, "without_event": silent, "persons": persons}


@router.post("/search", status_code=202)
def search(site: TheSite, actor: Revealer, body: SearchBody) -> dict[str, Any]:
    """Look for the person behind an identifier; written down. A job whose result says it."""
    told = identity_view.find_by_identifier(site, actor, body.identifier, reason=body.reason)
    return {"id": told.id, "state": told.state.value}


@router.get("/reveals")
def reveals(site: TheSite, actor: Revealer) -> list[dict[str, Any]]:
    """Who saw identifiers, latest first."""
    return [
        {"by": one.by_name, "at": one.at.isoformat(), "person": one.person, "way": one.way}
        for one in timeline.reveals_of(site, actor)
    ]


@router.get("/merges", status_code=202)
def merges(site: TheSite, actor: Seer) -> dict[str, Any]:
    """What was joined last and what was not simply joined, masked; a job whose result says it."""
    told = identity_view.ask_merges(site, actor)
    return {"id": told.id, "state": told.state.value}


@router.get("/{person}")
def one_person(site: TheSite, actor: Seer, person: str) -> dict[str, Any]:
    """A person's events in their order, pseudonymous."""
    return _line(timeline.timeline(site, actor, person))


@router.post("/{person}/reveal")
def reveal(site: TheSite, actor: Revealer, person: str) -> dict[str, Any]:
    """The same with identifiers and attributes; written down before they are read."""
    line = timeline.timeline(site, actor, person, reveal=True)
    told = _line(line)
    for one, shown in zip(told["happenings"], line.happenings, strict=True):
        one["attributes"] = dict(shown.attributes)
        one["identifiers"] = dict(shown.identifiers)
    return told


def _line(line: timeline.PersonLine) -> dict[str, Any]:
    return {
        "person": line.person,
        "events": line.events,
        "left_out": line.left_out,
        "channels": dict(line.channels),
        "happenings": [_happening(one) for one in line.happenings],
    }


def _happening(one: timeline.Happening) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "event": one.event,
        "channel": one.channel,
        "source": one.source,
        "touchpoint": one.touchpoint.id if one.touchpoint else None,
        "value": one.value,
        "currency": one.currency,
        "rating": one.rating,
        "text": one.text,
    }


@router.get("/{person}/identity", status_code=202)
def identity(site: TheSite, actor: Seer, person: str) -> dict[str, Any]:
    """Why this is one person, masked; a job whose result says it."""
    told = identity_view.ask_who(site, actor, person)
    return {"id": told.id, "state": told.state.value}


@router.post("/{person}/identity/reveal", status_code=202)
def reveal_identity(site: TheSite, actor: Revealer, person: str) -> dict[str, Any]:
    """The same with identifiers; written down. A job whose result says it."""
    told = identity_view.ask_who(site, actor, person, reveal=True)
    return {"id": told.id, "state": told.state.value}


@router.post("/{person}/split", status_code=202)
def split(site: TheSite, actor: Changer, person: str, body: SplitBody) -> dict[str, Any]:
    """Take an identifier out of its person or put it back, then build; a job."""
    act = identity_view.unsplit if body.undo else identity_view.split
    return act(site, actor, person, body.reference).as_dict()


@router.post("/{person}/block", status_code=202)
def block(site: TheSite, actor: Changer, person: str, body: SplitBody) -> dict[str, Any]:
    """Hold an identifier for nobody's, or for somebody's again, then build; a job."""
    act = identity_view.unblock if body.undo else identity_view.block
    return act(site, actor, person, body.reference).as_dict()


@router.post("/merges/decisions/{number}/undo", status_code=202)
def undo_decision(site: TheSite, actor: Changer, number: int) -> dict[str, Any]:
    """Undo a decision about identifiers, by its number among ``merges``, then build; a job."""
    return identity_view.undo_decision(site, actor, number).as_dict()


@router.post("/{person}/apart", status_code=202)
def apart(site: TheSite, actor: Changer, person: str, body: ApartBody) -> dict[str, Any]:
    """Keep two identifiers of different people, or let them be joined again, then build; a job."""
    act = identity_view.let_join if body.undo else identity_view.keep_apart
    return act(site, actor, person, (body.one, body.other)).as_dict()
