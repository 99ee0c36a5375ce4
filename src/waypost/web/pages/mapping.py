"""Pointing at columns: the page of one unknown table, its live preview, saving."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from waypost.app.studio import uploads
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import JobState, start_job
from waypost.app.studio.looking import mapping_name
from waypost.app.studio.mapping_by_pointing import (
    IDENTIFIERS,
    MEANINGS,
    Pointing,
    mapping_of,
)
from waypost.app.studio.mapping_keeping import (
    OWN,
    OwnMapping,
    free_name,
    keep_mapping,
    kept_mappings,
    kept_pointing,
    own_mappings,
    read_again,
)
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import InputError, NotFoundError, RuleError
from waypost.intake.normalise import SCALES, snake_case
from waypost.kit.translation import N_
from waypost.model.channels import KNOWN_CHANNELS
from waypost.web.access import needs, site_of
from waypost.web.pages.data_words import EVENT_NAMES, words_of
from waypost.web.pages.rules import waited
from waypost.web.region_names import currencies, currency_name
from waypost.web.rendering import page

__all__ = ["router"]

Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]

_MOST_VALUES = 12
_FREE_RULES = 2
_NO_RULE: Mapping[str, Any] = {
    "column": "",
    "values": (),
    "begins": "",
    "empty": False,
    "reason": "",
}
_BETWEEN = "\x1f"
_CARRIED = ("source", "label", "requires", "kinds", "names", "times", "negative")
_NAMED_BY_COLUMN = ("event", "channel")
STYLES = (
    ("auto", N_("as it looks")),
    ("dmy", N_("day first: 31.12.2026")),
    ("mdy", N_("month first: 12/31/2026")),
    ("iso", N_("year first: 2026-12-31")),
    ("unix", N_("seconds since 1970")),
    ("excel", N_("days as Excel counts them")),
)
DECIMALS = (
    ("auto", N_("as it looks")),
    (",", N_("1.234,56 with a comma")),
    (".", N_("1,234.56 with a point")),
)
SCALE_NAMES = {
    "stars": N_("stars, 1 to 5"),
    "nps": N_("recommendation, 0 to 10 (NPS)"),
    "csat": N_("satisfied to dissatisfied, in words"),
    "csat5": N_("satisfaction, 1 to 5"),
    "csat5_turned": N_("satisfaction, 1 to 5, 1 is best"),
    "csat7": N_("satisfaction, 1 to 7"),
    "csat10": N_("satisfaction, 1 to 10"),
    "ces": N_("effort, 1 to 7 (CES)"),
    "ces_turned": N_("effort, 1 to 7, 1 is best"),
    "ces5": N_("effort, 1 to 5"),
    "ces5_turned": N_("effort, 1 to 5, 1 is best"),
    "percent": N_("percent, 0 to 100"),
    "sentiment": N_("positive to negative, in words"),
    "school_grade": N_("school grades, 1 is best"),
}

router = APIRouter(prefix="/w/{slug}/data/uploads/{upload}/mapping", include_in_schema=False)


@router.get("")
def show_mapping(
    request: Request, site: TheSite, actor: Changer, upload: str, *, table: str = ""
) -> HTMLResponse:
    """The columns of a table with samples, each with what it is taken for."""
    return _shown(request, site, actor, upload, table=table)


def _shown(
    request: Request,
    site: Site,
    actor: Actor,
    upload: str,
    *,
    table: str,
    pointing: Mapping[str, Any] | None = None,
    problem: RuleError | InputError | None = None,
) -> HTMLResponse:
    found = uploads.upload_now(site, actor, upload)
    known = _table(found, table)
    edited = str(known["format"]).removeprefix(OWN)
    if edited:
        kept = kept_pointing(site, actor, edited, known["columns"])
        known |= {"pointing": kept.model_dump(mode="json")}
    words = words_of(request, actor)
    offered = currencies(actor.language)
    values = {
        **words.as_values(actor.workspace),
        "upload": found,
        "table": known,
        **_chosen(Pointing.read(pointing or known["pointing"])),
        "edited": edited,
        "affected": _affected(site, actor, edited),
        "reasons": _reasons(known.get("reasons", {}), words.said),
        "guess": words.said(known.get("guess", "")),
        "meanings": MEANINGS,
        "groups": list(dict.fromkeys(meaning.group for meaning in MEANINGS)),
        "styles": STYLES,
        "decimals": DECIMALS,
        "scales": [(name, SCALE_NAMES.get(name, name)) for name in SCALES],
        "channels": KNOWN_CHANNELS,
        "currencies": offered,
        "known_currencies": {code for part in offered for code, _ in part},
        "currency_name": lambda code: currency_name(code, actor.language),
        "event_names": [name for name in EVENT_NAMES if not name.startswith("$")],
        "zones": sorted(zone for zone in available_timezones() if "/" in zone),
        "kept": kept_mappings(site, actor),
        "problem": {"message": words.said(problem.message), "hint": words.said(problem.hint)}
        if problem
        else None,
        "values": _values(known),
    }
    status = 422 if problem else 200
    return page(request, actor, "data/mapping.html", values, status=status)


def _table(found: uploads.Upload, name: str) -> dict[str, Any]:
    for table in found.unknown_tables:
        if name in ("", table["name"]):
            return dict(table)
    for table in found.look.get("tables", ()):
        if name == table["name"] and str(table["format"]).startswith(OWN):
            return dict(table)
    raise NotFoundError(
        N_("This file has no table that waits to be pointed at."),
        hint=N_("It may have been recognised meanwhile. Look at the data page."),
    )


def _chosen(pointing: Pointing) -> dict[str, Any]:
    """The choices for the page; what it has no field for goes along as text."""
    carried = pointing.model_dump(mode="json", include=set(_CARRIED))
    carried["otherwise"] = {
        column: getattr(pointing, f"{what}_otherwise")
        for what in _NAMED_BY_COLUMN
        for column in pointing.pointed(what)
    }
    rules = [*pointing.ignore, *([_NO_RULE] * _FREE_RULES)]
    return {"pointing": pointing, "carried": json.dumps(carried), "rules": rules}


def _affected(site: Site, actor: Actor, name: str) -> OwnMapping | None:
    return next((one for one in own_mappings(site, actor) if one.name == name), None)


def _reasons(reasons: Mapping[str, str], said: Any) -> dict[str, str]:
    """Why a column was taken for what it is, by column."""
    found: dict[str, str] = {}
    for reason in reasons.values():
        column, colon, why = reason.partition(": ")
        if colon:
            found[column] = said(why)
    return found


def _values(table: Mapping[str, Any]) -> dict[str, list[str]]:
    """Different cells of the columns that have few: what an event or a channel may be."""
    samples: Mapping[str, list[str]] = table.get("samples", {})
    return {column: cells[:_MOST_VALUES] for column, cells in samples.items()}


def _pointing_in(form: FormData) -> dict[str, Any]:
    """What the form says; fields of columns are numbered, their names stand in ``column.N``."""
    said = {str(name): str(value) for name, value in form.multi_items() if isinstance(value, str)}
    columns: dict[str, str] = {}
    moments: dict[str, str] = {}
    for name, column in said.items():
        if name.startswith("column."):
            number = name.removeprefix("column.")
            columns[column] = said.get(f"as.{number}", "ignore")
            if columns[column] == "moment":
                moments[column] = said.get(f"moment.{number}", "")
    carried = _carried(said.get("carried", ""), columns)
    return carried | {
        "name": snake_case(said.get("name", "")) or "mapping",
        "columns": columns,
        "moments": {column: name for column, name in moments.items() if name.strip()},
        "event": said.get("event", ""),
        "event_names": _names(said, "event"),
        "channel": said.get("channel", ""),
        "channel_names": _names(said, "channel"),
        "style": said.get("style", "auto"),
        "zone": said.get("zone", ""),
        "decimal": said.get("decimal", "auto"),
        "currency": said.get("currency", "").strip().upper(),
        "minor_units": "minor_units" in said,
        "scale": said.get("scale", "stars"),
        "group" if "together" in said else "key": [
            column for column in said.get("key", "").split(_BETWEEN) if column
        ],
        "ignore": _rules(said),
    }


def _carried(text: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """What the page has no field for, as far as its columns still are what they were."""
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return {}
    known = {name: content[name] for name in _CARRIED if name in content}
    for name, meanings in (("kinds", IDENTIFIERS), ("names", {"attribute"}), ("times", {"moment"})):
        if isinstance(known.get(name), dict):
            known[name] = {c: v for c, v in known[name].items() if columns.get(c) in meanings}
    otherwise = content.get("otherwise")
    for column, name in otherwise.items() if isinstance(otherwise, dict) else ():
        if columns.get(column) in _NAMED_BY_COLUMN:
            known[f"{columns[column]}_otherwise"] = name
    return known


def _rules(said: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rules for records to leave out: ``out_column.N``, ``out_how.N``, ``out_what.N``."""
    found: list[dict[str, Any]] = []
    for field, column in said.items():
        number = field.removeprefix("out_column.")
        if number == field or not column:
            continue
        how, what = said.get(f"out_how.{number}", "is"), said.get(f"out_what.{number}", "").strip()
        rule: dict[str, Any] = {"column": column, "reason": said.get(f"out_reason.{number}", "")}
        rule["reason"] = rule["reason"] or N_("left out by the mapping")
        if how == "empty":
            found.append({**rule, "empty": True})
        elif how == "begins" and what:
            found.append({**rule, "begins": what})
        elif what:
            found.append({**rule, "values": [w.strip() for w in what.split("|") if w.strip()]})
    return found


