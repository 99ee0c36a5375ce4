"""Groups under five persons are not shown on a page that leaves the house."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.exports.html import formats
from waypost.exports.html.speech import Speech

__all__ = ["LEAST_GROUP", "TOO_FEW", "hidden_parts", "hidden_word", "is_small", "shown_count"]

LEAST_GROUP = 5
TOO_FEW = "<\u00a05"
"""The words "under 5" where there is no room for them."""


def is_small(persons: int) -> bool:
    """True for one to four persons; nobody at all may be said."""
    return 0 < persons < LEAST_GROUP


def shown_count(speech: Speech, persons: int) -> str:
    """The number, or the words for a group too small to show."""
    return speech.gettext("under 5") if is_small(persons) else formats.count(speech, persons)


def hidden_word(speech: Speech, persons: int) -> str:
    """What stands for a hidden part: that it is small, or that it would give a small one away."""
    return speech.gettext("under 5") if is_small(persons) else speech.gettext("hidden")


def hidden_parts(parts: Mapping[str, int]) -> frozenset[str]:
    """Names of the parts to hide when the whole is shown.

    Small parts, and with a single small part also the smallest other one, since the small one would
    else be what is missing from the whole. Ties go to the name that comes first in ``parts``.
    """
    small = {name for name, persons in parts.items() if is_small(persons)}
    if len(small) == 1:
        others = [name for name, persons in parts.items() if persons >= LEAST_GROUP]
        if others:
            small.add(min(others, key=lambda name: parts[name]))
    return frozenset(small)
