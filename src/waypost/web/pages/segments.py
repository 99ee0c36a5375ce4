"""Pages of segments: the list with sizes, a rule builder with a live count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from waypost.app.studio import segments
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.segment_rules import rules_in
from waypost.app.studio.segments import Segment, SegmentFields
from waypost.app.studio.site import Site
from waypost.errors import InputError, NotFoundError, WaypostError
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.kit.translation import N_
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.form_fields import FormLists, first_in, revision_in
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]
Form = Mapping[str, list[str]]


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
def new_segment(request: Request, actor: Editor) -> Response:
    """An empty builder, or one with the rules of the address."""
    rules = tuple(request.query_params.getlist("rule"))
    return _builder(request, actor, {"rules": rules})


@router.post("/segments/new")
def make_segment(request: Request, site: TheSite, actor: Editor, form: FormLists) -> Response:
    """Keep it; the same form with the reason where that is not possible."""
    try:
        segments.add_segment(site, actor, _fields(form))
    except WaypostError as error:
        return _refused(request, actor, form, error)
    return RedirectResponse(f"/w/{actor.workspace}/segments", 303)


@router.get("/segments/{name}")
def one_segment(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """One segment in the builder."""
    found = segments.segment(site, actor, name)
    return _builder(request, actor, {"segment": found, "rules": found.rules})


@router.post("/segments/{name}")
def save_segment(
    request: Request, site: TheSite, actor: Editor, form: FormLists, name: str
) -> Response:
    """Write it; both texts stay where somebody else was faster."""
    found = segments.segment(site, actor, name)
    try:
        revision = revision_in(first_in(form, "revision"))
        segments.change_segment(site, actor, name, _fields(form), revision=revision)
    except WaypostError as error:
        return _refused(request, actor, form, error, segment=found)
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
    request: Request, actor: Actor, told: Mapping[str, Any], *, error: WaypostError | None = None
) -> Response:
    values = {
        "segment": None,
        "form_name": "",
        "form_description": "",
        "told": None if error is None else said(actor.language, error),
        "fault": "" if error is None else str(error.facts.get("field", "rules")),
        "theirs": None if error is None else error.facts.get("theirs"),
        **told,
    }
    status = 200 if error is None else status_of(error)
    return page(request, actor, "segments/edit.html", values, status=status)


def _refused(
    request: Request,
    actor: Actor,
    form: Form,
    error: WaypostError,
    *,
    segment: Segment | None = None,
) -> Response:
    told = {
        "segment": segment,
        "rules": rules_in(form.get("rules", ())),
        "form_name": first_in(form, "name"),
        "form_description": first_in(form, "description"),
    }
    return _builder(request, actor, told, error=error)


def _fields(form: Form) -> SegmentFields:
    try:
        return SegmentFields(
            name=first_in(form, "name"),
            description=first_in(form, "description"),
            rules=rules_in(form.get("rules", ())),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            N_("Something in this form cannot be used."),
            hint=f"{first['loc'][0]}: {first['msg']}",
            field=str(first["loc"][0]),
        ) from error
