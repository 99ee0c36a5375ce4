"""Where persons go in circles: again and again, back once more, to and fro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.histograms import relative_error
from waypost.kernels.loops import (
    KINDS,
    PRECISION,
    LoopCounts,
    LoopTimes,
    looping_persons,
    timed_loops,
)
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import BY, Nodes, nodes_by
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Loops"]

_MOST_NODES = 1_000
_FEWEST_VISITS = 3
_BEHIND = {"loops": "persons", "events": "persons"}
_KEYS = ("kind", "node", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops(Question):
    """Repeats at a node, returns to it, and back and forth between two nodes.

    A visit is a run of events at one node. ``visits``: how many alternating visits in a row make a
    back and forth.
    """

    name: ClassVar[str] = "loops"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", _KEYS),)

    by: str = "touchpoint"
    visits: int = 4

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        if self.visits < _FEWEST_VISITS:
            raise QuestionError(
                f"visits is {self.visits}.",
                hint=f"Back and forth takes at least {_FEWEST_VISITS} visits: a, b, a.",
                visits=self.visits,
            )

    def plan(self, view: SnapshotView) -> LoopsTask:
        """The task; raises ``QuestionError`` where the snapshot cannot be grouped so."""
        nodes = nodes_by(view, self.by)
        if len(nodes) > _MOST_NODES:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; a table of pairs holds at most "
                f"{_MOST_NODES}.",
                hint="Group by touchpoint, step, stage or channel.",
                nodes=len(nodes),
            )
        return LoopsTask(self, nodes, self.period_in(view), view.ticks_per_second)

    def explain(self, language: str = "en") -> str:
        """The question in sentences."""
        sentences = (
            N_("Where persons go in circles (by {by}), how often, and how long it takes."),
            N_("Several events at one place in a row are one visit; each after the first repeats."),
            N_("A return is a visit at a place where the person was before."),
            N_("Back and forth is {visits} or more visits in a row that alternate between two."),
        )
        values = {"by": grouping(self.by, language), "visits": self.visits}
        return " ".join(say(sentence, language, values) for sentence in sentences)


@dataclass(frozen=True, slots=True)
class _Partial:
    counts: LoopCounts
    times: LoopTimes

    def __add__(self, other: _Partial) -> _Partial:
        return _Partial(self.counts + other.counts, self.times + other.times)


@dataclass(frozen=True, slots=True)
class LoopsTask:
    """``Loops`` on one snapshot."""

    question: Loops
    nodes: Nodes
    period: Period
    ticks_per_second: int
    conditions: tuple[str, ...] = ()

    def run(self, shard: ShardView, selection: Selection) -> _Partial:
        """Loops in one shard."""
        journeys, least = journeys_of(shard, self.nodes, selection), self.question.visits
        ticks = self.ticks_per_second
        return _Partial(*timed_loops(journeys, shard.at, least=least, ticks_per_second=ticks))

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is counted in a row, named by ``kind``, ``node`` and, for pairs, ``other``."""
        measure_in(cell, self.question.unit, ("persons",), behind=_BEHIND)
        journeys = journeys_of(shard, self.nodes, selection)
        place = self._place(cell)
        return looping_persons(journeys, shard.at, least=self.question.visits, cell=place)

    def _place(self, cell: Mapping[str, Any]) -> int:
        kind, size = str(cell.get("kind")), len(self.nodes)
        one_of(kind, KINDS, "kind")
        node = self.nodes.place(str(cell.get("node")))
        if kind != KINDS[2]:
            return KINDS.index(kind) * size + node
        other = self.nodes.place(str(cell.get("other")))
        return 2 * size + min(node, other) * size + max(node, other)

    def finish(self, partial: _Partial) -> Result:
        """One row per node or pair that has loops, by kind, most persons first."""
        counts, size = partial.counts, max(len(self.nodes), 1)
        keys = partial.times.keys
        persons, loops, events, ticks = counts.cells[:, keys]
        kinds = np.minimum(keys // size, 2)
        order = np.lexsort((keys, -persons, kinds))
        low, high = wilson(persons, counts.persons)
        names = [self._named(int(key), size) for key in keys[order]]
        columns: dict[str, Any] = {
            key: [name[place] for name in names] for place, key in enumerate(_KEYS)
        }
        columns |= {
            "persons": persons[order],
            "share": share_of(persons, counts.persons)[order],
            "low": low[order],
            "high": high[order],
            "loops": loops[order],
            "events": events[order],
            "total_seconds": ticks[order] / self.ticks_per_second,
        }
        read = partial.times.times.quantiles(0.5, 0.25, 0.75)[:, order] / self.ticks_per_second
        columns |= zip(("median_seconds", "q1_seconds", "q3_seconds"), read, strict=True)
        facts = {
            "persons": counts.persons,
            "looping": counts.looping,
            "loops": {kind: int(loops[kinds == n].sum()) for n, kind in enumerate(KINDS)},
            "events": {kind: int(events[kinds == n].sum()) for n, kind in enumerate(KINDS)},
            "quantile_relative_error": relative_error(PRECISION),
        }
        return Result(self.question.to_dict(), columns, facts, _UNITS, _warnings(counts.persons))

    def _named(self, key: int, size: int) -> tuple[str, str, str]:
        ids = self.nodes.ids
        if key < 2 * size:
            return KINDS[key // size], ids[key % size], ""
        node, other = divmod(key - 2 * size, size)
        return KINDS[2], ids[node], ids[other]


def _warnings(persons: int) -> tuple[Notice, ...]:
    if persons:
        return ()
    return (Notice("nobody", N_("Nobody was at any of them in this period.")),)


_UNITS = {
    "persons": "persons",
    "share": "share of persons with an event",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "loops": "loops",
    "events": "events that are repeats, or of the visits that go round again",
    "total_seconds": "seconds in all loops",
    "median_seconds": "seconds of a loop",
    "q1_seconds": "seconds of a loop",
    "q3_seconds": "seconds of a loop",
}
