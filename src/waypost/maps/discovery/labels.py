"""How alike two names are, whatever their order of words, inflection or spelling."""

from __future__ import annotations

import re
import unicodedata

from waypost.maps.discovery.likeness import edit_distance

__all__ = ["label_likeness"]

_WORD = re.compile(r"[a-z0-9]+")
_FILLER_TEXT = """
    a an and at by der die das dem den des ein eine einen einer fur for from im in ins mit of on or
    oder the to uber und vom von with zu zum zur
"""
_FILLERS = frozenset(_FILLER_TEXT.split())


def label_likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same words); symmetric, and 0 for an empty name.

    The mean over the words of both names of how near the nearest word of the other is: 1 minus the
    edit distance by the longer length, and 1 where one word begins the other (order, orders).
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return 0.0
    near = [max(_nearness(word, there) for there in second) for word in first]
    near += [max(_nearness(word, there) for there in first) for word in second]
    return sum(near) / len(near)


def _words(text: str) -> list[str]:
    plain = text.casefold().replace("ß", "ss")
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = _WORD.findall(plain)
    return [word for word in words if word not in _FILLERS] or words


_LEAST_STEM = 4
_LEAST_NEARNESS = 0.5


def _nearness(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=lambda word: (len(word), word))
    if len(shorter) >= _LEAST_STEM and longer.startswith(shorter):
        return 1.0
    if len(shorter) >= _LEAST_STEM and shorter in longer:
        return 0.8
    near = 1 - edit_distance(tuple(one), tuple(other)) / max(len(one), len(other))
    return near if near >= _LEAST_NEARNESS else 0.0
