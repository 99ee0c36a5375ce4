"""Whether the values of fields are what their types say, before anything is done with them."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from numbers import Integral
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from waypost.errors import QuestionError, nearest
from waypost.kit.translation import N_

__all__ = ["MOST_CHARACTERS", "MOST_NUMBER", "as_fields", "built", "check_types", "refuse_type"]

T = TypeVar("T")
MOST_NUMBER = 1_000_000_000
MOST_CHARACTERS = 10_000
MOST_VALUES = 1_000
_DEEPEST = 4

_WORDS: Mapping[Any, str] = {
    str: N_("a text"),
    int: N_("a whole number"),
    bool: N_("true or false"),
    date: N_("a date"),
    datetime: N_("a date with a time"),
    timedelta: N_("a time such as 7d"),
}
_LISTS = {str: N_("a list of texts"), int: N_("a list of numbers")}


def check_types(of: Any) -> None:
    """Raise ``QuestionError`` for the first field of a dataclass that its type does not allow.

    Numbers lie within 1,000,000,000, texts have at most 10,000 characters and lists 1,000 values.
    """
    kind: Any = type(of)
    for name, hint in _hints(kind):
        value = getattr(of, name)
        if not _fits(value, hint):
            refuse_type(name, value, _said(hint))


def refuse_type(name: str, value: Any, allowed: str) -> NoReturn:
    """Raise ``QuestionError`` about a field that cannot hold a value."""
    raise QuestionError(
        f"{name} is {_shown(value)}.",
        hint=f"It has to be {allowed}.",
        field=name,
        value=_shown(value),
        allowed=allowed,
    )


def built(kind: type[T], fields: Mapping[str, Any], called: str) -> T:
    """A dataclass from values by name; ``QuestionError`` for a field it lacks, or one it needs."""
    known = {item.name: item for item in dataclasses.fields(kind)}  # type: ignore[arg-type]  # a dataclass
    for name in fields:
        if name not in known:
            near = nearest(str(name), known)
            raise QuestionError(
                f"{called} has no field {_shown(name)}.",
                hint=f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}.",
                field=name,
            )
    for name, item in known.items():
        is_needed = item.default is dataclasses.MISSING
        if name not in fields and is_needed and item.default_factory is dataclasses.MISSING:
            raise QuestionError(
                f"{called} needs {name}.", hint=f"It has: {', '.join(known)}.", field=name
            )
    return kind(**fields)


def as_fields(value: Any, deep: int = 0) -> Any:
    """JSON lists as tuples; ``QuestionError`` for lists in lists in lists without an end."""
    if not isinstance(value, list):
        return value
    if deep == _DEEPEST:
        raise QuestionError("The lists of this question lie too deep in each other.")
    return tuple(as_fields(item, deep + 1) for item in value)


@cache
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    known = get_type_hints(kind)
    return tuple((item.name, known[item.name]) for item in dataclasses.fields(kind))


def _fits(value: Any, hint: Any) -> bool:
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if origin is None:
        return _is_one(value, hint)
    if origin is collections.abc.Mapping:
        return isinstance(value, Mapping) and all(
            _fits(text, kind)
            for pair in value.items()
            for text, kind in zip(pair, get_args(hint), strict=True)
        )
    return _is_list(value, origin, get_args(hint))


def _is_one(value: Any, kind: Any) -> bool:
    if kind is str:
        return isinstance(value, str) and len(value) <= MOST_CHARACTERS and _is_unicode(value)
    if kind is int:
        is_number = isinstance(value, Integral) and not isinstance(value, bool)
        return is_number and -MOST_NUMBER <= int(value) <= MOST_NUMBER
    return value is None if kind is type(None) else isinstance(value, kind)


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair is in JSON, but in no text that can be written."""
    return text.isascii() or text.encode(errors="replace").decode() == text


def _is_list(value: Any, origin: Any, kinds: tuple[Any, ...]) -> bool:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        return False
    if len(value) > MOST_VALUES:
        return False
    if origin is tuple and kinds[-1] is not Ellipsis:
        return len(value) == len(kinds) and all(map(_fits, value, kinds))
    return all(_fits(one, kinds[0]) for one in value)


def _said(hint: Any) -> str:
    """What is allowed, in words; ``None`` only where nothing else is."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        found = dict.fromkeys(_said(one) for one in parts if one is not type(None))
        return " or ".join(found)
    if origin is collections.abc.Mapping:
        return N_("texts by name")
    if origin is not None:
        return _LISTS.get(parts[0], N_("a list"))
    return _WORDS.get(hint, str(getattr(hint, "__name__", hint)))


def _shown(value: Any) -> str:
    """The value, short, and so that it can be written."""
    text = ascii(value) if isinstance(value, str) and not _is_unicode(value) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004 - a line
