"""Pages of questions: a builder for each, its answer, who is behind it, what was kept."""

from __future__ import annotations

import json
from math import isfinite
from typing import Annotated, Any
from urllib.parse import parse_qs, parse_qsl

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.question_fields.names import Names, meaning, sentence
from waypost.app.studio import asking, saved_questions
from waypost.app.studio.actor import Actor
from waypost.app.studio.maps import list_maps
from waypost.app.studio.permissions import Right
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_cards import Figure, put_on_map
from waypost.app.studio.question_forms import (
    asked_of,
    command_line,
    fault_of,
    fields_of,
    filters_of,
    python_text,
    replaced,
    step_choices,
)
from waypost.app.studio.question_words import FIELD_NAMES, GROUPS, TITLES, word_name
from waypost.app.studio.segment_rules import OPERATORS
from waypost.app.studio.segments import list_segments
from waypost.app.studio.site import Site
from waypost.errors import CancelledError, InputError, NotFoundError, QuestionError, WaypostError
from waypost.exports.html.speech import speech_for
from waypost.kit.translation import N_, translator
from waypost.questions import Composed, FindsMembers, Question, Result
from waypost.questions.column_names import kind_of, label
from waypost.web.access import needs, site_of
from waypost.web.answer_tables import answer_table
from waypost.web.asked_questions import Told, params_of, told_by
from waypost.web.rendering import fragment, page, said
from waypost.web.segment_links import segment_address

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/journeys")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
Commenter = Annotated[Actor, Depends(needs(Right.COMMENT))]
TheSite = Annotated[Site, Depends(site_of)]
_PATIENCE_SECONDS = 0.9
_MOST_ROWS = 300
_MOST_MEMBERS = 200
_TIMES = ("30m", "1h", "12h", "1d", "2d", "7d", "14d", "30d", "60d", "90d")
_PLAIN_FIELDS = ("channel", "source", "event", "touchpoint", "step", "stage")


@router.get("/questions")
def question_list(request: Request, site: TheSite, actor: Seer) -> Response:
    """Every question that can be asked, as somebody would look for it."""
    values = {
        "groups": [
            (heading, [(name, TITLES[name], asked_of(name).meaning) for name in names])
            for heading, names in GROUPS
        ],
        "kept": saved_questions.saved_questions(site, actor),
    }
    return page(request, actor, "journeys/questions.html", values)


@router.post("/kept/{name}/remove")
def forget(site: TheSite, actor: Commenter, name: str) -> Response:
    """Delete a kept question."""
    saved_questions.forget_question(site, actor, name)
    return RedirectResponse(f"/w/{actor.workspace}/journeys/questions", 303)


