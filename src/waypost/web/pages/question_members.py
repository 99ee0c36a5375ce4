"""Who is behind a row of an answer, and the row as a card of a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs, parse_qsl

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from waypost.app.question_fields.names import Names, sentence
from waypost.app.studio import asking
from waypost.app.studio.actor import Actor
from waypost.app.studio.maps import MapSummary, list_maps
from waypost.app.studio.permissions import Right
from waypost.app.studio.question_cards import Place, places_on, put_on_map
from waypost.app.studio.question_words import TITLES
from waypost.app.studio.site import Site
from waypost.questions import Result
from waypost.questions.column_names import kind_of, label
from waypost.web.access import needs, site_of
from waypost.web.answer_rows import cell_in, figure_of, row_of
from waypost.web.asked_questions import params_of, told_by
from waypost.web.rendering import fragment, page
from waypost.web.segment_links import segment_address

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}/journeys/{name}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]
_MOST_MEMBERS = 200


class CardForm(BaseModel):
    """What the form of a card sends; ``asked`` is the question as an address has it."""

    asked: str = ""
    cell: str = ""
    measure: str = ""
    map: str = ""
    step: str = ""
    lane: str = ""
    text: str = ""


def place_of(map: str = "", step: str = "", lane: str = "") -> Place:  # noqa: A002 - in the address
    """The place that the address names."""
    return Place(map, step, lane)


@router.get("/members")
def question_members(
    request: Request, site: TheSite, actor: Seer, name: str, cell: str, measure: str = ""
) -> Response:
    """Who is behind a row, by pseudonym."""
    told = told_by(site, actor, name, params_of(request))
    row = row_of(site, actor, told.question(), cell_in(cell, measure))
    table = asking.members_behind(site, actor, row.question, row.cell)
    maps = [one for one in list_maps(site, actor) if one.steps]
    values = {
        "title": TITLES[told.asked.question],
        "name": told.asked.command,
        "address": told.address,
        "meaning": sentence(row.result, Names(asking.view_of(site, actor), actor.language)),
        "count_found": table.num_rows,
        "members": table.slice(0, _MOST_MEMBERS).to_pylist(),
        "cell": cell,
        "told_pairs": parse_qsl(told.address),
        "measure": measure,
        "measures": _measures(row.result, actor.language),
        "place": row.place,
        "places": None,
        "segment_address": segment_address(row.question, row.cell, told.narrowed),
    }
    if maps and table.num_rows:
        text = f"{row.title(actor.language)}: {table.num_rows}"
        values |= _placing(site, actor, maps, Place(maps[0].id), text)
    return page(request, actor, "journeys/members.html", values)


@router.get("/card")
def card_place(
    request: Request,
    site: TheSite,
    actor: Editor,
    name: str,
    place: Annotated[Place, Depends(place_of)],
    text: str = "",
) -> Response:
    """Where on a map a figure may go, and what its card will look like."""
    maps = [one for one in list_maps(site, actor) if one.steps]
    values = {"name": name, **_placing(site, actor, maps, place, text)}
    return fragment(request, actor, "journeys/_card_place.html", values)


@router.post("/card")
def put_card(
    site: TheSite,
    actor: Editor,
    name: str,
    form: Annotated[CardForm, Form()],
) -> Response:
    """Put the figure of a row on a map, and open the map."""
    told = told_by(site, actor, name, parse_qs(form.asked))
    row = row_of(site, actor, told.question(), cell_in(form.cell, form.measure))
    place = Place(form.map, form.step, form.lane)
    card = put_on_map(site, actor, place, figure_of(site, actor, row, form.text))
    return RedirectResponse(f"/w/{actor.workspace}/maps/{form.map}#{card}", 303)


def _placing(
    site: Site, actor: Actor, maps: Sequence[MapSummary], place: Place, text: str
) -> dict[str, Any]:
    places = places_on(site, actor, place.map)
    return {"maps": maps, "chosen": places.settled(place), "places": places, "text": text}


def _measures(result: Result, language: str) -> list[tuple[str, str]]:
    """Counts of the answer whose persons can be listed."""
    return [
        (name, label(name, language))
        for name in result.columns
        if kind_of(name, result.units) == "count" and name not in ("column", "n", "period")
    ]
