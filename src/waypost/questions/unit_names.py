"""An answer in the words of what was counted: sessions or orders where a question says persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.questions.result import Result
from waypost.questions.units import PERSON, unit_of

__all__ = ["in_units"]

_WORD = re.compile(r"(?<![a-z])person(s?)(?![a-z])")


def in_units(result: Result, unit: str | None) -> Result:
    """``result`` with columns, facts and units named after ``unit``; itself for persons."""
    named = unit_of(unit)
    if named.kind == PERSON:
        return result

    def said(text: str) -> str:
        return _WORD.sub(lambda match: named.plural if match[1] else named.plural[:-1], text)

    return replace(
        result,
        columns={said(name): values for name, values in result.columns.items()},
        facts=_named(result.facts, said),
        units={said(name): said(text) for name, text in result.units.items()},
    )


def _named(facts: Mapping[str, Any], said: Any) -> dict[str, Any]:
    return {
        said(name): _named(value, said) if isinstance(value, Mapping) else value
        for name, value in facts.items()
    }
