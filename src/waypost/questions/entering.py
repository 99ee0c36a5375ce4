"""When persons enter a cohort, and how time is counted from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import SKIP, CodedJourneys, first_code_per_unit
from waypost.kernels.retention import (
    NOBODY,
    Entrants,
    PeriodRules,
    entered_at,
    find_entries,
    place_in,
)
from waypost.kit import duration_words
from waypost.kit.translation import translator
from waypost.questions.calendar import CALENDAR, Calendar, calendar_of, period_name
from waypost.questions.coding import step_journeys
from waypost.questions.naming import Nodes, StepRule, axis_sizes, codes_along, step_rule
from waypost.questions.period import Period, data_until, duration_text, ticks_of
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["ALL_IN_ONE", "Entering", "Entry", "every_text", "every_words", "pair_of_steps"]

ALL_IN_ONE = "all"
"""One cohort of everybody."""

_NO_CALENDAR: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


def every_text(every: str | timedelta) -> str:
    """A calendar's word as it is, or a duration as text; ``InputError`` for what is neither."""
    return every if isinstance(every, str) and every in CALENDAR else duration_text(every)


def every_words(every: str, language: str) -> str:
    """``week``, or ``24 hours``, in ``language``."""
    if every not in CALENDAR:
        return duration_words(every, language)
    words = translator(language)
    return {
        "day": words.pgettext("calendar", "day"),
        "week": words.pgettext("calendar", "week"),
        "month": words.pgettext("calendar", "month"),
        "quarter": words.pgettext("calendar", "quarter"),
        "year": words.pgettext("calendar", "year"),
    }[every]


def pair_of_steps(view: SnapshotView, first: str | None, then: str | None) -> tuple[StepRule, ...]:
    """Both steps; None is any event, told apart on the axis of the other where that has one."""
    rules = [None if name is None else step_rule(view, name) for name in (first, then)]
    axis = next((rule.axis for rule in rules if rule is not None and rule.axis), "event")
    anything = StepRule("any", "any event", tuple(range(axis_sizes(view)[axis])), axis)
    return tuple(rule or anything for rule in rules)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who entered in a shard: ``people``, the cohorts' ``numbers`` by row, and the calendar."""

    people: Entrants
    numbers: NDArray[np.int64]
    begins: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entering:
    """How persons enter.

    ``every``: a calendar's word or a duration; ``cohorts``: a calendar's word, ``ALL_IN_ONE``, or
    ``touch``: by the node of a person's first event. ``first_ever``: a person's first event of the
    step has to lie in ``period``. ``full_hour``: windows run from the full hour of the workspace's
    zone before the entry (of its clock at the end of the data).
    """

    every: str
    cohorts: str
    period: Period
    first_ever: bool = True
    full_hour: bool = False
    touch: Nodes | None = None

    def width(self, view: SnapshotView) -> int:
        """Ticks of a window; 0 with a calendar."""
        return 0 if self.every in CALENDAR else max(ticks_of(view, self.every), 1)

    def journeys_and_entry(
        self,
        view: SnapshotView,
        shard: ShardView,
        selection: Selection,
        *,
        steps: tuple[StepRule, ...],
        rules: PeriodRules,
    ) -> tuple[CodedJourneys, Entry]:
        """One shard's events as the two steps, and everyone's entry."""
        journeys = step_journeys(shard, steps, selection=selection, sizes=axis_sizes(view))
        return journeys, self._entry(view, shard, selection, journeys=journeys, rules=rules)

    def _entry(
        self,
        view: SnapshotView,
        shard: ShardView,
        selection: Selection,
        *,
        journeys: CodedJourneys,
        rules: PeriodRules,
    ) -> Entry:
        period = (self.period.begin, self.period.end)
        entry = find_entries(journeys, shard.at, period=period, first=self.first_ever)
        ticks, first, last = entered_at(entry, shard.at)
        if not (entry != NOBODY).any():
            return Entry(Entrants(entry, ticks, ticks, ticks), ticks[:0], _NO_CALENDAR)
        clock, passed, calendar = self._clock(view, ticks, (first, last), rules)
        numbers = self._numbers(view, shard, selection, ticks=ticks, span=(first, last))
        if numbers is None:
            numbers = clock + calendar.first
        distinct, row = _ranked(numbers, entry != NOBODY)
        return Entry(Entrants(entry, clock, row, passed), distinct, calendar.begins)

    def _clock(
        self,
        view: SnapshotView,
        ticks: NDArray[np.int64],
        span: tuple[int, int],
        rules: PeriodRules,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Calendar]:
        """Everyone's clock and passed periods, and the calendar."""
        until = data_until(view)
        if rules.width:
            clock = ticks - _past_hour(view, ticks) if self.full_hour else ticks
            passed = np.maximum(until - clock, 0) // rules.width
            return clock, passed, Calendar(_NO_CALENDAR, 0)
        calendar = calendar_of(view, self.every, first=span[0], last=span[1], more=rules.most + 1)
        clock = place_in(calendar.begins, ticks)
        reached = int(calendar.place(np.array([until], np.int64))[0])
        return clock, np.maximum(reached - clock, 0), calendar

    def _numbers(
        self,
        view: SnapshotView,
        shard: ShardView,
        selection: Selection,
        *,
        ticks: NDArray[np.int64],
        span: tuple[int, int],
    ) -> NDArray[np.int64] | None:
        """The number of everyone's cohort; None where cohorts are the periods themselves."""
        if self.touch is not None:
            return _first_node(shard, selection, self.touch)
        if self.cohorts == ALL_IN_ONE:
            return np.zeros(ticks.size, np.int64)
        if self.cohorts == self.every:
            return None
        calendar = calendar_of(view, self.cohorts, first=span[0], last=span[1])
        return place_in(calendar.begins, ticks) + calendar.first

    def names(self, numbers: NDArray[np.int64]) -> list[str]:
        """The cohorts' names; empty for persons whose first event has no node."""
        if self.touch is not None:
            ids = self.touch.ids
            return [ids[number] if number >= 0 else "" for number in numbers.tolist()]
        if self.cohorts == ALL_IN_ONE:
            return [ALL_IN_ONE for _ in numbers]
        return [period_name(self.cohorts, number) for number in numbers.tolist()]

    def row_of(self, numbers: NDArray[np.int64], name: str) -> int:
        """The row of a cohort; -1 where nobody of this shard is in it."""
        names = self.names(numbers)
        return names.index(name) if name in names else -1


