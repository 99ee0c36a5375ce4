"""From a condition's parts to DuckDB, built as a tree that sqlglot prints: nothing is glued.

Every atom is wrapped so that a missing value makes it false, as the language promises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from sqlglot import exp

from waypost.errors import RuleError, nearest
from waypost.model.conditions.tree import (
    DICTIONARY_NAMES,
    All,
    Any,
    Atom,
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

__all__ = ["TRUTHS", "Setting", "bounds_us", "minor_bound", "render"]

TRUTHS = {True: ("1", "t", "true", "y", "yes"), False: ("0", "f", "false", "n", "no")}
"""How truth is written in exports; compared in lower case."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPERATORS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
PATTERNS: dict[str, Callable[..., exp.Expr]] = {
    "like": exp.Like,
    "ilike": exp.ILike,
    "glob": exp.Glob,
    "regexp": exp.RegexpLike,
    "contains": exp.Contains,
    "starts_with": exp.StartsWith,
    "ends_with": exp.EndsWith,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a condition needs to know of the workspace: its zone, its currency and minor digits.

    With a ``currency``, rules take money in another one as missing, as the journey store does.
    """

    zone: str = "UTC"
    digits: int = 2
    currency: str = ""

    @classmethod
    def of(cls, zone: str, currency: str) -> Setting:
        """For a time zone and an ISO 4217 currency: yen have no minor digits, euros have two."""
        return cls(zone, get_currency_precision(currency), currency)


def render(node: Node, columns: Mapping[str, exp.Expr | str], setting: Setting) -> exp.Expr:
    """The DuckDB expression, true or false and never null.

    ``columns`` gives each name's column: a text is an identifier and gets quoted.
    """
    if isinstance(node, Not):
        return exp.Not(this=exp.Paren(this=render(node.part, columns, setting)))
    if isinstance(node, All | Any):
        parts = [render(part, columns, setting) for part in node.parts]
        joined = exp.and_(*parts) if isinstance(node, All) else exp.or_(*parts)
        return exp.Paren(this=joined)
    return _atom(node, _column(node.field, columns), setting)


def _column(field: Field, columns: Mapping[str, exp.Expr | str]) -> exp.Expr:
    given = columns.get(field.name)
    if given is None:
        near = nearest(field.name, columns)
        hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(columns)}."
        raise RuleError(f"“{field.name}” is not known here.", hint=hint, name=field.name)
    column = exp.column(exp.to_identifier(given, quoted=True)) if isinstance(given, str) else given
    column = column.copy()
    if field.name in DICTIONARY_NAMES:
        column = exp.Nullif(this=column, expression=exp.Literal.string(""))
    folds: dict[str, Callable[..., exp.Expr]] = {"lower": exp.Lower, "upper": exp.Upper}
    return folds[field.fold](this=column) if field.fold else column


def _atom(atom: Atom, column: exp.Expr, setting: Setting) -> exp.Expr:
    if isinstance(atom, Missing):
        return exp.Paren(this=exp.Is(this=column, expression=exp.Null()))
    if isinstance(atom, OneOf) and len(atom.texts) == 1:
        return _sure(exp.EQ(this=column, expression=exp.Literal.string(atom.texts[0])))
    if isinstance(atom, OneOf):
        return _sure(exp.In(this=column, expressions=_texts(atom.texts)))
    if isinstance(atom, Matches):
        return _sure(PATTERNS[atom.how](this=column, expression=exp.Literal.string(atom.pattern)))
    return _sure(_compare(atom, column, setting))


def _sure(truth: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=truth, expressions=[exp.false()])


def _texts(texts: tuple[str, ...]) -> list[exp.Expr]:
    return [exp.Literal.string(text) for text in texts]


def _compare(atom: Compare, column: exp.Expr, setting: Setting) -> exp.Expr:
    literal, kind = atom.literal, kind_of(atom.field.name)
    if isinstance(literal, bool):
        return exp.In(this=exp.Lower(this=column), expressions=_texts(TRUTHS[literal]))
    if isinstance(literal, date):
        text = kind is Kind.LOOSE
        instant = exp.TryCast(this=column, to=exp.DataType.build("timestamp")) if text else column
        return _within(exp.func("epoch_us", instant), atom.op, bounds_us(literal, setting.zone))
    if isinstance(literal, str):
        return OPERATORS[atom.op](this=column, expression=exp.Literal.string(literal))
    if atom.field.name == "value":
        bound = minor_bound(literal, atom.op, setting.digits)
        return exp.false() if bound is None else _number(column, atom.op, str(bound))
    wanted = "float" if kind is Kind.NUMBER else "double"
    number = column if kind is Kind.NUMBER else _as_double(column)
    return OPERATORS[atom.op](
        this=number, expression=exp.cast(_digits(format(literal, "f")), wanted)
    )


def _as_double(column: exp.Expr) -> exp.Expr:
    """Text as a number; what is not a number (NaN written out included) is missing."""
    number = exp.TryCast(this=column, to=exp.DataType.build("double"))
    finite = exp.func("isfinite", number.copy())
    return exp.Case(ifs=[exp.If(this=finite, true=number)])


def _number(column: exp.Expr, op: str, digits: str) -> exp.Expr:
    return OPERATORS[op](this=column, expression=_digits(digits))


def _digits(text: str) -> exp.Expr:
    plain = exp.Literal.number(text.removeprefix("-"))
    return exp.Neg(this=plain) if text.startswith("-") else plain


def _within(instant: exp.Expr, op: str, bounds: tuple[int, int]) -> exp.Expr:
    first, after = bounds
    if op == "=":
        low = _number(instant, ">=", str(first))
        return exp.And(this=low, expression=_number(instant.copy(), "<", str(after)))
    exact = {"<": ("<", first), ">=": (">=", first), "<=": ("<", after), ">": (">=", after)}
    known, bound = exact[op]
    return _number(instant, known, str(bound))


def bounds_us(literal: date | datetime, zone: str) -> tuple[int, int]:
    """First microsecond of a day or instant, and the first after it, since 1970 in UTC.

    A day is the local one; where clocks change it has 23 or 25 hours.
    """
    if isinstance(literal, datetime):
        aware = literal if literal.tzinfo else literal.replace(tzinfo=ZoneInfo(zone))
        first = (aware - EPOCH) // timedelta(microseconds=1)
        return first, first + 1
    return _midnight(literal, zone), _midnight(literal + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> int:
    aware = datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
    return (aware - EPOCH) // timedelta(microseconds=1)


def minor_bound(literal: Literal, op: str, digits: int) -> int | None:
    """The whole minor unit that ``value op literal`` compares with; None: nothing can be equal."""
    assert isinstance(literal, Decimal)
    minor = literal.scaleb(digits)
    if op == "=":
        return int(minor) if minor == minor.to_integral_value() else None
    down = op in {">", "<="}
    return int(minor.to_integral_value(ROUND_FLOOR if down else ROUND_CEILING))
