"""Who comes back after a first event: how many of each cohort, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.retention import (
    FAR,
    NOBODY,
    CohortCounts,
    Entrants,
    PeriodRules,
    count_returns,
    mark_returned,
)
from waypost.kit.translation import N_
from waypost.questions.calendar import CALENDAR
from waypost.questions.cells import measure_in
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
from waypost.questions.naming import StepRule, conditions_of
from waypost.questions.period import ALWAYS, Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Retention"]

_MOST_PERIODS = 400
_MOST_BRACKETS = 32
_MEASURES = ("persons", "persons_due", "entrants", "due")
_BEHIND = {"value_sum": "persons", "value_due": "persons_due"}
_MONEY, _PERSONS = "money", "persons"
_NO_MONEY: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Question):
    """How many of those who did ``first`` came back to do ``then``, by periods since.

    ``first``, ``then``: steps, None = any event. ``every``: ``day``, ``week`` (from Monday),
    ``month``, ``quarter`` or ``year`` of the workspace's calendar, or a duration such as ``24h``:
    windows from everyone's own entry. ``clock``: such windows run from the ``exact`` instant of the
    entry, or from the ``full_hour`` before it. ``mode``: who returned ``on`` a period,
    ``on_or_after`` it, or within ``brackets`` of periods (``between``). ``cohorts``: calendar's
    word by which persons are grouped, or ``all``. ``entry``: a person's ``first`` event of the step
    has to lie in the period asked about, or the ``first_in_period`` counts. ``mean``: of the
    cohorts in the curve, ``weighted`` by their persons or ``simple``. ``of``: heads or ``money``.
    ``since`` and ``until`` govern entries; returns may come later.
    """

    name: ClassVar[str] = "retention"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons_due", "due", ("cohort", "period")),)

    first: str | None = None
    then: str | None = None
    every: str | timedelta = "week"
    periods: int = 12
    mode: str = "on"
    brackets: Sequence[Sequence[int]] = ()
    cohorts: str | None = None
    entry: str = "first"
    clock: str = "exact"
    mean: str = "weighted"
    of: str = "persons"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        object.__setattr__(self, "every", every_text(self.every))
        object.__setattr__(self, "brackets", _checked(self.brackets, self.mode))
        one_of(self.mode, ("on", "on_or_after", "between"), "mode")
        one_of(self.entry, ("first", "first_in_period"), "entry")
        one_of(self.clock, ("exact", "full_hour"), "clock")
        one_of(self.mean, ("weighted", "simple"), "mean")
        one_of(self.of, (_PERSONS, _MONEY), "of")
        if self.cohorts is not None:
            one_of(self.cohorts, (*CALENDAR, ALL_IN_ONE), "cohorts")
        refuse_periods(self.periods, _MOST_PERIODS)

    def plan(self, view: SnapshotView) -> RetentionTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        every = str(self.every)
        own = every if every in CALENDAR else ALL_IN_ONE
        entering = Entering(
            every,
            self.cohorts or own,
            self.period_in(view),
            first_ever=self.entry == "first",
            full_hour=self.clock == "full_hour",
        )
        lows, highs = self._cells()
        rules = PeriodRules(lows, highs, entering.width(view))
        steps = pair_of_steps(view, self.first, self.then)
        return RetentionTask(self, entering, rules, steps, view)

    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if self.mode == "between":
            pairs = np.array(self.brackets, dtype=np.int64)
            return pairs[:, 0], pairs[:, 1]
        lows = np.arange(self.periods + 1, dtype=np.int64)
        return lows, np.full(lows.size, FAR) if self.mode == "on_or_after" else lows

    def explain(self, language: str = "en") -> str:
        """Who enters, what coming back is, how periods are counted, and what is left out."""
        every = str(self.every)
        values = {"first": self.first, "then": self.then, "every": every_words(every, language)}
        values["brackets"] = ", ".join(f"{low}–{high}" for low, high in self.brackets)
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
        modes = {
            "on": N_("Counted is who came back in exactly that period."),
            "on_or_after": N_("Counted is who came back in that period or later."),
            "between": N_(
                "Counted is who came back at any time in a range of periods: {brackets}."
            ),
        }
        back = N_("Coming back is {then} after that.")
        told: list[tuple[bool, str]] = [
            (True, (anything if self.first is None else entered)[self.entry]),
            (True, N_("Coming back is any event after that.") if self.then is None else back),
            (self.every in CALENDAR, N_("Periods are those of the calendar: {every}.")),
            (self.every not in CALENDAR, N_("A period is {every}, from everyone's own entry.")),
            (self.clock == "full_hour", N_("The clock starts at the full hour before it.")),
            (True, modes[self.mode]),
            (self.of == _MONEY, N_("Instead of heads, the money of these events is counted.")),
            (True, N_("Periods that are not over yet stay out of shares and means.")),
        ]
        return [message for applies, message in told if applies]


def _checked(brackets: Sequence[Sequence[int]], mode: str) -> tuple[tuple[int, int], ...]:
    checked = []
    for bracket in brackets:
        pair = tuple(bracket)
        if len(pair) != 2 or not 0 <= pair[0] <= pair[1] <= _MOST_PERIODS:  # noqa: PLR2004 - a pair
            raise QuestionError(
                f"A bracket is a first and a last period, not {list(pair)}.",
                hint=f"Write brackets=[(1, 7), (8, 14)], up to {_MOST_PERIODS}.",
            )
        checked.append((int(pair[0]), int(pair[1])))
    if (mode == "between") != bool(checked) or len(checked) > _MOST_BRACKETS:
        raise QuestionError(
            f"mode is {mode!r} and there are {len(checked)} brackets.",
            hint=f"Give 1 to {_MOST_BRACKETS} brackets with mode='between', else none.",
            mode=mode,
        )
    return tuple(checked)


@dataclass(frozen=True, slots=True)
class RetentionTask:
    """``Retention`` on one snapshot; ``period`` governs entries, so every event exists."""

    question: Retention
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
        money = shard.value if self.question.of == _MONEY else _NO_MONEY
        moments = (shard.at, money, entry.begins)
        return count_returns(journeys, moments, entry.people, self.rules, entry.numbers)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind a row: ``persons``, ``persons_due``, ``entrants`` or ``due``.

        A cell without ``cohort`` means all of them, as in the curve.
        """
        measure = measure_in(cell, self.question.unit, _MEASURES, behind=_BEHIND)
        place = self._place(cell.get("period", 0))
        journeys, entry = self._entry(shard, selection)
        people, row = entry.people, 0
        if "cohort" in cell:
            row = self.entering.row_of(entry.numbers, str(cell["cohort"]))
        else:
            people = Entrants(people.entry, people.clock, people.row * 0, people.passed)
        inside: NDArray[np.bool_] = (people.entry != NOBODY) & (people.row == row)
        if measure == "due":
            inside &= people.passed > self.rules.spans()[2, place]
        if measure in ("entrants", "due"):
            return np.asarray(inside, dtype=np.uint8)
        moments = (shard.at, _NO_MONEY, entry.begins)
        due = measure == "persons_due"
        return mark_returned(journeys, moments, people, self.rules, (row, place), due=due)

    def _place(self, period: object) -> int:
        names = [str(name) for name in self._periods()]
        if str(period) not in names:
            raise QuestionError(
                f"There is no period {period!r}.", hint=f"There are: {', '.join(names)}."
            )
        return names.index(str(period))

    def _periods(self) -> list[Any]:
        """What periods are called in the answer: a number, or a range as text."""
        if self.question.mode == "between":
            return [f"{low}-{high}" for low, high in self.question.brackets]
        return [int(low) for low in self.rules.lows]

    def finish(self, partial: CohortCounts) -> Result:
        """One row per cohort and period; the curve over all cohorts is in ``facts``."""
        cells = self.rules.lows.size
        persons, due = partial.column("persons"), partial.due
        entrants = np.repeat(partial.entrants, cells)
        columns: dict[str, Any] = {
            "cohort": [n for n in self.entering.names(partial.numbers) for _ in range(cells)],
            "period": self._periods() * partial.numbers.size,
            "entrants": entrants,
            "due": due.ravel(),
            "finished": [bool(done) for done in due.ravel() == entrants],
            "persons": persons.ravel(),
            "persons_due": partial.column("persons_due").ravel(),
        }
        measured = self._money(partial) if self.question.of == _MONEY else self._shares(partial)
        unfinished = int((due.ravel() < entrants).sum())
        return Result(
            self.question.to_dict(),
            columns | measured,
            self._facts(partial),
            self._units(),
            _warnings(int(partial.entrants.sum()), unfinished),
        )

    def _shares(self, partial: CohortCounts) -> dict[str, Any]:
        returned, due = partial.column("persons_due"), partial.due
        share, (low, high) = share_of(returned, due), wilson(returned, due)
        so_far = share_of(partial.column("persons"), partial.entrants[:, None])
        columns = {"share": share, "low": low, "high": high, "share_so_far": so_far}
        if self.question.mode != "between":
            columns["share_of_previous"] = _of_previous(share)
        return {name: values.ravel() for name, values in columns.items()}

    def _money(self, partial: CohortCounts) -> dict[str, Any]:
        value, due = partial.column("value_due"), partial.due
        mean, low, high = mean_interval(due, value.astype(float), partial.squares())
        columns = {
            "value_sum": partial.column("value"),
            "value_due": value,
            "value_per_entrant": mean,
            "low": low,
            "high": high,
        }
        return {name: values.ravel() for name, values in columns.items()}

    def _facts(self, partial: CohortCounts) -> dict[str, Any]:
        simple = self.question.mean == "simple"
        curve = self._simple(partial) if simple else self._weighted(partial)
        due = partial.due.sum(axis=0)
        common = {
            "period": self._periods(),
            "cohorts": (partial.due > 0).sum(axis=0),
            "due": due,
            "persons": partial.column("persons").sum(axis=0),
            "persons_due": partial.column("persons_due").sum(axis=0),
        }
        return {
            "entrants": int(partial.entrants.sum()),
            "cohorts": int(partial.numbers.size),
            "curve": common | curve,
            "read_as": {step.name: step.kind for step in self.steps},
        }

    def _weighted(self, partial: CohortCounts) -> dict[str, Any]:
        """Over all persons of all cohorts for whom the period is over."""
        due = partial.due.sum(axis=0)
        if self.question.of == _MONEY:
            value = partial.column("value_due").sum(axis=0).astype(float)
            mean, low, high = mean_interval(due, value, partial.squares().sum(axis=0))
            return {"value_per_entrant": mean, "low": low, "high": high}
        returned = partial.column("persons_due").sum(axis=0)
        low, high = wilson(returned, due)
        share = share_of(returned, due)
        return self._with_previous({"share": share, "low": low, "high": high})

    def _simple(self, partial: CohortCounts) -> dict[str, Any]:
        """The mean of the cohorts' figures, each counting the same, with a t interval."""
        money = self.question.of == _MONEY
        counted = partial.column("value_due" if money else "persons_due")
        each = np.nan_to_num(share_of(counted, partial.due))
        n = (partial.due > 0).sum(axis=0)
        mean, low, high = mean_interval(n, each.sum(axis=0), (each**2).sum(axis=0))
        if money:
            return {"value_per_entrant": mean, "low": low, "high": high}
        return self._with_previous(
            {"share": mean, "low": np.clip(low, 0, 1), "high": np.clip(high, 0, 1)}
        )

    def _with_previous(self, curve: dict[str, Any]) -> dict[str, Any]:
        if self.question.mode == "between":
            return curve
        return curve | {"share_of_previous": _of_previous(curve["share"])}

    def _units(self) -> dict[str, str]:
        if self.question.of == _PERSONS:
            return _UNITS
        minor = f"minor units of {self.view.currency}"
        money = dict.fromkeys(("value_sum", "value_due", "value_per_entrant"), minor)
        return _UNITS | money | dict.fromkeys(("low", "high"), f"{minor}, 95 % interval")


def _of_previous(share: NDArray[np.float64]) -> NDArray[np.float64]:
    before = np.full(share.shape, np.nan)
    before[..., 1:] = share[..., :-1]
    return share_of(share, np.nan_to_num(before))


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
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "share_so_far": "share of all who entered",
    "share_of_previous": "share, relative to the period before",
}
