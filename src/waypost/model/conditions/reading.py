"""From text to the parts of a condition: sqlglot parses, an allow-list of nodes decides.

Nothing of what sqlglot built survives: each allowed node is translated into a part of our own, and
whatever has no translation is refused with its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from waypost.errors import RuleError, nearest
from waypost.model.conditions.literals import read_literal, suited, text_literal
from waypost.model.conditions.tree import (
    ATTRIBUTE,
    EVENT_NAMES,
    PERSON,
    All,
    Any,
    Compare,
    Field,
    Kind,
    Literal,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
    kind_of,
)

__all__ = ["read"]

LONGEST = 8_000
DEEPEST = 60
LONGEST_SHOWN = 160
ALLOWED = (
    "Allowed are and, or, not, brackets, = != < <= > >=, in, between, like, ilike, glob, "
    "regexp, is null, contains(), starts_with(), ends_with(), lower(), upper()."
)
HINTS = {
    Kind.TEXT: "Example: channel = 'web'.",
    Kind.NUMBER: "Example: value > 100, rating <= -1.",
    Kind.INSTANT: "Dates: '2026-01-31', instants: '2026-01-31 18:30'.",
    Kind.LOOSE: "Examples: size = 'M', item_count >= 2, subscribed = true.",
}
COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
PATTERNS: dict[type[exp.Expr], str] = {
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.Glob: "glob",
    exp.RegexpLike: "regexp",
    exp.Contains: "contains",
    exp.StartsWith: "starts_with",
    exp.EndsWith: "ends_with",
}
FOLDS: dict[type[exp.Expr], str] = {exp.Lower: "lower", exp.Upper: "upper"}


def read(text: str) -> Node:
    """The condition's parts; raises ``RuleError`` with the place of what is not allowed."""
    _check_size(text)
    return _Reader(text).node(_parse(text), 0)