def _first_node(shard: ShardView, selection: Selection, nodes: Nodes) -> NDArray[np.int64]:
    codes = codes_along(shard, nodes.axis)
    wide = np.full(int(np.iinfo(codes.dtype).max) + 1, -1, np.int32)
    wide[: nodes.lookup.size] = np.where(nodes.lookup == SKIP, -1, nodes.lookup.astype(np.int32))
    found = first_code_per_unit(shard.offsets, codes, selection.events, lookup=wide)
    return found.astype(np.int64)


def _past_hour(view: SnapshotView, entered: NDArray[np.int64]) -> NDArray[np.int64]:
    hour = 3600 * view.ticks_per_second
    until = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=view.data_until_us)
    offset = until.astimezone(ZoneInfo(view.zone)).utcoffset() or timedelta(0)
    micros = view.epoch_us + offset // timedelta(microseconds=1)
    return (entered + micros * view.ticks_per_second // 1_000_000) % hour


def _ranked(
    numbers: NDArray[np.int64], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct numbers of those inside, rising, and everyone's place among them.

    Linear where they lie close together. The place of who is not inside means nothing.
    """
    least, greatest = int(numbers.min()), int(numbers.max())
    if greatest - least > 4 * numbers.size + 10_000:
        distinct = np.unique(numbers[inside])
        return distinct, np.searchsorted(distinct, numbers).astype(np.int64)
    there = np.zeros(greatest - least + 1, np.bool_)
    there[numbers[inside] - least] = True
    return np.flatnonzero(there) + least, (np.cumsum(there) - 1)[numbers - least]


def refuse_periods(periods: int, most: int) -> None:
    """Raise ``QuestionError`` unless there are 1 to ``most`` periods."""
    if not 1 <= periods <= most:
        raise QuestionError(
            f"periods is {periods}.", hint=f"Give 1 to {most} periods.", periods=periods
        )
