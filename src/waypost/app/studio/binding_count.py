"""What a step would stand for: the touchpoints with their counts, and what a binding finds."""

from __future__ import annotations

from typing import Any

from waypost.app.studio.actor import Actor
from waypost.app.studio.event_sources import event_source
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.maps import reading
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Binding
from waypost.maps.reading import BindingCount, Example, Nearly, ReadingFilter
from waypost.model import label_in

__all__ = ["count_as_json", "count_binding", "touchpoints_of"]


def touchpoints_of(
    site: Site, actor: Actor, chosen: ReadingFilter | None = None, *, map_id: str = ""
) -> list[dict[str, Any]]:
    """The touchpoints of the workspace, most persons first; ``unbound``: no rule binds a step.

    With a map its own filters count too, and ``bound_by`` says which of its steps bind each.
    """
    require(actor, Right.SEE)
    document = _document(site, actor, map_id)
    found = reading.touchpoints_of(event_source(site, actor.workspace), document, chosen)
    return [
        {
            "id": one.id,
            "label": label_in(one.label, actor.language),
            "channel": one.channel,
            "stage": one.stage,
            "step": one.step,
            "persons": one.persons,
            "events": one.events,
            "anonymous_events": one.anonymous_events,
            "unbound": not one.step,
            "bound_by": list(one.bound_by),
        }
        for one in found
    ]


def count_binding(
    site: Site,
    actor: Actor,
    binding: Binding,
    chosen: ReadingFilter | None = None,
    *,
    place: tuple[str, str] = ("", ""),
) -> BindingCount:
    """Whom the binding finds among the events that ``chosen`` leaves.

    ``place``: map and step, so that the map's filters count, and events that an earlier step has
    are told. Raises ``RuleError`` for a rule that cannot be evaluated.
    """
    require(actor, Right.SEE)
    map_id, step = place
    return reading.count_binding(
        event_source(site, actor.workspace),
        binding.touchpoints,
        binding.where,
        chosen,
        document=_document(site, actor, map_id),
        step=step,
    )


def _document(site: Site, actor: Actor, map_id: str) -> MapDocument | None:
    if not map_id:
        return None
    with site.database.reading() as session:
        return find_map(session, actor, map_id, Right.SEE).document


def count_as_json(count: BindingCount, language: str) -> dict[str, Any]:
    """As the API tells it; examples without who did them."""
    return {
        "persons": count.persons,
        "events": count.events,
        "anonymous_events": count.anonymous_events,
        "by_touchpoint": dict(count.by_touchpoint),
        "first_on": count.first_on.isoformat() if count.first_on else None,
        "last_on": count.last_on.isoformat() if count.last_on else None,
        "elsewhere": count.elsewhere,
        "examples": [_example(one) for one in count.examples],
        "nearly": [_nearly(one, language) for one in count.nearly],
    }


def _example(one: Example) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "event": one.event,
        "channel": one.channel,
        "touchpoint": one.touchpoint,
        "source": one.source,
        "value": one.value,
        "rating": one.rating,
    }


def _nearly(one: Nearly, language: str) -> dict[str, Any]:
    return {
        "condition": one.condition,
        "persons": one.persons,
        "events": one.events,
        "anonymous_events": one.anonymous_events,
        "touchpoint": one.touchpoint,
        "label": label_in(one.label, language) if one.label else "",
        "name": one.name,
    }
