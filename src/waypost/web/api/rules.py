"""Rules over HTTP: the file, one rule, a rule on trial, what none binds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from waypost.app.studio import rule_editing
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import start_job
from waypost.app.studio.permissions import Right
from waypost.app.studio.rule_editing import Draft, Way
from waypost.app.studio.site import Site
from waypost.web.access import needs, site_of

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]
Text = Annotated[str, Field(max_length=10_000)]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["data"])


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RulesBody(_Strict):
    """The whole rule file, and the digest of the one that the writer saw."""

    text: str = Field(max_length=1_000_000)
    was: str


class TrialBody(_Strict):
    """A whole rule file, and the touchpoint that is asked about."""

    text: str = Field(max_length=1_000_000)
    touchpoint: str


class WayBody(_Strict):
    """One way to fit: any of the events, in any of the channels and sources, where it holds."""

    events: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    where: Text = ""


class RuleBody(_Strict):
    """A touchpoint's rule; ``place`` is a step's id, or ``stage:`` and a stage's, or empty.

    ``was``: the digest of the file that the writer saw.
    """

    label_de: Text = ""
    label_en: Text = ""
    place: Text = ""
    channel: Text = ""
    ways: tuple[WayBody, ...] = Field(max_length=100)
    was: str


class OrderBody(_Strict):
    """All own rules in the order in which they shall be tried."""

    order: list[str] = Field(max_length=10_000)
    was: str


@router.get("/rules")
def rules(site: TheSite, actor: Seer) -> dict[str, Any]:
    """The rule file with its digest, and every rule in the order of trying, with counts."""
    board = rule_editing.rule_board(site, actor)
    cards = [
        {
            "touchpoint": card.touchpoint.id,
            "label": dict(card.touchpoint.label),
            "condition": card.condition,
            "events": card.events,
            "persons": card.persons,
            "own": card.is_own,
        }
        for card in board.cards
    ]
    return {"file": asdict(board.file), "rules": cards}


@router.put("/rules")
def put_rules(site: TheSite, actor: Changer, body: RulesBody) -> dict[str, Any]:
    """Write the rule file; 409 where it is another by now, 422 where it cannot be used.

    Rules hold from the next build on, here and in the following operations.
    """
    return asdict(rule_editing.save_rule_text(site, actor, body.text, was=body.was))


@router.put("/rules/touchpoints/{touchpoint}")
def put_rule(site: TheSite, actor: Changer, touchpoint: str, body: RuleBody) -> dict[str, Any]:
    """Write one rule into the file, whose other lines and comments stay; answers with the file."""
    ways = tuple(Way(one.events, one.channels, one.sources, one.where) for one in body.ways)
    draft = Draft(
        touchpoint,
        body.label_de,
        body.label_en,
        place=body.place,
        channel=body.channel,
        ways=ways,
    )
    return asdict(rule_editing.save_rule(site, actor, draft, was=body.was))


@router.delete("/rules/touchpoints/{touchpoint}")
def delete_rule(
    site: TheSite, actor: Changer, touchpoint: str, was: Annotated[str, Query()]
) -> dict[str, Any]:
    """Remove an own rule; a shipped one of its name holds again. Answers with the file."""
    return asdict(rule_editing.remove_rule(site, actor, touchpoint, was=was))


@router.put("/rules/order")
def put_order(site: TheSite, actor: Changer, body: OrderBody) -> dict[str, Any]:
    """Own rules in another order: the first that fits decides. Answers with the file."""
    return asdict(rule_editing.reorder_rules(site, actor, body.order, was=body.was))


@router.post("/rules/try", status_code=202)
def try_rules(site: TheSite, actor: Seer, body: TrialBody) -> dict[str, Any]:
    """What a rule file would take for one touchpoint, before it holds; a job."""
    asked = {"text": body.text, "touchpoint": body.touchpoint}
    return start_job(site, actor, "try-rule", asked).as_dict()


@router.get("/coverage", status_code=202)
def coverage(site: TheSite, actor: Seer) -> dict[str, Any]:
    """What no rule binds, by volume; a job whose result says it."""
    return start_job(site, actor, "coverage").as_dict()
