"""Days, weeks, months, quarters and years of a workspace's zone, in ticks of its snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from waypost.questions.view import SnapshotView

__all__ = ["CALENDAR", "Calendar", "calendar_of", "period_name"]

CALENDAR = ("day", "week", "month", "quarter", "year")
"""Periods that follow the calendar; a week begins on Monday."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_NEVER = 1 << 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Consecutive periods: ``begins: int64[periods + 1]`` ticks, ``first`` the first's number."""

    begins: NDArray[np.int64]
    first: int

    def place(self, at: NDArray[np.signedinteger]) -> NDArray[np.int64]:
        """Which period, counted from the first, each instant lies in."""
        return np.searchsorted(self.begins, at, side="right").astype(np.int64) - 1


def calendar_of(view: SnapshotView, word: str, *, first: int, last: int, more: int = 0) -> Calendar:
    """The periods of ``word`` that cover the ticks ``first`` to ``last``, and ``more`` after them.

    A period begins at midnight of the workspace's zone, so one with a change of clocks is an hour
    shorter or longer. What would lie beyond the year 9999 begins never.
    """
    number = _number_of(_day_at(view, first), word)
    final = _number_of(_day_at(view, last), word) + more + 1
    begins = [_tick(view, day) for day in _first_days(word, number, final)]
    return Calendar(np.array(begins, np.int64), number)


def period_name(word: str, number: int) -> str:
    """A period's name: its first day, or its month, quarter or year."""
    if word in _DAYS:
        return _first_day(word, number).isoformat()
    year, month = divmod(number * _MONTHS[word], 12)
    names = {"month": f"{month + 1:02}", "quarter": f"Q{month // 3 + 1}"}
    return f"{year:04}-{names[word]}" if word in names else f"{year:04}"


def _number_of(day: date, word: str) -> int:
    if word in _DAYS:
        return (day.toordinal() - 1) // _DAYS[word]
    return (day.year * 12 + day.month - 1) // _MONTHS[word]


def _first_day(word: str, number: int) -> date:
    if word in _DAYS:
        return date.fromordinal(number * _DAYS[word] + 1)
    year, month = divmod(number * _MONTHS[word], 12)
    return date(year, month + 1, 1)


def _first_days(word: str, first: int, last: int) -> Iterator[date | None]:
    beyond = _number_of(date.max, word) + 1
    for number in range(first, last + 1):
        yield _first_day(word, number) if number < beyond else None


def _day_at(view: SnapshotView, tick: int) -> date:
    micros = tick * (1_000_000 // view.ticks_per_second)
    instant = _EPOCH + timedelta(microseconds=view.epoch_us + micros)
    return instant.astimezone(ZoneInfo(view.zone)).date()


def _tick(view: SnapshotView, day: date | None) -> int:
    if day is None:
        return _NEVER
    midnight = datetime.combine(day, time(), ZoneInfo(view.zone))
    micros = (midnight - _EPOCH) // timedelta(microseconds=1) - view.epoch_us
    return -(-micros * view.ticks_per_second // 1_000_000)
