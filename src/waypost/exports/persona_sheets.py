"""A persona on one sheet of paper: counted on the left, invented on the right, told apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waypost.errors import InputError
from waypost.exports.html import formats
from waypost.exports.html.hyphenation import breakable
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.speech import Speech, speech_for
from waypost.exports.html.vocabulary import channel_name
from waypost.exports.printing.drawings import COLOURS, icon_svg
from waypost.exports.printing.sheets import typeset
from waypost.kit.translation import N_
from waypost.model import Label, label_in

__all__ = ["SHEET_FORMATS", "PersonaSheet", "octaves", "persona_file"]

SHEET_FORMATS: Mapping[str, str] = {"pdf": "application/pdf", "png": "image/png"}
"""The endings a persona's sheet may be written with, and their media types."""
_SIGNS = ("observed", "reported", "assumed")
_OCTAVES = 2.0


@dataclass(frozen=True, slots=True)
class PersonaSheet:
    """What stands on the sheet. Shares are from 0 to 1; ``traits`` in the order of their weight.

    A trait is (name, their share, the others', lower and upper bound of the difference, whether it
    differs); ``usage`` is (stage, persons, share by channel); ``journey`` is (step, seconds since
    the start); a quote is (text, source).
    """

    workspace: str
    name: str
    summary: str
    persons: int
    everybody: int
    goal: Label
    goal_share: float | None
    traits: Sequence[tuple[Label, float, float, float, float, bool]]
    usage: Sequence[tuple[Label, int, Mapping[str, float]]]
    journey: Sequence[tuple[Label, float]]
    quotes: Sequence[tuple[str, str]]
    story: Mapping[str, str]
    written_by: str


def persona_file(sheet: PersonaSheet, form: str, *, language: str) -> bytes:
    """The sheet as ``pdf`` (A4 upright) or ``png``; nothing counted of fewer than five persons.

    Raises ``InputError`` for another form.
    """
    if form not in SHEET_FORMATS:
        raise InputError(
            f"A persona cannot be written as {form or 'a file without ending'}.",
            hint=f"Choose one of: {', '.join(SHEET_FORMATS)}.",
            form=form,
        )
    content = _content(sheet, speech_for(language, "EUR"))
    return typeset("persona.typ", content, "pdf" if form == "pdf" else "png", 144)[0]


def _content(sheet: PersonaSheet, speech: Speech) -> dict[str, Any]:
    is_shown = sheet.persons >= LEAST_GROUP
    share = sheet.persons / sheet.everybody if sheet.everybody else 0.0
    language = speech.language
    return {
        "language": language,
        "colours": dict(COLOURS),
        "marks": {sign: icon_svg(f"p-{sign}", "ink") for sign in _SIGNS},
        "workspace": sheet.workspace,
        "name": breakable(sheet.name),
        "summary": breakable(sheet.summary),
        "initials": "".join(word[0] for word in sheet.name.split()[:2]).upper(),
        "persons": formats.count(speech, sheet.persons) if is_shown else "",
        "share": formats.share(speech, share) if is_shown else "",
        "goal": label_in(sheet.goal, language),
        "goal_share": _percent(speech, sheet.goal_share) if is_shown else "",
        "traits": [_trait(speech, trait) for trait in sheet.traits] if is_shown else [],
        "usage": [_usage(speech, row) for row in sheet.usage] if is_shown else [],
        "journey": [
            [label_in(label, language), formats.duration(speech, at) if at else ""]
            for label, at in sheet.journey
        ]
        if is_shown
        else [],
        "quotes": [[breakable(part) for part in quote] for quote in sheet.quotes]
        if is_shown
        else [],
        "story": [
            [speech.gettext(name), breakable(text)] for name, text in sheet.story.items() if text
        ],
        "written_by": speech.gettext("Written by {name}").format(name=sheet.written_by),
        "words": {key: speech.gettext(text) for key, text in _WORDS.items()},
    }


_WORDS = {
    "persons": N_("persons"),
    "of_all": N_("of all"),
    "apart": N_("What sets them apart"),
    "they": N_("they"),
    "others": N_("others"),
    "equal": N_("equal"),
    "cannot_tell": N_("cannot tell"),
    "channels": N_("Channels by phase"),
    "journey": N_("Typical journey"),
    "say": N_("What they say"),
    "invented": N_("This portrait is invented."),
    "observed": N_("observed"),
    "reported": N_("reported"),
    "assumed": N_("assumed"),
    "few": N_("Fewer than five persons belong to it."),
}


def _trait(speech: Speech, trait: tuple[Label, float, float, float, float, bool]) -> dict[str, Any]:
    label, share, others, low, high, differs = trait
    bounds = (formats.decimal(speech, low * 100), formats.decimal(speech, high * 100))
    return {
        "name": label_in(label, speech.language),
        "octaves": octaves(share, others) / _OCTAVES,
        "share": formats.share(speech, share, places=0),
        "others": formats.share(speech, others, places=0),
        "bounds": formats.interval(speech, *bounds),
        "differs": differs,
    }


def octaves(share: float, others: float) -> float:
    """Doublings between the shares, within the scale: −2 is a quarter or less, 2 four times.

    A share of nobody lies at the end of the scale; nobody on both sides is no difference.
    """
    if not share or not others:
        return _OCTAVES if share > others else -_OCTAVES if share < others else 0.0
    return max(-_OCTAVES, min(_OCTAVES, math.log2(share / others)))


def _usage(speech: Speech, row: tuple[Label, int, Mapping[str, float]]) -> dict[str, Any]:
    label, persons, shares = row
    parts = sorted(shares.items(), key=lambda entry: -entry[1])
    return {
        "stage": label_in(label, speech.language),
        "persons": formats.count(speech, persons),
        "parts": [
            [channel_name(speech, channel), part, formats.share(speech, part, places=0)]
            for channel, part in parts
        ],
    }


def _percent(speech: Speech, share: float | None) -> str:
    return "" if share is None else formats.share(speech, share)
