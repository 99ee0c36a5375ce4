"""What the numbers of a map lead to: checks, proposals, live counts of a binding, files."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from waypost.app.studio.actor import Actor
from waypost.app.studio.binding_count import count_as_json, count_binding, touchpoints_of
from waypost.app.studio.map_reading import (
    Verdict,
    export_map,
    judge_proposal,
    lint_map,
    proposals_of,
)
from waypost.app.studio.map_sheets import take_sheet
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.exports import FileWishes
from waypost.maps.editing.entities import Binding
from waypost.maps.reading import ReadingFilter
from waypost.web.access import needs, site_of
from waypost.web.api.maps import ChosenFilter

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["maps"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
TheSite = Annotated[Site, Depends(site_of)]


class VerdictBody(BaseModel):
    """Accept the proposal, which changes the map, or reject it for good."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict


class FilterBody(BaseModel):
    """The filter of the reader, as the query of ``numbers`` has it."""

    model_config = ConfigDict(extra="ignore")

    persona: str = ""
    where: str = ""
    segment: str | list[str] = ""
    since: str = ""
    until: str = ""
    channel: str = ""

    def chosen(self) -> ReadingFilter:
        """The same as the reading takes it."""
        segments = [self.segment] if isinstance(self.segment, str) else self.segment
        return ReadingFilter(
            persona=self.persona,
            where=self.where,
            segment=tuple(one for one in segments if one.strip()),
            since=self.since or None,
            until=self.until or None,
            channel=self.channel,
        )


class BindingBody(BaseModel):
    """What the step would stand for; with ``map``, its filters and personas count too.

    With ``step``, events that an earlier step of the map has already are told (``elsewhere``).
    """

    model_config = ConfigDict(extra="forbid")

    touchpoints: list[str] = []
    where: str = ""
    filter: FilterBody = FilterBody()
    map: str = ""
    step: str = ""


@router.get("/maps/{map_id}/lint")
def get_lint(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """What could be better about the map, in your language, the gravest first."""
    return lint_map(site, actor, map_id)


@router.get("/maps/{map_id}/proposals")
def get_proposals(site: TheSite, actor: Seer, map_id: str) -> list[dict[str, Any]]:
    """What the data would add to the map and nobody has judged yet."""
    return proposals_of(site, actor, map_id)


@router.post("/maps/{map_id}/proposals/{proposal}")
def post_verdict(
    site: TheSite, actor: Seer, map_id: str, proposal: str, body: VerdictBody
) -> dict[str, Any]:
    """Accept a proposal or reject it; what accepting changed."""
    accepted = judge_proposal(site, actor, map_id, proposal, body.verdict)
    if accepted is None:
        return {"revision": None, "ops": [], "undo": []}
    return {
        "revision": accepted.revision,
        "ops": list(accepted.ops),
        "undo": list(accepted.undo),
    }


@router.get("/touchpoints")
def get_touchpoints(
    site: TheSite,
    actor: Seer,
    chosen: ChosenFilter,
    of_map: Annotated[str, Query(alias="map")] = "",
) -> list[dict[str, Any]]:
    """The touchpoints of the workspace, most persons first; ``map``: and which steps bind each."""
    return touchpoints_of(site, actor, chosen, map_id=of_map)


@router.post("/binding/count")
def post_count(site: TheSite, actor: Seer, body: BindingBody) -> dict[str, Any]:
    """Whom a binding would find; nothing is changed."""
    binding = Binding(touchpoints=tuple(body.touchpoints), where=body.where)
    place = (body.map, body.step)
    found = count_binding(site, actor, binding, body.filter.chosen(), place=place)
    return count_as_json(found, actor.language)


@router.post("/maps/{map_id}/sheet")
def post_sheet(
    site: TheSite, actor: Seer, map_id: str, file: Annotated[UploadFile, File()]
) -> dict[str, Any]:
    """Bring a filled sheet (XLSX or CSV) back onto the map; ``account`` says what became of it."""
    taken = take_sheet(site, actor, map_id, file.file.read(), file.filename or "")
    accepted = taken.accepted
    return {
        "revision": accepted.revision if accepted else None,
        "ops": list(accepted.ops) if accepted else [],
        "undo": list(accepted.undo) if accepted else [],
        "account": list(taken.account),
    }


def file_wishes(
    language: Literal["de", "en"] | None = None,
    paper: str = "A3",
    *,
    tiles: bool = False,
    evidence: bool = False,
) -> FileWishes:
    """How the file is to be written; without a language, the map is written in German."""
    return FileWishes(language=language or "de", paper=paper, tiles=tiles, evidence=evidence)


@router.get("/maps/{map_id}/export.{form}")
def get_export(
    site: TheSite,
    actor: Seer,
    map_id: str,
    form: str,
    chosen: ChosenFilter,
    wishes: Annotated[FileWishes, Depends(file_wishes)],
) -> Response:
    """The map as a file to keep: html, pdf, png, svg, pptx, xlsx, csv, json or xml."""
    told = export_map(site, actor, map_id, form, wishes=wishes, chosen=chosen)
    name = quote(f"{told.name or 'map'}.{form}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"map.{form}\"; filename*=UTF-8''{name}",
        "Content-Security-Policy": "sandbox",
    }
    return Response(told.content, media_type=told.media_type, headers=headers)