def _check_size(text: str) -> None:
    if not text.strip():
        raise RuleError(
            "A condition must not be empty.", hint="Example: channel = 'web'.", text=text
        )
    if len(text) > LONGEST:
        raise RuleError(
            f"A condition may have {LONGEST:,} characters, this one has {len(text):,}.",
            hint="Split it into several rules.",
            text=text[:80],
        )
    if "\x00" in text or not _is_unicode(text):
        raise RuleError("A condition must be plain text, without zero bytes.", text=ascii(text))


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _parse(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse(text, read="duckdb")
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        near = str(first.get("highlight") or "").strip()
        position = len(str(first.get("start_context") or "")) + 1
        _refuse(text, near or text.strip(), position, "It cannot be read as a condition")
    except TokenError:
        _refuse(text, text.strip(), len(text), "A quote or a bracket is left open")
    except RecursionError:
        _refuse(text, text.strip(), 1, "It is nested too deeply")
    if len(found) != 1 or found[0] is None:
        _refuse(text, ";", text.find(";") + 1, "Only one condition is allowed, without semicolon")
    return found[0]


def _refuse(text: str, near: str, position: int, what: str, hint: str = "") -> NoReturn:
    raise RuleError(
        f"The condition “{_short(text)}” cannot be used: "
        f"{what} (at character {position}: “{_short(near)}”).",
        hint=hint or ALLOWED,
        text=text,
        position=position,
        near=near,
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class _Reader:
    """Translates one parsed text; keeps it for the messages."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self, node: exp.Expr, what: str, hint: str = "") -> NoReturn:
        near, position = _place(node)
        _refuse(self.text, near, position, what, hint)

    def node(self, node: exp.Expr, depth: int) -> Node:
        if depth > DEEPEST:
            self.refuse(node, "It is nested too deeply")
        if isinstance(node, exp.Paren):
            return self.node(node.this, depth + 1)
        if isinstance(node, exp.And | exp.Or):
            parts = tuple(self.node(part, depth + 1) for part in _flat(node))
            return All(parts) if isinstance(node, exp.And) else Any(parts)
        if isinstance(node, exp.Not):
            return Not(self.node(node.this, depth + 1))
        return self.atom(node)

    def atom(self, node: exp.Expr) -> Node:
        kind = type(node)
        if kind in COMPARISONS:
            return self.comparison(node, COMPARISONS[kind])
        if kind is exp.NEQ:
            return Not(self.comparison(node, "="))
        if kind in PATTERNS:
            found = self.pattern(node, PATTERNS[kind])
            return Not(found) if node.args.get("negate") else found
        others: dict[type[exp.Expr], Callable[[exp.Expr], Node]] = {
            exp.In: self.one_of,
            exp.Between: self.between,
            exp.Is: self.missing,
        }
        return others.get(kind, self.nothing)(node)

    def nothing(self, node: exp.Expr) -> NoReturn:
        if isinstance(node, exp.Column | exp.Dot):
            hint = f"Compare it with something, for example {_place(node)[0]} = 'a'."
            self.refuse(node, "A name alone is no condition", hint)
        self.refuse(node, f"{_title(node)} is not allowed")

    def comparison(self, node: exp.Expr, op: str) -> Node:
        left, right = node.this, node.args["expression"]
        if not _is_field(left) and _is_field(right):
            left, right, op = right, left, MIRRORED[op]
        field = self.field(left)
        value = self.literal(field, right, op)
        if op == "=" and isinstance(value, str):
            return OneOf(field, (value,))
        return Compare(field, op, value)

    def literal(self, field: Field, node: exp.Expr, op: str = "=") -> Literal:
        if isinstance(node, exp.Column):
            hint = f"Text stands in single quotes: '{node.name}'."
            self.refuse(
                node, "A field is compared with a fixed value, not with another field", hint
            )
        value = read_literal(node)
        if value is None:
            self.refuse(node, _no_value(node))
        problem, fitting = suited(field, value, op)
        if problem:
            self.refuse(node, problem, HINTS[kind_of(field.name)])
        return fitting

    def one_of(self, node: exp.Expr) -> Node:
        known = {"this", "expressions"}
        others = any(value for name, value in node.args.items() if name not in known)
        if others or not node.expressions:
            self.refuse(node, "“in” takes a list of fixed values")
        field = self.field(node.this)
        values = [self.literal(field, item) for item in node.expressions]
        texts = [value for value in values if isinstance(value, str)]
        if texts and len(texts) == len(values):
            return OneOf(field, tuple(sorted(set(texts))))
        return Any(tuple(Compare(field, "=", value) for value in values))

    def between(self, node: exp.Expr) -> Node:
        field = self.field(node.this)
        low = self.literal(field, node.args["low"], ">=")
        high = self.literal(field, node.args["high"], "<=")
        if node.args.get("symmetric") or type(low) is not type(high):
            self.refuse(node, "“between” takes two fixed values of one kind, the lower one first")
        return All((Compare(field, ">=", low), Compare(field, "<=", high)))

    def missing(self, node: exp.Expr) -> Node:
        if not isinstance(node.args["expression"], exp.Null):
            self.refuse(node, "“is” is only for “is null” and “is not null”")
        return Missing(self.field(node.this))

    def pattern(self, node: exp.Expr, how: str) -> Node:
        extra = {name for name, value in node.args.items() if value} - {"this", "expression"}
        if extra - {"negate", "full_match", "json_scope"} or node.args.get("full_match"):
            self.refuse(node, f"{_title(node)} takes a field and one text")
        field = self.field(node.this)
        if kind_of(field.name) not in {Kind.TEXT, Kind.LOOSE}:
            self.refuse(node, f"“{field.name}” is no text, so it has no pattern")
        problem, pattern = text_literal(node.args["expression"], how)
        if problem:
            self.refuse(node, problem)
        return Matches(field, how, pattern)

    def field(self, node: exp.Expr) -> Field:
        fold = FOLDS.get(type(node), "")
        inner = node.this if fold else node
        if not isinstance(inner, exp.Column | exp.Dot):
            self.refuse(node, f"{_title(node)} stands where a field belongs")
        name = self.name(inner)
        if fold and kind_of(name) not in {Kind.TEXT, Kind.LOOSE}:
            self.refuse(node, f"“{name}” is no text, so {fold}() has no meaning")
        return Field(name, fold)

    def name(self, node: exp.Expr) -> str:
        found = node.parts if isinstance(node, exp.Column | exp.Dot) else []
        parts = [part for part in found if isinstance(part, exp.Identifier)]
        if not parts or len(parts) != len(found):
            self.refuse(node, f"{_title(node)} stands where a field belongs")
        name = ".".join(part.name for part in parts)
        quoted = any(part.quoted for part in parts)
        if not quoted and name.lower() in EVENT_NAMES:
            return name.lower()
        prefixed = name.startswith((ATTRIBUTE, PERSON))
        return name if prefixed else ATTRIBUTE + name


def _no_value(node: exp.Expr) -> str:
    if isinstance(node, exp.Literal | exp.Neg):
        return "a number lies below 10^15 and has at most nine decimals"
    return f"{_title(node)} is not a fixed value"


def _flat(node: exp.Expr) -> list[exp.Expr]:
    """The operands of a chain of one connector, left to right, without recursion."""
    kind, waiting, found = type(node), [node], []
    while waiting:
        current = waiting.pop()
        if type(current) is kind:
            waiting += [current.args["expression"], current.this]
        else:
            found.append(current)
    return found


def _is_field(node: exp.Expr) -> bool:
    inner = node.this if type(node) in FOLDS else node
    return isinstance(inner, exp.Column | exp.Dot)


def _place(node: exp.Expr) -> tuple[str, int]:
    """Some text near the node and the character (from 1) where the node, or part of it, stands."""
    for part in node.walk():
        if "start" in part.meta:
            return node.sql("duckdb", comments=False), int(part.meta["start"]) + 1
    return node.sql("duckdb", comments=False), 1


def _title(node: exp.Expr) -> str:
    name = node.sql_name().lower() if isinstance(node, exp.Func) else node.key
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        near = nearest(name, ["lower", "upper", "contains", "starts_with", "ends_with"])
        return f"“{name}()”" + (f" (did you mean {', '.join(near)}?)" if near else "")
    return f"“{name}()”" if isinstance(node, exp.Func) else f"“{name}”"