def _names(said: Mapping[str, str], what: str) -> dict[str, str]:
    """What cells of the event's or channel's column mean: ``event_cell.N`` and ``event_name.N``."""
    found = {}
    for field, cell in said.items():
        if field.startswith(f"{what}_cell."):
            name = said.get(f"{what}_name.{field.rpartition('.')[2]}", "")
            if name.strip():
                found[cell] = name
    return found


@router.post("/preview")
async def show_preview(request: Request, actor: Changer, upload: str) -> HTMLResponse:
    """The first records under what is pointed out now."""
    form = await request.form()
    pointing, table = _pointing_in(form), str(form.get("table", ""))
    answer = await _preview(request, actor, upload, table, pointing)
    words = words_of(request, actor)
    values = {**words.as_values(actor.workspace), "preview": _readable(answer, words.said)}
    return page(request, actor, "data/_preview.html", values)


def _readable(answer: Mapping[str, Any], said: Any) -> dict[str, Any]:
    told = dict(answer)
    if "problem" in told:
        problem = {"message": "", "hint": "", "column": "", "part": "", **told["problem"]}
        problem |= {"message": said(problem["message"]), "hint": said(problem["hint"])}
        return {"problem": problem}
    told["problem"] = None
    told["records"] = [{**one, "reason": _why(one["reason"], said)} for one in told["records"]]
    told["reasons"] = [{**one, "first": _why(one["first"], said)} for one in told["reasons"]]
    told["warnings"] = [said(one) for one in told["warnings"]]
    return told


