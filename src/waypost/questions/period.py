"""Periods and durations in the ticks of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from waypost.errors import QuestionError
from waypost.kit import as_timedelta
from waypost.questions.view import SnapshotView

__all__ = [
    "ALWAYS",
    "Period",
    "as_instant_text",
    "data_until",
    "day_starts",
    "duration_text",
    "period_in",
    "seen_until",
    "ticks_of",
]

_EVER = 1 << 60
_FIRST_YEAR, _LAST_YEAR = 1700, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """``begin <= at < end`` in ticks."""

    begin: int
    end: int

    def is_always(self) -> bool:
        """Whether nothing lies outside."""
        return self.begin <= -_EVER and self.end >= _EVER


ALWAYS = Period(-_EVER, _EVER)


def as_instant_text(value: str | date | datetime | None, field: str) -> str | None:
    """ISO 8601 text of a date or an instant; raises ``QuestionError`` for what is neither."""
    if value is None:
        return None
    value = value.isoformat() if isinstance(value, datetime | date) else value
    try:
        parsed = _parsed(value)
    except ValueError as error:
        raise QuestionError(
            f"{field} is {value!r}, which is not a date.",
            hint="Write 2025-01-31, or 2025-01-31T18:00:00+01:00 for an instant.",
            field=field,
            value=value,
        ) from error
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise QuestionError(
            f"{field} is {value}.",
            hint=f"Years from {_FIRST_YEAR} to {_LAST_YEAR} can be asked for.",
            field=field,
            value=value,
        )
    return value


def _parsed(text: str) -> date | datetime:
    return (
        date.fromisoformat(text) if len(text) == len("2025-01-31") else datetime.fromisoformat(text)
    )


def period_in(view: SnapshotView, since: str | date | None, until: str | date | None) -> Period:
    """The period in ticks; raises ``QuestionError`` when it ends before it begins."""
    begin = -_EVER if since is None else _tick(view, str(since), days=0)
    end = _EVER if until is None else _tick(view, str(until), days=1)
    if end <= begin:
        raise QuestionError(
            f"The period from {since} until {until} is empty.",
            hint="Give an earlier since or a later until.",
            since=since,
            until=until,
        )
    return Period(begin, end)


def _tick(view: SnapshotView, text: str, *, days: int) -> int:
    value = _parsed(text)
    zone = ZoneInfo(view.zone)
    if not isinstance(value, datetime):
        value = datetime.combine(value + timedelta(days=days), time(), zone)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    micros = _micros(value) - view.epoch_us
    return -(-micros * view.ticks_per_second // 1_000_000)


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def data_until(view: SnapshotView) -> int:
    """The latest instant in the data, in ticks."""
    return (view.data_until_us - view.epoch_us) * view.ticks_per_second // 1_000_000


def seen_until(view: SnapshotView, period: Period) -> int:
    """The last tick at which anything could be seen: the end of the data, or of the period."""
    return min(data_until(view), period.end - 1)


def ticks_of(view: SnapshotView, duration: str | timedelta) -> int:
    """A duration in ticks; raises ``InputError`` for text that is no duration."""
    return as_timedelta(duration) // timedelta(microseconds=1) * view.ticks_per_second // 1_000_000


def duration_text(value: str | timedelta) -> str:
    """A duration as text that ``as_timedelta`` reads back; checks it on the way."""
    duration = as_timedelta(value)
    return value if isinstance(value, str) else f"{duration.total_seconds():.15g}s"


def day_starts(view: SnapshotView, first: int, last: int) -> tuple[date, list[int]]:
    """The calendar days of the workspace's zone that cover ``first`` to ``last`` (ticks).

    Returns the first day and the tick at which each day begins, with one more at the end.
    """
    zone = ZoneInfo(view.zone)
    origin = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=view.epoch_us)
    tick = timedelta(microseconds=1_000_000 // view.ticks_per_second)
    begin = (origin + first * tick).astimezone(zone).date()
    end = (origin + last * tick).astimezone(zone).date()
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 2)]
    midnights = (_micros(datetime.combine(day, time(), zone)) - view.epoch_us for day in days)
    return begin, [-(-micros * view.ticks_per_second // 1_000_000) for micros in midnights]
