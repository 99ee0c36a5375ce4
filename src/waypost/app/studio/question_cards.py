"""A figure of an answer as a card of a map, with the question and row that it rests on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Change, change_map
from waypost.app.studio.maps import open_map
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ids import random_id
from waypost.maps.editing.kinds import lane_name
from waypost.maps.editing.ordering import between
from waypost.model import label_in
from waypost.questions import Composed, Question

__all__ = ["Figure", "Place", "Places", "figure_card", "places_on", "put_on_map"]

LANE = "kpis"


@dataclass(frozen=True, slots=True)
class Figure:
    """What the card says, how many persons it counts, and where that stands."""

    text: str
    persons: int
    question: Question | Composed
    cell: Mapping[str, Any]


def figure_card(figure: Figure, language: str) -> dict[str, Any]:
    """The fields of a card but for lane, step and order."""
    return {
        "kind": "kpi",
        "text": {language: figure.text},
        "provenance": "observed",
        "persons": figure.persons,
        "evidence": {
            "definition": "measure",
            "counts": {"persons": float(figure.persons)},
            "question": figure.question.to_dict(),
            "cell": {name: _said(value) for name, value in figure.cell.items()},
        },
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a map; a step or lane left empty is the usual one."""

    map: str
    step: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Steps and lanes of a map by id, each with its name, in the order of the map."""

    steps: tuple[tuple[str, str], ...]
    lanes: tuple[tuple[str, str], ...]
    usual_lane: str

    def settled(self, place: Place) -> Place:
        """The place with a step and a lane of this map; ``NotFoundError`` for a map without any."""
        steps, lanes = dict(self.steps), dict(self.lanes)
        if not steps:
            raise NotFoundError(
                N_("This map has no such step."), hint=N_("Give the map a step first.")
            )
        step = place.step if place.step in steps else next(iter(steps))
        lane = place.lane if place.lane in lanes else self.usual_lane
        return Place(place.map, step, lane)


def places_on(site: Site, actor: Actor, map_id: str) -> Places:
    """Where cards may go; the lane of measures is the usual one, empty where there is none."""
    document = open_map(site, actor, map_id).document
    steps = tuple(
        (name, label_in(document.steps[name].label, actor.language) or name)
        for name in document.steps_in_order()
    )
    lanes = tuple(
        (name, lane_name(lane, actor.language))
        for name in document.lanes_in_order()
        if not (lane := document.lanes[name]).hidden
    )
    return Places(steps, lanes, _measures_of(document))


def put_on_map(site: Site, actor: Actor, place: Place, figure: Figure) -> str:
    """The id of the new card.

    Without a step it goes to the first one, without a lane to that of measures, which a map gets
    that has none. ``NotFoundError`` for a step or lane that the map does not have.
    """
    opened = open_map(site, actor, place.map)
    document = opened.document
    _check(document, place)
    ops: list[dict[str, Any]] = []
    lane = place.lane or _measures_of(document)
    if not lane:
        lane = random_id("lanes")
        ops.append({"op": "add", "kind": "lanes", "id": lane, "value": _new_lane(document)})
    card = random_id("cards")
    value = {
        **figure_card(figure, actor.language),
        "lane": lane,
        "step": place.step or document.steps_in_order()[0],
        "order": _last(document, lane),
    }
    ops.append({"op": "add", "kind": "cards", "id": card, "value": value})
    change = Change(secrets.token_hex(16), opened.revision, ops, figure.text[:200])
    change_map(site, actor, place.map, change)
    return card


def _check(document: MapDocument, place: Place) -> None:
    if not document.steps or (place.step and place.step not in document.steps):
        raise NotFoundError(
            N_("This map has no such step."), hint=N_("Give the map a step first."), step=place.step
        )
    if place.lane and place.lane not in document.lanes:
        raise NotFoundError(
            N_("This map has no such lane."), hint=N_("Choose one of its lanes."), lane=place.lane
        )


def _measures_of(document: MapDocument) -> str:
    lanes = document.lanes_in_order()
    return next((name for name in lanes if document.lanes[name].kind == LANE), "")


def _new_lane(document: MapDocument) -> dict[str, Any]:
    lanes = document.lanes_in_order()
    order = between(document.lanes[lanes[-1]].order if lanes else None, None)
    return {"kind": LANE, "order": order}


def _last(document: MapDocument, lane: str) -> str:
    keys = [card.order for card in document.cards.values() if card.lane == lane]
    return between(max(keys, default=None), None)


def _said(value: Any) -> str:
    return " → ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
