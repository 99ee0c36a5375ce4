"""Filters of the page templates: figures and times in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from jinja2 import pass_context
from jinja2.runtime import Context

from waypost.exports.html import formats
from waypost.exports.html.speech import Speech
from waypost.exports.html.vocabulary import source_name
from waypost.kit import phrases

__all__ = ["FILTERS"]

_NO_BREAK = "\u00a0"
_KILO = 1000


def _speech(context: Context) -> Speech:
    speech = context["speech"]
    assert isinstance(speech, Speech)
    return speech


def _zone(context: Context) -> ZoneInfo:
    return ZoneInfo(context["zone"])


@pass_context
def count(context: Context, number: float) -> str:
    """12.345 or 12,345."""
    return formats.count(_speech(context), number)


@pass_context
def decimal(context: Context, number: float) -> str:
    """3,4 or 3.4."""
    return formats.decimal(_speech(context), number)


@pass_context
def points(context: Context, share_points: float) -> str:
    """Percentage points with sign and always one place, so that they stand below one another."""
    return formats.signed(_speech(context), share_points)


@pass_context
def share(context: Context, part: float, places: int = 1) -> str:
    """A share from 0 to 1: 31,4 % or 31.4%."""
    return formats.share(_speech(context), part, places=places)


@pass_context
def money(context: Context, minor: float) -> str:
    """Minor units of the workspace's currency: 18.400 € or €18,400."""
    return formats.money(_speech(context), minor)


@pass_context
def day(context: Context, on: date | datetime) -> str:
    """1. Aug. 2026 or 1 Aug 2026; an instant falls on the workspace's day."""
    return formats.day(_speech(context), _local_day(context, on))


@pass_context
def weekday(context: Context, on: date | datetime) -> str:
    """Freitag, 13. November or Friday 13 November."""
    speech = _speech(context)
    pattern = "EEEE, d. MMMM" if speech.language == "de" else "EEEE d MMMM"
    return format_date(_local_day(context, on), pattern, locale=speech.locale)


@pass_context
def moment(context: Context, at: datetime) -> str:
    """1. Aug. 2026, 14:05 in the workspace's zone."""
    speech, local = _speech(context), at.astimezone(_zone(context))
    clock = format_time(local, "HH:mm", locale=speech.locale)
    return f"{formats.day(speech, local.date())},{_NO_BREAK}{clock}"


@pass_context
def span(context: Context, length: timedelta | float) -> str:
    """A length of time in one unit: 11 Min., 26 Std., 12 Tage."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    return formats.duration(_speech(context), seconds)


@pass_context
def ago(context: Context, at: datetime) -> str:
    """How long an instant is past: vor 3 Tagen, 3 days ago; below a minute, just now."""
    speech, past = _speech(context), context["now"] - at
    if past < timedelta(minutes=1):
        return speech.gettext("just now")
    words = format_timedelta(-past, add_direction=True, locale=speech.locale)
    return words.replace(" ", _NO_BREAK)


@pass_context
def size(context: Context, number: float) -> str:
    """A number of bytes: 18 kB, 2,4 MB."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB"):
        if value < _KILO:
            break
        value, unit = value / _KILO, larger
    text = (
        formats.decimal(_speech(context), value)
        if unit not in ("B", "kB")
        else formats.count(_speech(context), value)
    )
    return f"{text}{_NO_BREAK}{unit}"


@pass_context
def said(context: Context, sentence: str) -> str:
    """A finished English sentence of another part, in the reader's language."""
    return phrases.said(_speech(context).gettext, sentence)


@pass_context
def bounds(context: Context, low: str, high: str) -> str:
    """Both bounds of an interval: 14,9–16,7 %."""
    return formats.interval(_speech(context), low, high)


@pass_context
def source(context: Context, name: str, label: str = "") -> str:
    """What people call a source: Mailchimp, e-mails; an unknown one by its label, else its name."""
    speech = _speech(context)
    known = source_name(speech, name)
    return phrases.said(speech.gettext, label) if label and known == name else known


def without_keys(text: str, words: Iterable[tuple[str, str]]) -> str:
    """A field's help without the keys in brackets, which only the command line takes."""
    keys = "|".join(re.escape(key) for key, _ in words if key)
    return re.sub(rf" \((?:{keys})(?:, (?:{keys}))*\)", "", text) if keys else text


def initials(name: str) -> str:
    """The first letters of the first and the last word: MK; a lone word gives two."""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


def _local_day(context: Context, on: date | datetime) -> date:
    return on.astimezone(_zone(context)).date() if isinstance(on, datetime) else on


FILTERS: Mapping[str, Callable[..., Any]] = {
    "ago": ago,
    "bounds": bounds,
    "count": count,
    "day": day,
    "decimal": decimal,
    "initials": initials,
    "moment": moment,
    "money": money,
    "points": points,
    "said": said,
    "share": share,
    "size": size,
    "source": source,
    "span": span,
    "weekday": weekday,
    "without_keys": without_keys,
}