def _why(reason: str, said: Any) -> str:
    """The reason without its column's name, which stands beside it."""
    column, colon, rest = reason.partition(": ")
    return f"{column}: {said(rest)}" if colon else said(reason)


async def _preview(
    request: Request, actor: Actor, upload: str, table: str, pointing: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Ask a worker, and wait for its answer."""
    try:
        mapping_of(Pointing.read(pointing))
    except (RuleError, InputError) as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        return {"problem": {"message": error.message, "hint": error.hint, **facts}}
    asked = {"upload": upload, "table": table, "pointing": dict(pointing)}
    site = site_of(request)
    await run_in_threadpool(uploads.upload_now, site, actor, upload)
    job = await run_in_threadpool(start_job, site, actor, "preview", asked)
    job = await waited(request, actor, job)
    if job.state is JobState.DONE:
        return job.result
    if job.is_over:
        return {"problem": dict(job.error)}
    return {
        "problem": {
            "message": N_("The preview takes longer than usual. Change something to ask again.")
        }
    }


@router.post("")
async def save(request: Request, site: TheSite, actor: Changer, upload: str) -> Response:
    """Keep what was pointed out; the file is recognised by it at once."""
    form = await request.form()
    pointing, table = _pointing_in(form), str(form.get("table", ""))
    edited = str(form.get("edited", ""))
    pointing["name"] = edited or _free_name(site, actor, pointing["name"], form)
    try:
        await run_in_threadpool(keep_mapping, site, actor, pointing)
        if edited:
            await run_in_threadpool(read_again, site, actor, edited)
    except (RuleError, InputError) as error:
        return _shown(request, site, actor, upload, table=table, pointing=pointing, problem=error)
    return RedirectResponse(f"/w/{actor.workspace}/data", 303)


def _free_name(site: Site, actor: Actor, name: str, form: FormData) -> str:
    """The name, with a number where another mapping has it and shall stay."""
    wanted = mapping_name(name)
    if form.get("replace"):
        return wanted
    return free_name(site, actor, wanted)
