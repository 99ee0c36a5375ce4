"""What happens at each touchpoint, step, stage, channel or event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.drop_off import persons_at_end
from waypost.kernels.volumes import VolumeCounts, count_volumes, span_of
from waypost.kit.translation import N_
from waypost.questions.coding import journeys_of
from waypost.questions.counted_money import money_once
from waypost.questions.intervals import mean_interval, share_of
from waypost.questions.naming import BY, Nodes, codes_along, nodes_by
from waypost.questions.period import Period, day_starts
from waypost.questions.question import Question, one_of
from waypost.questions.result import Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import EventsView, ShardView, SnapshotView

__all__ = ["VolumePartial", "Volumes", "volume_columns", "volumes_of", "volumes_without_person"]

_GATHERING = ("stage", "channel")  # an order and its payment stand there together


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes(Question):
    """Events, persons, days, ratings and values at each node, and events without a person."""

    name: ClassVar[str] = "volumes"

    by: str = "touchpoint"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")

    def plan(self, view: SnapshotView) -> VolumesTask:
        """The task on this snapshot."""
        return VolumesTask(self, nodes_by(view, self.by), self.period_in(view), view)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("How many events and persons (by {by}), how they rate it, and on which days.")
        return say(message, language, {"by": grouping(self.by, language)})


@dataclass(frozen=True, slots=True)
class VolumePartial:
    """Volumes of events with a person, and of those without."""

    known: VolumeCounts
    anonymous: VolumeCounts

    def __add__(self, other: VolumePartial) -> VolumePartial:
        return VolumePartial(self.known + other.known, self.anonymous + other.anonymous)


@dataclass(frozen=True, slots=True)
class VolumesTask:
    """``Volumes`` on one snapshot."""

    question: Volumes
    nodes: Nodes
    period: Period
    view: SnapshotView
    conditions: tuple[str, ...] = ()

    def run(self, shard: ShardView, selection: Selection) -> VolumePartial:
        """Volumes of one shard."""
        return volumes_of(shard, selection, nodes=self.nodes, view=self.view)

    def run_volume(self, events: EventsView, existing: NDArray[np.uint8]) -> VolumePartial:
        """Volumes of the events without a person."""
        return volumes_without_person(events, existing, nodes=self.nodes, view=self.view)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with an event at a node: ``{by: node}``; ``measure`` can only be ``persons``."""
        one_of(str(cell.get("measure", "persons")), ("persons",), "measure")
        return persons_at_end(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            open_after=0,
            measure="visitors",
            node=self.nodes.place(str(cell.get(self.question.by, ""))),
        )

    def finish(self, partial: VolumePartial) -> Result:
        """One row per node, in the order of the dictionary."""
        columns = {self.question.by: list(self.nodes.ids)} | volume_columns(partial, self.view)
        facts = {
            "events": int(partial.known.events.sum()),
            "anonymous_events": int(partial.anonymous.events.sum()),
            "persons_by_channel": by_channel(partial, self.nodes, self.view),
            "ratings": ratings_by_level(partial, self.nodes),
        }
        return Result(self.question.to_dict(), columns, facts, volume_units(self.view))


def volumes_of(
    shard: ShardView, selection: Selection, *, nodes: Nodes, view: SnapshotView
) -> VolumePartial:
    """Volumes of the counted persons of a shard."""
    known = _counted(journeys_of(shard, nodes, selection), shard, nodes=nodes, view=view)
    return VolumePartial(known, _counted(_nobody(nodes, shard), shard, nodes=nodes, view=view))


def volumes_without_person(
    events: EventsView, existing: NDArray[np.uint8], *, nodes: Nodes, view: SnapshotView
) -> VolumePartial:
    """Volumes of events without a person; no persons are counted."""
    everything = np.array([0, events.at.size], np.int64)
    none = np.zeros(0, np.uint8)
    codes = codes_along(events, nodes.axis)
    coded = CodedJourneys(everything, codes, nodes.lookup, len(nodes), none, existing)
    return VolumePartial(
        _counted(_nobody(nodes, events), events, nodes=nodes, view=view),
        _counted(coded, events, nodes=nodes, view=view),
    )


