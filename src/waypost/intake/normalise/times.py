"""Times as exports write them, in microseconds since 1970 UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from waypost.errors import InputError
from waypost.intake.normalise.zones import EPOCH, offset_minutes, wall_to_utc
from waypost.model import Flag

__all__ = ["ISO", "NO_DAY", "ORDERS", "Instant", "TimeStyle", "decide_style", "parse_time"]

NO_DAY = "0000-00-00"
"""How a database writes that there is no day."""

Order = Literal["iso", "dmy", "mdy", "unix", "excel"]
ORDERS: tuple[Order, ...] = ("iso", "dmy", "mdy", "unix", "excel")
"""What ``TimeStyle.order`` may be."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
_HALF = r"(?P<half>[AaPp]\.?[Mm]\.?)?(?:\s*Uhr)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\(.*\))?"
_TAIL = rf"(?:(?:T|t|,?\s+|\s*-\s+|\s+(?:um|at)\s+){_CLOCK}\s*{_HALF}\s*{_ZONE})?"
_SHAPES = tuple(
    (name, re.compile(head + _TAIL))
    for name, head in (
        ("iso", r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
        ("dotted", r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})"),
        ("slashed", r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<year>\d{4}|\d{2})"),
        ("compact", r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"),
        (
            "worded",
            r"(?:[A-Za-z]{2,10}\.?,?\s+)?(?P<day>\d{1,2})\.?[\s-](?P<word>[^\W\d]{3,10})\.?[\s,-]\s*(?P<year>\d{4}|\d{2})",
        ),
        (
            "worded",
            r"(?:[A-Za-z]{2,10}\.?,?\s+)?(?P<word>[^\W\d]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        ),
        ("worded", r"(?P<word>[^\W\d]{3,10})-(?P<day>\d{1,2})-(?P<year>\d{4}|\d{2})"),
    )
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})(Z?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MONTH_WORDS = (
    "jan january januar jänner",
    "feb february februar",
    "mar march mär märz mrz maerz",
    "apr april",
    "may mai",
    "jun june juni",
    "jul july juli",
    "aug august",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember",
)
_MONTHS = {word: month for month, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
_UNITS = ((10**14, 1), (10**11, 1_000), (0, 1_000_000))
_LEAST_NANOSECONDS = 10**17
_LEAST_UNIX = 10_000_000
_LAST_EXCEL_DAY = 2_958_465  # 9999-12-31
_EXCEL_FIRST, _EXCEL_LAST = 20_000, 80_000
_CENTURY = 69
_SHORT_YEARS = 100
_MONTHS_PER_YEAR = 12
_HALF_DAY, _WHOLE_DAY = 12, 24
_LEAP_SECOND = 60
_LEAST_ISO = 16
_MICROSECOND = timedelta(microseconds=1)
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no zone
_MANY_DAYS = 4


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How a column writes times, and whether its cells prove it.

    ``order`` tells how ``03/04/2024`` is read (``dmy`` or ``mdy``) and whether bare numbers are
    seconds since 1970 (``unix``) or days of a spreadsheet (``excel``). ``zone`` stands for cells
    without one; None means the workspace's.
    """

    order: Order = "iso"
    certain: bool = True
    zone: ZoneInfo | None = None
    mixed: bool = False


ISO = TimeStyle()


@dataclass(frozen=True, slots=True)
class Instant:
    """Microseconds since 1970 UTC, with what was assumed on the way."""

    at: int
    flags: Flag = Flag.NONE


def decide_style(cells: Iterable[str], country: str, zone: ZoneInfo | None = None) -> TimeStyle:
    """The style of a whole column: day or month first, from the cells that prove it.

    A number above 12 proves a place; where none does, ``PM`` does (American). Without proof
    ``certain`` is False: the custom of ``country`` counts, unless dates with strokes all begin with
    one number other than 1 and go on with many, as the days of a month in an American report do.
    Proof for both orders sets ``mixed``: the majority is taken, other cells will not be readable.
    """
    day_first = month_first = halves = doubtful = excel = unix = 0
    pairs: set[tuple[str, str]] = set()
    for cell in cells:
        kind = _evidence(cell.strip())
        if kind == "?" and "/" in cell:
            pairs.add(_numbers_of(cell))
        day_first += kind == "dmy"
        month_first += kind == "mdy"
        halves += kind == "half"
        doubtful += kind == "?"
        excel += kind == "excel"
        unix += kind == "unix"
    month_first += 0 if day_first else halves
    if excel > unix and excel >= day_first + month_first + doubtful:
        return TimeStyle("excel", zone=zone)
    if not day_first + month_first + doubtful:
        return TimeStyle("unix" if unix else "iso", zone=zone)
    if day_first == month_first:
        american = country in ("US", "PH") or _shares_month_first(pairs)
        custom: Order = "mdy" if american else "dmy"
        return TimeStyle(custom, certain=False, zone=zone, mixed=day_first > 0)
    order: Order = "dmy" if day_first > month_first else "mdy"
    return TimeStyle(order, zone=zone, mixed=min(day_first, month_first) > 0)


def _numbers_of(cell: str) -> tuple[str, str]:
    one, two, _ = cell.split("/", 2) if cell.count("/") > 1 else (cell, cell, cell)
    return one.strip().lstrip("0"), two.strip().lstrip("0")


def _shares_month_first(pairs: set[tuple[str, str]]) -> bool:
    """Whether all dates begin with one number, no 1, and go on with many: the days of a month."""
    first = {one for one, _ in pairs}
    return len(first) == 1 and first != {"1"} and len(pairs) >= _MANY_DAYS


def _evidence(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        digits = float(cell)
        return "excel" if _EXCEL_FIRST <= digits < _EXCEL_LAST else "unix"
    match = _SHAPES[2][1].fullmatch(cell)
    if match is None:
        return ""
    one, two = int(match["one"]), int(match["two"])
    if max(one, two) > _MONTHS_PER_YEAR:
        return "dmy" if one > _MONTHS_PER_YEAR else "mdy"
    return "half" if match["half"] else "?"


def parse_time(
    text: str | float | None, zone: ZoneInfo, *, style: TimeStyle = ISO
) -> Instant | None:
    """The instant; None for an empty cell and for ``0000-00-00``, which stands for no time.

    Without a zone in the text the style's zone is taken, else ``zone`` with ``Flag.ZONE_ASSUMED``;
    a day without a clock time is its first moment there, with ``Flag.DATE_ONLY``. Bare numbers are
    seconds, milli-, micro- or nanoseconds since 1970 by their size. Raises ``InputError`` for what
    is no time.
    """
    if text is None:
        return None
    cell = text.strip() if isinstance(text, str) else repr(text)
    if not cell or cell.startswith(NO_DAY):
        return None
    try:
        return _parsed(cell, zone, style)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{cell!r} is no time.",
            hint="Times look like 2024-05-01 09:58:12 +0200, 01.05.2024 09:58 or 1714550292.",
            value=cell,
        ) from error


def _parsed(cell: str, zone: ZoneInfo, style: TimeStyle) -> Instant:
    quick = _quick_iso(cell)
    if quick is not None:
        if quick.tzinfo is None:
            return _placed(quick, None, zone, style)
        return Instant((quick - EPOCH) // _MICROSECOND)
    for name, shape in _SHAPES:
        match = shape.fullmatch(cell)
        if match:
            return _from_parts(match, _day_of(name, match, style), zone, style)
    packed = _PACKED.fullmatch(cell)
    if packed:
        wall = datetime(*(int(part) for part in packed.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001 - six numbers, zone follows
        return _placed(wall, "Z" if packed[7] else None, zone, style)
    if _NUMBER.fullmatch(cell):
        return _from_number(cell, zone, style)
    raise ValueError(cell)


def _quick_iso(cell: str) -> datetime | None:
    """The usual ISO spellings by the C parser; None for all else."""
    if len(cell) < _LEAST_ISO or cell[4] != "-" or cell[7] != "-" or cell[13] != ":":
        return None
    try:
        if " " in cell:
            cell = cell.replace(" +", "+").replace(" -", "-").replace(" UTC", "Z")
        return datetime.fromisoformat(cell)
    except ValueError:
        return None


def _day_of(name: str, match: re.Match[str], style: TimeStyle) -> date:
    year = int(match["year"])
    if year < _SHORT_YEARS:
        year += 1900 if year >= _CENTURY else 2000
    if name == "worded":
        word = match["word"].casefold()
        if word not in _MONTHS:
            raise ValueError(word)
        return date(year, _MONTHS[word], int(match["day"]))
    if name == "slashed":
        one, two = int(match["one"]), int(match["two"])
        day, month = (two, one) if style.order == "mdy" else (one, two)
        return date(year, month, day)
    return date(year, int(match["month"]), int(match["day"]))


def _from_parts(match: re.Match[str], day: date, zone: ZoneInfo, style: TimeStyle) -> Instant:
    if match["hour"] is None:
        wall = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone follows below
        placed = _placed(wall, None, zone, style)
        return Instant(placed.at, placed.flags | Flag.DATE_ONLY)
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= _HALF_DAY:
            raise ValueError(match[0])
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    second = int(match["second"] or 0)
    leap = second == _LEAP_SECOND  # a leap second is the first moment of the next minute
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    extra = (
        timedelta(days=1)
        if hour == _WHOLE_DAY and not int(match["minute"]) and not second
        else timedelta()
    )
    wall = datetime(  # noqa: DTZ001 - the zone follows below
        day.year,
        day.month,
        day.day,
        0 if extra else hour,
        int(match["minute"]),
        59 if leap else second,
        micro,
    )
    return _placed(wall + extra + timedelta(seconds=leap), match["zone"], zone, style)


def _placed(wall: datetime, named: str | None, zone: ZoneInfo, style: TimeStyle) -> Instant:
    if named is not None:
        minutes = offset_minutes(named)
        if minutes is None:
            raise ValueError(named)
        at = (wall.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
        return Instant(at - minutes * 60_000_000)
    if style.zone is not None:
        return Instant(wall_to_utc(wall, style.zone))
    return Instant(wall_to_utc(wall, zone), Flag.ZONE_ASSUMED)


def _from_number(cell: str, zone: ZoneInfo, style: TimeStyle) -> Instant:
    if style.order == "excel":
        days = float(cell)
        if not 0 < days <= _LAST_EXCEL_DAY:
            raise ValueError(cell)
        wall = _EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))
        placed = _placed(wall, None, zone, style)
        return Instant(
            placed.at, placed.flags | (Flag.DATE_ONLY if days == int(days) else Flag.NONE)
        )
    whole, _, fraction = cell.partition(".")
    size = abs(int(whole))
    if size < _LEAST_UNIX and style.order != "unix":
        raise ValueError(cell)
    if size >= _LEAST_NANOSECONDS:
        return Instant(int(whole) // 1_000)
    factor = next(factor for least, factor in _UNITS if size >= least)
    micro = int((fraction[:6] or "0").ljust(6, "0")) * factor // 1_000_000
    return Instant(int(whole) * factor + micro)
