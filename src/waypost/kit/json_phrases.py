"""What the JSON reader finds wrong, as it says it."""

from __future__ import annotations

from waypost.kit.translation import N_

__all__ = ["JSON_PHRASES"]

JSON_PHRASES = (
    N_("{problem}: line {line} column {column} (char {char})"),
    N_("unexpected end of data"),
    N_("unexpected character, expected {wanted}"),
    N_("a string key"),
    N_("a JSON value"),
    N_("invalid literal, expected {wanted}"),
    N_("unexpected content after document"),
    N_("unexpected control character in string"),
    N_("invalid escaped sequence in string"),
    N_("number with leading zero is not allowed"),
    N_("str is not valid UTF-8: surrogates not allowed"),
    N_("Input is a zero-length, empty document"),
)
