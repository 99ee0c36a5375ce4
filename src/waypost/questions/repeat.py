"""Who does a thing again: a second, third, … time, how soon, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.histograms import LogHistogram, relative_error
from waypost.kernels.repeat import (
    PRECISION,
    RepeatCounts,
    RepeatRules,
    count_repeats,
    kaplan_meier_share,
    mark_repeats,
)
from waypost.kernels.time_between import kaplan_meier_quantile
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

__all__ = ["Repeat"]

_MOST_TIMES = 100
_NO_WINDOW = 1 << 60
_MEASURES = ("persons", "exactly", "due", "in_time", "open")


@dataclass(frozen=True, slots=True)
class Repeat(Question):
    """How many persons do ``step`` a second, third, … time, how soon after, and for how much.

    ``most``: the last time with a row of its own; what lies beyond is in ``facts``. ``within``: the
    window for the next time, from the one before; who still has time in it is open. ``since`` and
    ``until`` govern a person's first time of all; the others may come later.
    """

    name: ClassVar[str] = "repeat"
    shares: ClassVar[tuple[Share, ...]] = (
        Share("persons", "total_persons", ("n",)),
        Share("exactly", "total_persons", ("n",)),
    )

    step: str
    most: int = 10
    within: str | timedelta | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if not 1 <= self.most <= _MOST_TIMES:
            raise QuestionError(
                f"most is {self.most}.", hint=f"Give 1 to {_MOST_TIMES} times.", most=self.most
            )
        if self.within is not None:
            object.__setattr__(self, "within", duration_text(self.within))

    def plan(self, view: SnapshotView) -> RepeatTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        entries = self.period_in(view)
        window = _NO_WINDOW if self.within is None else ticks_of(view, self.within)
        rules = RepeatRules(self.most, window, entries.begin, entries.end, data_until(view))
        return RepeatTask(self, rules, step_rule(view, self.step), view)

    def explain(self, language: str = "en") -> str:
        """What a time is, from when it counts, and who is left out."""
        values: dict[str, Any] = {"step": self.step, "most": self.most}
        told = [
            N_("How many persons do {step} once, twice and so on, up to {most} times."),
            N_("The wait for the next time runs from the time before."),
            N_("Estimated shares also count those who may still do it again."),
        ]
        if self.within is not None:
            values["within"] = duration_words(self.within, language)
            told.append(N_("The limit for the next time: {within}. Who still has time is open."))
        return " ".join(say(message, language, values) for message in told)


@dataclass(frozen=True, slots=True)
class RepeatTask:
    """``Repeat`` on one snapshot; ``period`` governs first times, so every event exists."""

    question: Repeat
    rules: RepeatRules
    step: StepRule
    view: SnapshotView
    period: Period = ALWAYS

    @property
    def conditions(self) -> tuple[str, ...]:
        """The condition text, where the step is one."""
        return conditions_of((self.step,))

    def _journeys(self, shard: ShardView, selection: Selection) -> CodedJourneys:
        sizes = axis_sizes(self.view)
        return step_journeys(shard, (self.step,), selection=selection, sizes=sizes)

    def run(self, shard: ShardView, selection: Selection) -> RepeatCounts:
        """The times of one shard's persons."""
        return count_repeats(
            self._journeys(shard, selection),
            shard.at,
            shard.value,
            self.rules,
            ticks_per_second=self.view.ticks_per_second,
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind row ``n``: ``persons``, ``exactly``, ``due``, ``in_time`` or ``open``."""
        measure = measure_in(cell, self.question.unit, _MEASURES, behind={"value_sum": "persons"})
        n = str(cell.get("n", 1))
        one_of(n, tuple(str(k + 1) for k in range(self.rules.most)), "n")
        journeys = self._journeys(shard, selection)
        return mark_repeats(journeys, shard.at, self.rules, row=int(n) - 1, column=measure)

    def finish(self, partial: RepeatCounts) -> Result:
        """One row per time."""
        persons = partial.column("persons")
        low, high = wilson(persons, persons[0])
        columns: dict[str, Any] = {
            "n": np.arange(1, self.rules.most + 1),
            "persons": persons,
            "share": share_of(persons, persons[0]),
            "low": low,
            "high": high,
            "share_of_previous": _of_previous(persons),
            "exactly": partial.column("exactly"),
        }
        if self.question.within is not None:
            columns |= _in_time(partial)
        columns |= self._waits(partial) | _money(partial)
        return Result(
            self.question.to_dict(),
            columns,
            self._facts(partial),
            self._units(),
            self._warnings(partial),
        )

    def _waits(self, partial: RepeatCounts) -> dict[str, Any]:
        waits, seconds = partial.waits, self.view.ticks_per_second
        both = [_pair(partial, k) for k in range(self.rules.most)]
        estimated = [
            kaplan_meier_share(*pair.counts, precision=PRECISION, within=self.rules.window)
            for pair in both
        ]
        medians = [
            kaplan_meier_quantile(pair, 0.5) if pair.size().sum() else np.nan for pair in both
        ]
        q1, median, q3 = waits.quantiles(0.25, 0.5, 0.75) / seconds
        return {
            "estimated_share": np.array(estimated),
            "median_seconds": median,
            "q1_seconds": q1,
            "q3_seconds": q3,
            "mean_seconds": waits.mean() / seconds,
            "estimated_median_seconds": np.array(medians) / seconds,
        }

    def _facts(self, partial: RepeatCounts) -> dict[str, Any]:
        persons = partial.column("persons")
        total = int(persons[0])
        repeaters = total - int(partial.column("exactly")[0])
        low, high = wilson(repeaters, total)
        value, first = partial.sum_of("value"), int(partial.column("value")[0])
        occurrences, of_repeaters = (
            partial.sum_of("occurrences"),
            partial.sum_of("value_of_repeaters"),
        )
        return {
            "total_persons": total,
            "repeaters": repeaters,
            "repeat_share": _ratio(repeaters, total),
            "repeat_low": _number(low),
            "repeat_high": _number(high),
            "occurrences": occurrences,
            "occurrences_per_person": _ratio(occurrences, total),
            "more_than_most": partial.sum_of("more_than_most"),
            "later_occurrences": partial.sum_of("later"),
            "later_value": partial.sum_of("later_value"),
            "value_sum": value,
            "value_of_first": first,
            "value_of_repeats": value - first,
            "value_of_repeaters": of_repeaters,
            "share_of_value_of_repeats": _ratio(value - first, value),
            "share_of_value_of_repeaters": _ratio(of_repeaters, value),
            "read_as": {self.step.name: self.step.kind},
            "quantile_relative_error": relative_error(PRECISION),
        }

    def _units(self) -> dict[str, str]:
        minor = f"minor units of {self.view.currency}"
        money = dict.fromkeys(("value_sum", "value_mean"), minor)
        return (
            _UNITS | money | dict.fromkeys(("value_low", "value_high"), f"{minor}, 95 % interval")
        )

    def _warnings(self, partial: RepeatCounts) -> tuple[Notice, ...]:
        if not partial.column("persons")[0]:
            return (Notice("nobody", N_("Nobody did this for the first time in this period.")),)
        still_open = int(partial.column("open").sum())
        if self.question.within is not None and still_open:
            message = N_("Open: {open}. They still have time to do it again.")
            return (Notice("open", message, {"open": still_open}),)
        return ()


def _pair(partial: RepeatCounts, k: int) -> LogHistogram:
    """Completed and unfinished waits of one time, as ``kaplan_meier_quantile`` takes them."""
    both = (partial.waits, partial.waiting)
    parts = [
        np.array([getattr(times, name)[k] for times in both])
        for name in ("counts", "total", "least", "greatest")
    ]
    return LogHistogram(parts[0], parts[1], parts[2], parts[3], PRECISION)


def _of_previous(persons: NDArray[np.int64]) -> NDArray[np.float64]:
    return share_of(persons, np.concatenate([[0], persons[:-1]]))


def _in_time(partial: RepeatCounts) -> dict[str, Any]:
    due, in_time = partial.column("due"), partial.column("in_time")
    low, high = wilson(in_time, due)
    return {
        "due": due,
        "in_time": in_time,
        "share_in_time": share_of(in_time, due),
        "in_time_low": low,
        "in_time_high": high,
        "open": partial.column("open"),
    }


def _money(partial: RepeatCounts) -> dict[str, Any]:
    valued, value = partial.column("valued"), partial.column("value")
    mean, low, high = mean_interval(valued, value.astype(float), partial.squares())
    names = ("values", "value_sum", "value_mean", "value_low", "value_high")
    return dict(zip(names, (valued, value, mean, low, high), strict=True))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: NDArray[np.float64]) -> float | None:
    return None if np.isnan(value) else float(value)


_UNITS = {
    "n": "times",
    "persons": "persons",
    "share": "share of all who did it once",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "share_of_previous": "share of those who did it once less",
    "exactly": "persons",
    "due": "persons whose limit is over",
    "in_time": "persons whose limit is over",
    "share_in_time": "share of those whose limit is over",
    "in_time_low": "share, 95 % interval",
    "in_time_high": "share, 95 % interval",
    "open": "persons",
    "estimated_share": "share of those who did it once less, counting those who still wait",
    "median_seconds": "seconds since the time before",
    "q1_seconds": "seconds since the time before",
    "q3_seconds": "seconds since the time before",
    "mean_seconds": "seconds since the time before",
    "estimated_median_seconds": "seconds since the time before, counting those who still wait",
    "values": "times with a value",
}
