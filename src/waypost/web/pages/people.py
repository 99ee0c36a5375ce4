"""Persons: a list of pseudonyms, one person's way over all channels, why it is one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from waypost.app.studio import identity_view, timeline
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import Job, JobState
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError
from waypost.exports.html import formats
from waypost.kit.translation import N_
from waypost.web.access import needs, site_of
from waypost.web.pages.data_words import Words, words_of
from waypost.web.pages.rules import waited
from waypost.web.rendering import page

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
Revealer = Annotated[Actor, Depends(needs(Right.REVEAL))]
TheSite = Annotated[Site, Depends(site_of)]
Order = Literal["latest", "events"]

_WIDTH = 997
_WAYS: Mapping[str, str] = {
    "timeline": N_("saw who it is:"),
    "identity": N_("saw the identifiers of"),
}

router = APIRouter(prefix="/w/{slug}/people", include_in_schema=False)


@router.get("")
def show_people(
    request: Request, site: TheSite, actor: Seer, *, begins: str = "", order: Order = "latest"
) -> HTMLResponse:
    """Persons by pseudonym."""
    return _people(request, site, actor, begins=begins, order=order)


def _people(
    request: Request,
    site: Site,
    actor: Actor,
    *,
    begins: str = "",
    order: Order = "latest",
    missing: dict[str, str] | None = None,
) -> HTMLResponse:
    words = words_of(request, actor)
    found: list[timeline.Found] | None
    try:
        found, count, silent = timeline.find_persons(site, actor, begins=begins, order=order)
    except NotFoundError:
        found, count, silent = None, 0, 0
    values = {
        **words.as_values(actor.workspace),
        "found": found,
        "count_found": count,
        "silent": silent,
        "begins": begins,
        "order": order,
        "missing": missing,
        "reveals": timeline.reveals_of(site, actor)[:20] if actor.may(Right.REVEAL) else [],
        "way_words": lambda way: _way_words(words, way),
    }
    return page(request, actor, "people/index.html", values, status=404 if missing else 200)


def _way_words(words: Words, way: str) -> str:
    if way.startswith("search "):
        return words.text(N_("looked for {what}")).format(what=way.removeprefix("search "))
    return words.text(_WAYS.get(way, way))


@router.post("/search")
async def search(
    request: Request,
    site: TheSite,
    actor: Revealer,
    *,
    identifier: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Find the person behind an identifier; written down before anything is read."""
    job = await run_in_threadpool(
        identity_view.find_by_identifier, site, actor, identifier, reason=reason
    )
    job = await waited(request, actor, job)
    if job.state is JobState.DONE and job.result.get("person"):
        return RedirectResponse(f"/w/{actor.workspace}/people/{job.result['person']}", 303)
    words = words_of(request, actor)
    message = str(job.error.get("message") or N_("This identifier is nobody’s."))
    hint = str(job.error.get("hint") or N_("It is shared by several people, or blocked."))
    missing = {"message": words.said(message), "hint": words.said(hint)}
    return await run_in_threadpool(_people, request, site, actor, missing=missing)


@router.get("/identity")
def show_identity(request: Request, actor: Seer) -> HTMLResponse:
    """What was joined lately; the list comes behind."""
    words = words_of(request, actor)
    return page(request, actor, "people/identity.html", words.as_values(actor.workspace))


@router.get("/identity/list")
async def show_merges(request: Request, site: TheSite, actor: Seer) -> HTMLResponse:
    """What was joined last and what was not simply joined."""
    job = await run_in_threadpool(identity_view.ask_merges, site, actor)
    job = await waited(request, actor, job)
    return _answer(request, actor, "people/_merges.html", job, name="told")


def _answer(request: Request, actor: Actor, template: str, job: Job, *, name: str) -> HTMLResponse:
    words = words_of(request, actor)
    values = {
        **words.as_values(actor.workspace),
        name: dict(job.result) if job.state is JobState.DONE else None,
        "error": dict(job.error) if job.error else None,
    }
    return page(request, actor, template, values)


@router.get("/{person}")
def show_person(request: Request, site: TheSite, actor: Seer, person: str) -> HTMLResponse:
    """One person's way, pseudonymous."""
    return _person(request, actor, timeline.timeline(site, actor, person))


@router.post("/{person}")
def reveal_person(request: Request, site: TheSite, actor: Revealer, person: str) -> HTMLResponse:
    """The same with identifiers and attributes; written down before they are read."""
    return _person(request, actor, timeline.timeline(site, actor, person, reveal=True))


