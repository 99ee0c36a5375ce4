"""Time zones: labels of other programs, and wall time to UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

__all__ = ["ABBREVIATIONS", "to_utc", "wall_to_utc", "zone_named"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time has no zone until one is applied
_SLOT = 900_000_000
_OLDEST_QUARTER_HOUR_ZONES = 94_694_400_000_000
_MICROSECOND = timedelta(microseconds=1)

ABBREVIATIONS: Mapping[str, int] = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "MEZ": 60,
    "CEST": 120,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
}
"""Minutes east of Greenwich of the abbreviations that exports write."""

_LABELS = {
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific time": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "atlantic time": "America/Halifax",
    "newfoundland": "America/St_Johns",
    "amsterdam": "Europe/Amsterdam",
    "berlin": "Europe/Berlin",
    "bern": "Europe/Zurich",
    "zurich": "Europe/Zurich",
    "vienna": "Europe/Vienna",
    "wien": "Europe/Vienna",
    "central european time": "Europe/Berlin",
    "london": "Europe/London",
    "dublin": "Europe/Dublin",
    "paris": "Europe/Paris",
    "madrid": "Europe/Madrid",
    "rome": "Europe/Rome",
    "tokyo": "Asia/Tokyo",
    "osaka": "Asia/Tokyo",
    "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne",
    "brisbane": "Australia/Brisbane",
    "perth": "Australia/Perth",
    "auckland": "Pacific/Auckland",
    "kuala lumpur": "Asia/Kuala_Lumpur",
    "singapore": "Asia/Singapore",
    "brasilia": "America/Sao_Paulo",
    "utc": "UTC",
}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


@lru_cache(maxsize=512)
def zone_named(label: str) -> ZoneInfo | None:
    """The zone of an IANA name or a label like ``Eastern Time (US & Canada)``; None if unknown."""
    name = label.strip()
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        folded = name.casefold().split("(")[0].strip()
        known = _LABELS.get(folded) or _LABELS.get(folded.split(",")[0].strip())
        return ZoneInfo(known) if known else None


def wall_to_utc(wall: datetime, zone: ZoneInfo) -> int:
    """Microseconds since 1970 in UTC of a naive wall time.

    An hour that exists twice is the earlier one; a time inside a gap moves forward by the gap.
    """
    return (wall.replace(tzinfo=zone) - EPOCH) // _MICROSECOND


def to_utc(wall: npt.NDArray[np.int64], zone: ZoneInfo) -> npt.NDArray[np.int64]:
    """``wall_to_utc`` of many wall times, given and returned as int64 microseconds since 1970.

    Offsets are looked up once per quarter of an hour that occurs; zones have changed only on such
    quarters since 1973, older times are looked up one by one.
    """
    if not len(wall):
        return wall
    slots, where = np.unique(wall // _SLOT, return_inverse=True)
    offsets = np.fromiter(
        (_offset(slot * _SLOT, zone) for slot in slots.tolist()), np.int64, len(slots)
    )
    result: npt.NDArray[np.int64] = wall - offsets[where]
    for index in np.flatnonzero(wall < _OLDEST_QUARTER_HOUR_ZONES).tolist():
        result[index] = wall[index] - _offset(int(wall[index]), zone)
    return result


def _offset(wall: int, zone: ZoneInfo) -> int:
    moment = _NAIVE_EPOCH + timedelta(microseconds=wall)
    return wall - wall_to_utc(moment, zone)


def offset_minutes(text: str) -> int | None:
    """Minutes east of Greenwich of ``Z``, ``CET``, ``+0200`` or ``UTC+2``; None if it is none."""
    known = ABBREVIATIONS.get(text.upper())
    if known is not None:
        return known
    match = _OFFSET.fullmatch(text.upper())
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return -minutes if match[1] == "-" else minutes
