"""Order keys: texts whose bytewise order is the order of the map, with room between any two.

A key is a whole number and a fraction, both in base 62 (``0-9A-Za-z``, which is their bytewise
order too). The first letter says how long the whole number is: ``a`` one digit, ``b`` two, up to
``z``; ``Z`` one digit below zero, ``Y`` two, down to ``A``. The fraction follows and never ends
with ``0``. So keys at either end grow with the logarithm of how many were put there, and keys in
the middle by one character for every five or six halvings. It is the notation that the npm package
``fractional-indexing`` writes, so that browser and server make keys for each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from waypost.errors import InputError

__all__ = ["FIRST_KEY", "between", "is_order_key", "keys_between", "ordered"]

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(_DIGITS)
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_KEY: Final = re.compile(r"[0-9A-Za-z]+", re.ASCII)
_LONGEST: Final = 26
_LOWEST: Final = "A" + "0" * _LONGEST

FIRST_KEY: Final = "a0"


def is_order_key(text: str) -> bool:
    """Whether ``text`` is a key that others can be put before and after."""
    if not _KEY.fullmatch(text) or not text[0].isalpha():
        return False
    length = 1 + _whole_digits(text[0])
    if len(text) < length or text == _LOWEST:
        return False
    return len(text) == length or not text.endswith("0")


def between(before: str | None, after: str | None) -> str:
    """A key above ``before`` and below ``after``; None is no bound on that side.

    Raises ``InputError`` where one of them is no key or ``before`` is not below ``after``.
    """
    for key in (before, after):
        if key is not None and not is_order_key(key):
            raise InputError(
                f"“{key}” is no order key.",
                hint=f"A key looks like “{FIRST_KEY}” or “{FIRST_KEY}V”: see docs/map-document.md.",
                key=key,
            )
    if before is not None and after is not None:
        return _inside(before, after)
    if before is not None:
        return _above(before)
    return FIRST_KEY if after is None else _below(after)


def keys_between(before: str | None, after: str | None, count: int) -> list[str]:
    """``count`` keys in rising order above ``before`` and below ``after``, evenly short."""
    if count <= 0:
        return []
    if after is None or before is None:
        return _run(before, after, count)
    middle = between(before, after)
    left = count // 2
    return [
        *keys_between(before, middle, left),
        middle,
        *keys_between(middle, after, count - left - 1),
    ]


def ordered(entities: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of (id, key) pairs in the order of the map: by key, and by id where keys are equal.

    Two people who put something at the same place at the same time make the same key.
    """
    return [name for _, name in sorted((key, name) for name, key in entities)]


def _run(before: str | None, after: str | None, count: int) -> list[str]:
    keys: list[str] = []
    for _ in range(count):
        if after is None:
            keys.append(between(keys[-1] if keys else before, None))
        else:
            keys.append(between(None, keys[-1] if keys else after))
    return keys if after is None else keys[::-1]


def _whole_digits(letter: str) -> int:
    return ord(letter) - ord("a") + 1 if letter >= "a" else ord("Z") - ord(letter) + 1


def _parts(key: str) -> tuple[str, str]:
    length = 1 + _whole_digits(key[0])
    return key[:length], key[length:]


def _above(key: str) -> str:
    whole, fraction = _parts(key)
    up = _stepped(whole, 1)
    return up if up is not None else whole + _middle(fraction, "")


def _below(key: str) -> str:
    whole, fraction = _parts(key)
    if whole == _LOWEST:
        return _LOWEST + _middle("", fraction)
    if fraction:
        return whole
    down = _stepped(whole, -1)
    return down if down is not None and down != _LOWEST else _LOWEST + _middle("", "")


def _inside(before: str, after: str) -> str:
    if before >= after:
        raise InputError(
            f"There is no place between the order keys “{before}” and “{after}”.",
            hint="The first must be below the second; give equal keys new ones first.",
            before=before,
            after=after,
        )
    whole, fraction = _parts(before)
    whole_after, fraction_after = _parts(after)
    if whole == whole_after:
        return whole + _middle(fraction, fraction_after)
    up = _stepped(whole, 1)
    if up is not None and up < after:
        return up
    return whole + _middle(fraction, "")


def _stepped(whole: str, by: int) -> str | None:
    """The whole number one up or one down; None beyond the longest."""
    edge, fresh = (_DIGITS[-1], "0") if by > 0 else ("0", _DIGITS[-1])
    letter, digits = whole[0], whole[1:]
    kept = digits.rstrip(edge)
    if kept:
        turned = _DIGITS[_VALUES[kept[-1]] + by]
        return letter + kept[:-1] + turned + fresh * (len(digits) - len(kept))
    return _relettered(letter, by, fresh)


def _relettered(letter: str, by: int, fresh: str) -> str | None:
    following = {("Z", 1): "a", ("a", -1): "Z"}.get((letter, by), chr(ord(letter) + by))
    if not following.isalpha() or (letter, by) in {("z", 1), ("A", -1)}:
        return None
    return following + fresh * _whole_digits(following)


def _middle(low: str, high: str) -> str:
    """A fraction above ``low`` and below ``high`` (empty: one), not ending with ``0``."""
    shared = ""
    while True:
        first = _VALUES[low[0]] if low else 0
        last = _VALUES[high[0]] if high else _BASE
        if last - first > 1:
            return shared + _DIGITS[(first + last) // 2]
        shared += _DIGITS[first]
        if first == last:
            low, high = low[1:], high[1:]
            continue
        if len(high) > 1:
            return shared[:-1] + high[0]
        low, high = low[1:], ""
