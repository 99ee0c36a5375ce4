"""What of an answer can be compared between groups: counted units out of so many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from waypost.questions.result import Result
from waypost.questions.unit_names import named_after

__all__ = ["Share"]

_FACT = "facts."


@dataclass(frozen=True, slots=True)
class Share:
    """A column of whole units (persons, sessions, …) and what they are a share of.

    ``count``: the column; ``of``: a column, or a fact (``facts.persons`` where a column has the
    same name) that is one number for all rows;
    ``keys``: the columns that say what a row stands for. ``at_random``: False where a unit may be
    counted more than once, so that an interval would be too narrow and none is given.
    """

    count: str
    of: str
    keys: tuple[str, ...]
    at_random: bool = True

    def of_unit(self, unit: str | None) -> Share:
        """The same columns as they are called where ``unit`` is counted."""
        keys = tuple(named_after(unit, key) for key in self.keys)
        count, of = named_after(unit, self.count), named_after(unit, self.of)
        return replace(self, count=count, of=of, keys=keys)

    def read(self, result: Result) -> Mapping[tuple[str, ...], tuple[int, int]]:
        """Count and whole of every row of ``result``, by its keys."""
        counts = np.asarray(result.columns[self.count], dtype=np.int64)
        wholes = _whole(result, self.of, counts.size)
        names = zip(*(map(str, result.columns[key]) for key in self.keys), strict=True)
        pairs = zip(counts.tolist(), wholes.tolist(), strict=True)
        return dict(zip(names, pairs, strict=True))

    def whole_without_row(self, result: Result) -> int:
        """What a row that the answer does not have would be a share of; 0 where unknown."""
        name = self.of.removeprefix(_FACT)
        known = self.of not in result.columns and name in result.facts
        return int(result.facts[name]) if known else 0


def _whole(result: Result, name: str, rows: int) -> NDArray[np.int64]:
    if name in result.columns:
        return np.asarray(result.columns[name], dtype=np.int64)
    return np.full(rows, int(result.facts[name.removeprefix(_FACT)]), dtype=np.int64)
