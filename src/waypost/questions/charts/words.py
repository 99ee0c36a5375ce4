"""Figures and names in charts, as people of a language write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from waypost.kit.translation import translator
from waypost.questions.charts.canvas import text_width
from waypost.questions.column_names import label, unit_noun, value_label

__all__ = ["DASH", "Words", "wrapped"]

DASH = "–"
_NO_BREAK = "\u00a0"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MOST_DAYS = 120
_DAYS_OF_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Words:
    """Writes for ``language``; ``names``: nodes by id as people know them; undefined is a dash."""

    language: str = "en"
    currency: str = "EUR"
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, message: str, **values: object) -> str:
        """A message of the catalogue with values in the places of their names."""
        return translator(self.language).gettext(message).format(**values)

    def label(self, column: str) -> str:
        """What a column is called."""
        return label(column, self.language)

    def node(self, name: str) -> str:
        """A node, group or step as people know it."""
        return self.names.get(name) or value_label(name, self.language)

    def counted(self, number: float, plural: str) -> str:
        """A number of persons, sessions, …: ``1,284 persons``."""
        noun = unit_noun(plural, self.language, singular=number == 1)
        return f"{self.count(number)}{_NO_BREAK}{noun}"

    def count(self, number: float) -> str:
        """A whole number."""
        return self._decimal(number, 0)

    def number(self, number: float) -> str:
        """One decimal place."""
        return self._decimal(number, 1)

    def share(self, part: float, places: int = 1) -> str:
        """A share from 0 to 1 as percent."""
        return self._percent(self._decimal(part * 100, places))

    def points(self, part: float) -> str:
        """A signed difference of shares, in points of percent."""
        written = self._decimal(part * 100, 1)
        return f"+{written}" if part > 0 and math.isfinite(part) else written

    def interval(self, low: float, high: float) -> str:
        """Both bounds of a share."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        return self._percent(f"{self._decimal(low * 100, 1)}{DASH}{self._decimal(high * 100, 1)}")

    def money(self, minor: float) -> str:
        """Minor units in whole units of the currency."""
        from babel.numbers import (  # noqa: PLC0415 - few charts have money
            get_currency_precision,
            get_currency_symbol,
        )

        if not math.isfinite(minor):
            return DASH
        amount = self._decimal(minor / 10 ** get_currency_precision(self.currency), 0)
        symbol = get_currency_symbol(self.currency, locale=self.language)
        return f"{symbol}{amount}" if self.language == "en" else f"{amount}{_NO_BREAK}{symbol}"

    def duration(self, seconds: float) -> str:
        """A span in the one unit that people would use."""
        if not math.isfinite(seconds):
            return DASH
        words = translator(self.language)
        if seconds < 1.5 * _MINUTE:
            number, pattern = seconds, words.ngettext("{n} second", "{n} seconds", 2)
        elif seconds < 1.5 * _HOUR:
            number, pattern = seconds / _MINUTE, words.gettext("{n} min")
        elif seconds < 2 * _DAY:
            number, pattern = seconds / _HOUR, words.gettext("{n} hrs")
        else:
            number = round(seconds / _DAY)
            pattern = words.ngettext("{n} day", "{n} days", int(number))
            if number >= _MOST_DAYS:
                number = round(seconds / _DAY / _DAYS_OF_MONTH)
                pattern = words.ngettext("{n} month", "{n} months", int(number))
        return pattern.format(n=self.count(number)).replace(" ", _NO_BREAK)

    def _percent(self, written: str) -> str:
        if written == DASH:
            return DASH
        return f"{written}{_NO_BREAK}%" if self.language == "de" else f"{written}%"

    def _decimal(self, number: float, places: int) -> str:
        if not math.isfinite(number):
            return DASH
        written = f"{round(number, places) + 0.0:,.{places}f}"
        if self.language == "de":
            written = written.translate(str.maketrans(",.", ".,"))
        return written.replace("-", "−")


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit; a word longer than a line has one of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
