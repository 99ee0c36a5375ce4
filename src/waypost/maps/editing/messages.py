"""Sentences about a map with figures and names in them, to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from waypost.kit.translation import translator
from waypost.model import label_in

__all__ = ["Message", "Percent"]


@dataclass(frozen=True, slots=True)
class Percent:
    """A share from 0 to 1 that is said as a whole percentage."""

    share: float


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` in English with ``{names}`` for ``values``; ``many`` where ``count`` decides.

    A value is a text, a number, a day, a share, a text by language, or a list of those.
    """

    text: str
    many: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The sentence in ``language``; raises ``InputError`` for one Waypost does not speak."""
        words = translator(language)
        if self.many:
            text = words.ngettext(self.text, self.many, int(self.values["count"]))
        else:
            text = words.gettext(self.text)
        said = {name: _said(value, language) for name, value in self.values.items()}
        return text.format_map(said)


def _said(value: Any, language: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Percent):
        return format_percent(value.share, format="#,##0 %", locale=_locale(language))
    if isinstance(value, (int, float)):
        return format_decimal(value, locale=_locale(language))
    if isinstance(value, date):
        return format_date(value, format="long", locale=_locale(language))
    if isinstance(value, Mapping):
        return label_in(dict(value), language)
    return ", ".join(_said(one, language) for one in value)


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language