def _nobody(nodes: Nodes, events: EventsView) -> CodedJourneys:
    none = np.zeros(0, np.uint8)
    codes = codes_along(events, nodes.axis)
    return CodedJourneys(np.zeros(1, np.int64), codes, nodes.lookup, len(nodes), none, none)


def _counted(
    journeys: CodedJourneys, events: EventsView, *, nodes: Nodes, view: SnapshotView
) -> VolumeCounts:
    if events.channel.size and int(events.channel.max()) >= len(view.channels):
        raise DamagedError(
            "A shard has channel codes that the snapshot does not name.",
            hint="Run `waypost build` again.",
        )
    value = money_once(events, view) if nodes.by in _GATHERING else events.value
    first, last = span_of(journeys.offsets, events.at)
    begin, begins = day_starts(view, first, last)
    return count_volumes(
        journeys,
        (events.at, events.channel, value, events.rating),
        channels=len(view.channels),
        first_day=begin.toordinal(),
        day_begins=np.array(begins, np.int64),
    )


def volume_columns(partial: VolumePartial, view: SnapshotView) -> dict[str, Any]:
    """Columns of events, persons, days, ratings and values, one row per node."""
    known, anonymous = partial.known, partial.anonymous
    both = known + anonymous
    mean, low, high = mean_interval(both.rated, both.rating_sum, both.rating_squares)
    first_on, last_on = _span(both, view)
    return {
        "events": known.events,
        "persons": known.persons,
        "events_per_person": share_of(known.events, known.persons),
        "anonymous_events": anonymous.events,
        "days": both.distinct_days(),
        "first_on": first_on,
        "last_on": last_on,
        "ratings": both.rated,
        "rating_mean": mean,
        "rating_low": low,
        "rating_high": high,
        "values": both.valued,
        "value_sum": both.value_sum,
    }


def _span(counts: VolumeCounts, view: SnapshotView) -> tuple[list[str | None], list[str | None]]:
    def on(tick: int) -> str:
        return day_starts(view, tick, tick)[0].isoformat()

    rows = zip(counts.events, counts.span.tolist(), strict=True)
    spans = [(on(begin), on(end)) if n else (None, None) for n, (begin, end) in rows]
    return [first for first, _ in spans], [last for _, last in spans]


def by_channel(partial: VolumePartial, nodes: Nodes, view: SnapshotView) -> dict[str, Any]:
    """Persons of each node by channel; a person who came through two channels counts in both."""
    return {
        node: {
            channel or "?": int(count)
            for channel, count in zip(view.channels, row, strict=True)
            if count
        }
        for node, row in zip(nodes.ids, partial.known.by_channel, strict=True)
    }


def ratings_by_level(partial: VolumePartial, nodes: Nodes) -> dict[str, Any]:
    """Ratings of each node: how many, their sum and sum of squares, and counts from −2 to +2."""
    both = partial.known + partial.anonymous
    return {
        node: {
            "n": int(both.rated[place]),
            "sum": float(both.rating_sum[place]),
            "sum_squares": float(both.rating_squares[place]),
            "histogram": both.ratings[place],
        }
        for place, node in enumerate(nodes.ids)
    }


def volume_units(view: SnapshotView) -> dict[str, str]:
    """Units of ``volume_columns``."""
    return {
        "events": "events",
        "persons": "persons",
        "anonymous_events": "events without a person",
        "days": "days with an event",
        "ratings": "ratings",
        "rating_mean": "from -2 to +2",
        "rating_low": "95 % interval",
        "rating_high": "95 % interval",
        "value_sum": f"minor units of {view.currency}",
    }
