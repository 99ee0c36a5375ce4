"""The words and signs of a pattern's text, and errors that point at one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from waypost.errors import QuestionError
from waypost.kit.translation import N_

__all__ = ["Token", "refuse", "renamed", "short", "tokens_of"]

_LONGEST = 10_000
_SHOWN = 40
_SIGN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<arrow>->|=>)
    |"(?P<quoted>(?:[^"\\]|\\.)*)"
    |\[(?P<condition>(?:[^\]'"]|'[^']*'|"[^"]*")*)\]
    |\{(?P<braces>[^{}]*)\}
    |(?P<name>(?:[^\s()\[\]{}|?*+!^$"'=<>,\\-]|-(?!>))+)
    |(?P<sign>[()|?*+!^$])""",
    re.VERBOSE,
)
_OPEN = {'"': 'the second "', "[": "the closing ]", "{": "the closing }"}
GUIDE = N_(
    "Example: view ->{1d} cart -> !order -> call. "
    'A name with blanks stands in quotes ("Write to us"), a condition in [ ].'
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: the sign itself, ``name``, ``quoted``, ``condition``, ``{`` or ``end``."""

    kind: str
    text: str
    place: int


def short(text: str) -> str:
    """The text, cut where it is long."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def refuse(text: str, token: Token, what: str, hint: str = "") -> NoReturn:
    """Raise the ``QuestionError`` that says what is wrong at which character of the text."""
    near = short(text[token.place :].strip()) or "the end"
    raise QuestionError(
        f"The pattern “{short(text)}” cannot be used: {what} "
        f"(at character {token.place + 1}: “{near}”).",
        hint=hint or GUIDE,
        pattern=text,
        position=token.place + 1,
    )


def tokens_of(text: str) -> tuple[Token, ...]:
    """All tokens, with one of kind ``end`` behind them; raises ``QuestionError``."""
    if not isinstance(text, str) or not text.strip():
        raise QuestionError("A pattern must not be empty.", hint=GUIDE)
    if len(text) > _LONGEST:
        raise QuestionError(
            f"A pattern may have {_LONGEST:,} characters, this one has {len(text):,}.",
            hint="Ask for several patterns.",
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _SIGN.match(text, place)
        if match is None:
            refuse(text, Token("", text[place], place), *_unreadable(text[place]))
        if match.lastgroup != "blank":
            found.append(_token(match))
        place = match.end()
    return (*found, Token("end", "", len(text)))


def renamed(text: str, names: Mapping[int, str]) -> str:
    """The text with other names, in quotes, at the places where names stood."""
    parts, behind = [], 0
    for place in sorted(names):
        match = _SIGN.match(text, place)
        if match is not None:
            escaped = re.sub(r'(["\\\\])', r"\\\1", names[place])
            parts += [text[behind:place], f'"{escaped}"']
            behind = match.end()
    return "".join((*parts, text[behind:]))


def _unreadable(sign: str) -> tuple[str, str]:
    if sign in _OPEN:
        return f"{_OPEN[sign]} is missing", ""
    if sign in "=<>'":
        return "a comparison must stand in [ ]", "Example: [value > 100]."
    if sign == ",":
        return "a comma joins nothing here", "Write -> (later), => (directly next) or | (or)."
    return f"{sign!r} has no meaning here", ""


def _token(match: re.Match[str]) -> Token:
    kind, text, place = str(match.lastgroup), match[str(match.lastgroup)], match.start()
    if kind in ("arrow", "sign"):
        return Token(text, text, place)
    if kind == "braces":
        return Token("{", text.strip(), place)
    if kind == "quoted":
        return Token(kind, re.sub(r"\\(.)", r"\1", text), place)
    if kind == "name" and text == ".":
        return Token(".", text, place)
    return Token(kind, text.strip(), place)