def _person(request: Request, actor: Actor, line: timeline.PersonLine) -> HTMLResponse:
    words = words_of(request, actor)
    values = {
        **words.as_values(actor.workspace),
        "line": line,
        "lanes": _lanes(line),
        "days": _days(words, line),
    }
    return page(request, actor, "people/person.html", values)


def _lanes(line: timeline.PersonLine) -> list[dict[str, Any]]:
    """Per channel where its events lie between the first and the last, 0 to 1000."""
    shown = line.happenings
    first, last = shown[0].at, shown[-1].at
    length = (last - first).total_seconds() or 1.0
    lanes = []
    for channel, events in line.channels.items():
        places = [
            round((one.at - first).total_seconds() / length * _WIDTH)
            for one in shown
            if one.channel == channel
        ]
        lanes.append({"channel": channel, "events": events, "places": sorted(set(places))})
    return lanes


@dataclass(frozen=True, slots=True)
class _Told:
    """A happening with its time of day, and how often it came in a row."""

    it: timeline.Happening
    clock: str
    times: int


def _days(words: Words, line: timeline.PersonLine) -> list[dict[str, Any]]:
    """Happenings by day of the workspace's zone, with the time since the day before."""
    zone = ZoneInfo(words.settings.zone)
    days: list[dict[str, Any]] = []
    last: datetime | None = None
    for one in line.happenings:
        local = one.at.astimezone(zone)
        if last is None or local.date() != last.date():
            gap = one.gap if one.gap and one.gap > timedelta(days=1) else None
            day = formats.day(words.speech, local.date())
            days.append({"day": day, "gap": gap, "happenings": []})
        _add(days[-1]["happenings"], _Told(one, f"{local:%H:%M}", 1))
        last = local
    return days


def _add(told: list[_Told], one: _Told) -> None:
    """Behind the others; the same thing again without text or value is only counted."""
    before = told[-1] if told else None
    plain = one.it.value is None and one.it.rating is None and not one.it.text
    if before and plain and _same(before.it, one.it) and not one.it.attributes:
        told[-1] = _Told(before.it, before.clock, before.times + 1)
    else:
        told.append(one)


def _same(one: timeline.Happening, other: timeline.Happening) -> bool:
    return (
        (one.event, one.channel, one.source) == (other.event, other.channel, other.source)
        and one.touchpoint == other.touchpoint
        and one.value is None
        and not one.text
    )


@router.get("/{person}/identity")
async def show_who(request: Request, site: TheSite, actor: Seer, person: str) -> HTMLResponse:
    """Why this is one person, masked."""
    job = await run_in_threadpool(identity_view.ask_who, site, actor, person)
    return _answer(
        request, actor, "people/_who.html", await waited(request, actor, job), name="story"
    )


@router.post("/{person}/identity")
async def reveal_who(request: Request, site: TheSite, actor: Revealer, person: str) -> HTMLResponse:
    """The same with identifiers; written down."""
    job = await run_in_threadpool(identity_view.ask_who, site, actor, person, reveal=True)
    return _answer(
        request, actor, "people/_who.html", await waited(request, actor, job), name="story"
    )


@router.post("/{person}/split")
def split(
    site: TheSite,
    actor: Changer,
    person: str,
    *,
    reference: Annotated[str, Form()],
    undo: Annotated[str, Form()] = "",
) -> Response:
    """Take an identifier out of its person, or put it back; the journeys are built anew."""
    act = identity_view.unsplit if undo else identity_view.split
    act(site, actor, person, reference)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


@router.post("/{person}/block")
def block(
    site: TheSite,
    actor: Changer,
    person: str,
    *,
    reference: Annotated[str, Form()],
) -> Response:
    """Hold an identifier for nobody's; the journeys are built anew."""
    identity_view.block(site, actor, person, reference)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


@router.post("/identity/decisions/{number}/undo")
def undo_decision(site: TheSite, actor: Changer, number: int) -> Response:
    """Undo what was decided about identifiers; the journeys are built anew."""
    identity_view.undo_decision(site, actor, number)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


@router.post("/{person}/apart")
def apart(
    site: TheSite,
    actor: Changer,
    person: str,
    *,
    one: Annotated[str, Form()],
    other: Annotated[str, Form()],
    undo: Annotated[str, Form()] = "",
) -> Response:
    """Keep two identifiers apart, or let them be joined again; the journeys are built anew."""
    act = identity_view.let_join if undo else identity_view.keep_apart
    act(site, actor, person, (one, other))
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)
