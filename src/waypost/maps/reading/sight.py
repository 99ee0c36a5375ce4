"""A sight along the steps of a document instead of the workspace's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from waypost.maps.discovery.sight import Sight
from waypost.maps.discovery.tally import Chosen, WeeklyVolume
from waypost.maps.discovery.voices import Voice, by_code
from waypost.maps.discovery.wishes import MapWishes
from waypost.maps.reading.recoding import base_of
from waypost.maps.reading.source import DrawnJourneys
from waypost.model import Step, Touchpoint

__all__ = ["DrawnSight"]

T = TypeVar("T")


class DrawnSight(Sight):
    """A sight whose columns are all steps that a document draws, visited or not.

    Answers and counts are kept by the source, so the same question costs nothing the second time.
    """

    def __init__(self, journeys: DrawnJourneys, wishes: MapWishes) -> None:
        source = journeys.source
        super().__init__(
            journeys.view,
            source.log,
            journeys.ask_once,
            wishes,
            _rules_of(journeys),
            journeys.masks,
        )
        self.journeys = journeys
        self._filters = json.dumps(wishes.filters(), sort_keys=True, default=str)

    @property
    def columns(self) -> tuple[Step, ...]:
        """All steps of the document, in the order of the map."""
        return self.journeys.drawing.steps

    @cached_property
    def goal(self) -> str:
        """The document's goal, else the last visited step of a purchase, else the last visited."""
        if self.wishes.goal in {step.id for step in self.columns}:
            return self.wishes.goal
        return self.order_step or ([step.id for step in self.steps] or [""])[-1]

    @cached_property
    def _origins(self) -> Mapping[str, str]:
        return self.journeys.drawing.origins(self.journeys.source.snapshot.touchpoints)

    @cached_property
    def _stage_origins(self) -> Mapping[str, str]:
        return self.journeys.drawing.stage_origins(self.journeys.source.snapshot.touchpoints)

    def origin(self, step: Step) -> str:
        """The workspace's own step that all touchpoints of a step come from, else none."""
        return self._origins.get(step.id, "")

    def stage_origin(self, step: Step) -> str:
        """The workspace's stage that most touchpoints of a step's stage come from, or none."""
        return self._stage_origins.get(step.stage, "")

    def named(self, touchpoint: str) -> str:
        """A touchpoint as questions name it: by its events, where rules took some of them."""
        if not self.journeys.has_rules:
            return f"touchpoint:{touchpoint}"
        return exp.column("touchpoint").eq(exp.Literal.string(base_of(touchpoint))).sql()

    @cached_property
    def weekly(self) -> WeeklyVolume:
        """Events by touchpoint and week."""
        return self.kept("weekly", lambda: super(DrawnSight, self).weekly)

    @cached_property
    def voices(self) -> Mapping[int, Sequence[Voice]]:
        """Texts by touchpoint code, of the events that the map counts."""
        spoken = self.journeys.source.spoken
        codes, told = [], []
        for part, (places, voices) in zip(_parts(self.chosen), spoken.places, strict=True):
            counted = np.ones(places.size, np.bool_) if part.mask is None else part.mask[places]
            codes.append(part.events.touchpoint[places[counted]].astype(np.int64))
            told += [spoken.voices[place] for place in voices[counted].tolist()]
        return by_code(np.concatenate(codes), told)

    @cached_property
    def _by_source(self) -> NDArray[np.int64]:
        return self.kept("sources", lambda: super(DrawnSight, self)._by_source)

    def quotes(self, codes: Sequence[int]) -> tuple[int, Sequence[Voice]]:
        """How many texts there are at these touchpoints, and the most typical ones."""
        return self.kept(f"quotes {list(codes)}", lambda: super(DrawnSight, self).quotes(codes))

    def kept(self, what: str, make: Callable[[], T]) -> T:
        """What ``make`` gives for this drawing and these filters, worked out once."""
        return self.journeys.keep(what, self._filters, make)


def _parts(chosen: tuple[tuple[Chosen, ...], Chosen]) -> tuple[Chosen, ...]:
    return (*chosen[0], chosen[1])


def _rules_of(journeys: DrawnJourneys) -> dict[str, str]:
    """Per touchpoint of the view: the workspace's rule, or that of the step which took it."""
    known = len(journeys.source.snapshot.touchpoints)
    rules = {}
    for code, touchpoint in enumerate(journeys.view.touchpoints):
        if code < known:
            rules[touchpoint.id] = journeys.source.rules.get(touchpoint.id, "")
        else:
            rules[touchpoint.id] = _rule_of(journeys, touchpoint)
    return {name: text for name, text in rules.items() if text}


def _rule_of(journeys: DrawnJourneys, touchpoint: Touchpoint) -> str:
    """The step's rule, and that of the touchpoint which it narrows."""
    bound = journeys.drawing.bound_of(touchpoint.step)
    own = journeys.source.rules.get(base_of(touchpoint.id), "") if bound.touchpoints else ""
    return " and ".join(f"({text})" for text in (own, bound.where)) if own else bound.where
