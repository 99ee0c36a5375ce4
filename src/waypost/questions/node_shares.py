"""Shares whose key column is named by a field of the question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waypost.questions.measures import Share

__all__ = ["NodeShares"]


class NodeShares:
    """``question.shares`` from the question's own fields; on the class, which has none, empty."""

    def __init__(self, shares_of: Callable[[Any], tuple[Share, ...]]) -> None:
        self._shares_of = shares_of

    def __get__(self, question: Any, kind: type[Any]) -> tuple[Share, ...]:
        return () if question is None else self._shares_of(question)
