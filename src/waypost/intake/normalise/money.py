"""Amounts of money as people and programs write them, in minor units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Literal

from babel.numbers import get_currency_precision

from waypost.errors import InputError

__all__ = [
    "Decimals",
    "amount",
    "currency_in",
    "decide_decimals",
    "minor_units",
    "number",
    "to_minor",
]

Mark = Literal[".", ","]

_SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "R$": "BRL",
    "RM": "MYR",
    "zł": "PLN",
    "Kč": "CZK",
    "Fr": "CHF",
    "SFr": "CHF",
    "Euro": "EUR",
    "A$": "AUD",
    "C$": "CAD",
    "US$": "USD",
}
_BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'’_")
_FRAME = re.compile(r"([-+−(]*)([^\d.,()+\-−]*)([-+−]?)([\d.,]*\d[\d.,]*)([^\d.,()]*?)([-−]?)(\)?)")
_CODE = re.compile(r"[A-Z]{3}")
_COMMA_COUNTRIES = (
    "AR AT BE BG BR CL CO CZ DE DK ES FI FR GR HR HU "
    "ID IT LU NL NO PL PT RO RS RU SE SI SK TR UA VN"
)
"""Countries that write a decimal comma, by their two letters."""

_GROUP = 3
_PLAIN = {mark: re.compile(rf"(-?[0-9]{{1,15}})(?:\{mark}([0-9]{{1,4}}))?") for mark in (".", ",")}
_EXPONENT = re.compile(r"[-+]?\d+(?:\.\d*)?[eE][-+]?\d+")


@dataclass(frozen=True, slots=True)
class Decimals:
    """The decimal mark of a column, and whether its cells prove it.

    ``mixed`` says that some cells prove the other mark; they are read by it.
    """

    mark: Mark = "."
    certain: bool = True
    mixed: bool = False


def decide_decimals(cells: Iterable[str], country: str) -> Decimals:
    """The decimal mark of a whole column; cells that can be read both ways prove nothing.

    Without proof the custom of ``country`` counts, and ``certain`` is False as soon as there is a
    cell for which it matters. Contradicting proof: the majority, not certain.
    """
    votes = {".": 0, ",": 0}
    doubtful = False
    for cell in cells:
        mark = _mark_of(cell)
        if mark == "?":
            doubtful = True
        elif mark:
            votes[mark] += 1
    if votes["."] != votes[","]:
        mixed = 0 not in votes.values()
        return Decimals("," if votes[","] > votes["."] else ".", not mixed, mixed)
    custom: Mark = "," if country in _COMMA_COUNTRIES.split() else "."
    return Decimals(custom, not doubtful and votes["."] == 0, votes["."] > 0)


def _mark_of(cell: str) -> str:
    """The mark that the cell proves, ``?`` if both readings are possible, empty if none matters."""
    digits = re.sub(r"[^\d.,]", "", cell.translate(_BLANKS)).strip(".,")
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return ""
    if len(set(marks)) > 1:
        return marks[-1]
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    before, after = digits.split(marks[0])
    if len(after) == _GROUP and 1 <= len(before) <= _GROUP and not before.startswith("0"):
        return "?"
    return marks[0]


def number(text: str, mark: Mark = ".") -> Decimal:
    """The number with ``mark`` as decimal mark, currency signs and group marks dropped.

    ``-$12.00``, ``12,00-`` and ``(RM 50.00)`` are negative. What cannot be read under this mark,
    but under the other one, is (``12.50`` in a column of decimal commas). Raises ``InputError`` for
    what is no number, also for groups that are not of three digits.
    """
    squeezed = text.translate(_BLANKS)
    if _EXPONENT.fullmatch(squeezed):
        return Decimal(squeezed)
    frame = _FRAME.fullmatch(squeezed)
    if frame is None or (frame[1].count("(") != len(frame[7])):
        raise _no_amount(text)
    digits = _plain_digits(frame[4], mark) or _plain_digits(frame[4], "," if mark == "." else ".")
    if digits is None:
        raise _no_amount(text, mark)
    negative = "(" in frame[1] or any(sign in "".join(frame.group(1, 3, 6)) for sign in "-−")
    return -Decimal(digits) if negative else Decimal(digits)


def _no_amount(text: str, mark: Mark | None = None) -> InputError:
    under = f" with {mark!r} as decimal mark" if mark else ""
    return InputError(
        f"{text!r} is no amount{under}.",
        hint="Amounts look like 1234.50, 1.234,50 € or (RM 50.00).",
        value=text,
    )


def _plain_digits(digits: str, mark: Mark) -> str | None:
    whole, found, fraction = digits.partition(mark)
    group = "," if mark == "." else "."
    if found and (mark in fraction or group in fraction):
        return None
    groups = whole.split(group)
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= _GROUP or any(len(g) != _GROUP for g in groups[1:])
    ):
        return None
    return f"{''.join(groups) or '0'}.{fraction or '0'}"


@lru_cache(maxsize=256)
def minor_units(currency: str) -> int:
    """How many decimal places the currency has: 2 for EUR, 0 for JPY, 3 for KWD; 2 if unknown."""
    return int(get_currency_precision(currency))


def to_minor(value: Decimal, currency: str) -> int:
    """The amount in minor units; a half minor unit goes to the even neighbour."""
    scaled = value.scaleb(minor_units(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def currency_in(text: str) -> str | None:
    """The ISO code that the text names by code or sign; None where it names none."""
    rest = re.sub(r"[\d.,()+\-−\s\u00a0\u202f]", "", text)
    if not rest:
        return None
    if _CODE.fullmatch(rest.upper()):
        return rest.upper()
    return _SYMBOLS.get(rest)


def amount(text: str | None, currency: str, *, mark: Mark = ".") -> int | None:
    """Minor units of ``currency``; None for an empty cell. Raises ``InputError`` for no amount."""
    if text is None or not text.strip():
        return None
    plain = _PLAIN[mark].fullmatch(text)
    if plain is not None:
        places = minor_units(currency)
        fraction = plain[2] or ""
        if len(fraction) <= places:
            return int(plain[1] + fraction.ljust(places, "0"))
    return to_minor(number(text, mark), currency)
