"""An answer in the words of what was counted: sessions or orders where a question says persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.questions.result import Result
from waypost.questions.units import PERSON, unit_of

__all__ = ["in_units", "named_after"]

_WORD = re.compile(r"(?<![a-z])person(s?)(?![a-z])")


def named_after(unit: str | None, text: str) -> str:
    """``text`` with the unit's name in place of the words person and persons."""
    named = unit_of(unit)
    if named.kind == PERSON:
        return text
    return _WORD.sub(lambda match: named.plural if match[1] else named.plural[:-1], text)


def in_units(result: Result, unit: str | None) -> Result:
    """``result`` with columns, facts and units named after ``unit``; itself for persons."""
    if unit_of(unit).kind == PERSON:
        return result
    return replace(
        result,
        columns={named_after(unit, name): values for name, values in result.columns.items()},
        facts=_named(result.facts, unit),
        units={named_after(unit, k): named_after(unit, text) for k, text in result.units.items()},
    )


def _named(facts: Mapping[str, Any], unit: str | None) -> dict[str, Any]:
    return {
        named_after(unit, name): _named(value, unit) if isinstance(value, Mapping) else value
        for name, value in facts.items()
    }
