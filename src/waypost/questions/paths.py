"""Which paths persons take, with everybody accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL
from waypost.kernels.paths import (
    LONGEST_PATH,
    PathCounts,
    PathRules,
    count_paths,
    packed_path,
    persons_on_path,
    unpacked,
)
from waypost.kernels.row_counts import largest
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in, number_in, path_in
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.field_types import MOST_NUMBER
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import (
    BY,
    Nodes,
    StepRule,
    axis_sizes,
    conditions_of,
    nodes_by,
    step_rule,
)
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.shape import shape_without_defaults
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Paths"]

_LATER = ("collapse", "leave_out", "leave_out_at", "whole")
_BEHIND = {"occurrences": "persons", "persons_at_least_once": "persons"}


_VARIANT = re.compile(r"[0-9a-fA-F]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths(Question):
    """The most frequent first (``prefix``) or last (``suffix``) ``length`` nodes of journeys.

    With an ``anchor``, a prefix begins with it and a suffix ends with it; ``occurrence`` says
    whether a person's ``first``, ``last`` or ``every`` anchor counts. ``fold_repeats``: equal nodes
    in a row are one; ``collapse`` (``none``, ``repeats``, ``first``) overrules it, ``first`` counts
    a node once a path. ``leave_out``: a node that does not count where the path has others,
    ``anywhere`` or at its ``end``. ``whole``: journeys are on one path only if all their nodes are
    equal; the first or last ``length`` are shown. ``top``: how many paths are listed; all others
    are one row, so that counts add up.
    """

    name: ClassVar[str] = "paths"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", ("path",)),)

    by: str = "touchpoint"
    length: int = 5
    direction: str = "prefix"
    anchor: str | None = None
    occurrence: str = "first"
    fold_repeats: bool = True
    top: int = 50
    collapse: str | None = None
    leave_out: str | None = None
    leave_out_at: str = "anywhere"
    whole: bool = False

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        one_of(self.direction, ("prefix", "suffix"), "direction")
        one_of(self.occurrence, ("first", "last", "every"), "occurrence")
        one_of(self.collapse or "none", ("none", "repeats", "first"), "collapse")
        one_of(self.leave_out_at, ("anywhere", "end"), "leave_out_at")
        if not 1 <= self.length <= LONGEST_PATH or self.top < 1:
            raise QuestionError(
                f"length is {self.length} and top is {self.top}.",
                hint=f"length lies between 1 and {LONGEST_PATH}, top is at least 1.",
                length=self.length,
                top=self.top,
            )

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values."""
        return shape_without_defaults(self, *_LATER)

    def plan(self, view: SnapshotView) -> PathsTask:
        """The task; raises ``QuestionError`` for an anchor that the workspace does not have."""
        anchor = None if self.anchor is None else step_rule(view, self.anchor)
        nodes = nodes_by(view, self.by)
        drop = -1 if self.leave_out is None else nodes.place(self.leave_out)
        return PathsTask(self, nodes, self.period_in(view), anchor, (axis_sizes(view), drop))

    def explain(self, language: str = "en") -> str:
        """The question in sentences."""
        if self.direction == "prefix":
            message = N_("The most frequent paths of up to {length} (by {by}), from {begin} on.")
        else:
            message = N_("The most frequent paths of up to {length} (by {by}), up to {begin}.")
        edge = N_("the first event") if self.direction == "prefix" else N_("the last event")
        begin = self.anchor or say(edge, language, {})
        values = {"by": grouping(self.by, language), "length": self.length, "begin": begin}
        told = [message, *self._details()]
        values["left_out"] = self.leave_out
        return " ".join(say(sentence, language, values) for sentence in told)

    def _details(self) -> list[str]:
        told = []
        if self.anchor is not None and self.occurrence == "every":
            told.append(N_("Every {begin} begins or ends a path of its own."))
        if self.anchor is not None and self.occurrence == "last":
            told.append(N_("Of several in one journey the last counts."))
        if self.collapse == "first":
            told.append(N_("Of each place only the first visit in a path counts."))
        if self.leave_out is not None and self.leave_out_at == "anywhere":
            told.append(N_("{left_out} is left out wherever a path has anything else."))
        if self.leave_out is not None and self.leave_out_at == "end":
            told.append(N_("{left_out} at the end is left out where a path has anything else."))
        if self.whole:
            told.append(N_("Only journeys that are the same from begin to end share a path."))
        return told


