"""JSON values: parsed without losing digits, flattened to text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson

__all__ = ["flat_text", "parse_object", "parse_value"]

_DIGITS = 22  # more than any integer of 64 bits has
_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{18}")


def parse_object(raw: bytes, *, short_numbers: bool = False) -> dict[str, Any] | str:
    """The object, or the reason why it is none.

    ``short_numbers`` says that somebody looked: no number is longer than a double holds.
    """
    try:
        value = orjson.loads(raw) if short_numbers else parse_value(raw)
    except ValueError as error:
        return parse_object(raw) if short_numbers else f"is no valid JSON: {error}"
    if not isinstance(value, dict):
        return f"is no JSON object but a {_kind(value)}"
    return value


def parse_value(raw: bytes) -> Any:
    """The JSON value; raises ``ValueError``.

    A number with more digits than a double holds comes as its text. NaN and Infinity, which some
    programs write, come as None.
    """
    if _LONG_NUMBER.search(raw) is None:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            if b"NaN" not in raw and b"Infinity" not in raw:
                raise
    try:
        value = json.loads(raw, parse_float=_exact, parse_int=_exact_int, parse_constant=_nothing)
        orjson.dumps(value)
    except (RecursionError, TypeError) as error:
        raise ValueError(str(error)) from error
    return value


def _exact(text: str) -> float | str:
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def _exact_int(text: str) -> int | str:
    number = int(text) if len(text) < _DIGITS else -1
    return number if -(2**63) <= number < 2**64 and len(text) < _DIGITS else text


def _nothing(_: str) -> None:
    return None


def _kind(value: object) -> str:
    names = {list: "list", str: "text", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number")


def flat_text(value: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """Dotted keys and texts of an object; lists as JSON, null and empty objects as None."""
    for key, part in value.items():
        name = f"{prefix}{key}"
        if isinstance(part, dict) and part:
            yield from flat_text(part, f"{name}.")
        else:
            yield name, _text(part)


def _text(part: Any) -> str | None:
    if part is None or isinstance(part, dict):
        return None
    if isinstance(part, str):
        return part
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, list):
        return orjson.dumps(part).decode()
    return _plain_number(part)


def _plain_number(number: float) -> str:
    text = repr(number)
    if isinstance(number, float):
        text = text.removesuffix(".0")
    return format(Decimal(text), "f") if "e" in text else text
