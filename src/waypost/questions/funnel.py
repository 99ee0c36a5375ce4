"""How many persons get through ordered steps in time, and where they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.funnel import MOST_STEPS, FunnelCounts, FunnelRules, count_funnel
from waypost.kernels.histograms import relative_error
from waypost.kit.translation import N_
from waypost.questions.coding import step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import StepRule, axis_sizes, step_rule
from waypost.questions.period import ALWAYS, Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Funnel"]

PRECISION = 7


@dataclass(frozen=True, slots=True)
class Funnel(Question):
    """How many persons reach each of ``steps`` in order, within a window from their entry.

    ``entry``: ``any`` event of step 1 may start an attempt and the best attempt counts; with
    ``first`` only a person's first one does. ``order``: ``ordered`` allows other events between
    steps, ``strict`` none. ``ties``: events at one instant count in either order (``any``), as
    recorded (``recorded``), or never as one after the other (``rising``). ``reuse``: one event may
    serve several steps. ``since`` and ``until`` govern entries; conversions may come later.
    """

    name: ClassVar[str] = "funnel"

    steps: Sequence[str]
    within: str | timedelta = "7d"
    entry: str = "any"
    order: str = "ordered"
    ties: str = "any"
    reuse: bool = False

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if isinstance(self.steps, str) or not 1 <= len(tuple(self.steps)) <= MOST_STEPS:
            raise QuestionError(
                f"A funnel has a list of 1 to {MOST_STEPS} steps.", hint="Write steps=[…, …]."
            )
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "within", duration_text(self.within))
        one_of(self.entry, ("any", "first"), "entry")
        one_of(self.order, ("ordered", "strict"), "order")
        one_of(self.ties, ("any", "recorded", "rising"), "ties")

    def plan(self, view: SnapshotView) -> FunnelTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        entries = self.period_in(view)
        rules = FunnelRules(
            steps=len(self.steps),
            window=ticks_of(view, self.within),
            entry_from=entries.begin,
            entry_until=entries.end,
            data_until=data_until(view),
            first_entry=self.entry == "first",
            strict=self.order == "strict",
            ties=self.ties,
            reuse=self.reuse,
        )
        steps = tuple(step_rule(view, step) for step in self.steps)
        return FunnelTask(self, rules, steps, axis_sizes(view), view.ticks_per_second)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("How many persons get from {first} to {last} in {n} steps within {within}.")
        values = {
            "first": self.steps[0],
            "last": self.steps[-1],
            "n": len(self.steps),
            "within": self.within,
        }
        return say(message, language, values)


@dataclass(frozen=True, slots=True)
class FunnelTask:
    """``Funnel`` on one snapshot."""

    question: Funnel
    rules: FunnelRules
    steps: tuple[StepRule, ...]
    sizes: dict[str, int]
    ticks_per_second: int
    period: Period = ALWAYS

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the steps."""
        return tuple(step.condition for step in self.steps if step.condition is not None)

    def run(self, shard: ShardView, selection: Selection) -> FunnelCounts:
        """Persons by best step, of one shard."""
        journeys = step_journeys(shard, self.steps, selection=selection, sizes=self.sizes)
        return count_funnel(journeys, shard.at, self.rules, ticks_per_second=self.ticks_per_second)

    def finish(self, partial: FunnelCounts) -> Result:
        """One row per step: reached, lost and open persons, shares, times."""
        reached = np.cumsum(partial.best[::-1])[::-1][1:]
        stopped = partial.best[1:].copy()
        stopped[-1] = 0
        still_open = partial.open[1:]
        low, high = wilson(reached, reached[0])
        columns: dict[str, Any] = {
            "step": list(self.question.steps),
            "persons": reached,
            "share_of_first": share_of(reached, reached[0]),
            "low": low,
            "high": high,
            "share_of_previous": share_of(reached, np.concatenate([reached[:1], reached[:-1]])),
            "lost": stopped - still_open,
            "open": still_open,
        }
        return Result(
            question=self.question.to_dict(),
            columns=columns | self._times(partial),
            facts=self._facts(reached, stopped, still_open),
            units=_UNITS,
            warnings=self._warnings(int(reached[0]), int(still_open.sum())),
        )

    def _times(self, partial: FunnelCounts) -> dict[str, NDArray[np.float64]]:
        since_entry, since_previous = partial.since_entry, partial.since_previous
        read = {
            "median_seconds": since_entry.quantile(0.5),
            "q1_seconds": since_entry.quantile(0.25),
            "q3_seconds": since_entry.quantile(0.75),
            "mean_seconds": since_entry.mean(),
            "median_seconds_from_previous": since_previous.quantile(0.5),
        }
        return {name: values / self.ticks_per_second for name, values in read.items()}

    def _facts(
        self, reached: NDArray[np.int64], stopped: NDArray[np.int64], still_open: NDArray[np.int64]
    ) -> dict[str, Any]:
        entrants, converted = int(reached[0]), int(reached[-1])
        return {
            "entrants": entrants,
            "converted": converted,
            "lost": int((stopped - still_open).sum()),
            "open": int(still_open.sum()),
            "read_as": {step.name: step.kind for step in self.steps},
            "quantile_relative_error": relative_error(PRECISION),
        }

    def _warnings(self, entrants: int, still_open: int) -> tuple[Notice, ...]:
        if entrants == 0:
            return (Notice("nobody-entered", N_("Nobody reached the first step in this period.")),)
        if still_open:
            message = N_("Open: {open}. They still have time to go on and are not counted as lost.")
            return (Notice("open", message, {"open": still_open}),)
        return ()


_UNITS = {
    "persons": "persons",
    "lost": "persons",
    "open": "persons",
    "share_of_first": "share of those who entered",
    "share_of_previous": "share of those at the step before",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "median_seconds": "seconds from entry",
    "q1_seconds": "seconds from entry",
    "q3_seconds": "seconds from entry",
    "mean_seconds": "seconds from entry",
    "median_seconds_from_previous": "seconds from the step before",
}
