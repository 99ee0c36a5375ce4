"""The data pages: files on their way in, sources, deliveries, quarantine, work done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from waypost.app.studio import data, uploads
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import (
    Job,
    JobState,
    cancel_job,
    jobs_at_work,
    jobs_of,
    run_again,
    start_job,
)
from waypost.app.studio.mapping_by_pointing import MEANINGS, Pointing
from waypost.app.studio.mapping_keeping import accept_proposals, own_mappings, shared_numbers
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import ConflictError, InputError
from waypost.kit.translation import N_, NN_
from waypost.web.access import needs, site_of
from waypost.web.pages.data_words import Words, words_of
from waypost.web.rendering import page

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]
JobNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]

_RECENT = timedelta(minutes=30)
_SENDING = timedelta(seconds=20)
_TABLE: Mapping[str, Any] = {
    "name": "",
    "format": "",
    "label": "",
    "columns": [],
    "records": None,
    "channels": [],
    "source": "",
    "trouble": "",
    "warnings": [],
    "refused": [],
    "events": [],
    "pointing": None,
    "guess": "",
    "guess_hint": "",
    "proposed": None,
}

router = APIRouter(prefix="/w/{slug}/data", include_in_schema=False)


@router.get("")
def show_data(request: Request, site: TheSite, actor: Seer) -> HTMLResponse:
    """Everything about the data at a glance."""
    words = words_of(request, actor)
    state = data.data_state(site, actor)
    values = {
        **words.as_values(actor.workspace),
        "state": state,
        "state_words": _state_words(words, state),
        "deliveries": data.deliveries_of(site, actor),
        "is_empty": not state.sources,
        "own_mappings": (),
    }
    if actor.may(Right.CHANGE_DATA):
        values |= _incoming(site, actor, words) | {"own_mappings": own_mappings(site, actor)}
    return page(request, actor, "data/index.html", values)


def _state_words(words: Words, state: data.DataState) -> str:
    speech = words.speech
    if not state.is_built:
        return words.text(N_("The journeys are not built yet."))
    told = words.text(N_("{events} events of {persons} persons, until {day}.")).format(
        events=_count(words, state.events),
        persons=_count(words, state.persons),
        day=words.moment(state.data_until_us),
    )
    if state.silent:
        more = speech.ngettext(
            "{n} more person is known without an event and counts on no map.",
            "{n} more persons are known without an event and count on no map.",
            state.silent,
        )
        told += " " + more.format(n=_count(words, state.silent))
    if state.held:
        more = speech.ngettext(
            "{n} record waits to be mended.", "{n} records wait to be mended.", state.held
        )
        told += " " + more.format(n=_count(words, state.held))
    return told


def _count(words: Words, number: int) -> str:
    from waypost.exports.html import formats  # noqa: PLC0415 - one figure

    return formats.count(words.speech, number)


@router.get("/incoming")
def show_incoming(request: Request, site: TheSite, actor: Changer) -> HTMLResponse:
    """The part of the page that files on their way in change."""
    words = words_of(request, actor)
    values = words.as_values(actor.workspace) | _incoming(site, actor, words)
    answer = page(request, actor, "data/_incoming.html", values)
    if not values["is_busy"]:
        answer.headers["HX-Trigger"] = "data-changed"
    return answer


def _incoming(site: Site, actor: Actor, words: Words) -> dict[str, Any]:
    now = site.clock()
    open_ones = [
        one
        for one in uploads.open_uploads(site, actor)
        if one.state != "receiving" or now - one.changed_at > _SENDING
    ]
    working = jobs_at_work(site, actor)
    looking = [one for one in open_ones if one.state == "complete"]
    latest = _latest(site, actor)
    return {
        "uploads": [_shown(one) for one in open_ones],
        "working": working,
        "ready": [one for one in open_ones if one.is_ready],
        "proposed": [one for one in open_ones if one.proposed_tables],
        "shared": shared_numbers(site, actor)
        if any(one.proposed_tables for one in open_ones)
        else [],
        "meanings": MEANINGS,
        "is_looking": bool(looking),
        "is_busy": bool(working or looking),
        "incoming_words": _incoming_words(words, open_ones, looking),
        "latest": latest,
        "latest_files": _files_of(latest) if latest else [],
        "outcome_words": _outcome_words(words, latest, site, actor) if latest else "",
    }


def _shown(one: uploads.Upload) -> dict[str, Any]:
    """An upload with every part that the page speaks of, empty where it is not there."""
    told = one.as_dict()
    look = dict(one.look)
    tables = [{**_TABLE, **table} for table in look.get("tables", ())]
    return told | {
        "look": {
            "tables": [_with_proposal(table) for table in tables],
            "error": _error(look.get("error")),
        },
        "imported": {"error": _error(one.imported.get("error"))},
    }


def _with_proposal(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table, with what the proposed mapping takes each column for, by meaning."""
    proposed = table["proposed"]
    if not proposed or not proposed.get("events"):
        return {**table, "proposed": None}
    return {
        **table,
        "proposed": {**_TABLE, **proposed},
        "pointing": Pointing.read(table["pointing"]),
    }


