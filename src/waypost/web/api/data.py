"""Uploads, deliveries, quarantine over HTTP."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from waypost.app.studio import data, uploads
from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import start_job
from waypost.app.studio.mapping_keeping import keep_mapping
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import InputError
from waypost.web.access import needs, site_of

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]
_CHECKSUM = re.compile(r"crc32=(\d{1,10})")
_MOST = 2**63 - 1

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["data"])


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewFileBody(_Strict):
    """A file that is to come: ``stamp`` tells it from another of the same name and size."""

    name: str = Field(min_length=1, max_length=1000)
    size: int = Field(ge=0, le=_MOST)
    folder: str = Field(default="", max_length=1000)
    stamp: str = Field(default="", max_length=100)


class UploadsBody(_Strict):
    """Files that are to come."""

    files: list[NewFileBody] = Field(max_length=1000)


class ImportBody(_Strict):
    """Uploads to import."""

    uploads: list[str] = Field(max_length=1000)


class PreviewBody(_Strict):
    """A table of an upload and what was pointed out of it."""

    table: str
    pointing: dict[str, Any]


class MappingBody(_Strict):
    """What was pointed out, to be kept as a mapping."""

    pointing: dict[str, Any]


class MendedBody(_Strict):
    """Mended records by line: their text, or cells by column."""

    records: dict[int, str | dict[str, str]]


class ReplacementBody(_Strict):
    """A replacement in every waiting record; ``column`` empty is the one each reason is about."""

    column: str = Field(default="", max_length=1_000)
    find: str = Field(default="", max_length=10_000)
    put: str = Field(default="", max_length=10_000)
    sure: bool = False


@router.post("/uploads", status_code=201)
def begin(site: TheSite, actor: Changer, body: UploadsBody) -> dict[str, Any]:
    """Announce files; each gets an id to send its pieces to. One that broke off goes on."""
    files = [
        uploads.NewFile(one.name, one.size, folder=one.folder, stamp=one.stamp)
        for one in body.files
    ]
    return {"uploads": [one.as_dict() for one in uploads.begin_uploads(site, actor, files)]}


@router.get("/uploads")
def list_uploads(site: TheSite, actor: Changer) -> list[dict[str, Any]]:
    """What is on its way in or waits for a decision."""
    return [one.as_dict() for one in uploads.open_uploads(site, actor)]


@router.get("/uploads/{upload}")
def one_upload(site: TheSite, actor: Changer, upload: str) -> dict[str, Any]:
    """How far an upload is and what was recognised."""
    return uploads.upload_now(site, actor, upload).as_dict()


@router.put(
    "/uploads/{upload}",
    openapi_extra={
        "requestBody": {
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            "required": True,
        }
    },
)
async def put_piece(
    request: Request,
    site: TheSite,
    actor: Changer,
    upload: str,
    *,
    upload_offset: Annotated[int, Header(ge=0, le=_MOST)],
    upload_checksum: Annotated[str, Header(max_length=40)],
) -> dict[str, Any]:
    """One piece of a file: its place, and its CRC-32 as ``crc32=1234``.

    409 where another place is wanted; ``facts.received`` says which.
    """
    found = _CHECKSUM.fullmatch(upload_checksum)
    if found is None:
        raise InputError("The checksum must be written like crc32=1234.")
    piece = await request.body()
    state = await run_in_threadpool(
        uploads.put_piece,
        site,
        actor,
        upload,
        offset=upload_offset,
        checksum=int(found[1]),
        piece=piece,
    )
    return state.as_dict()


@router.delete("/uploads/{upload}", status_code=200)
def discard(site: TheSite, actor: Changer, upload: str) -> dict[str, Any]:
    """Forget a file and remove its bytes."""
    uploads.discard_upload(site, actor, upload)
    return {"id": upload}


@router.post("/uploads/{upload}/preview", status_code=202)
def preview(site: TheSite, actor: Changer, upload: str, body: PreviewBody) -> dict[str, Any]:
    """What the first records give under what was pointed out; a job whose result says it."""
    uploads.upload_now(site, actor, upload)
    asked = {"upload": upload, "table": body.table, "pointing": body.pointing}
    return start_job(site, actor, "preview", asked).as_dict()


@router.post("/mappings", status_code=201)
def save_mapping(site: TheSite, actor: Changer, body: MappingBody) -> dict[str, Any]:
    """Keep what was pointed out as a mapping file; files waiting are looked at again."""
    return {"name": keep_mapping(site, actor, body.pointing)}


@router.post("/imports", status_code=202)
def start_import(site: TheSite, actor: Changer, body: ImportBody) -> dict[str, Any]:
    """Import uploads that were recognised, then build; a job."""
    return uploads.import_uploads(site, actor, body.uploads).as_dict()


@router.get("/deliveries")
def list_deliveries(site: TheSite, actor: Seer) -> list[dict[str, Any]]:
    """Every import with its account, newest first, also those taken back."""
    return [_delivery(one) for one in data.deliveries_of(site, actor)]


def _delivery(one: data.Delivery) -> dict[str, Any]:
    report = asdict(one.report)
    return {
        "number": one.number,
        "batch": one.batch,
        "taken_back": one.is_taken_back,
        "mends": one.mends,
        "held": one.held,
        "at": one.at.isoformat() if one.at else None,
        "by": one.by_name,
        "report": report,
    }


@router.get("/deliveries/{batch}")
def one_delivery(site: TheSite, actor: Changer, batch: str) -> dict[str, Any]:
    """One import, and what taking it back would change."""
    found = data.undoing(site, actor, batch)
    change = {"leaving": found.leaving, "staying": found.staying, "returning": found.returning}
    return {**_delivery(found.delivery), "undoing": {**change, "persons": found.persons}}


@router.post("/deliveries/{batch}/undo", status_code=202)
def undo(site: TheSite, actor: Changer, batch: str) -> dict[str, Any]:
    """Take an import back, then build; a job."""
    data.delivery_now(site, actor, batch)
    return start_job(site, actor, "undo", {"batch": batch}).as_dict()


@router.get("/deliveries/{batch}/quarantine")
def quarantine(site: TheSite, actor: Changer, batch: str) -> dict[str, Any]:
    """The records that could not be used and wait to be mended."""
    held = data.held_records(site, actor, batch)
    records = [asdict(one) for one in held.records]
    return {"count": held.count, "can_mend": held.can_mend, "records": records}


@router.get("/deliveries/{batch}/quarantine.csv", response_class=Response)
def quarantine_csv(site: TheSite, actor: Changer, batch: str) -> Response:
    """The same as CSV; cells that a spreadsheet would run are disarmed."""
    text = data.held_as_csv(data.held_records(site, actor, batch))
    headers = {"Content-Disposition": f'attachment; filename="quarantine-{batch[:8]}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/deliveries/{batch}/quarantine", status_code=202)
def mend(site: TheSite, actor: Changer, batch: str, body: MendedBody) -> dict[str, Any]:
    """Read mended records again, then build; a job."""
    return data.mend(site, actor, batch, body.records).as_dict()


@router.post("/deliveries/{batch}/quarantine/many", status_code=202)
def mend_many(site: TheSite, actor: Changer, batch: str, body: ReplacementBody) -> dict[str, Any]:
    """One replacement in many records: cells by line, and with ``sure`` the job that reads them.

    An empty ``find`` replaces whole cells.
    """
    held = data.held_records(site, actor, batch)
    changed = data.mend_many(held, column=body.column, find=body.find, put=body.put)
    begins = body.sure and bool(changed)
    job = data.mend(site, actor, batch, changed).as_dict() if begins else None
    return {"records": changed, "job": job}
