"""Put the map together: head, stages, steps with their cells, journeys, gaps."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import numpy as np

from waypost.kit import SILENT, Progress
from waypost.maps.discovery.gaps import gaps_of_map, gaps_of_step
from waypost.maps.discovery.intervals import share_between
from waypost.maps.discovery.marks import marks_by_step
from waypost.maps.discovery.measures import goal_share, kpis_of_map, kpis_of_step
from waypost.maps.discovery.people import (
    action_cards,
    emotion_cards,
    flow_cards,
    thought_cards,
    touchpoint_cards,
)
from waypost.maps.discovery.sight import MapView, Sight
from waypost.maps.discovery.tally import of_visible
from waypost.maps.discovery.typical_journeys import typical_journeys
from waypost.maps.document import (
    Card,
    Head,
    JourneyMap,
    Lane,
    MapStage,
    MapStep,
    Share,
    SourceCount,
)
from waypost.model import Label, Stage, Step

__all__ = ["COMPUTED_LANES", "discover", "map_head", "map_stage", "map_step"]

COMPUTED_LANES = ("actions", "thoughts", "touchpoints", "flow", "emotion", "marks", "gaps", "kpis")
_TITLE = {"en": "The journey as it is", "de": "Die Reise, wie sie ist"}
_EVERYBODY = {"en": "Everybody", "de": "Alle"}
_SOME = {"en": "A segment", "de": "Ein Segment"}


def discover(sight: Sight, *, workspace: str, progress: Progress = SILENT) -> JourneyMap:
    """The map of what ``sight`` looks at, under the workspace's name.

    Every card is counted or quoted, so nothing is assumed; what is not known is a gap. Steps nobody
    was at are no columns. Raises ``QuestionError`` for a goal that is no step, ``RuleError`` for a
    filter that does not parse. The same snapshot and wishes give the same document.
    """
    snapshot = sight.snapshot
    progress.start("map", len(sight.steps) + 1)
    marks = marks_by_step(sight)
    steps = []
    for step in sight.steps:
        steps.append(map_step(sight, step, marks.get(step.id, ())))
        progress.advance(1)
    journeys, rest = typical_journeys(sight)
    head = map_head(sight, workspace)
    document = JourneyMap(
        id=_id_of(sight),
        head=head,
        lanes=tuple(Lane(id=lane) for lane in COMPUTED_LANES),
        stages=tuple(
            map_stage(sight, stage, onward=stage is not _stages(sight)[-1])
            for stage in _stages(sight)
        ),
        steps=tuple(steps),
        journeys=journeys,
        journeys_rest_share=rest,
        gaps=gaps_of_map(
            sight, unbound_events=head.unbound_events, events=head.events + head.anonymous_events
        ),
        made_from={"snapshot": snapshot.id},
    )
    progress.finish()
    return document


def _id_of(sight: Sight) -> str:
    named = [sight.snapshot.id, sight.wishes.filters(), sight.wishes.title, sight.wishes.goal]
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:16]


def _stages(sight: Sight) -> list[Stage]:
    used = {step.stage for step in sight.steps}
    return [stage for stage in sight.snapshot.stages if stage.id in used]


def map_stage(sight: Sight, stage: Stage, *, onward: bool) -> MapStage:
    """A stage with its persons; with ``onward``, who of them reached a later one."""
    row = sight.stage_rows[stage.id]
    reached = Share(
        part=row["reached_later"],
        whole=row["persons"],
        low=row["share_reached_later_low"],
        high=row["share_reached_later_high"],
    )
    return MapStage(
        id=stage.id,
        label=dict(stage.label),
        persons=row["persons"],
        onward=reached if onward and row["persons"] else None,
        median_seconds_to_next=row["median_seconds_to_next"],
        still_open=row["open"],
        evidence=sight.evidence(
            "stage_onward",
            [],
            counts={"part": row["reached_later"], "whole": row["persons"]},
            question=sight.stage_flow.question,
        ),
    )


def map_step(sight: Sight, step: Step, marks: tuple[Card, ...]) -> MapStep:
    """A step with its figures and the cards of every lane that is computed."""
    row, codes = sight.step_rows[step.id], sight.codes_of(step)
    counts = {"persons": row["persons"], "events": row["events"]}
    question = sight.flow.question
    quartiles = (row["q1_seconds_to_next"], row["q3_seconds_to_next"])
    return MapStep(
        id=step.id,
        label=dict(step.label),
        stage=step.stage,
        touchpoints=tuple(touchpoint.id for _, touchpoint in sight.touchpoints(step)),
        persons=row["persons"],
        events=row["events"],
        first_on=_day(row["first_on"]),
        last_on=_day(row["last_on"]),
        median_seconds_to_next=row["median_seconds_to_next"],
        quartiles_seconds_to_next=None if None in quartiles else quartiles,
        evidence=sight.evidence("step_persons", codes, counts=counts, question=question),
        time_evidence=sight.evidence("step_time", codes, counts=counts, question=question),
        cells=_cells(sight, step, marks),
    )


def _cells(sight: Sight, step: Step, marks: tuple[Card, ...]) -> dict[str, tuple[Card, ...]]:
    cells: dict[str, tuple[Card, ...]] = {
        "actions": action_cards(sight, step, goal_share(sight, step)),
        "thoughts": thought_cards(sight, step),
        "touchpoints": touchpoint_cards(sight, step),
        "flow": flow_cards(sight, step),
        "emotion": emotion_cards(sight, step),
        "marks": marks,
        "gaps": gaps_of_step(sight, step),
        "kpis": kpis_of_step(sight, step),
    }
    return {lane: cards for lane, cards in cells.items() if cards}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def map_head(sight: Sight, workspace: str) -> Head:
    """Who, when, how many, who reached the goal, from which sources."""
    wishes, snapshot = sight.wishes, sight.snapshot
    rows = list(sight.step_rows.values())
    persons = sight.flow.facts["journeys"]
    goal = sight.step_rows.get(sight.goal)
    named = [_day(row["first_on"]) for row in rows], [_day(row["last_on"]) for row in rows]
    first, last = ([day for day in days if day] for days in named)
    return Head(
        title={"": wishes.title} if wishes.title else _TITLE,
        workspace=workspace,
        persona=dict(wishes.persona or (_SOME if wishes.segment or wishes.where else _EVERYBODY)),
        goal=_goal_label(sight),
        goal_step=sight.goal,
        since=min(first, default=None),
        until=max(last, default=None),
        zone=snapshot.zone,
        currency=snapshot.currency,
        persons=persons,
        events=sum(row["events"] for row in rows),
        anonymous_events=sum(row["anonymous_events"] for row in rows),
        unbound_events=_unbound(snapshot) if wishes.is_whole() else 0,
        reached_goal=share_between(goal["persons"], persons) if goal else None,
        data_until=sight.on(snapshot.data_until_us) if snapshot.data_until_us else None,
        sources=_all_sources(sight),
        kpis=kpis_of_map(sight),
        filters=wishes.told(),
        evidence=sight.evidence(
            "map_persons", [], counts={"persons": persons}, question=sight.flow.question
        ),
        goal_evidence=sight.evidence(
            "goal",
            [],
            counts={"part": goal["persons"] if goal else 0, "whole": persons},
            question=sight.flow.question,
        ),
    )


def _goal_label(sight: Sight) -> dict[str, str]:
    label: Label = next((step.label for step in sight.steps if step.id == sight.goal), {})
    return dict(label)


def _unbound(snapshot: MapView) -> int:
    codes = (of_visible(shard, shard.touchpoint) for shard in snapshot.shards)
    return sum(int(np.count_nonzero(of_shard == 0)) for of_shard in codes)


def _all_sources(sight: Sight) -> tuple[SourceCount, ...]:
    return sight.sources([code for step in sight.steps for code in sight.codes_of(step)])
