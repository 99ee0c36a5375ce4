"""Fixed values in conditions: which are allowed, and which fit which field."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from waypost.model.conditions.tree import Field, Kind, Literal, kind_of

__all__ = ["read_literal", "suited", "text_literal"]

LARGEST = Decimal(10) ** 15
FINEST = -9
DATED = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ)


def read_literal(node: exp.Expr) -> Literal | None:
    """The value of a text, number, truth, date or instant literal; None for anything else."""
    if isinstance(node, exp.Neg):
        value = read_literal(node.this)
        return -value if isinstance(value, Decimal) else None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Cast):
        return _dated(node)
    if not isinstance(node, exp.Literal):
        return None
    return str(node.this) if node.is_string else _number(str(node.this))


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    exact = value.normalize()
    return exact if not exact or int(exact.as_tuple().exponent) >= FINEST else None


def _dated(node: exp.Cast) -> date | datetime | None:
    """``date '…'`` and ``timestamp '…'``, which sqlglot reads as casts of a text literal."""
    inner, kind = node.this, node.args["to"]
    if not isinstance(inner, exp.Literal) or not inner.is_string or kind.this not in DATED:
        return None
    if not isinstance(node, exp.Cast) or isinstance(node, exp.TryCast):
        return None
    return _instant(str(inner.this))


def _instant(text: str) -> date | datetime | None:
    """A day for ``2026-01-31``, an instant for anything longer that is ISO 8601, else None."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else _moment(text)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if len(text) > len("2026-01-31") else None


def suited(field: Field, value: Literal, op: str) -> tuple[str, Literal]:
    """The problem of comparing the field with the value (empty: none), and the value to use."""
    kind = kind_of(field.name)
    if kind is Kind.INSTANT:
        found = _instant(value) if isinstance(value, str) else value
        fits = isinstance(found, date)
        return ("", found) if fits and found else ("“at” is compared with a date or instant", value)
    if kind is Kind.NUMBER and not (isinstance(value, Decimal)):
        return f"“{field.name}” is a number and compared with numbers, without quotes", value
    if (kind is Kind.TEXT or field.fold) and not isinstance(value, str):
        return f"“{field.name}” is text and compared with text in single quotes", value
    if isinstance(value, bool) and op != "=":
        return "true and false are only compared with = and !=", value
    return "", value


def text_literal(node: exp.Expr, how: str) -> tuple[str, str]:
    """The problem of a pattern (empty: none) and the pattern."""
    value = read_literal(node)
    if not isinstance(value, str):
        return f"“{how}” takes one text in single quotes", ""
    if how == "regexp":
        try:
            pc.match_substring_regex(pa.nulls(1, pa.string()), value)
        except pa.ArrowInvalid as error:
            return f"the regular expression is invalid: {error}", ""
    return "", value
