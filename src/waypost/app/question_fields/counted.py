"""An answer that counts sessions or orders, in the words of one that counts persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.questions import Result, unit_of

__all__ = ["in_persons", "plural_of", "unit_in"]


def unit_in(question: Mapping[str, Any]) -> str | None:
    """The unit of a question as JSON, also of one inside another."""
    unit = question.get("of_question", question).get("unit")
    return None if unit is None else str(unit)


def plural_of(question: Mapping[str, Any]) -> str:
    """What a question counts: persons, sessions, orders."""
    return unit_of(unit_in(question)).plural


def in_persons(result: Result) -> Result:
    """The same figures, named after persons, so that one table serves for every unit."""
    plural = plural_of(result.question)
    if plural == "persons":
        return result
    word = re.compile(rf"(?<![a-z]){plural[:-1]}(s?)(?![a-z])")

    def named(text: str) -> str:
        return word.sub(r"person\1", text)

    return replace(
        result,
        columns={named(name): values for name, values in result.columns.items()},
        facts={named(name): value for name, value in result.facts.items()},
        units={named(name): text for name, text in result.units.items()},
    )
