"""Which paths persons take, with everybody accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL
from waypost.kernels.paths import LONGEST_PATH, PathCounts, PathRules, count_paths, unpacked
from waypost.kit.translation import N_
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import BY, Nodes, StepRule, axis_sizes, nodes_by, step_rule
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Paths"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths(Question):
    """The most frequent first (``prefix``) or last (``suffix``) ``length`` nodes of journeys.

    With an ``anchor``, a prefix begins with it and a suffix ends with it; ``occurrence`` says
    whether a person's ``first`` or ``last`` anchor counts. ``fold_repeats``: equal nodes in a row
    are one. ``top``: how many paths are listed; all others are one row, so that counts add up.
    """

    name: ClassVar[str] = "paths"

    by: str = "touchpoint"
    length: int = 5
    direction: str = "prefix"
    anchor: str | None = None
    occurrence: str = "first"
    fold_repeats: bool = True
    top: int = 50

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        one_of(self.direction, ("prefix", "suffix"), "direction")
        one_of(self.occurrence, ("first", "last"), "occurrence")
        if not 1 <= self.length <= LONGEST_PATH or self.top < 1:
            raise QuestionError(
                f"length is {self.length} and top is {self.top}.",
                hint=f"length lies between 1 and {LONGEST_PATH}, top is at least 1.",
                length=self.length,
                top=self.top,
            )

    def plan(self, view: SnapshotView) -> PathsTask:
        """The task; raises ``QuestionError`` for an anchor that the workspace does not have."""
        anchor = None if self.anchor is None else step_rule(view, self.anchor)
        nodes = nodes_by(view, self.by)
        return PathsTask(self, nodes, self.period_in(view), anchor, axis_sizes(view))

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        if self.direction == "prefix":
            message = N_("The most frequent paths of up to {length} (by {by}), from {begin} on.")
        else:
            message = N_("The most frequent paths of up to {length} (by {by}), up to {begin}.")
        edge = N_("the first event") if self.direction == "prefix" else N_("the last event")
        begin = self.anchor or say(edge, language, {})
        values = {"by": grouping(self.by, language), "length": self.length, "begin": begin}
        return say(message, language, values)


@dataclass(frozen=True, slots=True)
class PathsTask:
    """``Paths`` on one snapshot."""

    question: Paths
    nodes: Nodes
    period: Period
    anchor: StepRule | None
    sizes: dict[str, int]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The anchor's condition text, where it is one."""
        condition = None if self.anchor is None else self.anchor.condition
        return () if condition is None else (condition,)

    def run(self, shard: ShardView, selection: Selection) -> PathCounts:
        """Paths in one shard."""
        rules = PathRules(
            length=self.question.length,
            backward=self.question.direction == "suffix",
            last=self.question.occurrence == "last",
            fold=self.question.fold_repeats,
        )
        journeys = journeys_of(shard, self.nodes, selection)
        return count_paths(journeys, rules, anchors=self._anchors(shard, selection))

    def _anchors(self, shard: ShardView, selection: Selection) -> NDArray[np.uint8]:
        if self.anchor is None or shard.at.size == 0:
            return ALL
        coded = step_journeys(shard, (self.anchor,), selection=selection, sizes=self.sizes)
        return np.asarray(coded.lookup.astype(np.uint8)[coded.codes])

    def finish(self, partial: PathCounts) -> Result:
        """One row per path, most frequent first, then one row for all others."""
        words, counts = _most_frequent(partial, self.question.top)
        total = int(partial.counts.sum())
        size = {"nodes": len(self.nodes), "length": self.question.length}
        paths = unpacked(words, **size)
        rest = total - int(counts.sum())
        shown = np.append(counts, rest)
        low, high = wilson(shown, total)
        columns: dict[str, Any] = {
            "path": [*([self.nodes.ids[node] for node in path] for path in paths), []],
            "persons": shown,
            "share": share_of(shown, total),
            "low": low,
            "high": high,
            "is_whole": [*(len(path) < self.question.length for path in paths), False],
            "is_rest": [*(False for _ in paths), True],
        }
        facts = {
            "persons": total,
            "distinct_paths": int(partial.counts.size),
            "listed_paths": len(paths),
            "rest": rest,
            "without_anchor": partial.without_anchor,
        }
        return Result(self.question.to_dict(), columns, facts, _UNITS, self._warnings(total))

    def _warnings(self, total: int) -> tuple[Notice, ...]:
        if total:
            return ()
        return (Notice("nobody", N_("Nobody was at any of them in this period.")),)


def _most_frequent(partial: PathCounts, top: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Words and counts of the ``top`` paths; equal counts in the order of the dictionary."""
    words, counts = partial.words, partial.counts
    if counts.size > top:
        least = np.partition(counts, counts.size - top)[counts.size - top]
        chosen = counts >= least
        words, counts = words[chosen], counts[chosen]
    order = np.lexsort((*words.T[::-1], -counts))[:top]
    return words[order], counts[order]


_UNITS = {
    "persons": "persons",
    "share": "share of all persons with a path",
    "low": "95 % interval",
    "high": "95 % interval",
}
