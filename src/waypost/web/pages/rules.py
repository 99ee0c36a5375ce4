"""Coverage and rules: what nothing binds, rules as cards, one rule tried while it is written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from waypost.app.studio import rule_editing
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import Job, JobState, forget_job, job_now, start_job
from waypost.app.studio.permissions import Right
from waypost.app.studio.rule_editing import Draft, RuleBoard, Way
from waypost.app.studio.site import Site
from waypost.errors import ConflictError, NotFoundError, RuleError
from waypost.kit.translation import N_
from waypost.model.channels import KNOWN_CHANNELS
from waypost.model.conditions import Condition
from waypost.web.access import needs, site_of
from waypost.web.pages.data_words import Words, with_events, words_of
from waypost.web.rendering import page

__all__ = ["router", "waited"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]

_PATIENCE_SECONDS = 40.0

router = APIRouter(prefix="/w/{slug}/rules", include_in_schema=False)
_EXAMPLE = """touchpoints:
  - id: size_adviser
    label: {en: Size adviser, de: Größenberater}
    channel: web
    step: advice
    when:
      event: [tool_opened, tool_used]
      where: tool = 'size'"""


async def waited(request: Request, actor: Actor, job: Job) -> Job:
    """The job once it is over, or as it stands after 40 seconds; a look is removed then.

    Where no workers run, nobody waits.
    """
    site = site_of(request)
    has_workers = getattr(request.app.state, "job_house", None) is not None
    until = time.monotonic() + (_PATIENCE_SECONDS if has_workers else 0)
    while not job.is_over and time.monotonic() < until:
        await asyncio.sleep(0.08)
        job = await run_in_threadpool(job_now, site, actor, job.id)
    if job.is_over:
        await run_in_threadpool(forget_job, site, actor, job.id)
    return job


@router.get("")
def show_rules(request: Request, site: TheSite, actor: Seer) -> HTMLResponse:
    """All rules in the order of trying; coverage comes behind."""
    words = words_of(request, actor)
    board = rule_editing.rule_board(site, actor)
    values = {**words.as_values(actor.workspace), "board": board, **_by_place(board)}
    values["file_problem"] = _problem_of(words, board)
    return page(request, actor, "rules/index.html", values)


def _problem_of(words: Words, board: RuleBoard) -> dict[str, str] | None:
    if not board.file.problem:
        return None
    return {"message": words.said(board.file.problem), "hint": words.said(board.file.hint)}


def _by_place(board: RuleBoard) -> dict[str, Any]:
    """Own rules in their order; all others by stage and step."""
    own = [card for card in board.cards if card.is_own]
    stages = []
    for stage, label in (*board.stages, ("", {})):
        inside = [
            card for card in board.cards if not card.is_own and card.touchpoint.stage == stage
        ]
        if inside:
            stages.append((stage, label, inside))
    return {"own": own, "by_stage": stages}


@router.get("/coverage")
async def show_coverage(request: Request, site: TheSite, actor: Seer) -> HTMLResponse:
    """What no rule binds, by volume, with a suggestion each."""
    job = await run_in_threadpool(start_job, site, actor, "coverage")
    job = await waited(request, actor, job)
    words = words_of(request, actor)
    board = await run_in_threadpool(rule_editing.rule_board, site, actor)
    labels = {card.touchpoint.id: card.touchpoint.label for card in board.cards}
    values = {
        **words.as_values(actor.workspace),
        "coverage": dict(job.result) if job.state is JobState.DONE else None,
        "error": dict(job.error) if job.error else None,
        "labels": labels,
    }
    return page(request, actor, "rules/_coverage.html", values)


@router.get("/text")
def show_text(request: Request, site: TheSite, actor: Changer) -> HTMLResponse:
    """The rule file as text."""
    words = words_of(request, actor)
    board = rule_editing.rule_board(site, actor)
    values = {
        **words.as_values(actor.workspace),
        "text": board.file.text,
        "example": _EXAMPLE,
        "was": board.file.digest,
        "problem": _problem_of(words, board),
    }
    return page(request, actor, "rules/text.html", values)


@router.post("/text")
def save_text(
    request: Request,
    site: TheSite,
    actor: Changer,
    *,
    text: Annotated[str, Form()] = "",
    was: Annotated[str, Form()] = "",
) -> Response:
    """Write the rule file as it was edited."""
    try:
        rule_editing.save_rule_text(site, actor, text, was=was)
    except (RuleError, ConflictError) as error:
        words = words_of(request, actor)
        problem = {"message": words.said(error.message), "hint": words.said(error.hint)}
        values = {"text": text, "was": was, "problem": problem}
        status = 409 if isinstance(error, ConflictError) else 422
        return page(
            request,
            actor,
            "rules/text.html",
            {**words.as_values(actor.workspace), **values},
            status=status,
        )
    return RedirectResponse(f"/w/{actor.workspace}/rules", 303)


@router.get("/new")
def show_new(
    request: Request,
    site: TheSite,
    actor: Changer,
    *,
    event: str = "",
    channel: str = "",
    place: str = "",
) -> HTMLResponse:
    """A rule to be written, begun from an event that nothing binds."""
    words = words_of(request, actor)
    ways = (Way(events=(event,) if event else ()),)
    name = words.event(event) if event else ""
    draft = Draft("", name, "", place=place, channel=channel, ways=ways)
    return _edited(request, site, actor, draft, is_new=True)


@router.get("/{touchpoint}")
def show_rule(
    request: Request, site: TheSite, actor: Changer, touchpoint: str, *, event: str = ""
) -> HTMLResponse:
    """One rule, to be changed; ``event`` is added to what it takes."""
    board = rule_editing.rule_board(site, actor)
    draft = rule_editing.draft_of(board, touchpoint)
    if event:
        ways = (*draft.ways, Way(events=(event,)))
        draft = Draft(
            draft.id,
            draft.label_de,
            draft.label_en,
            place=draft.place,
            channel=draft.channel,
            ways=ways,
        )
    return _edited(request, site, actor, draft, is_new=False)


def _edited(
    request: Request,
    site: Site,
    actor: Actor,
    draft: Draft,
    *,
    is_new: bool,
    problem: dict[str, str] | None = None,
) -> HTMLResponse:
    words = words_of(request, actor)
    board = rule_editing.rule_board(site, actor)
    card = next((one for one in board.cards if one.touchpoint.id == draft.id), None)
    values = {
        **words.as_values(actor.workspace),
        "board": board,
        "draft": draft,
        "card": card,
        "is_new": is_new,
        "problem": problem,
        "channels": sorted({*KNOWN_CHANNELS, *board.channels}),
        "loses": rule_editing.loses_comments(board.file.text, draft.id),
    }
    return page(request, actor, "rules/edit.html", values, status=422 if problem else 200)


def _draft_in(form: FormData) -> Draft:
    """Fields of a way are numbered: ``event.N``, ``way_channel.N``, ``source.N``, ``where.N``."""
    numbers = sorted(
        {str(name).rpartition(".")[2] for name in form if str(name).startswith("way.")}
    )
    return Draft(
        id=str(form.get("id", "")),
        label_de=str(form.get("label_de", "")),
        label_en=str(form.get("label_en", "")),
        place=str(form.get("place", "")),
        channel=str(form.get("channel", "")),
        ways=tuple(_way_in(form, number) for number in numbers),
    )


def _way_in(form: FormData, number: str) -> Way:
    def words(name: str) -> tuple[str, ...]:
        return tuple(str(one) for one in form.getlist(f"{name}.{number}") if str(one))

    where = str(form.get(f"where.{number}", ""))
    return Way(words("event"), words("way_channel"), words("source"), where)


@router.post("/try")
async def show_trial(request: Request, actor: Seer) -> HTMLResponse:
    """What a rule would take, before it is saved."""
    words = words_of(request, actor)
    form = await request.form()
    draft = _draft_in(form)
    trial = _readable(await _tried(request, actor, draft), words)
    values = {"trial": trial, "is_blank": _is_blank(draft)}
    return page(request, actor, "rules/_trial.html", {**words.as_values(actor.workspace), **values})


def _is_blank(draft: Draft) -> bool:
    """Nothing was written yet, so nothing is wrong with it."""
    said = (draft.id, draft.label_de, draft.label_en, draft.place, draft.channel)
    return not any(said) and all(way == Way((), (), (), "") for way in draft.ways)


async def _tried(request: Request, actor: Actor, draft: Draft) -> Mapping[str, Any]:
    site = site_of(request)
    try:
        text, touchpoint = await run_in_threadpool(rule_editing.try_text, site, actor, draft)
    except RuleError as error:
        return {"problem": error.as_dict()}
    asked = {"text": text, "touchpoint": touchpoint}
    job = await run_in_threadpool(start_job, site, actor, "try-rule", asked)
    job = await waited(request, actor, job)
    if job.state is JobState.DONE:
        return job.result
    waits = {"message": N_("Counting takes longer than usual."), "hint": ""}
    return {"problem": dict(job.error) or waits}


def _readable(answer: Mapping[str, Any], words: Words) -> dict[str, Any]:
    if "problem" in answer:
        problem = answer["problem"]
        told = {"message": words.said(problem["message"]), "hint": words.said(problem["hint"])}
        return {"problem": told}
    because = [{**one, "words": _explained(one["part"], words)} for one in answer["nearly_because"]]
    nearly = [
        {**one, "why": _explained(str(one.get("because", "")), words)} for one in answer["nearly"]
    ]
    return {**answer, "problem": None, "nearly_because": because, "nearly": nearly}


def _explained(part: str, words: Words) -> str:
    try:
        told = Condition.parse(part).explain(words.speech.language) if part else ""
        return with_events(told, words.speech.language)
    except RuleError:
        return part


@router.post("")
async def save(request: Request, site: TheSite, actor: Changer) -> Response:
    """Write a rule into the file; ``build`` starts a build behind it."""
    form = await request.form()
    draft, was = _draft_in(form), str(form.get("was", ""))
    try:
        await run_in_threadpool(rule_editing.save_rule, site, actor, draft, was=was)
    except (RuleError, ConflictError) as error:
        words = words_of(request, actor)
        problem = {"message": words.said(error.message), "hint": words.said(error.hint)}
        return _edited(
            request, site, actor, draft, is_new=bool(form.get("is_new")), problem=problem
        )
    return _saved(site, actor)


def _saved(site: Site, actor: Actor) -> Response:
    """Rules changed: the journeys are bound anew, where there are any."""
    if site.workspace(actor.workspace).log.batches():
        start_job(site, actor, "build")
    return RedirectResponse(f"/w/{actor.workspace}/rules", 303)


@router.post("/order")
async def reorder(request: Request, site: TheSite, actor: Changer) -> Response:
    """Move an own rule up or down."""
    form = await request.form()
    board = await run_in_threadpool(rule_editing.rule_board, site, actor)
    order = [card.touchpoint.id for card in board.cards if card.is_own and not card.is_changed]
    moved, by = str(form.get("touchpoint", "")), -1 if form.get("way") == "up" else 1
    if moved not in order:
        raise NotFoundError(N_("There is no own rule of that name."), id=moved)
    place = order.index(moved)
    other = min(max(place + by, 0), len(order) - 1)
    order[place], order[other] = order[other], order[place]
    was = str(form.get("was", ""))
    await run_in_threadpool(rule_editing.reorder_rules, site, actor, order, was=was)
    return _saved(site, actor)


@router.post("/{touchpoint}/remove")
def remove(
    site: TheSite, actor: Changer, touchpoint: str, *, was: Annotated[str, Form()] = ""
) -> Response:
    """Remove an own rule; a shipped one of its name holds again."""
    rule_editing.remove_rule(site, actor, touchpoint, was=was)
    return _saved(site, actor)