@router.post("/answers/{name}/stop")
def stop(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """Wait no longer for an answer; where nobody else does, counting ends."""
    asking.let_go(site, actor, name)
    return fragment(request, actor, "journeys/_stopped.html")


@router.get("/{name}")
def question_page(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """The builder of a question, and the answer to what the address asks."""
    params = params_of(request)
    try:
        told = told_by(site, actor, name, params)
    except QuestionError as error:
        told = told_by(site, actor, name, {})
        return _page(request, site, actor, told, error)
    if not params and any(field.is_needed for field in fields_of(told.asked, told.given)):
        return _page(request, site, actor, told, None)
    try:
        question = told.question()
        found = asking.answer_soon(site, actor, question, patience=_PATIENCE_SECONDS)
        if found.ready.is_set():
            found.settled()
    except WaypostError as error:
        return _page(request, site, actor, told, error)
    return _page(request, site, actor, told, None, under_way=found)


@router.get("/{name}/meaning")
def question_meaning(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """What is being asked, in words, while it is filled in."""
    try:
        told = told_by(site, actor, name, params_of(request))
        words = meaning(told.question(), _names(site, actor))
        values: dict[str, Any] = {"meaning": words, "fault": None}
    except WaypostError as error:
        values = {"meaning": "", "fault": said(actor.language, error)}
    return fragment(request, actor, "journeys/_meaning.html", values)


@router.get("/{name}/answer")
def question_answer(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """The answer as a part of the page, or how long it has been asked for."""
    told = told_by(site, actor, name, params_of(request))
    found = asking.answer_soon(site, actor, told.question(), patience=_PATIENCE_SECONDS)
    if isinstance(found.error, CancelledError):
        return fragment(request, actor, "journeys/_stopped.html")
    return fragment(request, actor, "journeys/_answer.html", _answer(site, actor, told, found))


@router.get("/{name}/members")
def question_members(
    request: Request, site: TheSite, actor: Seer, name: str, cell: str, measure: str = ""
) -> Response:
    """Who is behind a row, by pseudonym."""
    told = told_by(site, actor, name, params_of(request))
    question = told.question()
    chosen = _cell(cell, measure)
    table = asking.members_behind(site, actor, question, chosen)
    result = asking.answer_now(site, actor, question)
    values = {
        "title": TITLES[told.asked.question],
        "name": told.asked.command,
        "address": told.address,
        "meaning": sentence(result, _names(site, actor)),
        "count_found": table.num_rows,
        "members": table.slice(0, _MOST_MEMBERS).to_pylist(),
        "cell": cell,
        "told_pairs": parse_qsl(told.address),
        "measure": measure,
        "measures": _measures(result, actor.language),
        "place": _place_words(site, actor, result, chosen),
        "maps": [one for one in list_maps(site, actor) if one.steps],
        "segment_address": segment_address(question, chosen, told.narrowed),
    }
    return page(request, actor, "journeys/members.html", values)


@router.post("/{name}/card")
def put_card(
    site: TheSite,
    actor: Editor,
    name: str,
    asked: Annotated[str, Form()] = "",
    cell: Annotated[str, Form()] = "",
    measure: Annotated[str, Form()] = "",
    map: Annotated[str, Form()] = "",  # noqa: A002 - the name in the form
) -> Response:
    """Put the figure of a row on a map, and open the map."""
    question = told_by(site, actor, name, parse_qs(asked)).question()
    chosen = _cell(cell, measure)
    persons = asking.members_behind(site, actor, question, chosen).num_rows
    result = asking.answer_now(site, actor, question)
    title = translator(actor.language).gettext(TITLES[question_name(question)])
    text = f"{title}, {_place_words(site, actor, result, chosen)}: {persons}"
    card = put_on_map(site, actor, map, Figure(text, persons, question, chosen))
    return RedirectResponse(f"/w/{actor.workspace}/maps/{map}#{card}", 303)


@router.post("/{name}/keep")
def keep(
    site: TheSite,
    actor: Commenter,
    name: str,
    title: Annotated[str, Form()] = "",
    asked: Annotated[str, Form()] = "",
) -> Response:
    """Keep a question under a name."""
    told = told_by(site, actor, name, parse_qs(asked))
    told.question()
    saved_questions.keep_question(
        site, actor, name=title, question=told.asked.question, asked=told.address
    )
    return RedirectResponse(f"/w/{actor.workspace}/journeys/questions", 303)


def question_name(question: Question | Composed) -> str:
    """The name of the question, or of the one inside."""
    plain = question.question if isinstance(question, Composed) else question
    return plain.name


def _page(
    request: Request,
    site: Site,
    actor: Actor,
    told: Told,
    error: WaypostError | None,
    *,
    under_way: asking.Asked | None = None,
) -> Response:
    values = _form(site, actor, told, error)
    if under_way is not None:
        values |= _answer(site, actor, told, under_way)
    status = 422 if error is not None else 200
    return page(request, actor, "journeys/question.html", values, status=status)


def _form(site: Site, actor: Actor, told: Told, error: WaypostError | None) -> dict[str, Any]:
    try:
        view = asking.view_of(site, actor)
    except NotFoundError:
        view = None
    fault = None if error is None else fault_of(error, told.asked, told.given, view)
    name = told.asked.question
    fields = fields_of(told.asked, told.given)
    return {
        "asked": told.asked,
        "title": TITLES[name],
        "name": told.asked.command,
        "intro": told.asked.meaning,
        "first": [field for field in fields if field.is_first],
        "more": [field for field in fields if not field.is_first],
        "is_more_open": any(one.name in told.given for one in fields if not one.is_first),
        "filters": filters_of(told.given),
        "segments": told.given.get("segment", []),
        "names": FIELD_NAMES,
        "word_name": word_name,
        "units": ("person", "session", "order", "account"),
        "nodes": ("touchpoint", "step", "stage", "channel", "event"),
        "operators": OPERATORS,
        "persona": told.persona,
        "group": told.group,
        "personas": list_personas(site, actor),
        "groups": list_segments(site, actor),
        "choices": [] if view is None else step_choices(view, actor.language),
        "times": _TIMES,
        "plain_fields": _PLAIN_FIELDS,
        "is_empty": view is None,
        "fault": fault,
        "fault_said": None if error is None else said(actor.language, error),
        "nearest": [] if fault is None else _nearest(told, fault.field, fault.value, fault.near),
        "address": told.address,
        "answer": None,
        "asked_id": "",
    }


def _nearest(told: Told, field: str, value: str, near: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names that may have been meant, each with the address that asks with it."""
    found = []
    for name in near:
        given = replaced(told.given, field, value, name)
        address = Told(told.asked, given, told.persona, told.group, told.narrowed).address
        found.append((name, address))
    return found


def _answer(site: Site, actor: Actor, told: Told, found: asking.Asked) -> dict[str, Any]:
    """What the part of the page with the answer shows."""
    shared: dict[str, Any] = {
        "asked_id": found.id,
        "waited": found.waited,
        "name": told.asked.command,
        "address": told.address,
        "title": TITLES[told.asked.question],
        "answer": None,
    }
    if not found.ready.is_set():
        return shared | {
            "meaning": meaning(found.question, _names(site, actor)),
            "share": found.share,
            "parts_done": found.parts_done,
            "seconds_left": found.seconds_left,
        }
    result = found.settled()
    names = _names(site, actor)
    settings = site.workspace(actor.workspace).settings
    table = answer_table(result, names, speech_for(actor.language, settings.currency))
    return shared | {
        "answer": result,
        "meaning": sentence(result, names),
        "table": table,
        "shown": list(zip(table.rows, table.keys, strict=True))[:_MOST_ROWS],
        "hidden": max(0, len(table.rows) - _MOST_ROWS),
        "notices": [notice.say(actor.language) for notice in result.warnings],
        "facts": _facts(result, actor.language),
        "command": command_line(told.asked, told.given, found.question, actor.workspace),
        "python": python_text(found.question, actor.workspace),
        "json": json.dumps(found.question.to_dict(), ensure_ascii=False),
        "has_members": _has_members(site, actor, found.question),
        "document": f"docs/questions/{told.asked.question}.md",
        "seconds": found.seconds,
    }


def _facts(result: Result, language: str) -> list[tuple[str, Any, str]]:
    """Totals and denominators: label, value, kind."""
    return [
        (label(name, language), value, kind_of(name, result.units))
        for name, value in result.facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    ]


def _has_members(site: Site, actor: Actor, question: Question | Composed) -> bool:
    plain = question.question if isinstance(question, Composed) else question
    return isinstance(plain.plan(asking.view_of(site, actor)), FindsMembers)


def _measures(result: Result, language: str) -> list[tuple[str, str]]:
    """Counts of the answer whose persons can be listed."""
    return [
        (name, label(name, language))
        for name in result.columns
        if kind_of(name, result.units) == "count" and name not in ("column", "n", "period")
    ]


def _cell(text: str, measure: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError(N_("This names no row of an answer."), value=text) from error
    if not isinstance(found, dict):
        raise InputError(N_("This names no row of an answer."), value=text)
    cell = {
        str(name): tuple(value) if isinstance(value, list) else value
        for name, value in found.items()
    }
    return {**cell, "measure": measure} if measure else cell


def _place_words(site: Site, actor: Actor, result: Result, cell: dict[str, Any]) -> str:
    """The row in words."""
    names = _names(site, actor)
    by = str(result.question.get("of_question", result.question).get("by", "touchpoint"))
    found = []
    for value in cell.values():
        texts = value if isinstance(value, tuple) else (value,)
        found.append(" → ".join(names.of(by, names.of_step(str(one), {})) for one in texts))
    return ", ".join(label(one, actor.language) if one in result.columns else one for one in found)


def _names(site: Site, actor: Actor) -> Names:
    return Names(asking.view_of(site, actor), actor.language)
