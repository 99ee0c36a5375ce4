"""From a condition's parts back to text that reads as the same condition."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlglot.dialects.duckdb import DuckDB

from waypost.model.conditions.tree import (
    ATTRIBUTE,
    EVENT_NAMES,
    PERSON,
    All,
    Any,
    Atom,
    Compare,
    Field,
    Literal,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
)

__all__ = ["write"]

PLAIN = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*){0,2}")
WORDS = frozenset(DuckDB.Tokenizer.KEYWORDS)
CALLS = frozenset({"contains", "starts_with", "ends_with"})


def write(node: Node) -> str:
    """The text; reading it gives an equal condition."""
    if isinstance(node, Not):
        return _write_not(node.part)
    if isinstance(node, All | Any):
        word = " and " if isinstance(node, All) else " or "
        return word.join(_bracketed(part) for part in node.parts)
    return _write_atom(node, "", "=")


def _bracketed(node: Node) -> str:
    return f"({write(node)})" if isinstance(node, All | Any) else write(node)


def _write_not(part: Node) -> str:
    if isinstance(part, Missing | OneOf) or (isinstance(part, Matches) and part.how == "like"):
        return _write_atom(part, "not ", "!=")
    if isinstance(part, Compare) and part.op == "=":
        return _write_atom(part, "not ", "!=")
    return f"not ({write(part)})"


def _write_atom(atom: Atom, negation: str, equal: str) -> str:
    field = _field(atom.field)
    if isinstance(atom, Missing):
        return f"{field} is {negation}null"
    if isinstance(atom, OneOf):
        if len(atom.texts) == 1:
            return f"{field} {equal} {_quoted(atom.texts[0])}"
        return f"{field} {negation}in ({', '.join(_quoted(text) for text in atom.texts)})"
    if isinstance(atom, Matches):
        if atom.how in CALLS:
            return f"{atom.how}({field}, {_quoted(atom.pattern)})"
        return f"{field} {negation}{atom.how} {_quoted(atom.pattern)}"
    return f"{field} {equal if atom.op == '=' else atom.op} {_literal(atom.literal)}"


def _field(field: Field) -> str:
    name = field.name
    for prefix in (ATTRIBUTE, PERSON):
        if name.startswith(prefix):
            name = _prefixed(prefix, name.removeprefix(prefix))
            break
    return f"{field.fold}({name})" if field.fold else name


def _prefixed(prefix: str, name: str) -> str:
    """The attribute's own name where it cannot be mistaken, else behind its prefix."""
    plain = PLAIN.fullmatch(name) and not any(w.upper() in WORDS for w in name.split("."))
    if prefix == ATTRIBUTE and plain:
        mistaken = name.lower() in EVENT_NAMES or name.startswith((ATTRIBUTE, PERSON))
        return prefix + name if mistaken else name
    return f"{prefix}{name if plain else _in_double_quotes(name)}"


def _in_double_quotes(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Literal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return _quoted(value) if isinstance(value, str) else format(value, "f")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
