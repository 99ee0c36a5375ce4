"""Read a document against the events: every figure that it draws, counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from waypost.errors import RuleError
from waypost.kit import SILENT, Progress
from waypost.maps.discovery.assembly import map_head, map_stage, map_step
from waypost.maps.discovery.gaps import gaps_of_map
from waypost.maps.discovery.intervals import share_between
from waypost.maps.discovery.marks import marks_by_step
from waypost.maps.discovery.typical_journeys import typical_journeys
from waypost.maps.document import (
    Card,
    GapCard,
    Head,
    JourneyMap,
    Lane,
    Link,
    MapStage,
    MapStep,
    PersonaCount,
    Picture,
)
from waypost.maps.editing.document import MapDocument
from waypost.maps.reading.cells import Typed, computed_cards, empty_cells, merged
from waypost.maps.reading.curves import curves_of
from waypost.maps.reading.drawing import drawing_of
from waypost.maps.reading.filters import ReadingFilter, for_segment, wishes_of
from waypost.maps.reading.notes import reality_of
from waypost.maps.reading.sight import DrawnSight
from waypost.maps.reading.source import EventSource
from waypost.model import Provenance, Stage, Step

__all__ = ["Reading", "numbers_id", "read_map"]

_UNTITLED = {"en": "Untitled map", "de": "Karte ohne Titel"}


def read_map(
    document: MapDocument,
    source: EventSource,
    chosen: ReadingFilter | None = None,
    *,
    progress: Progress = SILENT,
) -> JourneyMap:
    """The document with its numbers, for the persons and events that ``chosen`` leaves.

    A step that is bound to nothing, or by a rule that cannot be evaluated, has no numbers and says
    so. Raises ``InputError`` for a persona that the document does not have, ``RuleError`` or
    ``QuestionError`` for a filter that cannot be evaluated. The same document, snapshot and filter
    give the same map.
    """
    return Reading(document, source, chosen or ReadingFilter()).map(progress)


def numbers_id(document: MapDocument, snapshot: str, chosen: ReadingFilter) -> str:
    """Names a reading: equal where document, snapshot and filter are, so a reader can keep it."""
    told = [snapshot, document.as_json(), *(str(getattr(chosen, f)) for f in chosen.__slots__)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


class Reading:
    """One reading of one document; a sight per persona, each made when it is needed."""

    def __init__(self, document: MapDocument, source: EventSource, chosen: ReadingFilter) -> None:
        self.document = document
        self.source = source
        self.chosen = chosen
        self.drawing = drawing_of(document)
        self.journeys = source.drawn(self.drawing)
        self._sights: dict[str, DrawnSight] = {}
        self._steps: dict[tuple[str, str], MapStep] = {}
        self._marks: dict[str, Mapping[str, tuple[Card, ...]]] = {}

    @cached_property
    def sight(self) -> DrawnSight:
        """Everybody whom the filters leave."""
        return DrawnSight(self.journeys, wishes_of(self.document, self.chosen))

    @cached_property
    def broken_personas(self) -> dict[str, str]:
        """Personas whose rule cannot be evaluated, and why."""
        broken = {}
        for name in self.document.personas:
            try:
                self._sight(name).flow  # noqa: B018 - asked to see whether it can be
            except RuleError as error:
                broken[name] = str(error)
        return broken

    def sight_of(self, persona: str) -> DrawnSight:
        """The persons of one of the document's personas; "" is everybody whom the filters leave.

        A persona whose rule cannot be evaluated has everybody's.
        """
        return self.sight if persona in ("", *self.broken_personas) else self._sight(persona)

    def _sight(self, persona: str) -> DrawnSight:
        segment = self.document.personas[persona].segment
        if not segment.strip() or persona == self.chosen.persona:
            return self.sight
        if segment not in self._sights:
            wishes = wishes_of(self.document, replace(self.chosen, persona=""))
            self._sights[segment] = DrawnSight(self.journeys, for_segment(wishes, segment))
        return self._sights[segment]

    def personas_shown(self) -> list[str]:
        """Ids of the personas whose numbers are told: the chosen one, else all."""
        return [self.chosen.persona] if self.chosen.persona else self.document.personas_in_order()

    def map(self, progress: Progress = SILENT) -> JourneyMap:
        """The whole map."""
        progress.start("map", len(self.drawing.steps) + 2)
        head = self._head()
        progress.advance(1)
        steps = []
        for step in self.drawing.steps:
            steps.append(self._step(step))
            progress.advance(1)
        journeys, rest = typical_journeys(self.sight)
        progress.advance(1)
        found = JourneyMap(
            id=numbers_id(self.document, self.sight.snapshot.id, self.chosen),
            head=head,
            lanes=self._shown_lanes,
            stages=self._stages(),
            steps=tuple(steps),
            journeys=journeys,
            journeys_rest_share=rest,
            gaps=self._gaps(head),
            made_from={"snapshot": self.sight.snapshot.id, "document": self._digest()},
            personas=self._personas(),
            curves=curves_of(self),
            reality=reality_of(self),
            links=self._links(),
            images=self._images(),
        )
        progress.finish()
        counts = found.provenance_counts()
        assumed = share_between(counts[Provenance.ASSUMED], sum(counts.values()))
        return found.model_copy(update={"assumed": assumed.model_copy(update=_NO_SAMPLE)})

    def _digest(self) -> str:
        told = json.dumps(self.document.as_json(), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def is_bound(self, step: str) -> bool:
        """Whether something says which events happen at a step."""
        bound = self.drawing.bound_of(step)
        broken = step in self.journeys.recoding.broken
        return bool(bound.touchpoints) if broken else bool(bound)

    def _head(self) -> Head:
        told, counted = self.document.head, map_head(self.sight, self.source.workspace)
        persona = self.document.personas.get(self.chosen.persona)
        return counted.model_copy(
            update={
                "title": dict(told.title) or _UNTITLED,
                "persona": dict(persona.label) if persona and persona.label else counted.persona,
                "goal": dict(told.goal) or counted.goal,
                "scenario": dict(told.scenario),
                "expectation": dict(told.expectation),
                "decision": dict(told.decision),
                "owner": told.owner,
                "status": told.status,
                "kind": told.kind,
                "reviewed_on": told.reviewed_on,
                "next_review_on": told.next_review_on,
            }
        )

    def _stages(self) -> tuple[MapStage, ...]:
        bound = {step.stage for step in self.drawing.steps if self.is_bound(step.id)}
        last = max((i for i, s in enumerate(self.drawing.stages) if s.id in bound), default=-1)
        return tuple(
            self._stage(stage, onward=place < last)
            for place, stage in enumerate(self.drawing.stages)
        )

    def _stage(self, stage: Stage, *, onward: bool) -> MapStage:
        drawn = self.document.stages[stage.id]
        looks = {"colour": drawn.colour, "icon": drawn.icon, "collapsed": drawn.collapsed}
        return map_stage(self.sight, stage, onward=onward).model_copy(update=looks)

    @cached_property
    def _typed(self) -> Typed:
        return Typed.of(self.document)

    @cached_property
    def _shown_lanes(self) -> tuple[Lane, ...]:
        lanes = ((name, self.document.lanes[name]) for name in self.document.lanes_in_order())
        return tuple(
            Lane(
                id=name,
                kind=lane.kind,
                label=dict(lane.label),
                guiding=dict(lane.guiding),
                persona=lane.persona,
                collapsed=lane.collapsed,
                pinned=lane.pinned,
                line_above=lane.line_above,
            )
            for name, lane in lanes
            if not lane.hidden
        )

    def _step(self, step: Step) -> MapStep:
        drawn = self.document.steps[step.id]
        counted = self._counted("", step)
        shares = {
            name: int(self.sight_of(name).step_rows[step.id]["persons"])
            for name in self.personas_shown()
            if name not in self.broken_personas
        }
        return counted.model_copy(
            update={
                "label": dict(step.label),
                "cells": self._cells(step),
                "is_bound": self.is_bound(step.id),
                "persons_by_persona": shares if self.is_bound(step.id) else {},
                "note": dict(drawn.note),
                "icon": drawn.icon,
                "image": drawn.image,
                "moment_of_truth": drawn.moment_of_truth,
                "state": drawn.state,
                "sub_map": drawn.sub_map,
                "collapsed": drawn.collapsed,
            }
        )

    def _counted(self, persona: str, step: Step) -> MapStep:
        """The step as discovery counts it, for the persons of a persona."""
        sight = self.sight_of(persona)
        key = ("" if sight is self.sight else persona, step.id)
        if key not in self._steps:
            if step.id in {one.id for one in sight.steps}:
                counted = map_step(sight, step, self._marks_of(key[0]).get(step.id, ()))
                anonymous = int(sight.step_rows[step.id]["anonymous_events"])
                counted = counted.model_copy(update={"anonymous_events": anonymous})
            else:
                counted = MapStep(
                    id=step.id,
                    label=dict(step.label),
                    stage=step.stage,
                    touchpoints=self.drawing.bound_of(step.id).touchpoints,
                    persons=0,
                    events=0,
                    cells=empty_cells(sight, step, is_bound=self.is_bound(step.id)),
                )
            self._steps[key] = counted
        return self._steps[key]

    def _marks_of(self, persona: str) -> Mapping[str, tuple[Card, ...]]:
        if persona not in self._marks:
            self._marks[persona] = marks_by_step(self.sight_of(persona))
        return self._marks[persona]

    def _cells(self, step: Step) -> dict[str, tuple[Card, ...]]:
        cells = {}
        for lane in self._shown_lanes:
            counted = self._counted(lane.persona, step)
            computed = computed_cards(lane.id, counted, lane.content)
            cards = merged(
                self._typed,
                (step.id, lane.id),
                computed,
                persona=self.chosen.persona,
                measures=counted.cells.get("kpis", ()),
            )
            if cards:
                cells[lane.id] = cards
        return cells

    def _gaps(self, head: Head) -> tuple[GapCard, ...]:
        events = head.events + head.anonymous_events
        found = gaps_of_map(self.sight, unbound_events=head.unbound_events, events=events)
        unbound = {
            f"unvisited-{step.id}" for step in self.drawing.steps if not self.is_bound(step.id)
        }
        return tuple(gap for gap in found if gap.id not in unbound)

    def _personas(self) -> tuple[PersonaCount, ...]:
        found = []
        for name in self.personas_shown():
            persona = self.document.personas[name]
            sight = self.sight_of(name)
            persons = 0 if name in self.broken_personas else int(sight.flow.facts["journeys"])
            goal = sight.step_rows.get(sight.goal)
            found.append(
                PersonaCount(
                    id=name,
                    label=dict(persona.label),
                    colour=persona.colour,
                    segment=persona.segment,
                    persons=persons,
                    reached_goal=share_between(goal["persons"], persons) if goal else None,
                )
            )
        return tuple(found)

    def _links(self) -> tuple[Link, ...]:
        links = sorted(self.document.links.items())
        return tuple(Link(source=k.source, target=k.target, kind=k.kind) for _, k in links)

    def _images(self) -> dict[str, Picture]:
        return {
            name: Picture(**image.model_dump())
            for name, image in sorted(self.document.images.items())
        }


_NO_SAMPLE = {"low": None, "high": None}
"""Cells are no sample of anything, so their share has no interval."""
