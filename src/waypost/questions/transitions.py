"""Which node follows which, how often and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.drop_off import persons_at_end
from waypost.kernels.edge_persons import (
    BORDER,
    EdgePersons,
    count_edge_persons,
    persons_on_edge,
)
from waypost.kernels.histograms import relative_error
from waypost.kernels.transitions import EdgeTimes, TransitionCounts, count_transitions, time_edges
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import BY, Nodes, nodes_by
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.shape import shape_without_defaults
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Transitions"]

_LARGE = ((64, 5), (256, 4))
_MEASURES = ("persons", "persons_from")
_COARSEST = 3
_MOST_NODES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Transitions(Question):
    """How often one node directly follows another, over all journeys.

    ``fold_repeats``: several events at one node in a row are one visit, so a node never follows
    itself; times then run from the last event of the visit. ``times``: also measure the time
    between the two events (a second pass). ``persons``: also count persons with at least one such
    transition (a second pass). ``borders``: rows for starts (``from`` is empty) and ends (``to`` is
    empty); shares then are of all that leaves a node or ends there. ``gap``: ``direct``, or
    ``eventually`` for b at any time after a, which counts persons and measures no times.
    """

    name: ClassVar[str] = "transitions"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "persons_from", ("from", "to")),)

    by: str = "touchpoint"
    fold_repeats: bool = False
    times: bool = True
    persons: bool = False
    borders: bool = False
    gap: str = "direct"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        one_of(self.gap, ("direct", "eventually"), "gap")

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values."""
        return shape_without_defaults(self, "persons", "borders", "gap")

    def comparable(self) -> Transitions:
        """With the persons of each edge."""
        return replace(self, persons=True)

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
        """The question in sentences."""
        told = [N_("What directly follows what (by {by}), how often, and how long it takes.")]
        if self.gap == "eventually":
            told = [N_("What comes at any time after what (by {by}), and for how many persons.")]
        if self.fold_repeats:
            told.append(N_("Repeats in a row are one visit; time runs from its last event."))
        if self.persons and self.gap == "direct":
            told.append(N_("Also how many persons go that way at least once."))
        values = {"by": grouping(self.by, language)}
        return " ".join(say(sentence, language, values) for sentence in told)


@dataclass(frozen=True, slots=True)
class _Partial:
    counts: TransitionCounts
    times: EdgeTimes | None
    persons: EdgePersons | None

    def __add__(self, other: _Partial) -> _Partial:
        return _Partial(
            self.counts + other.counts,
            _both(self.times, other.times),
            _both(self.persons, other.persons),
        )


def _both(one: Any, other: Any) -> Any:
    return one + other if one is not None and other is not None else one or other


