"""A day in one column and the time of day in another, joined to one text that says when."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import InputError
from waypost.intake.generic.columns import Parsed, each_different, marked

__all__ = ["clock_text", "joined"]

_CLOCK_BEHIND = r"(?:T|,?\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$"
_FRONT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})\s*(?:[:.h]\s*(?P<minute>\d{2})(?:[:.]\s*(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Uhr|h)?(?P<zone>\s*(?:Z|[+-]\d{2}:?\d{2}))?"
)
_DIGITS = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})(?P<second>\d{2})?")
_SHARE = re.compile(r"0?[.,](\d{3,}|25|5|75)|0([.,]0+)?|\d[.,]\d+[eE]-\d+")
_DAY_SECONDS = 86_400
_LAST_HOUR, _HALF_DAY = 24, 12
_PACKED = range(3, 7)
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no zone


def joined(day: pa.Array, clock: pa.Array, *, counted: bool) -> Parsed:
    """One text per row, ``DAY HH:MM:SS``; the day alone where no time of day is filled in.

    Both columns are cleaned. A time of day within the day's own cell gives way. ``counted``: days
    are numbers as spreadsheets count them. Null where there is no day; a cell that is no time of
    day is bad.
    """
    plain = pc.replace_substring_regex(day, _CLOCK_BEHIND, "")
    if counted:
        plain, _ = each_different(plain, _counted_day, pa.string())
    told, faults = each_different(clock, clock_text, pa.string())
    both = pc.binary_join_element_wise(plain, told, " ")
    return Parsed(pc.coalesce(both, plain), marked(len(day), faults), faults)


def clock_text(cell: str) -> str:
    """The time of day as ``HH:MM:SS``, with its zone where it names one.

    ``14:30``, ``14.30 Uhr``, ``2:30 PM``, ``1430``, ``14 Uhr``, a date with a time behind it, or
    the share of a day that a spreadsheet has. Raises ``InputError`` for all else.
    """
    if _SHARE.fullmatch(cell):
        return _of_seconds(round(float(cell.replace(",", ".")) * _DAY_SECONDS) % _DAY_SECONDS)
    bare = _FRONT.sub("", cell)
    found = _DIGITS.fullmatch(bare) if len(bare) in _PACKED else None
    found = found or _CLOCK.fullmatch(bare)
    parts = found.groupdict() if found else {}
    if found is None or (bare.isdigit() and len(bare) not in _PACKED):
        raise _no_clock(cell)
    hour = _hour(int(parts["hour"]), parts.get("half") or "")
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour is None or minute > 59 or second > 59 or (hour == _LAST_HOUR and minute + second):  # noqa: PLR2004 - of an hour
        raise _no_clock(cell)
    return f"{hour:02}:{minute:02}:{second:02}{(parts.get('zone') or '').strip()}"


def _hour(hour: int, half: str) -> int | None:
    if half:
        within = 1 <= hour <= _HALF_DAY
        return hour % _HALF_DAY + (_HALF_DAY if half[0] in "pP" else 0) if within else None
    return hour if hour <= _LAST_HOUR else None


def _of_seconds(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _no_clock(cell: str) -> InputError:
    return InputError(
        f"{cell!r} is no time of day.",
        hint="Times of day look like 14:30, 14:30:05, 14.30 Uhr or 2:30 PM.",
        value=cell,
    )


def _counted_day(cell: str) -> str:
    """The date of a spreadsheet's day; all else as it is."""
    try:
        return (_FIRST_DAY + timedelta(days=int(float(cell)))).date().isoformat()
    except (ValueError, OverflowError):
        return cell
