"""How long it takes from one kind of event to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.histograms import relative_error
from waypost.kernels.time_between import (
    ANY,
    DONE,
    MODES,
    PRECISION,
    WAITING,
    WaitingTimes,
    persons_between,
    time_between,
)
from waypost.kit.translation import N_
from waypost.questions.cells import number_in
from waypost.questions.coding import step_journeys
from waypost.questions.naming import StepRule, axis_sizes, conditions_of, step_rule
from waypost.questions.period import Period, data_until
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView
from waypost.questions.waiting_curve import Curve, curve_of, drawn_bins

__all__ = ["TimeBetween"]

_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_MEASURES = {"persons": ANY, "persons_done": DONE, "persons_waiting": WAITING}
_EVER = 1 << 61


@dataclass(frozen=True, slots=True)
class TimeBetween(Question):
    """How long persons take from ``first`` to ``then``, and how many have not got there.

    ``mode``: ``first_to_first_after`` measures once per person, from the first ``first`` to the
    first ``then`` after it; ``any_to_next`` from every ``first`` to the next ``then``;
    ``first_to_first`` once per person from the first ``first`` to the first ``then`` at all, which
    may lie before it and then is negative.
    """

    name: ClassVar[str] = "time_between"

    first: str
    then: str
    mode: str = "first_to_first_after"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.mode, MODES, "mode")

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
        message = N_("How long it takes from the first {first} to the first {then} after it.")
        if self.mode == "any_to_next":
            message = N_("How long it takes from every {first} to the next {then}.")
        if self.mode == "first_to_first":
            message = N_(
                "How long the first {then} comes after the first {first}; less than 0 where it "
                "came before."
            )
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
        return conditions_of(self.steps)

    def run(self, shard: ShardView, selection: Selection) -> WaitingTimes:
        """Waits in one shard."""
        return time_between(
            step_journeys(shard, self.steps, selection=selection, sizes=self.sizes),
            shard.at,
            mode=self.question.mode,
            data_until=self.clock[0],
            ticks_per_second=self.clock[1],
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons behind ``facts``: ``{"measure": "persons_done"}`` and its like.

        ``from_seconds`` and ``to_seconds`` of a bar of ``facts["histogram"]`` narrow it to those
        with such a wait.
        """
        measure = str(cell.get("measure", "persons"))
        one_of(measure, tuple(_MEASURES), "measure")
        bounds = (_ticks(cell, "from_seconds", -_EVER), _ticks(cell, "to_seconds", _EVER))
        least, below = (round(bound * self.clock[1]) for bound in bounds)
        return persons_between(
            step_journeys(shard, self.steps, selection=selection, sizes=self.sizes),
            shard.at,
            mode=self.question.mode,
            data_until=self.clock[0],
            wanted=(_MEASURES[measure], max(least, -_EVER), min(below, _EVER)),
        )

    def finish(self, partial: WaitingTimes) -> Result:
        """One row per quantile."""
        seconds, curve = self.clock[1], curve_of(partial)
        columns: dict[str, Any] = {
            "quantile": list(_SHARES),
            "seconds": [curve.plain_quantile(share) / seconds for share in _SHARES],
            "kaplan_meier_seconds": [
                curve.when(share, curve.reached) / seconds for share in _SHARES
            ],
        }
        done = int(partial.times.size()[DONE] + partial.early.size()[0])
        waiting = int(partial.times.size()[WAITING])
        return Result(
            question=self.question.to_dict(),
            columns=columns,
            facts=self._facts(partial, curve, (done, waiting)),
            units=_UNITS,
            warnings=self._warnings(done, waiting),
        )

    def _facts(self, partial: WaitingTimes, curve: Curve, sizes: tuple[int, int]) -> dict[str, Any]:
        seconds = self.clock[1]
        # Where S is the share that has not got there, its lower limit crosses a half first.
        median = {
            "kaplan_meier_median_seconds": curve.when(0.5, curve.reached),
            "kaplan_meier_median_low": curve.when(0.5, curve.high),
            "kaplan_meier_median_high": curve.when(0.5, curve.low),
        }
        return {
            "count": sizes[0],
            "censored": sizes[1],
            "early": int(partial.early.size()[0]),
            "persons": partial.persons,
            "persons_done": int(partial.numbers[DONE]),
            "persons_waiting": int(partial.numbers[WAITING]),
            **self._known(partial, sizes[0]),
            **{name: ticks / seconds for name, ticks in median.items()},
            "curve": curve.points(seconds),
            "histogram": drawn_bins(partial, seconds),
            "read_as": {step.name: step.kind for step in self.steps},
            "quantile_relative_error": relative_error(PRECISION),
        }

    def _known(self, partial: WaitingTimes, done: int) -> dict[str, Any]:
        """Exact figures of the completed waits."""
        names = ("mean_seconds", "least_seconds", "greatest_seconds")
        if done == 0:
            return dict.fromkeys(names)
        later, early = partial.times, partial.early
        has_early, has_later = early.size()[0] > 0, later.size()[DONE] > 0
        total = int(later.total[DONE]) - int(early.total[0])
        least = -early.greatest[0] if has_early else later.least[DONE]
        greatest = later.greatest[DONE] if has_later else -early.least[0]
        values = (total / done, int(least), int(greatest))
        return {name: value / self.clock[1] for name, value in zip(names, values, strict=True)}

    def _warnings(self, done: int, waiting: int) -> tuple[Notice, ...]:
        if done == 0:
            return (Notice("nothing-measured", N_("Nobody got from the first to the second yet.")),)
        if waiting:
            message = N_("Not there yet: {censored}. Quantiles of seconds leave them out.")
            return (Notice("censored", message, {"censored": waiting}),)
        return ()


def _ticks(cell: Mapping[str, Any], name: str, otherwise: int) -> float:
    return number_in(cell, name, otherwise, most=_EVER)


_UNITS = {
    "seconds": "seconds, of those who got there",
    "kaplan_meier_seconds": "seconds, counting those who still wait",
}
