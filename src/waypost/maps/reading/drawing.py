"""What a document draws, in the order of the map, and what each step stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from waypost.maps.editing.document import MapDocument
from waypost.model import Label, Stage, Step, Touchpoint

__all__ = ["Bound", "Drawing", "drawing_of", "drawing_of_steps"]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a step stands for: these touchpoints, and of their events those that fulfil ``where``.

    Without touchpoints ``where`` chooses from all events. Both empty: nothing, so nobody can be
    counted there.
    """

    touchpoints: tuple[str, ...] = ()
    where: str = ""

    def __bool__(self) -> bool:
        return bool(self.touchpoints or self.where)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Stages and steps in the order of the map; ``bound`` is parallel to ``steps``.

    An event belongs to the first step, in this order, whose touchpoints and rule it fits.
    """

    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    bound: tuple[Bound, ...]

    def bound_of(self, step_id: str) -> Bound:
        """What a step stands for; nothing for an id that the map does not have."""
        found = (b for s, b in zip(self.steps, self.bound, strict=True) if s.id == step_id)
        return next(found, Bound())

    def key(self) -> tuple[object, ...]:
        """Equal for drawings in which every event belongs to the same step and stage."""
        stages = tuple(stage.id for stage in self.stages)
        steps = tuple((step.id, step.stage) for step in self.steps)
        return stages, steps, self.bound

    def first_claims(self, but: Collection[int] = ()) -> dict[str, int]:
        """Per touchpoint id the first step that binds it, from 0; ``but``: steps left out."""
        claims: dict[str, int] = {}
        for place, bound in enumerate(self.bound):
            for touchpoint in bound.touchpoints if place not in but else ():
                claims.setdefault(touchpoint, place)
        return claims

    def origins(self, touchpoints: Sequence[Touchpoint]) -> dict[str, str]:
        """Per step the workspace's own step that all touchpoints it has come from, else none."""
        own = {touchpoint.id: touchpoint.step for touchpoint in touchpoints}
        found: dict[str, set[str]] = {}
        for name, place in self.first_claims().items():
            found.setdefault(self.steps[place].id, set()).add(own.get(name, ""))
        return {step: names.pop() for step, names in found.items() if len(names) == 1}

    def stage_origins(self, touchpoints: Sequence[Touchpoint]) -> dict[str, str]:
        """Per drawn stage the workspace's stage that most of its touchpoints come from."""
        votes = self._votes(touchpoints)
        best: dict[str, tuple[int, str]] = {}
        for (drawn, own), count in sorted(votes.items()):
            if count > best.get(drawn, (0, ""))[0]:
                best[drawn] = (count, own)
        return {drawn: own for drawn, (_, own) in best.items()}

    def homes(self, touchpoints: Sequence[Touchpoint]) -> dict[str, str]:
        """Per stage of the workspace the drawn stage that has most of its touchpoints.

        Ties go to the earlier drawn stage.
        """
        order = {stage.id: place for place, stage in enumerate(self.stages)}
        best: dict[str, tuple[int, str]] = {}
        votes = sorted(self._votes(touchpoints).items(), key=lambda vote: order[vote[0][0]])
        for (drawn, own), count in votes:
            if count > best.get(own, (0, ""))[0]:
                best[own] = (count, drawn)
        return {own: drawn for own, (_, drawn) in best.items()}

    def _votes(self, touchpoints: Sequence[Touchpoint]) -> dict[tuple[str, str], int]:
        own = {touchpoint.id: touchpoint.stage for touchpoint in touchpoints}
        drawn = {stage.id for stage in self.stages}
        votes: dict[tuple[str, str], int] = {}
        for name, place in self.first_claims().items():
            stage = self.steps[place].stage
            if own.get(name) and stage in drawn:
                votes[stage, own[name]] = votes.get((stage, own[name]), 0) + 1
        return votes


def drawing_of_steps(
    stages: Sequence[tuple[str, Label]],
    steps: Sequence[tuple[str, str, Label]],
    bound: Mapping[str, Bound],
) -> Drawing:
    """A drawing of ``(id, label)`` and ``(id, stage, label)`` in order, bound as in ``bound``.

    Steps come in the order of their stages; those of a stage that is not there come last.
    """
    order = {stage: place for place, (stage, _) in enumerate(stages)}
    placed = sorted(steps, key=lambda step: order.get(step[1], len(order)))
    return Drawing(
        stages=tuple(Stage(stage, label) for stage, label in stages),
        steps=tuple(Step(step, label, stage) for step, stage, label in placed),
        bound=tuple(bound.get(step, Bound()) for step, _, _ in placed),
    )


def drawing_of(document: MapDocument) -> Drawing:
    """What a document draws, in the order of the map."""
    bound = {
        name: Bound(step.binding.touchpoints, step.binding.where.strip())
        for name, step in document.steps.items()
        if step.binding is not None
    }
    return drawing_of_steps(
        [(name, document.stages[name].label) for name in document.stages_in_order()],
        [
            (name, document.steps[name].stage, document.steps[name].label)
            for name in document.steps_in_order()
        ],
        bound,
    )
