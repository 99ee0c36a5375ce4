"""Pages of segments: the list with sizes, a rule builder with a live count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from waypost.app.studio import segments
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_words import word_name
from waypost.app.studio.segment_rules import (
    FREE,
    OPERATORS,
    PERSONA,
    RuleRow,
    rows_of,
    with_personas,
)
from waypost.app.studio.segments import Segment, SegmentFields
from waypost.app.studio.site import Site
from waypost.app.studio.step_words import words_of
from waypost.errors import InputError, NotFoundError, WaypostError
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.kit.translation import N_
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.rendering import fragment, page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]
_FIELDS = (
    ("touchpoint", N_("Touchpoint")),
    ("step", N_("Step")),
    ("stage", N_("Stage")),
    ("channel", N_("Channel")),
    ("event", N_("Event")),
    ("source", N_("Source")),
    ("value", N_("Amount")),
    ("rating", N_("Rating")),
    ("text", N_("Text")),
    (PERSONA, N_("Persona")),
    (FREE, N_("Condition in words of the filter language")),
)
_PARTS = ("field", "operator", "value", "did", "joined", "since", "until")
Form = dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """The texts of the form that was sent; fields may repeat."""
    form = await request.form()
    return {
        name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form
    }


TheForm = Annotated[Form, Depends(form_of)]


@router.get("/segments")
def segment_list(request: Request, site: TheSite, actor: Seer) -> Response:
    """Every segment with its size now and where it is used."""
    found = segments.list_segments(site, actor)
    values = {
        "entries": [(one, _size(site, actor, one), _used(site, actor, one)) for one in found],
        "least": LEAST_GROUP,
    }
    return page(request, actor, "segments/list.html", values)


@router.get("/segments/new")
def new_segment(request: Request, site: TheSite, actor: Editor) -> Response:
    """An empty builder, or one with the rules of the address."""
    rules = tuple(request.query_params.getlist("rule"))
    return _builder(request, site, actor, {"rows": rows_of(rules) or (RuleRow("touchpoint"),)})


@router.post("/segments/new")
def make_segment(request: Request, site: TheSite, actor: Editor, form: TheForm) -> Response:
    """Keep it; the same form with the reason where that is not possible."""
    try:
        segments.add_segment(site, actor, _fields(site, actor, form))
    except WaypostError as error:
        return _refused(request, site, actor, form, error)
    return RedirectResponse(f"/w/{actor.workspace}/segments", 303)


@router.post("/segments/count")
def live_count(request: Request, site: TheSite, actor: Seer, form: TheForm) -> Response:
    """How many persons the rules leave, and the rules in words."""
    values: dict[str, Any] = {"least": LEAST_GROUP, "size": None, "told": None, "words": []}
    try:
        rules = _rules(site, actor, form)
        values["size"] = segments.size_of(site, actor, rules)
        values["words"] = segments.explained_rules(rules, actor.language)
    except WaypostError as error:
        values["told"] = said(actor.language, error)
    return fragment(request, actor, "segments/_count.html", values)


@router.get("/segments/{name}")
def one_segment(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """One segment in the builder."""
    found = segments.segment(site, actor, name)
    return _builder(request, site, actor, {"segment": found, "rows": rows_of(found.rules)})


@router.post("/segments/{name}")
def save_segment(
    request: Request, site: TheSite, actor: Editor, form: TheForm, name: str
) -> Response:
    """Write it; both texts stay where somebody else was faster."""
    found = segments.segment(site, actor, name)
    try:
        revision = int(_one(form, "revision") or 0)
        segments.change_segment(site, actor, name, _fields(site, actor, form), revision=revision)
    except (WaypostError, ValueError) as error:
        told = error if isinstance(error, WaypostError) else InputError(str(error))
        return _refused(request, site, actor, form, told, segment=found)
    return RedirectResponse(f"/w/{actor.workspace}/segments", 303)


@router.post("/segments/{name}/remove")
def remove(site: TheSite, actor: Editor, name: str) -> Response:
    """Delete it."""
    segments.remove_segment(site, actor, name)
    return RedirectResponse(f"/w/{actor.workspace}/segments", 303)


def _size(site: Site, actor: Actor, one: Segment) -> segments.SegmentSize | None:
    """None where nothing is built yet, or a rule names what is no longer there."""
    try:
        return segments.size_of(site, actor, one.rules)
    except WaypostError:
        return None


def _used(site: Site, actor: Actor, one: Segment) -> list[tuple[str, str, str]]:
    try:
        return segments.used_where(site, actor, one)
    except NotFoundError:
        return []


def _builder(
    request: Request,
    site: Site,
    actor: Actor,
    told: Mapping[str, Any],
    *,
    error: WaypostError | None = None,
) -> Response:
    try:
        words = words_of(site, actor)
    except NotFoundError:
        words = None
    values = {
        "segment": None,
        "form_name": "",
        "form_description": "",
        "fields": _FIELDS,
        "operators": OPERATORS,
        "free": FREE,
        "choices": () if words is None else words.choices,
        "shown": words.of if words is not None else (lambda _field, value: value),
        "personas": list_personas(site, actor),
        "word_name": word_name,
        "told": None if error is None else said(actor.language, error),
        "fault": "" if error is None else str(error.facts.get("field", "rules")),
        "theirs": None if error is None else error.facts.get("theirs"),
        **told,
    }
    status = 200 if error is None else status_of(error)
    return page(request, actor, "segments/edit.html", values, status=status)


def _refused(
    request: Request,
    site: Site,
    actor: Actor,
    form: Form,
    error: WaypostError,
    *,
    segment: Segment | None = None,
) -> Response:
    told = {
        "segment": segment,
        "rows": tuple(_rows(form)) or (RuleRow("touchpoint"),),
        "form_name": _one(form, "name"),
        "form_description": _one(form, "description"),
    }
    return _builder(request, site, actor, told, error=error)


def _fields(site: Site, actor: Actor, form: Form) -> SegmentFields:
    try:
        return SegmentFields(
            name=_one(form, "name"),
            description=_one(form, "description"),
            rules=_rules(site, actor, form),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            N_("Something in this form cannot be used."),
            hint=f"{first['loc'][0]}: {first['msg']}",
            field=str(first["loc"][0]),
        ) from error


def _rules(site: Site, actor: Actor, form: Form) -> tuple[str, ...]:
    """The conditions of the rows, with labels as ids and personas as their conditions."""
    rows = _rows(form)
    with suppress(NotFoundError):
        words = words_of(site, actor)
        rows = [replace(row, value=words.id_of(row.value)) for row in rows]
    personas = {one.name: one.segment for one in list_personas(site, actor)}
    return with_personas(rows, personas)


def _rows(form: Form) -> list[RuleRow]:
    columns: Sequence[list[str]] = [form.get(f"r_{part}", []) for part in _PARTS]
    many = max(map(len, columns), default=0)
    filled = [[*column, *[""] * (many - len(column))] for column in columns]
    return [
        RuleRow(
            field.strip(),
            operator or "=",
            value.strip(),
            did=did != "never",
            joined=joined or "and",
            since=since,
            until=until,
        )
        for field, operator, value, did, joined, since, until in zip(*filled, strict=True)
    ]


def _one(form: Form, name: str) -> str:
    values = form.get(name, [])
    return values[-1].strip() if values else ""
