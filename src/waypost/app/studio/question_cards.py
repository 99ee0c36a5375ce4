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
from waypost.maps.editing.ordering import between
from waypost.questions import Composed, Question

__all__ = ["Figure", "figure_card", "put_on_map"]

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


def put_on_map(site: Site, actor: Actor, map_id: str, figure: Figure, *, step: str = "") -> str:
    """The id of the new card: in the lane of measures, at ``step`` or the first one.

    A map without such a lane gets one. ``NotFoundError`` for a map without steps.
    """
    opened = open_map(site, actor, map_id)
    steps = opened.document.steps_in_order()
    if not steps or (step and step not in steps):
        raise NotFoundError(
            N_("This map has no such step."), hint=N_("Give the map a step first."), step=step
        )
    lane, ops = _lane(opened.document)
    card = random_id("cards")
    value = {
        **figure_card(figure, actor.language),
        "lane": lane,
        "step": step or steps[0],
        "order": _last(opened.document, lane),
    }
    ops.append({"op": "add", "kind": "cards", "id": card, "value": value})
    change = Change(secrets.token_hex(16), opened.revision, ops, figure.text[:200])
    change_map(site, actor, map_id, change)
    return card


def _lane(document: MapDocument) -> tuple[str, list[dict[str, Any]]]:
    """The lane of measures, and what makes it where there is none."""
    lanes = document.lanes_in_order()
    found = next((name for name in lanes if document.lanes[name].kind == LANE), "")
    if found:
        return found, []
    made = random_id("lanes")
    order = between(document.lanes[lanes[-1]].order if lanes else None, None)
    value = {"kind": LANE, "order": order}
    return made, [{"op": "add", "kind": "lanes", "id": made, "value": value}]


def _last(document: MapDocument, lane: str) -> str:
    keys = [card.order for card in document.cards.values() if card.lane == lane]
    return between(max(keys, default=None), None)


def _said(value: Any) -> str:
    return " → ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
