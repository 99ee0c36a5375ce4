"""Conditions: the one small language of rules and of questions' filters.

``Condition.parse("channel = 'web' and value > 100")``. It looks like SQL and allows nothing that
computes, reads or writes: names, fixed values, comparisons, patterns, and, or, not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from waypost.model.conditions.reading import read
from waypost.model.conditions.rendering import Setting, bounds_us, minor_bound, render
from waypost.model.conditions.tree import (
    ATTRIBUTE,
    DICTIONARY_NAMES,
    EVENT_NAMES,
    PERSON,
    All,
    Any,
    Atom,
    Compare,
    Field,
    Kind,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
    atoms_of,
    kind_of,
)
from waypost.model.conditions.words import explain
from waypost.model.conditions.writing import write

__all__ = [
    "ATTRIBUTE",
    "DICTIONARY_NAMES",
    "EVENT_NAMES",
    "PERSON",
    "All",
    "Any",
    "Atom",
    "Compare",
    "Condition",
    "Field",
    "Kind",
    "Matches",
    "Missing",
    "Node",
    "Not",
    "OneOf",
    "Setting",
    "atoms_of",
    "bounds_us",
    "kind_of",
    "minor_bound",
    "render",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; equal to another one that says the same in the same order.

    True or false for every event, never unknown: comparing a missing value is false.
    """

    root: Node
    text: str = field(compare=False, default="")

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``text``; raises ``RuleError`` with ``position`` (from 1), and what is allowed."""
        return cls(read(text), text.strip())

    @property
    def names(self) -> frozenset[str]:
        """Columns of the event log it speaks of: ``event``, ``value``, ``a.utm_source``."""
        return frozenset(atom.field.name for atom in atoms_of(self.root))

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Its comparisons, each one once, in the order written."""
        return tuple(dict.fromkeys(atoms_of(self.root)))

    def sql(self, columns: Mapping[str, exp.Expr | str], *, setting: Setting | None = None) -> str:
        """DuckDB text, true or false and never null.

        ``columns`` maps each of ``names`` to a column name (quoted here) or an expression: texts,
        ``value`` in minor units, ``rating`` as REAL, ``at`` as TIMESTAMP or TIMESTAMPTZ.
        ``RuleError`` for a name without a column.
        """
        return render(self.root, columns, setting or Setting()).sql("duckdb")

    def explain(self, language: str = "en") -> str:
        """A sentence for people, English or German."""
        return explain(self.root, language)

    def written(self) -> str:
        """Text of this language that reads as an equal condition, whatever it was made from."""
        return write(self.root)

    def __str__(self) -> str:
        return self.text or self.written()
