"""Pages of questions: a builder for each, its answer, who is behind it, what was kept."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from itertools import groupby
from math import isfinite
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from waypost.app.question_fields.names import Names, meaning, sentence
from waypost.app.question_fields.shape import Asked
from waypost.app.studio import asking, saved_questions
from waypost.app.studio.actor import Actor
from waypost.app.studio.field_help import plain_help
from waypost.app.studio.journey_overview import example_of
from waypost.app.studio.permissions import Right
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_definitions import DEFINITIONS
from waypost.app.studio.question_forms import (
    STEP_FIELDS,
    FormField,
    address_of,
    asked_of,
    command_line,
    fault_of,
    fields_of,
    filters_of,
    python_text,
    replaced,
)
from waypost.app.studio.question_words import FIELD_NAMES, GROUPS, TITLES, word_name
from waypost.app.studio.segment_rules import OPERATORS
from waypost.app.studio.segments import list_segments
from waypost.app.studio.site import Site
from waypost.app.studio.step_words import StepWords, persons_at, words_of
from waypost.app.studio.time_fields import is_numberless, timed
from waypost.errors import (
    CancelledError,
    NotFoundError,
    QuestionError,
    RuleError,
    WaypostError,
)
from waypost.exports.html.speech import speech_for
from waypost.kit.durations import duration_words
from waypost.kit.translation import translator
from waypost.questions import (
    Attribution,
    Cohorts,
    Composed,
    FindsMembers,
    Question,
    Result,
    Retention,
    SnapshotView,
)
from waypost.questions.attribution_words import model_sentences
from waypost.questions.column_names import kind_of, label, unit_label
from waypost.web.access import needs, site_of
from waypost.web.answer_charts import WIDTHS, AnswerChart
from waypost.web.answer_tables import AnswerTable, answer_table
from waypost.web.asked_questions import Told, params_of, told_by
from waypost.web.rendering import fragment, page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/journeys")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
Commenter = Annotated[Actor, Depends(needs(Right.COMMENT))]
TheSite = Annotated[Site, Depends(site_of)]
_PATIENCE_SECONDS = 0.9
_MOST_ROWS = 300
_MOST_MEMBERS = 200
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


@router.post("/kept/{kept}/remove")
def forget(site: TheSite, actor: Commenter, kept: str) -> Response:
    """Delete a kept question."""
    saved_questions.forget_question(site, actor, kept)
    return RedirectResponse(f"/w/{actor.workspace}/journeys/questions", 303)


@router.post("/answers/{name}/stop")
def stop(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """Wait no longer for an answer; where nobody else does, counting ends."""
    asking.let_go(site, actor, name)
    return fragment(request, actor, "journeys/_stopped.html")


@router.get("/choices")
def choices(request: Request, site: TheSite, actor: Seer) -> Response:
    """The lists that steps are picked from, with how many persons were at each."""
    persons = persons_at(site, actor, waits=True)
    words = StepWords(asking.view_of(site, actor), actor.language, persons)
    return fragment(request, actor, "journeys/_choices.html", {"choices": words.choices})


@router.get("/{name}")
def question_page(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """The builder of a question, and the answer to what the address asks."""
    params = params_of(request)
    try:
        told = told_by(site, actor, name, params)
    except QuestionError as error:
        told = told_by(site, actor, name, {})
        return _page(request, site, actor, told, error)
    if told.has_words:
        return RedirectResponse(f"{request.url.path}?{told.address}", 303)
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


@router.get("/{name}/definition")
def question_definition(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """How a question counts: formula, words, its fields, and a picture of the answer asked for."""
    told = told_by(site, actor, name, params_of(request))
    values: dict[str, Any] = {
        "title": TITLES[told.asked.question],
        "name": told.asked.command,
        "intro": told.asked.meaning,
        "definition": DEFINITIONS[told.asked.question],
        "fields": [
            plain_help(told.asked.question, timed(field)) if timed(field).kind == "time" else field
            for field in fields_of(told.asked, {})
        ],
        "usual": lambda field: _usual(field, actor.language),
        "word_name": word_name,
        "address": told.address,
        "meaning": "",
        "columns": [],
        "sizes": WIDTHS,
    }
    with suppress(QuestionError, RuleError, NotFoundError):
        question = told.question()
        values["meaning"] = meaning(question, _names(site, actor))
        asked = asking.answer_soon(site, actor, question, patience=_PATIENCE_SECONDS)
        found = asked.result
        if found is not None:
            values["columns"] = _columns(found, actor.language)
            values["sizes"] = AnswerChart(site, actor, found, actor.language).sizes()
    return page(request, actor, "journeys/definition.html", values)


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
        view, words = asking.view_of(site, actor), words_of(site, actor)
    except NotFoundError:
        view, words = None, None
    fault = None if error is None else fault_of(error, told.asked, told.given, view)
    name = told.asked.question
    fields = [
        _in_words(plain_help(name, timed(field)), words)
        for field in fields_of(told.asked, told.given)
    ]
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
        "choices": () if words is None else words.choices,
        "shown": words.shown if words is not None else str,
        "is_numberless": is_numberless,
        "plain_fields": _PLAIN_FIELDS,
        "is_empty": view is None,
        "example": {} if view is None or words is None else _example(told.asked, view, words),
        "fault": fault,
        "fault_said": None if error is None else said(actor.language, error),
        "nearest": [] if fault is None else _nearest(told, fault.field, fault.value, fault.near),
        "address": told.address,
        "answer": None,
        "asked_id": "",
    }


def _in_words(field: FormField, words: StepWords | None) -> FormField:
    """The field with steps as people know them."""
    if words is None or field.picks != "steps":
        return field
    return dataclasses.replace(field, values=tuple(words.shown(text) for text in field.values))


def _usual(field: FormField, language: str) -> str:
    """What holds for a field that nobody fills in, in words."""
    if field.kind == "time" and field.values[0] and field.values[1] != "events":
        return duration_words(field.usual, language)
    if field.kind == "time":
        return translator(language).gettext(dict(field.words)[field.values[1]])
    return translator(language).gettext(word_name(field.name, field.usual))


def _example(asked: Asked, view: SnapshotView, words: StepWords) -> dict[str, str]:
    """A question that has an answer here: its address, and its steps as people know them."""
    given = example_of(asked, view)
    steps = [
        words.shown(text)
        for name, value in given.items()
        if name in STEP_FIELDS
        for text in (value if isinstance(value, list) else [value])
    ]
    if not steps or not any(stage.id for stage in view.stages):
        return {}
    return {"address": address_of(given), "words": " → ".join(steps)}


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
        "sizes": AnswerChart(site, actor, result, actor.language).sizes() if table.rows else "",
        "shown": _rows(table, found.question)[:_MOST_ROWS],
        "hidden": max(0, len(table.rows) - _MOST_ROWS),
        "notices": [notice.say(actor.language) for notice in result.warnings],
        "facts": _facts(result, actor.language),
        "level": _plain_question(found.question).to_dict().get("level", 95),
        "models": _models(found.question, names, actor.language),
        "command": command_line(told.asked, told.given, found.question, actor.workspace),
        "python": python_text(found.question, actor.workspace),
        "json": json.dumps(found.question.to_dict(), ensure_ascii=False),
        "has_members": _has_members(site, actor, found.question),
        "seconds": found.seconds,
    }


def _rows(table: AnswerTable, question: Question | Composed) -> list[tuple[Any, Any, str]]:
    """Each row, its key and what names it; of cohorts the newest comes first."""
    rows = [
        (cells, key, ", ".join(cell.text for cell in cells[: max(1, len(json.loads(key)))]))
        for cells, key in zip(table.rows, table.keys, strict=True)
    ]
    if not isinstance(_plain_question(question), (Cohorts, Retention)):
        return rows
    cohorts = [list(group) for _, group in groupby(rows, key=lambda row: row[0][0].text)]
    return [row for cohort in reversed(cohorts) for row in cohort]


def _plain_question(question: Question | Composed) -> Question:
    return question.question if isinstance(question, Composed) else question


def _models(question: Question | Composed, names: Names, language: str) -> list[tuple[str, str]]:
    """What each model of an attribution gives credit for; nothing for other questions."""
    plain = _plain_question(question)
    if not isinstance(plain, Attribution):
        return []
    spoken = dataclasses.replace(
        plain, direct=None if plain.direct is None else names.of(plain.by, plain.direct)
    )
    found = model_sentences(spoken, language)
    return [(label(model, language), told) for model, told in found.items()]


def _columns(result: Result, language: str) -> list[tuple[str, str]]:
    """Every figure of an answer and what it is of."""
    return [
        (label(name, language), unit_label(result.units[name], language))
        for name in result.columns
        if result.units.get(name) and not name.endswith(("low", "high"))
    ]


def _facts(result: Result, language: str) -> list[tuple[str, Any, str]]:
    """Totals and denominators: label, value, kind."""
    return [
        (label(name, language), value, kind_of(name, result.units))
        for name, value in result.facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    ]


def _has_members(site: Site, actor: Actor, question: Question | Composed) -> bool:
    plain = _plain_question(question)
    return isinstance(plain.plan(asking.view_of(site, actor)), FindsMembers)


def _names(site: Site, actor: Actor) -> Names:
    return Names(asking.view_of(site, actor), actor.language)
