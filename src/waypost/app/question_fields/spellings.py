"""Values of fields as they are typed: ranges, times, places, exclusions, filters by a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from waypost.errors import QuestionError

__all__ = ["READERS", "cell_in", "only_in"]

_RANGE = re.compile(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?")
_SPAN = re.compile(r"(?P<step>.+)@(?P<after>.+)\.\.(?P<before>.+)", re.DOTALL)
_PAIR = re.compile(r"\s*(?P<field>[^=!]+?)\s*(?P<outside>!?)=\s*(?P<value>.*)", re.DOTALL)
_NOBODY = "(none)"
_UNLIMITED = "none"


def _steps(texts: Sequence[str]) -> tuple[Any, ...]:
    """``cart | basket`` is either; a condition is one step, whatever stands in it."""
    return tuple(_alternatives(text) for text in texts)


def _alternatives(text: str) -> str | tuple[str, ...]:
    if " | " not in text or "'" in text:
        return text
    return tuple(part.strip() for part in text.split(" | "))


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """``1-7,8-14``; a number alone is a range of one."""
    found = [_RANGE.fullmatch(part) for part in text.split(",")]
    if None in found:
        raise QuestionError(
            f"The ranges {text!r} cannot be read.", hint="Write them like 1-7,8-14.", value=text
        )
    return tuple((int(one[1]), int(one[2] or one[1])) for one in found if one)


def _times(text: str) -> str | tuple[str, ...]:
    """``2d``, or ``1h,2d,none``: one for each step after the first."""
    times = tuple(part.strip() for part in text.split(","))
    return times[0] if len(times) == 1 else times


def _places(texts: Sequence[str]) -> tuple[str | int, ...]:
    """Names of steps, or their numbers from 1."""
    return tuple(_place(text) for text in texts)


def _place(text: str) -> str | int:
    return int(text) if text.strip().isdigit() else text.strip()


def _exclusions(texts: Sequence[str]) -> tuple[Any, ...]:
    """``refund``, or ``refund@cart..order`` between two steps only, by name or number."""
    return tuple(_exclusion(text) for text in texts)


def _exclusion(text: str) -> str | tuple[str, str | int, str | int]:
    span = _SPAN.fullmatch(text)
    if span is None:
        return text
    return span["step"].strip(), _place(span["after"]), _place(span["before"])


def _limit(text: str) -> str | None:
    """``none`` is no limit."""
    return None if text == _UNLIMITED else text


READERS: Mapping[str, Callable[[Any], Any]] = {
    "exclusions": _exclusions,
    "limit": _limit,
    "places": _places,
    "ranges": _ranges,
    "steps": _steps,
    "times": _times,
}
"""How texts of fields become values, by the ``spelling`` of the field."""


def only_in(text: str, of: str) -> dict[str, Any]:
    """``channel=web,email``, or ``channel!=web`` for all others; ``(none)`` is no value."""
    found = _PAIR.fullmatch(text)
    if found is None:
        raise QuestionError(
            f"The filter {text!r} cannot be read.",
            hint="Write it like channel=web,email, or channel!=web for all others.",
            value=text,
        )
    values = [part.strip() for part in found["value"].split(",")]
    return {
        "by": found["field"],
        "values": [None if value == _NOBODY else value for value in values],
        "of": of,
        "outside": bool(found["outside"]),
    }


def cell_in(texts: Sequence[str]) -> dict[str, str]:
    """``step=order measure=lost`` as a mapping; ``QuestionError`` for what has no ``=``."""
    cell = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise QuestionError(
                f"{text!r} names no cell.",
                hint="Write a column and a value of it, like step=order.",
                value=text,
            )
        cell[name.strip()] = value.strip()
    return cell