@dataclass(frozen=True, slots=True)
class PathsTask:
    """``Paths`` on one snapshot; ``details``: lengths of the axes, and the node left out or −1."""

    question: Paths
    nodes: Nodes
    period: Period
    anchor: StepRule | None
    details: tuple[dict[str, int], int]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The anchor's condition text, where it is one."""
        return conditions_of((self.anchor,))

    @property
    def takes_choice(self) -> bool:
        """Always: events are looked up as journeys are made."""
        return True

    @property
    def rules(self) -> PathRules:
        """How a journey becomes a path."""
        question = self.question
        return PathRules(
            length=question.length,
            backward=question.direction == "suffix",
            occurrence=question.occurrence,
            collapse=question.collapse or ("repeats" if question.fold_repeats else "none"),
            drop=self.details[1],
            only_last=question.leave_out_at == "end",
            whole=question.whole,
        )

    def run(self, shard: ShardView, selection: Selection) -> PathCounts:
        """Paths in one shard."""
        journeys = journeys_of(shard, self.nodes, selection)
        return count_paths(journeys, self.rules, anchors=self._anchors(shard, selection))

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with the path ``cell["path"]``; of whole journeys ``cell["variant"]`` too.

        Raises ``QuestionError`` for the row of all other paths, which is no one path.
        """
        measure_in(cell, self.question.unit, ("persons",), behind=_BEHIND)
        path = path_in(cell, "path")
        if not path:
            raise QuestionError(
                "The other paths together are no path whose persons could be named.",
                hint="Name one path, or raise top until it is listed.",
            )
        words = packed_path(
            [self.nodes.place(node) for node in path][: self.question.length],
            nodes=len(self.nodes),
            rules=self.rules,
            tail=_tail(cell) if self.question.whole else (0, 0),
        )
        journeys = journeys_of(shard, self.nodes, selection)
        anchors = self._anchors(shard, selection)
        return persons_on_path(journeys, self.rules, anchors=anchors, words=words)

    def _anchors(self, shard: ShardView, selection: Selection) -> NDArray[np.uint8]:
        if self.anchor is None or shard.at.size == 0:
            return ALL
        coded = step_journeys(shard, (self.anchor,), selection=selection, sizes=self.details[0])
        return np.asarray(coded.lookup.astype(np.uint8)[coded.codes])

    def finish(self, partial: PathCounts) -> Result:
        """One row per path, most frequent first, then one row for all others."""
        partial = partial.settled()
        order = _most_frequent(partial, self.question.top)
        words, counts = partial.words[order], partial.counts[order]
        total = int(partial.counts.sum())
        paths = unpacked(words, nodes=len(self.nodes), length=self.question.length)
        rest = total - int(counts.sum())
        shown = np.append(counts, rest)
        columns: dict[str, Any] = {
            "path": [*([self.nodes.ids[node] for node in path] for path in paths), []],
            **self._measured(partial, order, shown),
            "coverage": np.append(share_of(counts.cumsum(), total), 1.0 if total else np.nan),
            "is_whole": [*self._is_whole(paths, words), False],
            "is_rest": [*(False for _ in paths), True],
        }
        if self.question.whole:
            columns["variant"] = [*(f"{number:016x}" for number in words[:, -1].tolist()), ""]
            columns["nodes"] = np.append(words[:, -2], 0)
        return Result(
            self.question.to_dict(),
            columns,
            self._facts(partial, paths, rest),
            _UNITS,
            self._warnings(total),
        )

    @property
    def counts_every(self) -> bool:
        """Whether a person may be on several paths."""
        return self.question.occurrence == "every" and self.anchor is not None

    def _measured(
        self, partial: PathCounts, order: NDArray[np.int64], shown: NDArray[np.int64]
    ) -> dict[str, Any]:
        total = int(partial.counts.sum())
        if not self.counts_every:
            low, high = wilson(shown, total)
            return {"persons": shown, "share": share_of(shown, total), "low": low, "high": high}
        persons = np.append(partial.persons[order].astype(float), np.nan)
        low, high = wilson(persons, partial.everybody)
        return {
            "occurrences": shown,
            "share": share_of(shown, total),
            "persons_at_least_once": persons,
            "share_of_persons": share_of(persons, partial.everybody),
            "low": low,
            "high": high,
        }

    def _is_whole(self, paths: list[tuple[int, ...]], words: NDArray[np.int64]) -> list[bool]:
        if self.question.whole:
            return [bool(nodes <= self.question.length) for nodes in words[:, -2].tolist()]
        return [len(path) < self.question.length for path in paths]

    def _facts(self, partial: PathCounts, paths: list[Any], rest: int) -> dict[str, Any]:
        facts = {
            "persons": partial.everybody,
            "distinct_paths": int(partial.counts.size),
            "listed_paths": len(paths),
            "rest": rest,
            "without_anchor": partial.without_anchor,
        }
        if self.counts_every:
            facts["occurrences"] = int(partial.counts.sum())
        return facts

    def _warnings(self, total: int) -> tuple[Notice, ...]:
        if total:
            return ()
        return (Notice("nobody", N_("Nobody was at any of them in this period.")),)


def _tail(cell: Mapping[str, Any]) -> tuple[int, int]:
    variant = str(cell.get("variant", ""))
    if not _VARIANT.fullmatch(variant) or "nodes" not in cell:
        raise QuestionError(
            "A whole journey is told by its variant and how many nodes it has.",
            hint="Give path, variant and nodes as the row of the answer has them.",
        )
    return int(number_in(cell, "nodes", 0, most=MOST_NUMBER)), int(variant, 16)


def _most_frequent(partial: PathCounts, top: int) -> NDArray[np.int64]:
    """Rows of the ``top`` paths; equal counts in the order of the dictionary."""
    words, counts = partial.words, partial.counts
    chosen = largest(counts, top)
    order = np.lexsort((*words[chosen].T[::-1], -counts[chosen]))[:top]
    return chosen[order]


_UNITS = {
    "persons": "persons",
    "occurrences": "occurrences of the anchor",
    "share": "share of all persons with a path",
    "persons_at_least_once": "persons",
    "share_of_persons": "share of all persons with a path",
    "low": "95 % interval",
    "high": "95 % interval",
    "coverage": "share of this path and those above",
    "nodes": "nodes of the whole journey",
}
