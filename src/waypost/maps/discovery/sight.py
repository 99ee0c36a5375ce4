"""All that is asked of a snapshot for one map, asked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError, nearest
from waypost.journeys import EventLog
from waypost.kit import as_timedelta
from waypost.maps.discovery.tally import (
    Chosen,
    WeeklyVolume,
    chosen_events,
    touchpoints_by_source,
    touchpoints_of_rows,
    weekly_volume,
)
from waypost.maps.discovery.voices import Voice, texts_of_rows, typical
from waypost.maps.discovery.wishes import MapWishes
from waypost.maps.document import Evidence, SourceCount
from waypost.model import Step, Touchpoint
from waypost.questions import (
    FlowOnly,
    Funnel,
    Masks,
    Question,
    Result,
    SnapshotView,
    StepFlow,
    TimeBetween,
    Volumes,
)

__all__ = ["LEAST_TEXTS", "Ask", "MapView", "Row", "Sight"]

Ask = Callable[[Question], Result]
Row = dict[str, Any]
LEAST_TEXTS = 5


class MapView(SnapshotView, Protocol):
    """A journey store that a map can be drawn of: it has a name."""

    @property
    def id(self) -> str:
        """The name of the snapshot."""


_WINDOWS = ("30d", "60d", "90d", "180d", "365d", "730d")


@dataclass
class Sight:
    """A snapshot, how to ask it, and the answers so far; ``rules`` has the rule of a touchpoint.

    ``masks`` evaluates filters; it is needed where ``wishes`` has any.
    """

    snapshot: MapView
    log: EventLog
    ask: Ask
    wishes: MapWishes
    rules: Mapping[str, str] = field(default_factory=dict)
    masks: Masks | None = None

    _funnels: dict[tuple[str, ...], Result] = field(default_factory=dict, init=False, repr=False)
    _sources: dict[tuple[int, ...], tuple[SourceCount, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def flow(self) -> Result:
        """Persons, flow and volumes by step."""
        return self.ask(StepFlow(by="step", quiet=self.wishes.quiet, **self.wishes.filters()))

    @cached_property
    def stage_flow(self) -> Result:
        """Persons and flow by stage."""
        return self.ask(FlowOnly(by="stage", quiet=self.wishes.quiet, **self.wishes.filters()))

    @cached_property
    def volumes(self) -> Result:
        """Events, persons and anonymous volume by touchpoint."""
        return self.ask(self._volumes)

    @property
    def _volumes(self) -> Volumes:
        return Volumes(by="touchpoint", **self.wishes.filters())

    @cached_property
    def step_rows(self) -> dict[str, Row]:
        """Rows of ``flow`` by step id."""
        return {row["step"]: row for row in self.flow.rows()}

    @cached_property
    def stage_rows(self) -> dict[str, Row]:
        """Rows of ``stage_flow`` by stage id."""
        return {row["stage"]: row for row in self.stage_flow.rows()}

    @cached_property
    def touchpoint_rows(self) -> dict[str, Row]:
        """Rows of ``volumes`` by touchpoint id."""
        return {row["touchpoint"]: row for row in self.volumes.rows()}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The columns of the map: steps that somebody was at, in the order of the rules."""
        return tuple(
            step
            for step in self.snapshot.steps
            if step.id and self._is_visited(self.step_rows.get(step.id))
        )

    @property
    def columns(self) -> tuple[Step, ...]:
        """What is drawn: the steps; a map that somebody drew has others besides."""
        return self.steps

    def origin(self, step: Step) -> str:
        """The workspace's own step that a step stands for; empty where it is no one."""
        return step.id

    def stage_origin(self, step: Step) -> str:
        """The workspace's own stage that a step's stage stands for; empty where it is no one."""
        return step.stage

    def named(self, touchpoint: str) -> str:
        """A touchpoint as questions name it."""
        return f"touchpoint:{touchpoint}"

    @staticmethod
    def _is_visited(row: Row | None) -> bool:
        return row is not None and bool(row["persons"] or row["anonymous_events"])

    @cached_property
    def goal(self) -> str:
        """The id of the goal's step; empty when the map has no step."""
        ids = [step.id for step in self.steps]
        if self.wishes.goal:
            if self.wishes.goal not in ids:
                near = nearest(self.wishes.goal, ids)
                raise QuestionError(
                    f"This map has no step {self.wishes.goal!r}.",
                    hint=f"Did you mean {near[0]!r}?" if near else f"Steps: {', '.join(ids)}.",
                )
            return self.wishes.goal
        return self.order_step or (ids or [""])[-1]

    @cached_property
    def order_step(self) -> str:
        """The last visited step of a purchase; empty where there is none."""
        buying = [step.id for step in self.steps if self.stage_origin(step) == "purchase"]
        return buying[-1] if buying else ""

    @cached_property
    def within(self) -> str:
        """How long reaching the goal may take, at least 30 days.

        As wished, else the shortest usual window in which nine in ten of those who go from the
        step where most begin to the goal get there.
        """
        starts = [(self.step_rows[step.id]["starts"], step.id) for step in self.steps]
        _, first = max(starts, default=(0, ""))
        if self.wishes.within or first in ("", self.goal):
            return self.wishes.within or _WINDOWS[0]
        question = TimeBetween(f"step:{first}", f"step:{self.goal}", **self.wishes.filters())
        rows = list(self.ask(question).rows())
        needed = rows[-1]["seconds"] or 0.0
        enough = (w for w in _WINDOWS if as_timedelta(w).total_seconds() >= needed)
        return next(enough, _WINDOWS[-1])

    def place(self, step_id: str) -> int:
        """The number of a column, from 0; −1 for a step that is none."""
        return next((i for i, step in enumerate(self.steps) if step.id == step_id), -1)

    def touchpoints(self, step: Step) -> list[tuple[int, Touchpoint]]:
        """Codes and touchpoints of a step that something happened at, most persons first."""
        mine = [
            (code, touchpoint)
            for code, touchpoint in enumerate(self.snapshot.touchpoints)
            if touchpoint.step == step.id and touchpoint.id in self.touchpoint_rows
        ]
        rows = self.touchpoint_rows
        met = [(c, t) for c, t in mine if rows[t.id]["events"] or rows[t.id]["anonymous_events"]]
        return sorted(
            met,
            key=lambda item: (
                -rows[item[1].id]["persons"],
                -rows[item[1].id]["anonymous_events"],
                item[1].id,
            ),
        )

    def channel(self, touchpoint: Touchpoint) -> str:
        """Its channel; where its rule spans several, the one that most persons came through."""
        if touchpoint.channel:
            return touchpoint.channel
        met = self.volumes.facts["persons_by_channel"].get(touchpoint.id, {})
        named = {name: count for name, count in met.items() if name != "?"}
        return max(sorted(named), key=named.__getitem__, default="")

    @cached_property
    def chosen(self) -> tuple[tuple[Chosen, ...], Chosen]:
        """The events that the map counts: per shard, and without a person."""
        return chosen_events(self.snapshot, self._volumes, self.masks)

    @cached_property
    def weekly(self) -> WeeklyVolume:
        """Events by touchpoint and week."""
        return weekly_volume(self.snapshot, *self.chosen)

    @cached_property
    def voices(self) -> Mapping[int, Sequence[Voice]]:
        """Texts by touchpoint code."""
        codes = touchpoints_of_rows(*self.chosen, self.log.row_count())
        return texts_of_rows(self.log, codes)

    def quotes(self, codes: Sequence[int]) -> tuple[int, Sequence[Voice]]:
        """How many texts there are at these touchpoints, and the most typical ones if enough."""
        voices = [voice for code in codes for voice in self.voices.get(code, ())]
        return len(voices), typical(voices) if len(voices) >= LEAST_TEXTS else []

    @cached_property
    def _by_source(self) -> NDArray[np.int64]:
        """``int64[touchpoints, sources]``: events that the map counts."""
        return touchpoints_by_source(self.snapshot, *self.chosen)

    def sources(self, codes: list[int]) -> tuple[SourceCount, ...]:
        """Events of these touchpoints by source, most first."""
        key = tuple(codes)
        if key not in self._sources:
            self._sources[key] = self._sources_of(codes)
        return self._sources[key]

    def _sources_of(self, codes: list[int]) -> tuple[SourceCount, ...]:
        counts = self._by_source[codes].sum(axis=0) if codes else []
        named = zip(self.snapshot.sources, counts, strict=False)
        found = [SourceCount(source=name, count=int(count)) for name, count in named if count]
        return tuple(sorted(found, key=lambda one: (-one.count, one.source)))

    def evidence(
        self,
        definition: str,
        codes: list[int],
        *,
        counts: Mapping[str, float] | None = None,
        question: Question | Mapping[str, Any] | None = None,
    ) -> Evidence:
        """What a card rests on: touchpoint codes give sources and rule."""
        asked = question.to_dict() if isinstance(question, Question) else dict(question or {})
        ids = [self.snapshot.touchpoints[code].id for code in codes]
        rules = [self.rules[name] for name in ids if name in self.rules]
        return Evidence(
            definition=definition,
            counts={name: value for name, value in (counts or {}).items() if value is not None},
            sources=self.sources(codes),
            rule="; ".join(rules),
            question=asked,
        )

    def codes_of(self, step: Step) -> list[int]:
        """Codes of a step's touchpoints."""
        return [code for code, _ in self.touchpoints(step)]

    def funnel(self, *steps: str) -> Result:
        """Persons through these steps within the map's window."""
        return self.ask_steps(*(f"step:{step}" for step in steps))

    def ask_steps(self, *steps: str) -> Result:
        """Persons through steps of any kind within the map's window, counted once."""
        if steps not in self._funnels:
            question = Funnel(steps, within=self.within, **self.wishes.filters())
            self._funnels[steps] = self.ask(question)
        return self._funnels[steps]

    def on(self, at_us: int) -> date:
        """The day in the workspace's zone."""
        return datetime.fromtimestamp(at_us / 1_000_000, ZoneInfo(self.snapshot.zone)).date()