def _error(error: Any) -> dict[str, str] | None:
    if not isinstance(error, Mapping) or not error.get("message"):
        return None
    return {"message": str(error["message"]), "hint": str(error.get("hint", ""))}


def _incoming_words(words: Words, shown: list[uploads.Upload], looking: list[Any]) -> str:
    if not shown:
        return ""
    known = len([one for one in shown if one.state in ("looked", "failed", "importing")])
    if looking:
        told = words.text(N_("{n} of {all} files recognised"))
        return told.format(n=known, all=len(shown))
    one, many = NN_("{n} file", "{n} files")
    return words.speech.ngettext(one, many, len(shown)).format(n=len(shown))


def _latest(site: Site, actor: Actor) -> Job | None:
    """The latest import, build or undo that is over, while it is news."""
    for job in jobs_of(site, actor, 5):
        if job.is_over and job.finished_at and site.clock() - job.finished_at < _RECENT:
            return job
    return None


def _files_of(job: Job) -> list[dict[str, Any]]:
    files: Mapping[str, Mapping[str, Any]] = job.result.get("files", {})
    found = [
        {"name": upload, "reports": one.get("reports", []), "error": _error(one.get("error"))}
        for upload, one in files.items()
    ]
    if "report" in job.result:
        found.append({"name": "", "reports": [job.result["report"]], "error": None})
    return found


def _outcome_words(words: Words, job: Job, site: Site, actor: Actor) -> str:
    """What there is to look at now, by the figures of the maps."""
    if "build" not in job.result:
        return words.ended(job)
    state = data.data_state(site, actor)
    told = words.text(N_("{what}: done. {events} events of {persons} persons are ready."))
    return told.format(
        what=words.kind(job.kind),
        events=_count(words, state.events),
        persons=_count(words, state.persons),
    )


def _back(request: Request, actor: Actor, site: Site) -> Response:
    """The changed part for htmx, the whole page for a plain form."""
    if request.headers.get("hx-request"):
        return show_incoming(request, site, actor)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


@router.post("/import")
def start_import(
    request: Request, site: TheSite, actor: Changer, upload: Annotated[list[str], Form()]
) -> Response:
    """Import what was recognised, then build."""
    uploads.import_uploads(site, actor, upload)
    return _back(request, actor, site)


