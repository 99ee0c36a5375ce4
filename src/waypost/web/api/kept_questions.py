"""Questions that somebody kept under a name, over HTTP."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio import saved_questions
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of
from waypost.web.asked_questions import told_by

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{w}", tags=["questions"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Commenter = Annotated[Actor, Depends(needs(Right.COMMENT))]
TheSite = Annotated[Site, Depends(site_of)]


class KeptBody(BaseModel):
    """A question's name, its kind, and what was filled in as its address has it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=300)]
    question: str
    asked: Annotated[str, Field(max_length=8_000)] = ""


@router.get("/kept-questions")
def list_kept(site: TheSite, actor: Seer) -> list[dict[str, Any]]:
    """Every kept question, by name."""
    return [dataclasses.asdict(one) for one in saved_questions.saved_questions(site, actor)]


@router.post("/kept-questions", status_code=201)
def keep(site: TheSite, actor: Commenter, body: KeptBody) -> dict[str, Any]:
    """Keep a question under a name; 422 for one that has no meaning here."""
    told = told_by(site, actor, body.question, parse_qs(body.asked))
    told.question()
    kept = saved_questions.keep_question(
        site, actor, name=body.name, question=told.asked.question, asked=told.address
    )
    return dataclasses.asdict(kept)


@router.delete("/kept-questions/{kept}", status_code=204)
def forget(site: TheSite, actor: Commenter, kept: str) -> Response:
    """Keep it no longer; told by its id, since names need not differ."""
    saved_questions.forget_question(site, actor, kept)
    return Response(status_code=204)
