"""Sentences that other parts compose in English, said in the reader's language.

Reports and errors carry finished English sentences. Here stand their patterns, so that they can be
translated: a sentence that fits none is said as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from waypost.kit.phrase_list import GENERAL, INNER, OR, PHRASES

__all__ = ["said"]

_NAME = re.compile(r"\{(\w+)\}")
_ANY = r".+?"
_ONE_VALUE = r"'[^']*'|“[^”]*”|\([^)]*\)|[^\s“”]+"
_LISTED = re.compile(r"(?:'[^']*'|[\w.:-]+)(?:, (?:'[^']*'|[\w.:-]+))*")
_Patterns = tuple[tuple[str, re.Pattern[str]], ...]
_SENTENCES = re.compile(r"(?<=[.?!]) (?=[A-Z“'])")


def said(text: Callable[[str], str], sentence: str) -> str:
    """What ``sentence`` says by ``text``; where only runs of its sentences are known, those.

    Of several patterns that fit, the one with the most words of its own is taken.
    """
    whole = _said(text, sentence, _patterns(PHRASES, _ANY))
    if whole != sentence:
        return whole
    patterns = (*_patterns(PHRASES, _ANY), *_patterns(GENERAL, _ONE_VALUE))
    return " ".join(_said_in_runs(text, _SENTENCES.split(sentence), patterns))


def _said_in_runs(
    text: Callable[[str], str], parts: Sequence[str], patterns: _Patterns
) -> Iterator[str]:
    """From the front the longest run that is known, or the sentence as it is; then the rest."""
    first = 0
    while first < len(parts):
        for last in range(len(parts), first, -1):
            run = " ".join(parts[first:last])
            told = _said(text, run, patterns)
            if told != run or last == first + 1:
                yield told
                first = last
                break


def _said(text: Callable[[str], str], sentence: str, patterns: _Patterns) -> str:
    if not sentence:
        return ""
    direct = text(sentence)
    if direct != sentence:
        return direct
    for phrase, pattern in patterns:
        found = pattern.fullmatch(sentence)
        if found is not None:
            parts = {name: _part(text, part) for name, part in found.groupdict().items()}
            return text(phrase).format(**parts)
    return sentence


def _part(text: Callable[[str], str], part: str) -> str:
    """What stands in a sentence's place: a phrase of its own, or names that "or" joins."""
    known = _said(text, part, _patterns(INNER, _ANY))
    if known != part:
        return known
    names = part.split(" or ")
    is_list = len(names) > 1 and all(map(_LISTED.fullmatch, names))
    return text(OR).join(names) if is_list else part


@cache
def _patterns(phrases: tuple[str, ...], value: str) -> _Patterns:
    ordered = sorted(phrases, key=lambda phrase: -len(_NAME.sub("", phrase)))
    return tuple((phrase, _pattern(phrase, value)) for phrase in ordered)


def _pattern(phrase: str, value: str) -> re.Pattern[str]:
    """Each name in braces stands for a text that ``value`` matches."""
    pieces = _NAME.split(phrase)
    parts = [
        f"(?P<{piece}>{value})" if place % 2 else re.escape(piece)
        for place, piece in enumerate(pieces)
    ]
    return re.compile("".join(parts), re.DOTALL)
