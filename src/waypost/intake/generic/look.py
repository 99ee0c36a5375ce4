"""The sampled columns of a table that a mapping is proposed for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from waypost.intake.generic.column_words import says
from waypost.intake.reading import as_text

__all__ = ["SAYS_NOTHING", "Look", "is_constant", "share_of"]

SAYS_NOTHING = 5
"""So many equal cells, and no other, say nothing."""


@dataclass(slots=True)
class Look:
    """The sampled columns, and which were taken for what."""

    columns: Dict[str, Sequence[str]]
    records: Sequence[Dict[str, object]]
    country: str
    taken: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many records were sampled."""
        return len(self.records)

    def cell(self, record: Dict[str, object], column: str) -> str:
        """A record's cell as text, empty for none."""
        return as_text(record.get(column)) or ""

    def named(self, meaning: str) -> list[str]:
        """Columns not yet taken whose name says the meaning, in file order."""
        return [c for c in self.columns if c not in self.taken and says(c, meaning)]

    def take(self, part: str, column: str, reason: str) -> str:
        """Remember that the column serves the part, and why."""
        self.taken[column] = part
        self.reasons[part] = f"{column}: {reason}"
        return column


def share_of(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    """The share of cells for which ``fits`` holds; 0 for none."""
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def is_constant(cells: Sequence[str]) -> bool:
    """Whether all cells are equal, and more than a few."""
    return len(cells) >= SAYS_NOTHING and len(set(cells)) == 1
