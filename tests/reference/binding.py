"""The obvious way to bind: try every rule on every row, in order."""

from __future__ import annotations


def first_match(predicates, row):
    """The number, from 1, of the first predicate that holds; 0 for none, and for facts."""
    if row["event"] is None or row["event"].startswith("$"):
        return 0
    for code, holds in enumerate(predicates, start=1):
        if holds(row):
            return code
    return 0
