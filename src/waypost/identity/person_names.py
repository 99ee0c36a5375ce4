"""Names of persons as they are compared: given and family names, folded until spellings agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

__all__ = ["NOBODY", "PersonName", "fold", "known_as", "parse_name"]

SEPARATOR = "\x1f"
"""Stands between the given and the family name where a record has them apart."""

_LETTERS = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ı": "i", "ł": "l", "ø": "o", "æ": "a", "œ": "o",
     "đ": "d", "ð": "d", "þ": "t"}
)  # fmt: skip
_SOUNDS = (
    ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("ck", "k"),
    ("tz", "z"), ("y", "i"), ("ie", "i"), ("ei", "ai"), ("v", "f"), ("w", "f"),
)  # fmt: skip
_SILENT = re.compile(r"(?<=[^cs])h|(?<=[^c]s)h")
_HARD_C = re.compile(r"c(?!h)|ch(?=[rl])")
_TWICE = re.compile(r"(.)\1+")
_APOSTROPHE = re.compile("['’`´]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_REMARK = re.compile(r"\([^)]*\)|\"[^\"]*\"")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words_of(
    """
    herr frau fraulein hr fr mr mrs ms miss sir madam mister dr prof professor doktor doctor
    med dent vet jur rer nat phil ing dipl kfm mag mba ma ba bsc msc beng meng llm phd jr sr
    jun sen junior senior ii iii iv hc habil pd oec pol theol fh univ
    """
)
_PARTICLES = _words_of(
    """
    von vom van vande vander zu zur zum de del della der den des di da do dos du la le el al
    bin ibn ben ter ten te af av y e
    """
)
_NO_HUMAN = _words_of(
    """
    gmbh ag kg ohg gbr ug mbh ev eg kgaa se inc ltd llc plc corp co company firma verein
    stiftung shop store laden gruppe group team buro office praxis kanzlei hotel restaurant
    schule kita universitat hochschule stadt gemeinde amt ministerium verlag und and u
    familie family fam eheleute ehepaar geschwister kunde kundin customer gast guest test
    unbekannt unknown anonym anonymous na null none nobody keine admin info support service
    anrufer caller besucher visitor nutzer user lieferung rechnung abholung undefined name
    vorname nachname
    """
)
_SHORT = 2
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class PersonName:
    """Folded words of a name, ``given`` and ``family``; one without a given name says nothing."""

    given: tuple[str, ...]
    family: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.given)


NOBODY = PersonName((), ())


def parse_name(text: str) -> PersonName:
    """The name in a text: “Anna Müller”, “Müller, Anna”, “Dr. Anna-Maria von Müller”.

    ``NOBODY`` where a human's given name is not plain: a single word, an initial (“M. Schmidt”), a
    company, a couple (“Anna und Bert Müller”), an e-mail address, digits, other than Latin letters.
    Given and family name may be parted by U+001F; then a given name alone is enough.
    """
    if len(text) > _LONGEST or "@" in text or "&" in text or "+" in text or "/" in text:
        return NOBODY
    if any(letter.isdigit() for letter in text):
        return NOBODY
    plain = _REMARK.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    first, parted, last = plain.partition(SEPARATOR)
    if not parted and plain.count(",") == 1:
        last, first = plain.split(",")
        parted = ","
    given, family = _words(first), _words(last)
    words = {_bare(word) for word in _single((*given, *family))}
    if _NO_HUMAN & words or not all(map(str.isascii, words)):
        return NOBODY
    if not parted:
        given, family = _divided(given)
    known = [fold(word) for word in _single(given)]
    others = [fold(word) for word in _single(family) if word not in _PARTICLES]
    if not known or (not others and parted != SEPARATOR):
        return NOBODY
    return PersonName(tuple(dict.fromkeys(known)), tuple(dict.fromkeys(others)))


def _words(text: str) -> list[str]:
    """Words without titles; a double name is one word."""
    found = _WORD.findall(_APOSTROPHE.sub("", text))
    return [word for word in found if _bare(word) not in _TITLES]


def _single(words: Iterable[str]) -> list[str]:
    """Double names as two words, initials left out."""
    return [one for word in words for one in word.split("-") if len(one) >= _SHORT]


def _divided(words: list[str]) -> tuple[list[str], list[str]]:
    """Given names end before the first particle, else before the last word."""
    for place, word in enumerate(words[1:], 1):
        if word in _PARTICLES:
            return words[:place], words[place:]
    return words[:-1], words[-1:]


@cache
def _bare(word: str) -> str:
    marked = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


@cache
def fold(word: str) -> str:
    """The word in ASCII by its sound: Müller, Mueller and Muller are one, so are Ralf and Ralph."""
    plain = _HARD_C.sub("k", _bare(word.casefold()))
    for spelled, sounds in _SOUNDS:
        plain = plain.replace(spelled, sounds)
    return _TWICE.sub(r"\1", _SILENT.sub("", _TWICE.sub(r"\1", plain)))


def known_as(text: str) -> str:
    """The name as people read it: one blank between words, capitals where there were none."""
    told = " ".join(text.replace(SEPARATOR, " ").split())
    return told.title() if told.islower() or told.isupper() else told
