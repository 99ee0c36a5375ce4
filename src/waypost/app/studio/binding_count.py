"""What a step would stand for: touchpoints with their counts, and what a binding finds, live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from waypost.app.studio.actor import Actor
from waypost.app.studio.event_sources import event_source
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.kit.translation import N_, translator
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Binding, Stage, Step
from waypost.maps.editing.ids import derived_id
from waypost.maps.reading import DrawnJourneys, EventSource, ReadingFilter
from waypost.maps.reading.drawing import drawing_of
from waypost.maps.reading.filters import wishes_of
from waypost.maps.reading.recoding import base_of
from waypost.maps.reading.sight import DrawnSight
from waypost.model import label_in
from waypost.model.conditions import All, Condition
from waypost.questions import Volumes

__all__ = ["BindingCount", "count_binding", "touchpoints_of"]

_STAGE, _STEP = derived_id("stages", "binding"), derived_id("steps", "binding")
_EXAMPLES = 5
_MOST_PARTS = 6
NO_PERSON = N_("without an identifier, so without a person: counted at the touchpoint only")
ALMOST = N_("all but: {condition}")


@dataclass(frozen=True, slots=True)
class BindingCount:
    """Whom a binding finds. ``nearly``: what it misses, and for which reason, most first."""

    persons: int
    events: int
    anonymous_events: int
    by_touchpoint: dict[str, int]
    examples: tuple[dict[str, Any], ...]
    nearly: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "persons": self.persons,
            "events": self.events,
            "anonymous_events": self.anonymous_events,
            "by_touchpoint": self.by_touchpoint,
            "examples": list(self.examples),
            "nearly": list(self.nearly),
            "nearly_events": sum(one["events"] for one in self.nearly),
        }


def touchpoints_of(site: Site, actor: Actor) -> list[dict[str, Any]]:
    """The touchpoints of the workspace, most persons first; ``unbound``: no rule binds a step."""
    require(actor, Right.SEE)
    source = event_source(site, actor.workspace)
    rows = {row["touchpoint"]: row for row in source.ask(Volumes(by="touchpoint")).rows()}
    told = [
        {
            "id": one.id,
            "label": label_in(one.label, actor.language),
            "channel": one.channel,
            "stage": one.stage,
            "step": one.step,
            "persons": int(rows[one.id]["persons"]) if one.id in rows else 0,
            "events": int(rows[one.id]["events"]) if one.id in rows else 0,
            "unbound": not one.step,
        }
        for one in source.snapshot.touchpoints
        if one.id
    ]
    return sorted(told, key=lambda one: (-one["persons"], -one["events"], one["id"]))


def count_binding(
    site: Site, actor: Actor, binding: Binding, chosen: ReadingFilter | None = None
) -> BindingCount:
    """Whom the binding finds among the events that ``chosen`` leaves.

    Raises ``RuleError`` for a rule that cannot be evaluated.
    """
    require(actor, Right.SEE)
    if binding.where.strip():
        Condition.parse(binding.where)
    source = event_source(site, actor.workspace)
    document = MapDocument(
        stages={_STAGE: Stage()}, steps={_STEP: Step(stage=_STAGE, binding=binding)}
    )
    journeys = source.drawn(drawing_of(document))
    sight = DrawnSight(journeys, wishes_of(document, chosen or ReadingFilter()))
    rows = [row for row in sight.volumes.rows() if _is_ours(journeys, row["touchpoint"])]
    anonymous = sum(int(row["anonymous_events"]) for row in rows)
    return BindingCount(
        persons=int(sight.step_rows[_STEP]["persons"]),
        events=sum(int(row["events"]) for row in rows),
        anonymous_events=anonymous,
        by_touchpoint={base_of(row["touchpoint"]): int(row["persons"]) for row in rows},
        examples=tuple(_examples(journeys)),
        nearly=tuple(_nearly(source, binding.where, anonymous, actor.language)),
    )


def _is_ours(journeys: DrawnJourneys, touchpoint: str) -> bool:
    return any(one.id == touchpoint and one.step == _STEP for one in journeys.view.touchpoints)


def _examples(journeys: DrawnJourneys) -> Iterator[dict[str, Any]]:
    """Some events that the binding takes, spread over the stretch, without who did them."""
    view = journeys.view
    ours = [code for code, one in enumerate(view.touchpoints) if one.step == _STEP]
    for shard in view.shards:
        places = np.flatnonzero(np.isin(np.asarray(shard.touchpoint), ours))
        if not len(places):
            continue
        for place in places[np.linspace(0, len(places) - 1, _EXAMPLES).astype(np.int64)]:
            tick = int(shard.at[place])
            at_us = view.epoch_us + tick * 1_000_000 // view.ticks_per_second
            yield {
                "at": datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat(),
                "event": view.events[int(shard.event[place])],
                "channel": view.channels[int(shard.channel[place])],
                "source": view.sources[int(shard.source[place])],
            }
        return


def _nearly(
    source: EventSource, where: str, anonymous: int, language: str
) -> Iterator[dict[str, Any]]:
    gettext = translator(language).gettext
    if anonymous:
        yield {"reason": gettext(NO_PERSON), "events": anonymous, "condition": ""}
    if not where.strip():
        return
    whole = _events(source, where)
    for left, rest in _relaxed(Condition.parse(where)):
        more = _events(source, rest) - whole
        if more > 0:
            reason = gettext(ALMOST).format(condition=left)
            yield {"reason": reason, "events": more, "condition": rest}


def _events(source: EventSource, where: str) -> int:
    facts = source.ask(Volumes(by="channel", where=where)).facts
    return int(facts["events"]) + int(facts["anonymous_events"])


def _relaxed(condition: Condition) -> Iterator[tuple[str, str]]:
    """Each part of a conjunction, and the rest without it."""
    root = condition.root
    parts = root.parts if isinstance(root, All) else ()
    for place, part in enumerate(parts[:_MOST_PARTS]):
        rest = (*parts[:place], *parts[place + 1 :])
        yield (
            Condition(part).written(),
            Condition(rest[0] if len(rest) == 1 else All(rest)).written(),
        )
