"""Carts and checkouts that no order follows in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.abandonment import (
    ABANDONED,
    CONVERTED,
    OPEN,
    RECOVERED,
    RECOVERED_IN_FULL,
    STILL_RECOVERABLE,
    TO_GOAL,
    TO_RECOVERY,
    TO_THE_END,
    AbandonmentCounts,
    AbandonmentRules,
    count_abandonment,
    persons_with_attempts,
)
from waypost.kernels.funnel import MOST_STEPS
from waypost.kernels.masks import persons_at
from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import step_journeys
from waypost.questions.intervals import mean_interval, share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import StepRule, axis_sizes, conditions_of, step_rule
from waypost.questions.period import ALWAYS, Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Abandonment"]

_MEASURES = {
    "persons_abandoned": ABANDONED,
    "persons_converted": CONVERTED,
    "persons_open": OPEN,
    "persons": -1,
}
_BEHIND = {
    "attempts": "persons",
    "abandoned": "persons_abandoned",
    "converted": "persons_converted",
    "open": "persons_open",
    "value_abandoned": "persons_abandoned",
    "value_converted": "persons_converted",
    "value_open": "persons_open",
}


@dataclass(frozen=True, slots=True)
class Abandonment(Question):
    """How many attempts begin with ``start`` and do not reach ``goal`` in time.

    ``start`` is one step or several in their order (cart, checkout). An attempt lasts as long as
    each start event follows the one before within ``within``; it is converted by a goal within
    ``within`` after the latest. ``since`` and ``until`` govern when attempts begin. ``recovery``:
    also count abandoned attempts after which a goal follows within that time of their latest start.
    """

    name: ClassVar[str] = "abandonment"
    shares: ClassVar[tuple[Share, ...]] = (
        Share("persons_abandoned", "facts.persons", ("step",)),
        Share("abandoned", "decided", ("step",), at_random=False),
    )

    start: str | Sequence[str]
    goal: str
    within: str | timedelta = "7d"
    recovery: str | timedelta | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        starts = (self.start,) if isinstance(self.start, str) else tuple(self.start)
        if not 1 <= len(starts) < MOST_STEPS:
            raise QuestionError(
                f"start has {len(starts)} steps.", hint=f"Give 1 to {MOST_STEPS - 1} of them."
            )
        object.__setattr__(self, "start", starts)
        object.__setattr__(self, "within", duration_text(self.within))
        if self.recovery is not None:
            object.__setattr__(self, "recovery", duration_text(self.recovery))

    def plan(self, view: SnapshotView) -> AbandonmentTask:
        """The task; raises ``QuestionError`` for a name that the workspace does not have."""
        begins = self.period_in(view)
        recovery = -1 if self.recovery is None else ticks_of(view, self.recovery)
        window = ticks_of(view, self.within)
        if 0 <= recovery <= window:
            raise QuestionError(
                f"recovery ({self.recovery}) is not longer than within ({self.within}).",
                hint="What comes within that time is no abandonment yet; give a longer recovery.",
            )
        rules = AbandonmentRules(
            starts=len(self.start),
            window=window,
            begin_from=begins.begin,
            begin_until=begins.end,
            data_until=data_until(view),
            recovery=recovery,
        )
        steps = tuple(step_rule(view, name) for name in (*self.start, self.goal))
        return AbandonmentTask(self, rules, steps, view)

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        told = [N_("How often what begins with {start} does not end in {goal} within {within}.")]
        if self.recovery is not None:
            told.append(N_("And how often {goal} follows after all, within {recovery}."))
        values = {
            "start": ", ".join(self.start),
            "goal": self.goal,
            "within": duration_words(self.within, language),
            "recovery": duration_words(self.recovery or self.within, language),
        }
        return " ".join(say(sentence, language, values) for sentence in told)


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
        return conditions_of(self.steps)

    def run(self, shard: ShardView, selection: Selection) -> AbandonmentCounts:
        """Attempts in one shard."""
        sizes, starters = axis_sizes(self.view), self._starters(shard, selection)
        return count_abandonment(
            step_journeys(shard, self.steps, selection=starters, sizes=sizes),
            shard.at,
            shard.value,
            rules=self.rules,
            ticks_per_second=self.view.ticks_per_second,
        )

    def _starters(self, shard: ShardView, selection: Selection) -> Selection:
        """Only persons with a start event, where the shard knows its places: no other can try."""
        axes = {step.axis for step in self.steps[:-1]}
        posted = shard.postings(axes.pop()) if len(axes) == 1 and "" not in axes else None
        if posted is None:
            return selection
        found = np.zeros(shard.offsets.size - 1, np.uint8)
        for code in sorted({code for step in self.steps[:-1] for code in step.codes}):
            persons_at(shard.offsets, posted, code, found)
        if selection.persons.size:
            found &= selection.persons
        return replace(selection, persons=found)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with an attempt that got as far as ``cell["step"]``; without it, with any.

        ``measure``: ``persons_abandoned``, ``persons_converted``, ``persons_open`` or ``persons``.
        """
        measure = measure_in(cell, self.question.unit, tuple(_MEASURES), behind=_BEHIND)
        step = cell.get("step")
        if step is not None:
            one_of(str(step), tuple(self.question.start), "step")
        return persons_with_attempts(
            step_journeys(shard, self.steps, selection=selection, sizes=axis_sizes(self.view)),
            shard.at,
            rules=self.rules,
            row=-1 if step is None else list(self.question.start).index(str(step)),
            fate=_MEASURES[measure],
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
            "decided": abandoned + converted,
            "persons_converted": partial.persons[:, CONVERTED],
            "persons_open": partial.persons[:, OPEN],
            **self._lost(partial),
        }
        if self.question.recovery is not None:
            columns |= self._recovered(partial)
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial),
            units=_units(self.view.currency),
            warnings=self._warnings(partial),
        )

    def _lost(self, partial: AbandonmentCounts) -> dict[str, Any]:
        """The mean value of those that have one, and as much for each abandoned attempt."""
        counted, total = partial.valued[:, ABANDONED], partial.value[:, ABANDONED]
        mean, low, high = mean_interval(counted, total.astype(float), partial.squared())
        attempts = partial.attempts[:, ABANDONED]
        return {
            "mean_value_abandoned": mean,
            "mean_value_low": low,
            "mean_value_high": high,
            "value_lost": mean * attempts,
            "value_lost_low": low * attempts,
            "value_lost_high": high * attempts,
        }

    def _recovered(self, partial: AbandonmentCounts) -> dict[str, Any]:
        recovered = partial.recovered[:, RECOVERED]
        still = partial.recovered[:, STILL_RECOVERABLE]
        full = partial.recovered[:, RECOVERED_IN_FULL]
        # Early recoveries of attempts whose time is not over would flatter the share.
        decided = partial.attempts[:, ABANDONED] - still - (recovered - full)
        low, high = wilson(full, decided)
        return {
            "recovered": recovered,
            "still_recoverable": still,
            "share_recovered": share_of(full, decided),
            "share_recovered_low": low,
            "share_recovered_high": high,
        }

    def _facts(self, partial: AbandonmentCounts) -> dict[str, Any]:
        attempts = partial.attempts.sum(axis=0)
        decided = attempts[ABANDONED] + attempts[CONVERTED]
        low, high = wilson(attempts[ABANDONED], decided)
        seconds = self.view.ticks_per_second
        medians = [float(median) / seconds for median in partial.times.quantile(0.5)]
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
            "median_seconds_to_goal": medians[TO_GOAL],
            "median_seconds_to_abandonment": medians[TO_THE_END],
            **self._recovery_facts(partial, medians[TO_RECOVERY]),
            "read_as": {step.name: step.kind for step in self.steps},
        }

    def _recovery_facts(self, partial: AbandonmentCounts, median: float) -> dict[str, Any]:
        if self.question.recovery is None:
            return {}
        recovered, still, _ = (int(count) for count in partial.recovered.sum(axis=0))
        return {
            "recovered": recovered,
            "still_recoverable": still,
            "median_seconds_to_recovery": median,
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
        "decided": "attempts converted or abandoned",
        "persons_converted": "persons",
        "persons_open": "persons",
        "mean_value_abandoned": money,
        "mean_value_low": "95 % interval",
        "mean_value_high": "95 % interval",
        "value_lost": f"{money}, as if all had the mean value",
        "value_lost_low": "95 % interval",
        "value_lost_high": "95 % interval",
        "recovered": "attempts",
        "still_recoverable": "attempts",
        "share_recovered": "share of abandoned attempts whose recovery time is over",
        "share_recovered_low": "95 % interval",
        "share_recovered_high": "95 % interval",
    }
