"""Fields that came later: left out of a question's JSON while they say nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

from waypost.questions.question import Question

__all__ = ["shape_without_defaults"]


def shape_without_defaults(question: Question, *names: str) -> dict[str, Any]:
    """``Question.to_dict`` without those of the named fields that have their default.

    A question asked before a field existed keeps its JSON, and so its address on a map.
    """
    defaults = {field.name: field.default for field in dataclasses.fields(question)}
    return {
        name: value
        for name, value in Question.to_dict(question).items()
        if name not in names or getattr(question, name) != defaults[name]
    }