@router.post("/accept")
def accept(
    request: Request,
    site: TheSite,
    actor: Changer,
    upload: Annotated[list[str], Form()],
    same: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """Keep what is proposed for unknown files; they are recognised by it at once."""
    accept_proposals(site, actor, upload, same=same)
    return _back(request, actor, site)


@router.post("/build")
def start_build(request: Request, site: TheSite, actor: Changer) -> Response:
    """Build the journeys."""
    start_job(site, actor, "build")
    return _back(request, actor, site)


@router.post("/uploads/{upload}/remove")
def remove(request: Request, site: TheSite, actor: Changer, upload: str) -> Response:
    """Forget a file that was not imported."""
    uploads.discard_upload(site, actor, upload)
    return _back(request, actor, site)


@router.post("/jobs/{job}/cancel")
def cancel(request: Request, site: TheSite, actor: Changer, job: JobNumber) -> Response:
    """Stop a job."""
    cancel_job(site, actor, job)
    return _back(request, actor, site)


@router.post("/jobs/{job}/again")
def again(request: Request, site: TheSite, actor: Changer, job: JobNumber) -> Response:
    """Run a job again."""
    run_again(site, actor, job)
    return _back(request, actor, site)


@router.get("/jobs")
def show_jobs(request: Request, site: TheSite, actor: Seer) -> HTMLResponse:
    """What was done, by whom, and how it ended."""
    words = words_of(request, actor)
    jobs = [(job, _again(job), _took(job)) for job in jobs_of(site, actor, 100)]
    return page(
        request, actor, "data/jobs.html", {**words.as_values(actor.workspace), "jobs": jobs}
    )


def _again(job: Job) -> bool:
    ended_badly = job.state in (JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED)
    return ended_badly and job.kind in ("import", "build", "replay")


def _took(job: Job) -> timedelta | None:
    return job.finished_at - job.started_at if job.finished_at and job.started_at else None


@router.get("/deliveries/{batch}")
def show_delivery(request: Request, site: TheSite, actor: Seer, batch: str) -> HTMLResponse:
    """One delivery: its account, and what taking it back would change."""
    words = words_of(request, actor)
    delivery = data.delivery_now(site, actor, batch)
    values = {
        **words.as_values(actor.workspace),
        "delivery": delivery,
        "undoing": data.undoing(site, actor, batch) if actor.may(Right.CHANGE_DATA) else None,
    }
    return page(request, actor, "data/delivery.html", values)


@router.post("/deliveries/{batch}/undo")
def undo(site: TheSite, actor: Changer, batch: str) -> Response:
    """Take a delivery back."""
    data.delivery_now(site, actor, batch)
    start_job(site, actor, "undo", {"batch": batch})
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


@router.get("/deliveries/{batch}/quarantine")
def show_quarantine(
    request: Request, site: TheSite, actor: Changer, batch: str, *, first: int = 0
) -> HTMLResponse:
    """Records that wait to be mended, twenty at a time."""
    return _quarantine(request, site, actor, batch, first=first)


_AT_ONCE = 20


def _quarantine(
    request: Request,
    site: Site,
    actor: Actor,
    batch: str,
    *,
    first: int = 0,
    many: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    words = words_of(request, actor)
    held = data.held_records(site, actor, batch)
    first = max(0, min(first, len(held.records) - 1)) if held.records else 0
    columns = list(dict.fromkeys(name for one in held.records for name in one.fields))
    values = {
        **words.as_values(actor.workspace),
        "held": held,
        "records": held.records[first : first + _AT_ONCE],
        "first": first,
        "at_once": _AT_ONCE,
        "columns": columns,
        "many": many,
    }
    return page(request, actor, "data/quarantine.html", values)


@router.get("/deliveries/{batch}/quarantine.csv")
def download_quarantine(site: TheSite, actor: Changer, batch: str) -> Response:
    """The waiting records for a spreadsheet."""
    held = data.held_records(site, actor, batch)
    headers = {"Content-Disposition": f'attachment; filename="quarantine-{batch[:8]}.csv"'}
    return Response(data.held_as_csv(held), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/deliveries/{batch}/quarantine")
async def mend(request: Request, site: TheSite, actor: Changer, batch: str) -> Response:
    """Read the records that were changed on the page again."""
    form = await request.form()
    mended = _mended({str(name): str(value) for name, value in form.multi_items()})
    held = {one.line: one for one in data.held_records(site, actor, batch).records}
    changed = {
        line: told for line, told in mended.items() if line in held and _differs(held[line], told)
    }
    if not changed:
        raise InputError(
            N_("No record was changed."), hint=N_("Change at least one cell, then try again.")
        )
    data.mend(site, actor, batch, changed)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


def _mended(fields: Mapping[str, str]) -> dict[int, Any]:
    """Fields are named ``raw.LINE`` or ``cell.LINE.COLUMN``."""
    found: dict[int, Any] = {}
    for name, value in fields.items():
        part, _, rest = name.partition(".")
        line, _, column = rest.partition(".")
        if not line.isdigit():
            continue
        if part == "raw":
            found[int(line)] = value
        elif part == "cell":
            found.setdefault(int(line), {})[column] = value
    return found


def _differs(record: data.HeldRecord, told: Any) -> bool:
    if isinstance(told, str):
        return told.strip() != record.raw.strip()
    return any(record.fields.get(name) != cell for name, cell in told.items())


@router.post("/deliveries/{batch}/quarantine/many")
def mend_many(
    request: Request,
    site: TheSite,
    actor: Changer,
    batch: str,
    *,
    column: Annotated[str, Form()] = "",
    find: Annotated[str, Form()] = "",
    put: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    """One replacement for many records: first shown, then, when sure, read again."""
    held = data.held_records(site, actor, batch)
    changed = data.mend_many(held, column=column, find=find, put=put)
    if sure and changed:
        data.mend(site, actor, batch, changed)
        return RedirectResponse(f"/w/{actor.workspace}/data", 303)
    if sure:
        raise ConflictError(N_("Nothing would change."), hint=N_("Look at the records again."))
    before = {one.line: one.fields for one in held.records}
    shown = [
        (line, name, before[line].get(name, ""), cell)
        for line, cells in list(changed.items())[:10]
        for name, cell in cells.items()
    ]
    many = {"column": column, "find": find, "put": put, "count": len(changed), "shown": shown}
    return _quarantine(request, site, actor, batch, many=many)
