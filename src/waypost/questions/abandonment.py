"""Carts and checkouts that no order follows in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from waypost.errors import QuestionError
from waypost.kernels.abandonment import (
    ABANDONED,
    CONVERTED,
    OPEN,
    AbandonmentCounts,
    AbandonmentRules,
    count_abandonment,
)
from waypost.kernels.funnel import MOST_STEPS
from waypost.kit.translation import N_
from waypost.questions.coding import step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import StepRule, axis_sizes, step_rule
from waypost.questions.period import ALWAYS, Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Abandonment"]


@dataclass(frozen=True, slots=True)
class Abandonment(Question):
    """How many attempts begin with ``start`` and do not reach ``goal`` in time.

    ``start`` is one step or several in their order (cart, checkout). An attempt lasts as long as
    each start event follows the one before within ``within``; it is converted by a goal within
    ``within`` after the latest. ``since`` and ``until`` govern when attempts begin.
    """

    name: ClassVar[str] = "abandonment"

    start: str | Sequence[str]
    goal: str
    within: str | timedelta = "7d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        starts = (self.start,) if isinstance(self.start, str) else tuple(self.start)
        if not 1 <= len(starts) < MOST_STEPS:
            raise QuestionError(
                f"start has {len(starts)} steps.", hint=f"Give 1 to {MOST_STEPS - 1} of them."
            )
        object.__setattr__(self, "start", starts)
        object.__setattr__(self, "within", duration_text(self.within))

    def plan(self, view: SnapshotView) -> AbandonmentTask:
        """The task; raises ``QuestionError`` for a name that the workspace does not have."""
        begins = self.period_in(view)
        rules = AbandonmentRules(
            starts=len(self.start),
            window=ticks_of(view, self.within),
            begin_from=begins.begin,
            begin_until=begins.end,
            data_until=data_until(view),
        )
        steps = tuple(step_rule(view, name) for name in (*self.start, self.goal))
        return AbandonmentTask(self, rules, steps, view)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        message = N_("How often what begins with {start} does not end in {goal} within {within}.")
        values = {"start": ", ".join(self.start), "goal": self.goal, "within": self.within}
        return say(message, language, values)


@dataclass(frozen=True, slots=True)
class AbandonmentTask:
    """``Abandonment`` on one snapshot."""

    question: Abandonment
    rules: AbandonmentRules
    steps: tuple[StepRule, ...]
    view: SnapshotView
    period: Period = ALWAYS

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the steps."""
        return tuple(step.condition for step in self.steps if step.condition is not None)

    def run(self, shard: ShardView, selection: Selection) -> AbandonmentCounts:
        """Attempts in one shard."""
        sizes = axis_sizes(self.view)
        return count_abandonment(
            step_journeys(shard, self.steps, selection=selection, sizes=sizes),
            shard.at,
            shard.value,
            rules=self.rules,
            ticks_per_second=self.view.ticks_per_second,
        )

    def finish(self, partial: AbandonmentCounts) -> Result:
        """One row per start: attempts that got there and to no later start."""
        attempts, money = partial.attempts, partial.value
        abandoned, converted = attempts[:, ABANDONED], attempts[:, CONVERTED]
        low, high = wilson(abandoned, abandoned + converted)
        columns: dict[str, Any] = {
            "step": list(self.question.start),
            "attempts": attempts.sum(axis=1),
            "converted": converted,
            "abandoned": abandoned,
            "open": attempts[:, OPEN],
            "share_abandoned": share_of(abandoned, abandoned + converted),
            "low": low,
            "high": high,
            "persons_abandoned": partial.persons[:, ABANDONED],
            "value_abandoned": money[:, ABANDONED],
            "valued_abandoned": partial.valued[:, ABANDONED],
            "value_open": money[:, OPEN],
            "value_converted": money[:, CONVERTED],
        }
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial),
            units=_units(self.view.currency),
            warnings=self._warnings(partial),
        )

    def _facts(self, partial: AbandonmentCounts) -> dict[str, Any]:
        attempts = partial.attempts.sum(axis=0)
        decided = attempts[ABANDONED] + attempts[CONVERTED]
        low, high = wilson(attempts[ABANDONED], decided)
        seconds = self.view.ticks_per_second
        return {
            "attempts": int(attempts.sum()),
            "converted": int(attempts[CONVERTED]),
            "abandoned": int(attempts[ABANDONED]),
            "open": int(attempts[OPEN]),
            "share_abandoned": float(share_of(attempts[ABANDONED], decided)),
            "low": float(low),
            "high": float(high),
            "persons": int(partial.anybody[3]),
            "persons_abandoned": int(partial.anybody[ABANDONED]),
            "persons_converted": int(partial.anybody[CONVERTED]),
            "value_abandoned": int(partial.value[:, ABANDONED].sum()),
            "median_seconds_to_goal": float(partial.times.quantile(0.5)[0]) / seconds,
            "read_as": {step.name: step.kind for step in self.steps},
        }

    def _warnings(self, partial: AbandonmentCounts) -> tuple[Notice, ...]:
        attempts = partial.attempts.sum(axis=0)
        notices = []
        if attempts.sum() == 0:
            notices.append(Notice("no-attempts", N_("No attempt began in this period.")))
        if attempts[OPEN]:
            message = N_("Open: {open}. They still have time and are not counted as abandoned.")
            notices.append(Notice("open", message, {"open": int(attempts[OPEN])}))
        missing = int(attempts[ABANDONED] - partial.valued[:, ABANDONED].sum())
        if missing:
            message = N_("Abandoned without a value: {missing}. The sum leaves them out.")
            notices.append(Notice("value-missing", message, {"missing": missing}))
        return tuple(notices)


def _units(currency: str) -> dict[str, str]:
    money = f"minor units of {currency}"
    return {
        "attempts": "attempts",
        "converted": "attempts",
        "abandoned": "attempts",
        "open": "attempts",
        "share_abandoned": "share of attempts converted or abandoned",
        "low": "95 % interval",
        "high": "95 % interval",
        "persons_abandoned": "persons",
        "value_abandoned": money,
        "valued_abandoned": "attempts with a value",
        "value_open": money,
        "value_converted": money,
    }
