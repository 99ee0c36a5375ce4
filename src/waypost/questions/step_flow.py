"""How persons move through the ordered steps or stages of a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.histograms import relative_error
from waypost.kernels.step_flow import (
    MEASURES,
    PRECISION,
    FlowCounts,
    count_flow,
    persons_in_flow,
)
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import Nodes, nodes_by
from waypost.questions.node_shares import NodeShares
from waypost.questions.period import Period, duration_text, seen_until, ticks_of
from waypost.questions.pieces import EMPTY_SHARD
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import EventsView, ShardView, SnapshotView
from waypost.questions.volumes import (
    VolumePartial,
    by_channel,
    ratings_by_level,
    volume_columns,
    volume_units,
    volumes_of,
    volumes_without_person,
)

__all__ = ["FlowOnly", "StepFlow"]


def _shares(question: StepFlow) -> tuple[Share, ...]:
    keys = (question.by,)
    return Share("left", "persons", keys), Share("reached_later", "persons", keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFlow(Question):
    """Where persons go from each step (or stage) of the map, and what happens there.

    A person's first visit of a step decides: they go ``on`` when the first different step after it
    comes later in the map, ``back`` when it comes earlier; else they ``left``, or are ``open`` when
    anything happened to them less than ``quiet`` before the end of the data, or of the period.
    """

    name: ClassVar[str] = "step_flow"
    shares: ClassVar[tuple[Share, ...]] = NodeShares(_shares)  # type: ignore[assignment]  # a descriptor

    by: str = "step"
    quiet: str | timedelta = "30d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, ("step", "stage"), "by")
        object.__setattr__(self, "quiet", duration_text(self.quiet))

    counts_volumes: ClassVar[bool] = True

    def plan(self, view: SnapshotView) -> StepFlowTask:
        """The task on this snapshot."""
        period = self.period_in(view)
        open_after = seen_until(view, period) - ticks_of(view, self.quiet)
        return StepFlowTask(self, nodes_by(view, self.by), period, view, open_after)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("Who comes (by {by}), and who then goes on, goes back, leaves or is open.")
        return say(message, language, {"by": grouping(self.by, language)})


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOnly(StepFlow):
    """The same question for who needs no volumes: their columns and facts are not in its answer."""

    counts_volumes: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class StepFlowPartial:
    """Flow of some persons, and volumes where they are counted."""

    flow: FlowCounts
    volume: VolumePartial | None

    def __add__(self, other: StepFlowPartial) -> StepFlowPartial:
        flow = self.flow + other.flow
        if self.volume is None or other.volume is None:
            return StepFlowPartial(flow, None)
        return StepFlowPartial(flow, self.volume + other.volume)


@dataclass(frozen=True, slots=True)
class StepFlowTask:
    """``StepFlow`` on one snapshot."""

    question: StepFlow
    nodes: Nodes
    period: Period
    view: SnapshotView
    open_after: int
    conditions: tuple[str, ...] = ()

    def run(self, shard: ShardView, selection: Selection) -> StepFlowPartial:
        """Flow and volumes of one shard."""
        flow, volume = self._flow(shard, selection), None
        if self.question.counts_volumes:
            volume = volumes_of(shard, selection, nodes=self.nodes, view=self.view)
        return StepFlowPartial(flow, volume)

    def run_volume(self, events: EventsView, existing: NDArray[np.uint8]) -> StepFlowPartial:
        """Events without a person: volumes, no flow."""
        flow, volume = self._flow(EMPTY_SHARD, Selection()), None
        if self.question.counts_volumes:
            volume = volumes_without_person(events, existing, nodes=self.nodes, view=self.view)
        return StepFlowPartial(flow, volume)

    def _flow(self, shard: ShardView, selection: Selection) -> FlowCounts:
        return count_flow(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            open_after=self.open_after,
            ticks_per_second=self.view.ticks_per_second,
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons at a step by ``measure`` (a column of persons, ``persons`` if not given).

        Of ``on`` and ``back`` a ``to`` narrows them to one cell of ``facts["jumps"]``.
        """
        measure = measure_in(cell, self.question.unit, MEASURES, behind={"events": "persons"})
        target = cell.get("to")
        here = self.nodes.place(str(cell.get(self.question.by, "")))
        return persons_in_flow(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            open_after=self.open_after,
            measure=measure,
            nodes=(here, -1 if target is None else self.nodes.place(str(target))),
        )

    def finish(self, partial: StepFlowPartial) -> Result:
        """One row per step, in the order of the map."""
        columns: dict[str, Any] = {self.question.by: list(self.nodes.ids)}
        columns |= self._flow_columns(partial.flow)
        units = _UNITS
        if partial.volume is not None:
            columns |= volume_columns(partial.volume, self.view)
            units = units | volume_units(self.view)
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial),
            units=units,
            warnings=self._warnings(partial),
        )

    def _flow_columns(self, flow: FlowCounts) -> dict[str, Any]:
        persons, left = flow.column("persons"), flow.column("left")
        gone, later = flow.on() + flow.back() + left, flow.column("reached_later")
        low, high = wilson(left, gone)
        later_low, later_high = wilson(later, persons)
        seconds = self.view.ticks_per_second
        q1, median, q3 = flow.times.quantiles(0.25, 0.5, 0.75) / seconds
        return {
            "persons": persons,
            "starts": flow.column("starts"),
            "on": flow.on(),
            "back": flow.back(),
            "left": left,
            "open": flow.column("open"),
            "share_left": share_of(left, gone),
            "share_left_low": low,
            "share_left_high": high,
            "reached_later": later,
            "share_reached_later": share_of(later, persons),
            "share_reached_later_low": later_low,
            "share_reached_later_high": later_high,
            "returned": flow.column("returned"),
            "median_seconds_to_next": median,
            "q1_seconds_to_next": q1,
            "q3_seconds_to_next": q3,
            "mean_seconds_to_next": flow.times.mean() / seconds,
            "median_events_per_person": flow.visits.quantile(0.5),
        }

    def _facts(self, partial: StepFlowPartial) -> dict[str, Any]:
        jumps = {
            one: {
                other: int(partial.flow.jumps[i, k])
                for k, other in enumerate(self.nodes.ids)
                if partial.flow.jumps[i, k]
            }
            for i, one in enumerate(self.nodes.ids)
        }
        volumes = {}
        if partial.volume is not None:
            volumes = {
                "persons_by_channel": by_channel(partial.volume, self.nodes, self.view),
                "ratings": ratings_by_level(partial.volume, self.nodes),
            }
        return {
            "journeys": int(partial.flow.column("starts").sum()),
            "jumps": jumps,
            **volumes,
            "quiet": self.question.quiet,
            "quantile_relative_error": relative_error(PRECISION),
        }

    def _warnings(self, partial: StepFlowPartial) -> tuple[Notice, ...]:
        if len(self.nodes) == 0:
            return (Notice("no-steps", N_("No touchpoint belongs to a step yet.")),)
        if partial.flow.column("persons").sum() == 0:
            return (Notice("nobody", N_("Nobody was at any of them in this period.")),)
        return ()


_UNITS = {
    "starts": "journeys",
    "on": "persons",
    "back": "persons",
    "left": "persons",
    "open": "persons",
    "share_left": "share of those on, back or left",
    "share_left_low": "95 % interval",
    "share_left_high": "95 % interval",
    "reached_later": "persons",
    "share_reached_later": "share of persons",
    "share_reached_later_low": "95 % interval",
    "share_reached_later_high": "95 % interval",
    "returned": "persons",
    "median_seconds_to_next": "seconds from the first visit",
    "q1_seconds_to_next": "seconds from the first visit",
    "q3_seconds_to_next": "seconds from the first visit",
    "mean_seconds_to_next": "seconds from the first visit",
    "median_events_per_person": "events",
}