@dataclass(frozen=True, slots=True)
class TransitionsTask:
    """``Transitions`` on one snapshot."""

    question: Transitions
    nodes: Nodes
    period: Period
    ticks_per_second: int
    conditions: tuple[str, ...] = ()

    @property
    def takes_choice(self) -> bool:
        """Always: counting looks up itself which events exist."""
        return True

    @property
    def precision(self) -> int:
        """Bits of a time that count; fewer for many nodes, so that a partial stays small."""
        fitting = (bits for most, bits in _LARGE if len(self.nodes) <= most)
        return next(fitting, _COARSEST)

    @property
    def is_eventual(self) -> bool:
        """Whether anything may lie between the two."""
        return self.question.gap == "eventually"

    def run(self, shard: ShardView, selection: Selection) -> _Partial:
        """Counts and, if asked for, times and persons of one shard."""
        asked = self.question
        counts = count_transitions(journeys_of(shard, self.nodes, selection, chooses=True))
        if not (asked.times or asked.persons or self.is_eventual):
            return _Partial(counts, None, None)
        journeys = journeys_of(shard, self.nodes, selection)
        times = persons = None
        if asked.times and not self.is_eventual:
            times = time_edges(
                journeys,
                shard.at,
                edges=counts.edges,
                precision=self.precision,
                ticks_per_second=self.ticks_per_second,
            )
        if asked.persons or self.is_eventual:
            fold = asked.fold_repeats
            persons = count_edge_persons(journeys, eventually=self.is_eventual, fold=fold)
        return _Partial(counts, times, persons)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with the transition ``cell["from"]`` → ``cell["to"]``; empty = start or end.

        Raises ``QuestionError`` for a name that is no node.
        """
        measure = measure_in(cell, self.question.unit, _MEASURES, behind={"count": "persons"})
        origin, target = (self._place(cell.get(end)) for end in ("from", "to"))
        if measure == "persons_from" and origin != BORDER:
            return self._visitors(shard, selection, origin)
        fold = self.question.fold_repeats
        if origin == target and (origin == BORDER or (fold and not self.is_eventual)):
            raise QuestionError(
                "No such transition is counted.", hint="Give from and to of a row of the answer."
            )
        journeys = journeys_of(shard, self.nodes, selection)
        eventually = self.is_eventual and BORDER not in (origin, target)
        return persons_on_edge(journeys, (origin, target), eventually=eventually, fold=fold)

    def _visitors(self, shard: ShardView, selection: Selection, node: int) -> NDArray[np.uint8]:
        journeys = journeys_of(shard, self.nodes, selection)
        return persons_at_end(journeys, shard.at, open_after=0, measure="visitors", node=node)

    def _place(self, name: str | None) -> int:
        return self.nodes.place(str(name)) if name else BORDER

    def finish(self, partial: _Partial) -> Result:
        """One row per pair that occurs, most frequent first, then starts and ends if asked for."""
        edges = self._edges(partial)
        keys = np.flatnonzero(edges)
        count = edges.ravel()[keys]
        order = np.argsort(-count, kind="stable")
        keys, count = keys[order], count[order]
        origin, target = np.divmod(keys, len(self.nodes)) if keys.size else (keys, keys)
        columns: dict[str, Any] = {
            "from": self.nodes.names(origin),
            "to": self.nodes.names(target),
            "count": count,
            "share": share_of(count, self._leaving(partial, edges)[origin]),
        }
        if partial.persons is not None:
            columns |= self._persons(partial.persons, origin, target)
        if partial.times is not None:
            columns |= self._times(partial.times, keys)
        if self.question.borders:
            columns = self._with_borders(columns, partial, edges)
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial.counts, edges),
            units=_UNITS,
        )

    def _edges(self, partial: _Partial) -> NDArray[np.int64]:
        if self.is_eventual and partial.persons is not None:
            return partial.persons.edges
        edges = partial.counts.edges.copy()
        if self.question.fold_repeats:
            np.fill_diagonal(edges, 0)
        return edges

    def _leaving(self, partial: _Partial, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """What shares of a node's row are shares of."""
        if self.is_eventual and partial.persons is not None:
            return partial.persons.visitors
        leaving = np.asarray(edges.sum(axis=1), dtype=np.int64)
        return leaving + partial.counts.ends if self.question.borders else leaving

    def _persons(
        self, persons: EdgePersons, origin: NDArray[np.int64], target: NDArray[np.int64]
    ) -> dict[str, Any]:
        some, whole = persons.edges[origin, target], persons.visitors[origin]
        return _person_columns(some, whole)

    def _with_borders(
        self, columns: dict[str, Any], partial: _Partial, edges: NDArray[np.int64]
    ) -> dict[str, Any]:
        """The same columns with a row for each node that journeys start or end at."""
        counts, ids = partial.counts, self.nodes.ids
        first, last = np.flatnonzero(counts.starts), np.flatnonzero(counts.ends)
        rows: dict[str, Any] = {
            "from": [*("" for _ in first), *(ids[place] for place in last)],
            "to": [*(ids[place] for place in first), *("" for _ in last)],
            "count": np.concatenate([counts.starts[first], counts.ends[last]]),
        }
        whole = np.concatenate(
            [np.full(first.size, counts.persons), self._leaving(partial, edges)[last]]
        )
        rows["share"] = share_of(rows["count"], whole)
        if partial.persons is not None:
            here = np.concatenate(
                [np.full(first.size, counts.persons), partial.persons.visitors[last]]
            )
            rows |= _person_columns(rows["count"], here)
        size = first.size + last.size
        return {
            name: [*values, *rows[name]]
            if isinstance(values, list)
            else np.concatenate([values, rows.get(name, np.full(size, np.nan))])
            for name, values in columns.items()
        }

    def _times(self, times: EdgeTimes, keys: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        rows = np.searchsorted(times.keys, keys)
        per_second = self.ticks_per_second
        q1, median, q3 = times.times.quantiles(0.25, 0.5, 0.75)
        read = {
            "median_seconds": median,
            "q1_seconds": q1,
            "q3_seconds": q3,
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


def _person_columns(some: NDArray[np.int64], whole: NDArray[np.int64]) -> dict[str, Any]:
    low, high = wilson(some, whole)
    return {
        "persons": some,
        "persons_from": whole,
        "share_of_persons": share_of(some, whole),
        "low": low,
        "high": high,
    }


_UNITS = {
    "count": "transitions",
    "persons": "persons",
    "persons_from": "persons who were at the first node",
    "share_of_persons": "share of persons who were at the first node",
    "low": "95 % interval",
    "high": "95 % interval",
    "share": "share of all transitions from this node",
    "median_seconds": "seconds",
    "q1_seconds": "seconds",
    "q3_seconds": "seconds",
    "mean_seconds": "seconds",
    "least_seconds": "seconds",
    "greatest_seconds": "seconds",
}
