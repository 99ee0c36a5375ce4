"""Columns of amounts in one or several currencies, and of what they are multiplied with."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import InputError
from waypost.intake.generic.columns import Parsed, amounts, as_mask, each_different, marked
from waypost.intake.normalise import currency_in

__all__ = ["by_currency", "currencies", "factors", "multiplied", "named_currencies"]

_FACTOR = r"^[+-]?\d+([.,]\d+)?$"


def named_currencies(column: pa.Array, fixed: str) -> pa.Array:
    """Of each amount the currency that its own sign or code names, else ``fixed``."""
    signed = pc.match_substring_regex(column, r"[^\d\s.,()+'’−-]")
    if not as_mask(signed).any():
        return pa.repeat(pa.scalar(fixed, pa.string()), len(column))
    return pc.fill_null(each_different(column, currency_in, pa.string())[0], fixed)


def currencies(column: pa.Array) -> Parsed:
    """ISO codes of cells that name a currency by code or sign; a cell that names none is bad."""
    values, reasons = each_different(column, _currency, pa.string())
    return Parsed(values, marked(len(column), reasons), reasons)


def _currency(cell: str) -> str:
    found = currency_in(cell)
    if found is None:
        raise InputError(f"{cell!r} is no currency.", hint="Write three letters like EUR.")
    return found


def by_currency(column: pa.Array, codes: pa.Array, mark: str) -> Parsed:
    """Minor units where each row may have another currency."""
    different = codes.unique().to_pylist()
    if len(different) == 1:
        return amounts(column, different[0], "," if mark == "," else ".")
    values = pa.nulls(len(column), pa.int64())
    bad = np.zeros(len(column), np.bool_)
    reasons: dict[int, str] = {}
    for code in different:
        mine = pc.equal(codes, code)
        part = pc.if_else(mine, column, pa.scalar(None, pa.string()))
        parsed = amounts(part, code, "," if mark == "," else ".")
        values = pc.coalesce(values, parsed.values)
        bad |= parsed.bad
        reasons |= parsed.reasons
    return Parsed(values, bad, reasons)


def factors(column: pa.Array) -> Parsed:
    """Numbers to multiply with (float64); a cell that is none is bad."""
    good = pc.match_substring_regex(column, _FACTOR)
    bad = ~as_mask(pc.fill_null(good, fill_value=True))
    plain = pc.if_else(good, pc.replace_substring(column, ",", "."), pa.scalar(None, pa.string()))
    rows = np.flatnonzero(bad).tolist()
    return Parsed(
        plain.cast(pa.float64()), bad, {row: f"{column[row]} is no number." for row in rows}
    )


def multiplied(value: pa.Array, factor: pa.Array) -> pa.Array:
    """Minor units times factors; a half minor unit goes to the even neighbour."""
    product = pc.multiply(value.cast(pa.float64()), factor)
    minor: pa.Array = pc.round(product, round_mode="half_to_even").cast(pa.int64())
    return minor
