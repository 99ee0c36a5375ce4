"""Figures as they are printed: signs, spaces and units by language; see the rules of each function.

No-break spaces stand before % and €, the minus is a true one, an en dash in a range is held by word
joiners so that a range never breaks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from waypost.exports.html.speech import Speech

__all__ = [
    "count",
    "day",
    "decimal",
    "duration",
    "interval",
    "money",
    "period",
    "rounded",
    "share",
    "signed",
    "whole_percents",
]

MINUS = "−"
NO_BREAK = "\u00a0"
DASH = "\u2060–\u2060"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LEADING_FIGURES = 3
_AFTER_DIGITS = re.compile(r"\D+$")


def count(speech: Speech, number: float) -> str:
    """A whole number with thousands marked: 12.345 or 12,345."""
    return _typographic(format_decimal(round(number), format="#,##0", locale=speech.locale))


def decimal(speech: Speech, number: float) -> str:
    """At most one decimal place: 3,4 or 7."""
    return _typographic(format_decimal(round(number, 1), format="#,##0.#", locale=speech.locale))


def signed(speech: Speech, number: float) -> str:
    """One decimal place with its sign: +0,4, −1,6; zero has none."""
    text = format_decimal(round(number, 1) + 0.0, format="+0.0;-0.0", locale=speech.locale)
    return _typographic(text).replace("+", "") if round(number, 1) == 0 else _typographic(text)


def share(speech: Speech, part: float, *, places: int = 1) -> str:
    """A share from 0 to 1 as percent: 31,4 % or 31.4%."""
    pattern = "#,##0.0" if places else "#,##0"
    percent = format_decimal(part * 100, format=pattern, locale=speech.locale)
    return _typographic(percent) + (f"{NO_BREAK}%" if speech.language == "de" else "%")


def whole_percents(parts: Sequence[int]) -> tuple[int, ...]:
    """Whole percents that add up to 100: the largest remainders are rounded up, ties in order.

    All zero where nobody was counted.
    """
    total = sum(parts)
    if total == 0:
        return (0,) * len(parts)
    exact = [100 * part / total for part in parts]
    whole = [math.floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda place: whole[place] - exact[place])
    for place in order[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def money(speech: Speech, minor: float) -> str:
    """An amount in whole units of the currency: 18.400 € or €18,400; below ten with its cents."""
    places = get_currency_precision(speech.currency)
    amount = minor / 10**places
    keeps_cents = 0 < abs(amount) < 10 and amount != round(amount)  # noqa: PLR2004 - two figures
    figures = "#,##0.00" if keeps_cents else "#,##0"
    pattern = f"¤{figures}" if speech.language == "en" else f"{figures}{NO_BREAK}¤"
    return _typographic(
        format_currency(
            amount, speech.currency, format=pattern, locale=speech.locale, currency_digits=False
        )
    )


def rounded(number: float, figures: int = _LEADING_FIGURES) -> float:
    """``number`` rounded to its leading figures: 18 437 → 18 400; zero stays."""
    if number == 0:
        return 0.0
    return round(number, figures - 1 - math.floor(math.log10(abs(number))))


def duration(speech: Speech, seconds: float) -> str:
    """A span in the one unit that people would use: 45 Sek., 11 Min., 26 Std., 12 Tage."""
    if seconds < 1.5 * _MINUTE:
        return _united(speech, seconds, speech.ngettext("{n} second", "{n} seconds", 2))
    if seconds < 1.5 * _HOUR:
        return _united(speech, seconds / _MINUTE, speech.gettext("{n} min"))
    if seconds < 2 * _DAY:
        return _united(speech, seconds / _HOUR, speech.gettext("{n} hrs"))
    days = round(seconds / _DAY)
    if days < 120:  # noqa: PLR2004 - four months; beyond, days say nothing
        return _united(speech, days, speech.ngettext("{n} day", "{n} days", days))
    months = round(days / 30.44)
    return _united(speech, months, speech.ngettext("{n} month", "{n} months", months))


def day(speech: Speech, on: date) -> str:
    """1. Aug. 2026 or 1 Aug 2026."""
    pattern = "d. MMM y" if speech.language == "de" else "d MMM y"
    return format_date(on, pattern, locale=speech.locale).replace(" ", NO_BREAK)


def period(speech: Speech, since: date | None, until: date | None) -> str:
    """From and to; a year that both share is said once; empty when nothing is known."""
    if since is None and until is None:
        return ""
    if since is None or until is None:
        only = since or until
        assert only is not None
        words = speech.gettext("since {day}") if until is None else speech.gettext("until {day}")
        return words.format(day=day(speech, only))
    first = day(speech, since)
    if since.year == until.year:
        first = first.removesuffix(f"{NO_BREAK}{since.year}")
    return speech.gettext("{since} to {until}").format(since=first, until=day(speech, until))


def interval(speech: Speech, low: str, high: str, *, bare: bool = False) -> str:
    """Both bounds: 14,9–16,7 %; with a sign, or in English money, "low to high".

    A unit that follows both bounds is said once; not at all where ``bare``, since the value stands
    beside it.
    """
    if (low + high).strip()[:1] in {MINUS, "+"} or MINUS in low + high or "+" in high:
        return speech.gettext("{low} to {high}").format(low=low, high=high)
    unit = _common_unit(low, high)
    low = low.removesuffix(unit)
    high = high.removesuffix(unit) if bare and len(unit.strip()) == 1 else high
    if low[:1].isdigit() or speech.language == "de":
        return f"{low}{DASH}{high}"
    return speech.gettext("{low} to {high}").format(low=low, high=high)


def _common_unit(low: str, high: str) -> str:
    """What follows the digits of both bounds, with its space; empty where they differ."""
    units = [_AFTER_DIGITS.search(bound) for bound in (low, high)]
    first, second = (found[0] if found else "" for found in units)
    return first if first == second else ""


def _united(speech: Speech, number: float, words: str) -> str:
    return words.format(n=count(speech, number)).replace(" ", NO_BREAK)


def _typographic(text: str) -> str:
    return text.replace("-", MINUS)
