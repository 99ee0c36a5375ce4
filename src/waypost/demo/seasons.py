"""When things happen: season, weekday, hour, holidays, weather and sales move everything.

Instants are whole seconds since 1970 in UTC; days count from ``FIRST_DAY`` in Europe/Berlin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAYS", "FIRST_DAY", "SALES", "ZONE", "Seasons", "instant_of", "local_time"]

ZONE = ZoneInfo("Europe/Berlin")
FIRST_DAY = date(2025, 11, 1)
DAYS = 365

_MONTHS = (0.50, 0.72, 1.20, 1.60, 1.70, 1.50, 1.25, 1.10, 0.92, 0.75, 0.62, 0.68)
_WEEKDAYS = (1.02, 0.96, 0.93, 0.95, 0.92, 1.02, 1.28)
_HOLIDAYS = (
    *(date(2025, 11, 1), date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)),
    *(date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14)),
    *(date(2026, 5, 25), date(2026, 6, 4), date(2026, 8, 15), date(2026, 10, 3)),
)
SALES = (
    (date(2025, 11, 24), date(2025, 12, 1), 1.9),
    (date(2026, 3, 20), date(2026, 3, 30), 1.5),
    (date(2026, 8, 28), date(2026, 9, 7), 1.35),
)
_HOUR_CURVES = (
    (4, 2, 1, 1, 2, 12, 40, 62, 48, 30, 28, 34, 44, 36, 28, 30, 44, 60, 58, 52, 54, 46, 26, 10),
    (8, 4, 2, 1, 1, 4, 12, 22, 34, 42, 44, 46, 52, 44, 42, 42, 46, 52, 60, 74, 92, 94, 66, 28),
    (3, 1, 1, 1, 1, 3, 10, 20, 42, 50, 46, 40, 42, 50, 40, 34, 36, 38, 46, 70, 98, 80, 40, 12),
    (1, 1, 1, 1, 1, 3, 12, 32, 58, 80, 88, 72, 50, 54, 66, 64, 56, 48, 44, 46, 36, 22, 8, 3),
)
_STORE_HOURS = (10, 22, 26, 20, 18, 22, 28, 34, 26)
_CALL_HOURS = (22, 26, 24, 22, 20, 18, 20, 20, 14)


def instant_of(day: date, hour: int = 0, minute: int = 0) -> int:
    """The instant of a local wall-clock time."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
    return int(moment.timestamp())


def local_time(at: int) -> datetime:
    """The wall-clock time in Europe/Berlin."""
    return datetime.fromtimestamp(at, ZONE)


@dataclass(frozen=True, slots=True)
class Seasons:
    """The calendar of one simulated year, with its own weather."""

    day_weight: NDArray[np.float64]
    day_cdf: NDArray[np.float64]
    hour_start: NDArray[np.int64]
    open_day: NDArray[np.int64]
    call_day: NDArray[np.int64]
    first: int
    last: int

    @classmethod
    def build(cls, seed: int) -> Seasons:
        """The calendar; the same seed has the same weather."""
        days = [FIRST_DAY + timedelta(days=i) for i in range(DAYS)]
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
        weather = np.exp(rng.normal(0.0, 0.12, DAYS))
        weight = np.array([_climate(day) for day in days]) * weather
        starts = [instant_of(day, hour) for day in days for hour in range(24)]
        return cls(
            day_weight=weight / weight.mean(),
            day_cdf=np.cumsum(weight) / weight.sum(),
            hour_start=np.array(starts, dtype=np.int64),
            open_day=_next_day(days, closed_weekdays={6}),
            call_day=_next_day(days, closed_weekdays={5, 6}),
            first=instant_of(FIRST_DAY),
            last=instant_of(FIRST_DAY + timedelta(days=DAYS)) - 1,
        )

    def days(self, chance: NDArray[np.float64]) -> NDArray[np.int64]:
        """Seasonal days from uniform numbers."""
        return np.minimum(np.searchsorted(self.day_cdf, chance), DAYS - 1).astype(np.int64)

    def hours(self, rhythm: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Local hours with fraction from uniform numbers; ``rhythm`` is a persona's daily curve."""
        found = np.zeros(len(chance))
        for code, curve in enumerate(_HOUR_CURVES):
            mine = rhythm == code
            found[mine] = _from_curve(curve, chance[mine])
        return found

    def store_hours(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Opening hours, 10 to 19, of the shops."""
        return 10.0 + _from_curve(_STORE_HOURS, chance)

    def call_hours(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Hours, 9 to 18, in which the phone line is open."""
        return 9.0 + _from_curve(_CALL_HOURS, chance)

    def instants(self, day: NDArray[np.int64], hour: NDArray[np.float64]) -> NDArray[np.int64]:
        """Instants of local days and hours; days past the end stay past the end."""
        inside = np.minimum(day, DAYS - 1)
        whole = np.minimum(hour.astype(np.int64), 23)
        start = self.hour_start[inside * 24 + whole]
        beyond = (day - inside) * 86_400
        return np.asarray(start + beyond + ((hour - whole) * 3600).astype(np.int64))

    def next_business(self, at: int, hours: float) -> int:
        """An instant ``hours`` later, moved into the next open working hour of the office."""
        moment = local_time(at + int(hours * 3600))
        if moment.hour >= 18:
            moment = (moment + timedelta(days=1)).replace(hour=9)
        elif moment.hour < 8:
            moment = moment.replace(hour=8)
        while moment.weekday() >= 5:
            moment += timedelta(days=1)
        return int(moment.timestamp())


def _from_curve(curve: tuple[int, ...], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    edges = np.concatenate([[0.0], np.cumsum(curve) / sum(curve)])
    return np.interp(chance, edges, np.arange(len(curve) + 1, dtype=np.float64)).clip(
        0, len(curve) - 1e-6
    )


def _climate(day: date) -> float:
    middle = (day.month - 1) + (day.day - 15) / 30
    month = float(np.interp(middle, np.arange(-1, 13), (_MONTHS[-1], *_MONTHS, _MONTHS[0])))
    sale = max((factor for begin, end, factor in SALES if begin <= day < end), default=1.0)
    return month * _WEEKDAYS[day.weekday()] * sale


def _next_day(days: list[date], closed_weekdays: set[int]) -> NDArray[np.int64]:
    found = np.zeros(len(days), dtype=np.int64)
    following = len(days)
    for index in range(len(days) - 1, -1, -1):
        day = days[index]
        if day.weekday() not in closed_weekdays and day not in _HOLIDAYS:
            following = index
        found[index] = following
    return found
