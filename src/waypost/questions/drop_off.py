"""Where journeys end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from waypost.kernels.drop_off import DropOffCounts, count_drop_off
from waypost.kit.translation import N_
from waypost.questions.coding import journeys_of
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import BY, Nodes, nodes_by
from waypost.questions.period import Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["DropOff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOff(Question):
    """How many journeys end at each node.

    A journey to which anything happened less than ``quiet`` before the end of the data is open and
    kept apart: it may go on.
    """

    name: ClassVar[str] = "drop_off"

    by: str = "touchpoint"
    quiet: str | timedelta = "30d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        object.__setattr__(self, "quiet", duration_text(self.quiet))

    def plan(self, view: SnapshotView) -> DropOffTask:
        """The task on this snapshot."""
        open_after = data_until(view) - ticks_of(view, self.quiet)
        return DropOffTask(self, nodes_by(view, self.by), self.period_in(view), open_after)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("Where journeys end (by {by}), among those quiet for {quiet}.")
        return say(message, language, {"by": grouping(self.by, language), "quiet": self.quiet})


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
