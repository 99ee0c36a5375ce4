"""Where journeys end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.drop_off import MEASURES, DropOffCounts, count_drop_off, persons_at_end
from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of
from waypost.questions.instead import InsteadTask
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import BY, Nodes, axis_sizes, nodes_by, step_rule
from waypost.questions.node_shares import NodeShares
from waypost.questions.period import Period, data_until, duration_text, seen_until, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.shape import shape_without_defaults
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["DropOff"]


def _shares(question: DropOff) -> tuple[Share, ...]:
    if question.after is not None:
        return (Share("persons", "facts.not_gone_on", (question.by,)),)
    return (Share("ended", "facts.closed_journeys", (question.by,)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOff(Question):
    """How many journeys end at each node.

    A journey to which anything happened less than ``quiet`` before the end of the data, or of
    the period, is open and kept apart: it may go on. With ``after`` and ``target`` it answers
    instead what those did who were at ``after`` and did not come to ``target`` ``within`` that
    time: the next node in that time, or nothing.
    """

    name: ClassVar[str] = "drop_off"
    shares: ClassVar[tuple[Share, ...]] = NodeShares(_shares)  # type: ignore[assignment]  # a descriptor

    by: str = "touchpoint"
    quiet: str | timedelta = "30d"
    after: str | None = None
    target: str | None = None
    within: str | timedelta = "7d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        object.__setattr__(self, "quiet", duration_text(self.quiet))
        object.__setattr__(self, "within", duration_text(self.within))
        if (self.after is None) != (self.target is None):
            raise QuestionError(
                "What came instead needs both after and target.",
                hint='For example after="cart", target="order".',
            )

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values."""
        return shape_without_defaults(self, "within")

    def plan(self, view: SnapshotView) -> DropOffTask | InsteadTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        if self.after is not None and self.target is not None:
            steps = (step_rule(view, self.after), step_rule(view, self.target))
            limits = (ticks_of(view, self.within), data_until(view))
            nodes, period = nodes_by(view, self.by), self.period_in(view)
            shape = (self.by, self.to_dict())
            return InsteadTask(shape, nodes, period, steps, (axis_sizes(view), limits))
        period = self.period_in(view)
        open_after = seen_until(view, period) - ticks_of(view, self.quiet)
        return DropOffTask(self, nodes_by(view, self.by), period, open_after)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("Where journeys end (by {by}), among those quiet for {quiet}.")
        if self.after is not None:
            message = N_(
                "What comes next (by {by}) after the first {after} for those who do not come to "
                "{target} within {within}; nothing is an answer too."
            )
        values = {
            "by": grouping(self.by, language),
            "quiet": duration_words(self.quiet, language),
            "within": duration_words(self.within, language),
            "after": self.after,
            "target": self.target,
        }
        return say(message, language, values)


@dataclass(frozen=True, slots=True)
class DropOffTask:
    """``DropOff`` on one snapshot."""

    question: DropOff
    nodes: Nodes
    period: Period
    open_after: int
    conditions: tuple[str, ...] = ()

    def run(self, shard: ShardView, selection: Selection) -> DropOffCounts:
        """Ends in one shard."""
        journeys = journeys_of(shard, self.nodes, selection)
        return count_drop_off(journeys, shard.at, open_after=self.open_after)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons at a node: ``{by: node, "measure": "ended"}``, or ``open`` or ``visitors``."""
        measure = measure_in(cell, self.question.unit, MEASURES)
        return persons_at_end(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            open_after=self.open_after,
            measure=measure,
            node=self.nodes.place(str(cell.get(self.question.by, ""))),
        )

    def finish(self, partial: DropOffCounts) -> Result:
        """One row per node, in the order of the dictionary."""
        ended, closed = partial.ended, int(partial.ended.sum())
        low, high = wilson(ended, closed)
        columns: dict[str, Any] = {
            self.question.by: list(self.nodes.ids),
            "ended": ended,
            "open": partial.open,
            "share": share_of(ended, closed),
            "low": low,
            "high": high,
            "visitors": partial.visitors,
            "share_of_visitors": share_of(ended, partial.visitors_closed),
        }
        facts = {
            "closed_journeys": closed,
            "open_journeys": int(partial.open.sum()),
            "quiet": self.question.quiet,
        }
        return Result(self.question.to_dict(), columns, facts, _UNITS, self._warnings(closed))

    def _warnings(self, closed: int) -> tuple[Notice, ...]:
        if closed:
            return ()
        message = N_("No journey has been quiet for {quiet}; all are still open.")
        return (Notice("all-open", message, {"quiet": self.question.quiet}),)


_UNITS = {
    "ended": "closed journeys",
    "open": "open journeys",
    "share": "share of closed journeys",
    "low": "95 % interval",
    "high": "95 % interval",
    "visitors": "persons",
    "share_of_visitors": "share of visitors whose journey is closed",
}
