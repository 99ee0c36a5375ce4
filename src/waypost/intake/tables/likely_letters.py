"""How likely the letters and signs beyond ASCII of a Western European text are, where they stand.

Few of them are enough: ``Ç`` behind a number and ``³`` within a word are hardly ever meant, while
``€`` and ``ü`` are. The weights are logarithms of rough odds against ``ä``, the usual case.
"""

from __future__ import annotations

import re
from itertools import islice

__all__ = ["likelihood"]

_MOST_LOOKED_AT = 4_000
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_LETTERS = {
    **dict.fromkeys("äöüß", 0.0),
    **dict.fromkeys("ÄÖÜ", -0.2),
    **dict.fromkeys("é", -1.0),
    **dict.fromkeys("èàçêñáíóâôîëïúåøæãõ", -2.2),
    **dict.fromkeys("É", -1.8),
    **dict.fromkeys("ÅØÆÇÈÀÁÓÑœŒšžŠŽ", -3.0),
}
_RARE_LETTER = -4.5
_SIGNS = {
    **dict.fromkeys("€", -0.3),
    **dict.fromkeys("§°–—’“”„‚‘", -0.8),
    **dict.fromkeys("…²³«»‹›½·•©®™£\xa0×µ´¼¾±", -1.8),
}
_RARE_SIGN = -5.0
_NEVER = -9.0
_VOWELS = frozenset("aeiouäöüyAEIOUÄÖÜY")
_AFTER_SHARP_S = frozenset("etiljbkghmswfzEU")
_WORDS_OF_ONE = frozenset("àèéòÀÈÉ")
_WITHIN_WORDS = frozenset("’\xa0")
_BEHIND_NUMBERS = frozenset("€£°½¼¾²³µ×±")
_OPENING, _CLOSING = frozenset("„‚«»›‹“‘"), frozenset("“”’‘»«‹›…®™©²³")
_OUT_OF_PLACE = -6.0
_MISFIT = -4.5
_ODD = -1.2


def likelihood(text: str) -> float:
    """The sum over the first 4,000 signs beyond ASCII; the greater, the likelier. 0 for none."""
    total = 0.0
    for found in islice(_BEYOND_ASCII.finditer(text), _MOST_LOOKED_AT):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        total += _weight(found[0], before or " ", after or " ")
    return total


def _weight(sign: str, before: str, after: str) -> float:
    if sign.isalpha() and sign not in "ªºµƒˆ":
        return _letter(sign, before, after)
    return _sign(sign, before, after)


def _letter(sign: str, before: str, after: str) -> float:
    weight = _LETTERS.get(sign, _RARE_LETTER)
    if not (before.isalpha() or after.isalpha()):
        return weight - (0.0 if sign in _WORDS_OF_ONE else 4.0)
    if sign.isupper():
        return weight + (_OUT_OF_PLACE if before.islower() else 0.0)
    if sign == "ß":
        wrong = before not in _VOWELS or (after.isalpha() and after not in _AFTER_SHARP_S)
        return weight + (-4.0 if wrong else 0.0)
    if not before.isalpha():
        weight -= 0.7  # words beyond English begin with capitals more often
    if before.isupper() and after.isupper():
        weight -= 2.5
    return weight + (_ODD if _is_odd(sign, before, after) else 0.0)


def _is_odd(sign: str, before: str, after: str) -> bool:
    """A vowel beside a vowel (``äu`` and ``üe`` aside), ``à`` or an umlaut where it never stands.

    ``à`` ends words, or begins them as in ``l'à-propos``; an umlaut seldom ends one.
    """
    if sign == "à":
        return before.isalpha() and after.isalpha()
    if sign not in "äöüáíóú":
        return False
    beside = (before in _VOWELS and before not in "eE") or (after in _VOWELS and after not in "ue")
    return beside or (sign in "äöü" and not after.isalpha())


def _sign(sign: str, before: str, after: str) -> float:
    weight = _SIGNS.get(sign)
    if weight is None:
        return _RARE_SIGN if sign.isprintable() and not _is_drawn(sign) else _NEVER
    if before.isalpha() and after.isalpha() and sign not in _WITHIN_WORDS:
        return weight + _OUT_OF_PLACE
    return weight + (0.0 if _fits(sign, before, after) else _MISFIT)


def _fits(sign: str, before: str, after: str) -> bool:
    """Whether the sign may stand between these two."""
    if sign == "§":
        return not (before.isalpha() or after.isalpha())
    if sign == "’" and before.isalpha() and after.isalpha():
        return after in "strmlvdS"
    if sign in "–—":
        return not before.isalpha() or after.isalpha()
    if sign in _BEHIND_NUMBERS:
        return before.isdigit() or before in ' (\t;,|"m\xa0\n' or after.isdigit()
    if sign in _OPENING | _CLOSING:
        return (sign in _OPENING and after.isalnum()) or (sign in _CLOSING and _ends(before))
    return True


def _ends(before: str) -> bool:
    """Whether something can be closed behind this sign."""
    return before.isalnum() or before in ".,!?%)…"


def _is_drawn(sign: str) -> bool:
    """Lines and blocks of old screens, and the sign that stands for undecodable bytes."""
    return "\u2500" <= sign <= "\u25ff" or sign == "\ufffd"
