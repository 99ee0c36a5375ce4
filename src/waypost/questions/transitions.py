"""Which node follows which, how often and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.histograms import relative_error
from waypost.kernels.transitions import EdgeTimes, TransitionCounts, count_transitions, time_edges
from waypost.kit.translation import N_
from waypost.questions.coding import journeys_of
from waypost.questions.intervals import share_of
from waypost.questions.naming import BY, Nodes, nodes_by
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Transitions"]

_LARGE = ((64, 5), (256, 4))
_COARSEST = 3
_MOST_NODES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Transitions(Question):
    """How often one node directly follows another, over all journeys.

    ``fold_repeats``: several events at one node in a row are one visit, so a node never follows
    itself. ``times``: also measure the time between the two events (a second pass).
    """

    name: ClassVar[str] = "transitions"

    by: str = "touchpoint"
    fold_repeats: bool = False
    times: bool = True

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")

    def plan(self, view: SnapshotView) -> TransitionsTask:
        """The task; raises ``QuestionError`` where the snapshot cannot be grouped so."""
        nodes = nodes_by(view, self.by)
        if len(nodes) > _MOST_NODES:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; a table of pairs holds at most "
                f"{_MOST_NODES}.",
                hint="Group by touchpoint, step, stage or channel.",
                nodes=len(nodes),
            )
        return TransitionsTask(self, nodes, self.period_in(view), view.ticks_per_second)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("What directly follows what (by {by}), how often, and how long it takes.")
        return say(message, language, {"by": grouping(self.by, language)})


@dataclass(frozen=True, slots=True)
class _Partial:
    counts: TransitionCounts
    times: EdgeTimes | None

    def __add__(self, other: _Partial) -> _Partial:
        counts = self.counts + other.counts
        if self.times is None or other.times is None:
            return _Partial(counts, self.times or other.times)
        return _Partial(counts, self.times + other.times)


@dataclass(frozen=True, slots=True)
class TransitionsTask:
    """``Transitions`` on one snapshot."""

    question: Transitions
    nodes: Nodes
    period: Period
    ticks_per_second: int
    conditions: tuple[str, ...] = ()

    @property
    def precision(self) -> int:
        """Bits of a time that count; fewer for many nodes, so that a partial stays small."""
        fitting = (bits for most, bits in _LARGE if len(self.nodes) <= most)
        return next(fitting, _COARSEST)

    def run(self, shard: ShardView, selection: Selection) -> _Partial:
        """Counts and, if asked for, times of one shard."""
        journeys = journeys_of(shard, self.nodes, selection)
        counts = count_transitions(journeys)
        if not self.question.times:
            return _Partial(counts, None)
        times = time_edges(
            journeys,
            shard.at,
            edges=counts.edges,
            precision=self.precision,
            ticks_per_second=self.ticks_per_second,
        )
        return _Partial(counts, times)

    def finish(self, partial: _Partial) -> Result:
        """One row per pair that occurs, most frequent first."""
        edges = partial.counts.edges.copy()
        if self.question.fold_repeats:
            np.fill_diagonal(edges, 0)
        keys = np.flatnonzero(edges)
        count = edges.ravel()[keys]
        order = np.lexsort((keys, -count))
        keys, count = keys[order], count[order]
        origin, target = np.divmod(keys, len(self.nodes)) if keys.size else (keys, keys)
        columns: dict[str, Any] = {
            "from": [self.nodes.ids[place] for place in origin],
            "to": [self.nodes.ids[place] for place in target],
            "count": count,
            "share": share_of(count, edges.sum(axis=1)[origin]),
        }
        if partial.times is not None:
            columns |= self._times(partial.times, keys)
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial.counts, edges),
            units=_UNITS,
        )

    def _times(self, times: EdgeTimes, keys: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        rows = np.searchsorted(times.keys, keys)
        per_second = self.ticks_per_second
        read = {
            "median_seconds": times.times.quantile(0.5),
            "q1_seconds": times.times.quantile(0.25),
            "q3_seconds": times.times.quantile(0.75),
            "mean_seconds": times.times.mean(),
            "least_seconds": times.times.least.astype(float),
            "greatest_seconds": times.times.greatest.astype(float),
        }
        return {name: values[rows] / per_second for name, values in read.items()}

    def _facts(self, counts: TransitionCounts, edges: NDArray[np.int64]) -> dict[str, Any]:
        nodes = {
            "node": list(self.nodes.ids),
            "starts": counts.starts,
            "inflow": edges.sum(axis=0),
            "outflow": edges.sum(axis=1),
            "ends": counts.ends,
            "repeats": np.diagonal(counts.edges),
        }
        return {
            "persons": counts.persons,
            "persons_with_two_events": counts.linked,
            "transitions": int(edges.sum()),
            "nodes": nodes,
            "quantile_relative_error": relative_error(self.precision),
        }


_UNITS = {
    "count": "transitions",
    "share": "share of all transitions from this node",
    "median_seconds": "seconds",
    "q1_seconds": "seconds",
    "q3_seconds": "seconds",
    "mean_seconds": "seconds",
    "least_seconds": "seconds",
    "greatest_seconds": "seconds",
}
