"""Sentences about a map with figures and names in them, to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from waypost.kit.translation import N_, translator
from waypost.model import KNOWN_CHANNELS, label_in

__all__ = ["Message", "Percent", "channel_called"]

LONGEST_NAME = 80
"""Characters of a name or text that a sentence quotes; longer ones are cut."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A share from 0 to 1 that is said as a whole percentage."""

    share: float


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` in English with ``{names}`` for ``values``; ``many`` where ``count`` decides.

    A value is a text, a number, a day, a share, a text by language, a sentence, or a list of those.
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
    if isinstance(value, Mapping):
        unnamed = translator(language).gettext(N_("(unnamed)"))
        return _shortened(label_in(dict(value), language)) or unnamed
    if isinstance(value, Message):
        return value.in_language(language)
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(one, language) for one in value)
    return _figure(value, _locale(language))


def _figure(value: Any, locale: str) -> str:
    if isinstance(value, Percent):
        return str(format_percent(value.share, locale=locale))
    if isinstance(value, (int, float)):
        return str(format_decimal(value, locale=locale))
    if isinstance(value, date):
        return str(format_date(value, format="long", locale=locale))
    return str(value)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language


_CHANNELS = {"email": N_("e-mail"), "social": N_("social media"), "crm": N_("CRM")}


def channel_called(channel: str) -> str | Message:
    """A known channel by the name that people give it; another as the data call it."""
    return Message(_CHANNELS.get(channel, channel)) if channel in KNOWN_CHANNELS else channel
