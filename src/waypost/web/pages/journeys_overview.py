"""The page Journeys: flow between stages, branching tree, funnel in words, frequent paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.question_fields.names import Names, sentence
from waypost.app.studio import asking
from waypost.app.studio.actor import Actor
from waypost.app.studio.asking import Asked
from waypost.app.studio.journey_overview import (
    Branch,
    Overview,
    branches,
    questions_of,
    stage_nodes,
)
from waypost.app.studio.permissions import Right
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_words import word_name
from waypost.app.studio.segments import list_segments
from waypost.app.studio.site import Site
from waypost.app.studio.step_words import words_of
from waypost.errors import NotFoundError, WaypostError
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, speech_for
from waypost.exports.html.vocabulary import channel_icon, channel_name
from waypost.questions import Question
from waypost.web.access import needs, site_of
from waypost.web.asked_questions import narrowed_by
from waypost.web.rendering import fragment, page, said
from waypost.web.stage_flow import drawn_flow

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/journeys")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]
_PATIENCE_SECONDS = 0.8
PARTS: Mapping[str, tuple[str, ...]] = {
    "flow": ("flow", "stages"),
    "tree": ("tree",),
    "funnel": ("funnel",),
    "paths": ("paths",),
}
_NODES = ("step", "touchpoint", "stage", "channel", "event")


class Wishes:
    """What the address narrows the overview to."""

    def __init__(
        self,
        persona: str = "",
        group: str = "",
        since: str = "",
        until: str = "",
        by: str = "step",
        anchor: str = "",
        path: Annotated[list[str] | None, Query()] = None,
    ) -> None:
        self.persona, self.group, self.since, self.until = persona, group, since, until
        self.by = by if by in _NODES else "step"
        self.anchor = anchor
        self.path = tuple(path or ())

    def address(self, **changed: Any) -> str:
        """The part of the address behind the question mark, with some of it changed."""
        values = {
            name: getattr(self, name)
            for name in ("persona", "group", "since", "until", "by", "anchor", "path")
        } | changed
        pairs = [
            (name, one)
            for name, value in values.items()
            for one in (value if isinstance(value, tuple) else (value,))
            if one and (name, one) != ("by", "step")
        ]
        return urlencode(pairs)

    def filters(self) -> str:
        """Persona, segment and period only, for links to questions."""
        return self.address(by="", anchor="", path=())


TheWishes = Annotated[Wishes, Depends(Wishes)]


@router.get("")
def overview(request: Request, site: TheSite, actor: Seer, wishes: TheWishes) -> Response:
    """The whole page; what takes longer follows on its own."""
    values: dict[str, Any] = _frame(site, actor, wishes)
    if values["anchor"] != wishes.anchor:
        return RedirectResponse(
            f"{request.url.path}?{wishes.address(anchor=values['anchor'])}#part-tree", 303
        )
    try:
        asked = _asked(site, actor, wishes)
        values["parts"] = {name: _part(site, actor, wishes, name, asked) for name in PARTS}
    except NotFoundError as error:
        if wishes.persona or wishes.group:
            raise
        values["told"] = said(actor.language, error)
        return page(request, actor, "journeys/empty.html", values)
    except WaypostError as error:
        values["parts"] = {}
        values["told"] = said(actor.language, error)
        return page(request, actor, "journeys/overview.html", values, status=422)
    return page(request, actor, "journeys/overview.html", values)


@router.get("/part/{part}")
def one_part(
    request: Request, site: TheSite, actor: Seer, wishes: TheWishes, part: str
) -> Response:
    """One part of the page."""
    if part not in PARTS:
        raise NotFoundError("There is no such part.", part=part)
    asked = _asked(site, actor, wishes, only=part)
    values = _frame(site, actor, wishes)
    values |= {"part": part, "told_part": _part(site, actor, wishes, part, asked)}
    return fragment(request, actor, "journeys/_part.html", values)


def _frame(site: Site, actor: Actor, wishes: Wishes) -> dict[str, Any]:
    try:
        words = words_of(site, actor)
    except NotFoundError:
        words = None
    return {
        "wishes": wishes,
        "choices": () if words is None else words.choices,
        "anchor": wishes.anchor if words is None else words.value(wishes.anchor),
        "anchor_words": wishes.anchor if words is None else words.shown(wishes.anchor),
        "personas": list_personas(site, actor),
        "groups": list_segments(site, actor),
        "nodes": _NODES,
        "word_name": word_name,
        "tuple_of": tuple,
        "told": None,
    }


def _asked(site: Site, actor: Actor, wishes: Wishes, only: str = "") -> dict[str, Asked]:
    """The questions of the page on their way, all at once, as far as they came in good time."""
    narrowed = narrowed_by(site, actor, persona=wishes.persona, group=wishes.group)
    told = Overview(
        segment=narrowed,
        since=wishes.since or None,
        until=wishes.until or None,
        by=wishes.by,
        anchor=wishes.anchor,
        path=wishes.path,
    )
    questions = questions_of(asking.view_of(site, actor), told)
    wanted = PARTS[only] if only else tuple(questions)
    for name in wanted:
        asking.answer_soon(site, actor, questions[name], patience=0)
    left = _PATIENCE_SECONDS
    found: dict[str, Asked] = {}
    for name in wanted:
        found[name] = asking.answer_soon(site, actor, questions[name], patience=max(0.0, left))
        left = _PATIENCE_SECONDS - found[name].waited
    return found


def _part(
    site: Site, actor: Actor, wishes: Wishes, part: str, asked: Mapping[str, Asked]
) -> dict[str, Any] | None:
    """What a part shows; None while its answer is on its way."""
    mine = [asked[name] for name in PARTS[part]]
    if not all(one.ready.is_set() for one in mine):
        return None
    results = [one.settled() for one in mine]
    speech = speech_for(actor.language, site.workspace(actor.workspace).settings.currency)
    names = Names(asking.view_of(site, actor), actor.language)
    shared = {
        "meaning": sentence(results[0], names),
        "query": _query(mine[0].question, wishes),
        "command": str(results[0].question["question"]).replace("_", "-"),
        "rows": list(results[0].rows()),
        "facts": results[0].facts,
        "notices": [one.say(actor.language) for one in results[0].warnings],
        "names": names,
        "interval": lambda low, high: _interval(speech, low, high),
    }
    if part == "flow":
        nodes, edges = stage_nodes(*results)
        shared |= {
            "drawn": drawn_flow(nodes, edges),
            "cells": {(one.source, one.target): _cell(results[0].rows(), one) for one in edges},
            "channel_name": lambda name: channel_name(speech, name),
            "channel_icon": channel_icon,
        }
    elif part == "tree":
        root, outside = branches(results[0], wishes.path)
        shared |= {"root": root, "outside": outside, "rules": _rules(wishes)}
    return shared


def _interval(speech: Speech, low: float, high: float) -> str:
    return formats.interval(speech, formats.share(speech, low), formats.share(speech, high))


def _cell(rows: Any, edge: Any) -> str:
    found = next(row for row in rows if (row["from"], row["to"]) == (edge.source, edge.target))
    names = ("column", "from", "to", "kind")
    return orjson.dumps({name: found[name] for name in names}).decode()


def _rules(wishes: Wishes) -> Any:
    """The address of a new segment of those who came along a path."""

    def rules(branch: Branch) -> str:
        done = dict.fromkeys(branch.path)
        texts = [f"{wishes.by} = '{name.replace(chr(39), chr(39) * 2)}'" for name in done]
        return urlencode([("rule", text) for text in texts])

    return rules


def _query(question: object, wishes: Wishes) -> str:
    """The address of the builder that asks the same."""
    assert isinstance(question, Question)
    fields = question.to_dict()
    if fields.get("question") == "paths" and int(fields.get("top", 0)) > 1_000:  # noqa: PLR2004 - the tree asks for all
        fields["top"] = 20
    kept = {
        name: value
        for name, value in fields.items()
        if name not in ("question", "segment", "since", "until")
        and not isinstance(value, bool)
        and value is not None
    }
    pairs = [
        (name, str(one))
        for name, value in kept.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    both = [urlencode(pairs), wishes.filters()]
    return "&".join(part for part in both if part)
