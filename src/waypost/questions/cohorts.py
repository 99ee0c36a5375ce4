"""Cohorts over time: how many are active, how often, with how much money, singly and so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import CodedJourneys
from waypost.kernels.retention import (
    NOBODY,
    CohortCounts,
    PeriodRules,
    count_returns,
    mark_returned,
)
from waypost.kit.translation import N_
from waypost.questions.calendar import CALENDAR
from waypost.questions.counted_money import money_once
from waypost.questions.entering import (
    ALL_IN_ONE,
    Entering,
    Entry,
    every_text,
    every_words,
    pair_of_steps,
    refuse_periods,
)
from waypost.questions.intervals import mean_interval, share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import StepRule, conditions_of, nodes_by
from waypost.questions.period import ALWAYS, Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Cohorts"]

_MOST_PERIODS = 400
_TOUCHES = {
    "first_touchpoint": "touchpoint",
    "first_channel": "channel",
    "first_stage": "stage",
    "first_step": "step",
    "first_event": "event",
}
_MEASURES = ("persons", "persons_due", "persons_so_far", "entrants", "due")
_PER_HEAD = ("value_per_head_so_far", "value_low", "value_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts(Question):
    """What cohorts do over time: persons active, events and money of each period, and so far.

    ``first``: the step by which a person enters; ``then``: the step that is counted, the entry
    itself too where it is one; None = any event. ``by``: cohorts by ``day``, ``week``, ``month``,
    ``quarter`` or ``year`` of the entry, all in one (``all``), or by what a person's first event of
    all was: ``first_touchpoint``, ``first_channel``, ``first_stage``, ``first_step``,
    ``first_event``. ``every``: the periods along, a calendar's word or a duration from the entry.
    ``entry``: a person's ``first`` event of the step has to lie in the period asked about, or the
    ``first_in_period`` counts. ``since`` and ``until`` govern entries.
    """

    name: ClassVar[str] = "cohorts"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons_due", "due", ("cohort", "period")),)

    first: str | None = None
    then: str | None = None
    by: str = "month"
    every: str | timedelta = "month"
    periods: int = 12
    entry: str = "first"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        object.__setattr__(self, "every", every_text(self.every))
        one_of(self.by, (*CALENDAR, ALL_IN_ONE, *_TOUCHES), "by")
        one_of(self.entry, ("first", "first_in_period"), "entry")
        refuse_periods(self.periods, _MOST_PERIODS)

    def plan(self, view: SnapshotView) -> CohortsTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        entering = Entering(
            str(self.every),
            self.by,
            self.period_in(view),
            first_ever=self.entry == "first",
            touch=nodes_by(view, _TOUCHES[self.by]) if self.by in _TOUCHES else None,
        )
        single = np.arange(self.periods + 1, dtype=np.int64)
        lows, highs = np.concatenate([single, single * 0]), np.concatenate([single, single])
        rules = PeriodRules(lows, highs, entering.width(view), with_entry=True)
        steps = pair_of_steps(view, self.first, self.then)
        return CohortsTask(self, entering, rules, steps, view)

    def explain(self, language: str = "en") -> str:
        """Who is in a cohort, what is counted, and how periods are counted."""
        values = {
            "first": self.first,
            "then": self.then,
            "by": every_words(self.by, language) if self.by in CALENDAR else "",
            "every": every_words(str(self.every), language),
        }
        if self.by in _TOUCHES:
            values["by"] = grouping(_TOUCHES[self.by], language)
        return " ".join(say(message, language, values) for message in self._sentences())

    def _sentences(self) -> list[str]:
        entered = {
            "first": N_("A person enters with their first {first} of all."),
            "first_in_period": N_("A person enters with their first {first} in the period."),
        }
        anything = {
            "first": N_("A person enters with their first event of all."),
            "first_in_period": N_("A person enters with their first event in the period."),
        }
        touch = N_("Cohorts are formed by where a person's first event of all was: {by}.")
        told: list[tuple[bool, str]] = [
            (True, (anything if self.first is None else entered)[self.entry]),
            (self.by in CALENDAR, N_("Cohorts are formed by when that was: {by}.")),
            (self.by in _TOUCHES, touch),
            (self.by == ALL_IN_ONE, N_("All are in one cohort.")),
            (self.then is None, N_("Counted are all events and their money from then on.")),
            (self.then is not None, N_("Counted are {then} and the money of it from then on.")),
            (self.every in CALENDAR, N_("Periods are those of the calendar: {every}.")),
            (self.every not in CALENDAR, N_("A period is {every}, from everyone's own entry.")),
        ]
        return [message for applies, message in told if applies]


@dataclass(frozen=True, slots=True)
class CohortsTask:
    """``Cohorts`` on one snapshot; ``period`` governs entries, so every event exists.

    The first half of the cells are single periods, the second what has come together up to each.
    """

    question: Cohorts
    entering: Entering
    rules: PeriodRules
    steps: tuple[StepRule, ...]
    view: SnapshotView
    period: Period = ALWAYS

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the two steps."""
        return conditions_of(self.steps)

    def _entry(self, shard: ShardView, selection: Selection) -> tuple[CodedJourneys, Entry]:
        return self.entering.journeys_and_entry(
            self.view, shard, selection, steps=self.steps, rules=self.rules
        )

    def run(self, shard: ShardView, selection: Selection) -> CohortCounts:
        """The cohorts of one shard."""
        journeys, entry = self._entry(shard, selection)
        value = shard.value if self.question.then else money_once(shard, self.view)
        moments = (shard.at, value, entry.begins)
        return count_returns(journeys, moments, entry.people, self.rules, entry.numbers)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind a row and one of its counts of persons; ``persons`` by default."""
        measure = str(cell.get("measure", "persons"))
        one_of(measure, _MEASURES, "measure")
        singles = self.question.periods + 1
        period = str(cell.get("period", 0))
        one_of(period, tuple(map(str, range(singles))), "period")
        journeys, entry = self._entry(shard, selection)
        people = entry.people
        row = self.entering.row_of(entry.numbers, str(cell.get("cohort", ALL_IN_ONE)))
        place = int(period) + (singles if measure == "persons_so_far" else 0)
        if measure in ("entrants", "due"):
            inside: NDArray[np.bool_] = (people.entry != NOBODY) & (people.row == row)
            if measure == "due":
                inside &= people.passed > int(period)
            return np.asarray(inside, dtype=np.uint8)
        moments = (shard.at, shard.value, entry.begins)
        due = measure == "persons_due"
        return mark_returned(journeys, moments, people, self.rules, (row, place), due=due)

    def finish(self, partial: CohortCounts) -> Result:
        """One row per cohort and period."""
        singles = self.question.periods + 1
        columns: dict[str, Any] = {
            "cohort": [n for n in self.entering.names(partial.numbers) for _ in range(singles)],
            "period": list(range(singles)) * partial.numbers.size,
        }
        measured = self._measured(partial)
        columns |= {name: values.ravel() for name, values in measured.items()}
        columns["finished"] = [bool(f) for f in columns["due"] == columns["entrants"]]
        entrants = int(partial.entrants.sum())
        facts = {
            "entrants": entrants,
            "cohorts": int(partial.numbers.size),
            "events": int(partial.column("events")[:, :singles].sum()),
            "value_sum": int(partial.column("value")[:, :singles].sum()),
            "read_as": {step.name: step.kind for step in self.steps},
        }
        unfinished = columns["finished"].count(False)
        notices = _warnings(entrants, unfinished)
        return Result(self.question.to_dict(), columns, facts, self._units(), notices)

    def _measured(self, partial: CohortCounts) -> dict[str, NDArray[Any]]:
        """Columns by name, cohorts x periods."""
        singles = self.question.periods + 1
        due = partial.due[:, :singles]
        persons, so_far = _halves(partial, "persons")
        returned, returned_so_far = _halves(partial, "persons_due")
        events, events_so_far = _halves(partial, "events")
        value, value_so_far = _halves(partial, "value")
        value_due, value_due_so_far = _halves(partial, "value_due")
        squares = partial.squares()[:, singles:]
        per_head = mean_interval(due, value_due_so_far.astype(float), squares)
        low, high = wilson(returned, due)
        return {
            "entrants": np.repeat(partial.entrants[:, None], singles, axis=1),
            "due": due,
            "persons": persons,
            "persons_due": returned,
            "share": share_of(returned, due),
            "low": low,
            "high": high,
            "persons_so_far": so_far,
            "share_so_far": share_of(returned_so_far, due),
            "events": events,
            "events_so_far": events_so_far,
            "value_sum": value,
            "value_so_far": value_so_far,
            "value_per_head": share_of(value_due, due),
            **dict(zip(_PER_HEAD, per_head, strict=True)),
        }

    def _units(self) -> dict[str, str]:
        minor = f"minor units of {self.view.currency}"
        money = ("value_sum", "value_so_far")
        heads = ("value_per_head", "value_per_head_so_far")
        return (
            _UNITS
            | dict.fromkeys(money, minor)
            | dict.fromkeys(heads, f"{minor} per person whose period is over")
            | dict.fromkeys(("value_low", "value_high"), f"{minor}, 95 % interval")
        )


def _halves(partial: CohortCounts, name: str) -> list[NDArray[np.int64]]:
    """A column of single periods, and of all up to each."""
    return np.split(partial.column(name), 2, axis=1)


def _warnings(entrants: int, unfinished: int) -> tuple[Notice, ...]:
    if entrants == 0:
        return (Notice("nobody-entered", N_("Nobody reached the first step in this period.")),)
    if unfinished:
        message = N_("Cells whose period is not over for everyone: {open}. Means leave it out.")
        return (Notice("unfinished", message, {"open": unfinished}),)
    return ()


_UNITS = {
    "period": "periods since entry",
    "entrants": "persons",
    "due": "persons whose period is over",
    "persons": "persons",
    "persons_due": "persons whose period is over",
    "share": "share of those whose period is over",
    "share_so_far": "share of those whose period is over",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "persons_so_far": "persons",
    "events": "events",
    "events_so_far": "events",
}
