"""A discovered map as a document that somebody can edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import (
    Binding,
    Card,
    Lane,
    MapFilter,
    MapHead,
    Stage,
    Step,
)
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.ordering import keys_between
from waypost.model import Touchpoint

__all__ = ["document_from", "drawn_id"]


def drawn_id(kind: str, name: str) -> str:
    """The id that a discovered stage, step or lane has in a document."""
    return derived_id(kind, "discovered", name)


def document_from(
    found: JourneyMap, language: str, *, touchpoints: Sequence[Touchpoint] = ()
) -> MapDocument:
    """The stages, steps and lanes of a discovered map, each step bound to its touchpoints.

    Nothing computed is copied: reading the document counts it again. Notes that somebody typed
    become cards. ``touchpoints`` of the workspace bind those too that nobody has met yet. Ids are
    derived, so the same map gives the same document.
    """
    own = _by_step(touchpoints)
    return MapDocument(
        head=_head(found, language),
        stages={
            drawn_id("stages", stage.id): Stage(order=key, label=stage.label)
            for stage, key in zip(found.stages, _keys(len(found.stages)), strict=True)
        },
        steps={
            drawn_id("steps", step.id): Step(
                order=key,
                stage=drawn_id("stages", step.stage),
                label=step.label,
                binding=Binding(touchpoints=_bound(step.touchpoints, own.get(step.id, ()))),
            )
            for step, key in zip(found.steps, _keys(len(found.steps)), strict=True)
        },
        lanes={
            drawn_id("lanes", lane.id): Lane(order=key, kind=lane.content, label=lane.label)  # type: ignore[arg-type]  # checked by the model
            for lane, key in zip(found.lanes, _keys(len(found.lanes)), strict=True)
        },
        cards=_cards(found, language),
    )


def _keys(count: int) -> list[str]:
    return keys_between(None, None, count)


def _by_step(touchpoints: Sequence[Touchpoint]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for touchpoint in touchpoints:
        if touchpoint.id and touchpoint.step:
            found.setdefault(touchpoint.step, []).append(touchpoint.id)
    return found


def _bound(met: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """Those met, most persons first, then the others of the same step."""
    return tuple(dict.fromkeys((*met, *own)))


def _head(found: JourneyMap, language: str) -> MapHead:
    head = found.head
    filters = head.filters
    segment = filters.get("segment") or ()
    return MapHead(
        title=head.title,
        scenario=head.scenario,
        goal={},
        goal_step=drawn_id("steps", head.goal_step) if _has(found, head.goal_step) else "",
        owner=head.owner,
        reviewed_on=head.reviewed_on,
        language="de" if language == "de" else "en",
        since=filters.get("since"),  # type: ignore[arg-type]  # checked by the model
        until=filters.get("until"),  # type: ignore[arg-type]  # as above
        filter=MapFilter(
            where=str(filters.get("where") or ""),
            segment=(segment,) if isinstance(segment, str) else tuple(segment),  # type: ignore[arg-type]  # as above
            only=filters.get("only"),  # type: ignore[arg-type]  # as above
        ),
    )


def _has(found: JourneyMap, step: str) -> bool:
    return any(one.id == step for one in found.steps)


def _cards(found: JourneyMap, language: str) -> dict[str, Card]:
    notes = [
        (step.id, lane, card)
        for step in found.steps
        for lane, cards in step.cells.items()
        for card in cards
        if card.kind == "note"
    ]
    return {
        derived_id("cards", "discovered", step, lane, card.id): Card(
            order=key,
            lane=drawn_id("lanes", lane),
            step=drawn_id("steps", step),
            text={language: card.text},
            provenance=card.provenance,
            evidence=card.evidence,
        )
        for (step, lane, card), key in zip(notes, _keys(len(notes)), strict=True)
    }
