"""Soft hyphens for long names, so that a narrow column breaks them where a reader would.

A plain syllable rule: break before the last consonant of a cluster between two vowels, and keep the
clusters that are written as one sound together. Browsers hyphenate by themselves only where they
have a dictionary; a soft hyphen is invisible until a line ends there.
"""

from __future__ import annotations

import re

__all__ = ["MAY_BREAK", "SOFT_HYPHEN", "breakable", "softened"]

SOFT_HYPHEN = "\u00ad"
WORD_JOINER = "\u2060"
MAY_BREAK = "\u200b"
_VOWELS = "aeiouyäöü"
_ONE_SOUND = (
    "sch",
    "ch",
    "ck",
    "ph",
    "th",
    "sh",
    "qu",
    "pf",
    "bl",
    "br",
    "dr",
    "fl",
    "fr",
    "gl",
    "gr",
    "kl",
    "kr",
    "pl",
    "pr",
    "tr",
    "schl",
    "schr",
)
_LONG_WORD = re.compile(r"[^\W\d_]{10,}")
_SHORT_PREFIX = re.compile(r"\b\w-(?=\w)")
_CLUSTER = re.compile(rf"(?<=[{_VOWELS}])[^{_VOWELS}]+(?=[{_VOWELS}])", re.IGNORECASE)
_UNBROKEN = re.compile(r"\S{25,}")
_LEAST = 3
_LONGEST_PIECE = 24


def softened(text: str) -> str:
    """``text`` with soft hyphens in words of ten letters and more, at least three from either end.

    A hyphen after a single letter, as in E-Bike, never ends a line. A text that has soft hyphens
    already was hyphenated by its author and stays as it is.
    """
    held = _SHORT_PREFIX.sub(rf"\g<0>{WORD_JOINER}", text)
    return held if SOFT_HYPHEN in held else _LONG_WORD.sub(_syllables, held)


def breakable(text: str) -> str:
    """``text`` for paper: what no hyphen can break may break after any of its characters.

    Words with syllables stay as they are, for Typst's own dictionaries; addresses, codes and rows
    of one letter do not, as they would run over the cells beside them.
    """
    return _UNBROKEN.sub(_opened, text)


def _opened(found: re.Match[str]) -> str:
    pieces = re.split(f"[{SOFT_HYPHEN}-]", softened(found[0]))
    is_open = all(len(piece) <= _LONGEST_PIECE for piece in pieces)
    return found[0] if is_open else MAY_BREAK.join(found[0])


def _syllables(found: re.Match[str]) -> str:
    word = found[0]
    places = [place for place in _places(word) if _LEAST <= place <= len(word) - _LEAST]
    pieces = [
        word[start:end] for start, end in zip([0, *places], [*places, len(word)], strict=True)
    ]
    return SOFT_HYPHEN.join(pieces)


def _places(word: str) -> list[int]:
    return [found.end() - _onset(found[0].lower()) for found in _CLUSTER.finditer(word)]


def _onset(cluster: str) -> int:
    """How many consonants at the cluster's end belong to the next syllable."""
    known = [sound for sound in _ONE_SOUND if cluster.endswith(sound)]
    longest = max((len(sound) for sound in known), default=1)
    return longest if longest <= len(cluster) else 1
