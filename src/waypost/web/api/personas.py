"""Personas over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio import personas
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.persona_facts import persona_facts, persona_sheet
from waypost.app.studio.personas import Persona, PersonaFields
from waypost.app.studio.site import Site
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.persona_sheets import SHEET_FORMATS, persona_file
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["personas"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


class ChangeBody(BaseModel):
    """``revision`` is the one that the writer saw."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    fields: PersonaFields


class MergeBody(BaseModel):
    """The personas that become one, and what the one is called."""

    model_config = ConfigDict(extra="forbid")

    personas: list[str] = Field(max_length=20)
    fields: PersonaFields


class SplitBody(BaseModel):
    """The condition, and the names of those who fulfil it and of those who do not."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(max_length=2_000)
    names: tuple[str, str]


@router.get("/personas")
def get_personas(site: TheSite, actor: Seer, *, removed: bool = False) -> list[dict[str, Any]]:
    """The workspace's personas, pinned ones first; or those that were removed."""
    return [_told(one) for one in personas.list_personas(site, actor, removed=removed)]


@router.post("/personas", status_code=201)
def post_persona(site: TheSite, actor: Editor, fields: PersonaFields) -> dict[str, Any]:
    """A new persona."""
    return _told(personas.add_persona(site, actor, fields))


@router.post("/personas/merge", status_code=201)
def post_merge(site: TheSite, actor: Editor, body: MergeBody) -> dict[str, Any]:
    """One persona of several; they can be restored."""
    return _told(personas.merge_personas(site, actor, body.personas, body.fields))


@router.get("/personas/{name}")
def get_persona(site: TheSite, actor: Seer, name: str) -> dict[str, Any]:
    """One persona."""
    return _told(personas.persona(site, actor, name))


@router.get("/personas/{name}/facts")
def get_facts(site: TheSite, actor: Seer, name: str) -> dict[str, Any]:
    """What the events say of it; groups under five persons are left out."""
    facts = persona_facts(site.workspace(actor.workspace), personas.persona(site, actor, name))
    return {
        "persons": facts.persons if facts.persons >= LEAST_GROUP else None,
        "everybody": facts.everybody,
        "goal": dict(facts.goal),
        "reached_goal": facts.reached_goal.model_dump() if facts.reached_goal else None,
        "traits": [asdict(trait) for trait in facts.traits],
        "looked_at": facts.looked_at,
        "channels_by_stage": [asdict(usage) for usage in facts.usage],
        "journey": facts.journey.model_dump(mode="json") if facts.journey else None,
        "quotes": [quote.model_dump(mode="json") for quote in facts.quotes],
    }


@router.get("/personas/{name}/sheet.{form}", response_class=Response)
def get_sheet(
    site: TheSite, actor: Seer, name: str, form: str, language: Literal["de", "en", ""] = ""
) -> Response:
    """The persona's sheet as PDF or PNG."""
    found = personas.persona(site, actor, name)
    sheet = persona_sheet(site.workspace(actor.workspace), found)
    content = persona_file(sheet, form, language=language or actor.language)
    headers = {"Content-Disposition": f'attachment; filename="persona-{found.id}.{form}"'}
    return Response(content, media_type=SHEET_FORMATS[form], headers=headers)


@router.patch("/personas/{name}")
def patch_persona(site: TheSite, actor: Editor, name: str, body: ChangeBody) -> dict[str, Any]:
    """Write the fields that are said; 409 with both texts where others changed them meanwhile."""
    return _told(personas.change_persona(site, actor, name, body.fields, revision=body.revision))


@router.post("/personas/{name}/split", status_code=201)
def post_split(site: TheSite, actor: Editor, name: str, body: SplitBody) -> list[dict[str, Any]]:
    """Two personas of one: those who fulfil the condition, and those who do not."""
    made = personas.split_persona(site, actor, name, rule=body.rule, names=body.names)
    return [_told(one) for one in made]


@router.delete("/personas/{name}", status_code=204)
def delete_persona(site: TheSite, actor: Editor, name: str) -> None:
    """Take it out of the lists; it can be restored."""
    personas.remove_persona(site, actor, name)


@router.post("/personas/{name}/restore")
def post_restore(site: TheSite, actor: Editor, name: str) -> dict[str, Any]:
    """Bring it back."""
    return _told(personas.restore_persona(site, actor, name))


def _told(one: Persona) -> dict[str, Any]:
    return asdict(one)
