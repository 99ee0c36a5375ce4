"""Fields of cards as a sheet shows them, and read back from what a team typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from waypost.exports.html.speech import speech_for
from waypost.exports.html.vocabulary import CHANNEL_ICONS, channel_name
from waypost.kit.translation import LANGUAGES, N_, translator
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import CARD_KINDS, Card
from waypost.maps.editing.kinds import CARD_NAMES
from waypost.maps.editing.searching import folded
from waypost.model import Provenance, label_in

__all__ = ["CARD_FIELDS", "channel_names", "kind_names", "parsed", "provenance_names", "shown"]

CARD_FIELDS = (
    "kind",
    "text",
    "provenance",
    "channel",
    "touchpoint",
    "persona",
    "span",
    "state",
    "severity",
    "persons",
    "value_minor",
    "target",
    "owner",
    "source",
    "on",
    "url",
)
"""The fields of a card that a row of a CSV file has."""

_PROVENANCE = {
    "observed": N_("observed"),
    "reported": N_("reported"),
    "estimated": N_("estimated"),
    "assumed": N_("assumed"),
}


def provenance_names(language: str) -> dict[str, str]:
    """What the four ways of knowing are called."""
    words = translator(language)
    return {str(one): words.gettext(_PROVENANCE[one]) for one in Provenance}


def channel_names(language: str) -> dict[str, str]:
    """What the known channels are called."""
    speech = speech_for(language, "EUR")
    return {channel: channel_name(speech, channel) for channel in CHANNEL_ICONS}


def kind_names(language: str) -> dict[str, str]:
    """What the kinds of cards are called."""
    words = translator(language)
    return {kind: words.gettext(CARD_NAMES[kind]) for kind in CARD_KINDS}


def shown(document: MapDocument, card: Card, field: str, language: str) -> str:
    """The field as the sheet shows it; names of provenance and channel in ``language``."""
    value: Any = getattr(card, field)
    if value is None:
        return ""
    if field == "text":
        return label_in(card.text, language)
    if field == "persona":
        return label_in(document.personas[value].label, language) if value else ""
    if field == "provenance":
        return provenance_names(language)[card.provenance]
    if field == "channel":
        return channel_names(language).get(card.channel, card.channel)
    return repr(value) if isinstance(value, float) else str(value)


def parsed(document: MapDocument, field: str, text: str) -> Any:
    """The value that somebody typed; raises ``ValueError`` where it is none for the field.

    Names are understood in every language that Waypost speaks, and as the codes themselves.
    """
    reader = _READERS.get(field)
    if reader is not None:
        return reader(text)
    if field == "persona":
        return _persona(document, text)
    return text


def _persona(document: MapDocument, text: str) -> str:
    for name in document.personas_in_order():
        names = {name, *document.personas[name].label.values()}
        if folded(text) in {folded(one) for one in names}:
            return name
    if text:
        raise ValueError(text)
    return ""


def _named(names: Callable[[str], Mapping[str, str]], text: str) -> str:
    return _codes(names)[folded(text.strip())]


@cache
def _codes(names: Callable[[str], Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in names(language).items():
            found |= {folded(code): code, folded(name): code}
    return found


def _known(names: Callable[[str], Mapping[str, str]]) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return _named(names, text)
        except KeyError as error:
            raise ValueError(text) from error

    return read


def _channel(text: str) -> str:
    return _codes(channel_names).get(folded(text.strip()), text)


def _whole(text: str) -> int | None:
    digits = text.strip().replace("\xa0", "").replace(" ", "")
    if digits.count(".") == 1 and digits.endswith(".0"):
        digits = digits[:-2]
    return int(digits) if digits else None


def _decimal(text: str) -> float | None:
    plain = text.strip().replace("−", "-").replace("\xa0", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    return float(plain) if plain else None


def _day(text: str) -> str | None:
    return date.fromisoformat(text.strip()[:10]).isoformat() if text.strip() else None


def _span(text: str) -> int:
    return _whole(text) or 1


_READERS: Mapping[str, Callable[[str], Any]] = {
    "provenance": _known(provenance_names),
    "kind": _known(kind_names),
    "channel": _channel,
    "severity": _whole,
    "persons": _whole,
    "value_minor": _whole,
    "span": _span,
    "target": _decimal,
    "on": _day,
}
