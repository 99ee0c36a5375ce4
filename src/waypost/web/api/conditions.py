"""Conditions by rows: what can be chosen, and rows as text and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio.actor import Actor
from waypost.app.studio.condition_rows import (
    condition_choices,
    from_rows,
    from_text,
    persons_of_rules,
    rules_of_personas,
)
from waypost.app.studio.permissions import Right
from waypost.app.studio.segment_rules import RuleRow
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["conditions"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]
_MOST_ROWS = 40


class RowBody(BaseModel):
    """One row: ``did`` false means never, ``joined`` “or” another way to fulfil the row before."""

    model_config = ConfigDict(extra="forbid")

    field: str
    operator: str = "="
    value: str = ""
    did: bool = True
    joined: Literal["and", "or"] = "and"
    since: str = ""
    until: str = ""


class ConditionsBody(BaseModel):
    """Rows, or a text where ``rows`` is null; ``about``: conditions on events or on persons."""

    model_config = ConfigDict(extra="forbid")

    about: Literal["events", "persons"] = "events"
    text: str = Field(default="", max_length=10_000)
    rows: list[RowBody] | None = Field(default=None, max_length=_MOST_ROWS)


@router.get("/conditions")
def get_choices(site: TheSite, actor: Seer) -> dict[str, Any]:
    """Fields, comparisons, and the values that occur, in your language."""
    return condition_choices(site, actor)


@router.post("/conditions")
def post_conditions(site: TheSite, actor: Seer, body: ConditionsBody) -> dict[str, Any]:
    """Rows as text or a text as rows; of conditions on persons, how many they leave."""
    is_segment = body.about == "persons"
    if body.rows is None:
        found = from_text(body.text, is_segment=is_segment)
    else:
        rows = [RuleRow(**row.model_dump()) for row in body.rows]
        personas = rules_of_personas(site, actor) if is_segment else None
        found = from_rows(rows, is_segment=is_segment, personas=personas)
    size = persons_of_rules(site, actor, found.text) if is_segment and found.text else None
    return {
        "text": found.text,
        "rows": [asdict(row) for row in found.rows],
        "size": asdict(size) if size else None,
    }
