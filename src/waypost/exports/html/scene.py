"""Where a cell stands: the document, the language, and the place on the map."""

from __future__ import annotations

from dataclasses import dataclass

from waypost.exports.html.lanes import drawable
from waypost.exports.html.speech import Speech, Words, speech_for, words_in
from waypost.maps.document import JourneyMap, MapStep

__all__ = ["HEAD_ROW", "Place", "Scene", "scene_of"]

HEAD_ROW = 2
"""Grid rows: 1 stages, 2 step heads, 3 their evidence, then a lane and its evidence in turn."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What every part of one page shares."""

    document: JourneyMap
    speech: Speech
    steps: tuple[MapStep, ...]

    def step(self, step_id: str) -> MapStep | None:
        """The step of that id; None when the map has no such column."""
        return next((step for step in self.steps if step.id == step_id), None)

    def step_name(self, step_id: str) -> Words:
        """Its name; the id itself where the map has no such column."""
        step = self.step(step_id)
        return words_in(step.label, self.speech, step.id) if step else Words(step_id)

    def row_of(self, lane: str) -> int:
        """The grid row of a lane."""
        places = [entry.id for entry in self.document.lanes]
        return HEAD_ROW + 2 + 2 * places.index(lane)


def scene_of(document: JourneyMap, language: str) -> Scene:
    """The document in one language, its steps in the order of the stages.

    Steps of a stage that the document does not list come last. Lanes go by their kind.
    """
    document = drawable(document)
    stages = [stage.id for stage in document.stages]
    last = len(stages)
    place = {stage: index for index, stage in enumerate(stages)}
    steps = sorted(document.steps, key=lambda step: place.get(step.stage, last))
    return Scene(document, speech_for(language, document.head.currency), tuple(steps))


@dataclass(frozen=True, slots=True)
class Place:
    """A figure's place: its id on the page, its step, its lane and the lane's grid row."""

    id: str
    step: MapStep | None
    number: int
    lane: str
    row: int
    at: float = 50.0

    def nth(self, index: int) -> Place:
        """The place of one of several cards in the same cell."""
        return Place(f"{self.id}-{index}", self.step, self.number, self.lane, self.row, self.at)
