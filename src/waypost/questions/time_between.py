"""How long it takes from one kind of event to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from waypost.kernels.histograms import relative_error
from waypost.kernels.time_between import (
    PRECISION,
    WaitingTimes,
    kaplan_meier_quantile,
    time_between,
)
from waypost.kit.translation import N_
from waypost.questions.coding import step_journeys
from waypost.questions.naming import StepRule, axis_sizes, step_rule
from waypost.questions.period import Period, data_until
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["TimeBetween"]

_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_MODES = ("first_to_first_after", "any_to_next")


@dataclass(frozen=True, slots=True)
class TimeBetween(Question):
    """How long persons take from ``first`` to ``then``, and how many have not got there.

    ``mode``: ``first_to_first_after`` measures once per person, from the first ``first`` to the
    first ``then`` after it; ``any_to_next`` from every ``first`` to the next ``then``.
    """

    name: ClassVar[str] = "time_between"

    first: str
    then: str
    mode: str = "first_to_first_after"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.mode, _MODES, "mode")

    def plan(self, view: SnapshotView) -> TimeBetweenTask:
        """The task; raises ``QuestionError`` for a name that the workspace does not have."""
        period = self.period_in(view)
        steps = (step_rule(view, self.first), step_rule(view, self.then))
        until = min(data_until(view), period.end)
        return TimeBetweenTask(
            self, steps, period, axis_sizes(view), (until, view.ticks_per_second)
        )

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        if self.mode == "any_to_next":
            message = N_("How long it takes from every {first} to the next {then}.")
        else:
            message = N_("How long it takes from the first {first} to the first {then} after it.")
        return say(message, language, {"first": self.first, "then": self.then})


@dataclass(frozen=True, slots=True)
class TimeBetweenTask:
    """``TimeBetween`` on one snapshot; ``clock`` is the end of the data and ticks per second."""

    question: TimeBetween
    steps: tuple[StepRule, ...]
    period: Period
    sizes: dict[str, int]
    clock: tuple[int, int]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the two."""
        return tuple(step.condition for step in self.steps if step.condition is not None)

    def run(self, shard: ShardView, selection: Selection) -> WaitingTimes:
        """Waits in one shard."""
        return time_between(
            step_journeys(shard, self.steps, selection=selection, sizes=self.sizes),
            shard.at,
            every=self.question.mode == "any_to_next",
            data_until=self.clock[0],
            ticks_per_second=self.clock[1],
        )

    def finish(self, partial: WaitingTimes) -> Result:
        """One row per quantile."""
        times, seconds = partial.times, self.clock[1]
        done, waiting = (int(size) for size in times.size())
        columns: dict[str, Any] = {
            "quantile": list(_SHARES),
            "seconds": [float(times.quantile(share)[0]) / seconds for share in _SHARES],
            "kaplan_meier_seconds": [
                kaplan_meier_quantile(times, share) / seconds for share in _SHARES
            ],
        }
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial, done, waiting),
            units=_UNITS,
            warnings=self._warnings(done, waiting),
        )

    def _facts(self, partial: WaitingTimes, done: int, waiting: int) -> dict[str, Any]:
        times, seconds = partial.times, self.clock[1]
        known = {
            "mean_seconds": float(times.mean()[0]) / seconds,
            "least_seconds": int(times.least[0]) / seconds,
            "greatest_seconds": int(times.greatest[0]) / seconds,
        }
        return {
            "count": done,
            "censored": waiting,
            "persons": partial.persons,
            **(known if done else dict.fromkeys(known)),
            "read_as": {step.name: step.kind for step in self.steps},
            "quantile_relative_error": relative_error(PRECISION),
        }

    def _warnings(self, done: int, waiting: int) -> tuple[Notice, ...]:
        if done == 0:
            return (Notice("nothing-measured", N_("Nobody got from the first to the second yet.")),)
        if waiting:
            message = N_("Not there yet: {censored}. Quantiles of seconds leave them out.")
            return (Notice("censored", message, {"censored": waiting}),)
        return ()


_UNITS = {
    "seconds": "seconds, of those who got there",
    "kaplan_meier_seconds": "seconds, counting those who still wait",
}
