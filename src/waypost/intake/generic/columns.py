"""Whole columns of text → times, money, identifiers: fast where plain, exact everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.normalise import Scale, TimeStyle, to_utc
from waypost.intake.normalise.money import Mark, minor_units
from waypost.model import Flag

__all__ = [
    "Parsed",
    "amounts",
    "cleaned",
    "each_different",
    "emails",
    "parse_times",
    "phones",
    "ratings",
]

_NAIVE = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?$"
_ZONED = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"
_LABEL = r"[^\s@<>,;:\"()\[\].]"
_EMAIL = rf"^[^\s@<>,;:\"()\[\]]+@{_LABEL}+(\.{_LABEL}+)*\.{_LABEL}{{2,}}$"
_NOTHING = pa.array(["", "null", "NULL", "None", "none", "NaN", "nan", "N/A", "n/a", "undefined"])
_T = TypeVar("_T")
_FLAG_VALUES = 16  # an instant and its flags share one integer until the year 9999


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column's values with what went wrong: ``bad`` (bool) marks cells that could not be read.

    ``values`` has the length of the column; ``reasons`` tells by position why a bad cell is bad.
    """

    values: pa.Array
    bad: npt.NDArray[np.bool_]
    reasons: dict[int, str]
    flags: npt.NDArray[np.int32] | None = None


def cleaned(column: pa.Array) -> pa.Array:
    """Outer blanks dropped; cells that are empty or say that they are become null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, value_set=_NOTHING), pa.scalar(None, pa.string()), trimmed)


def each_different(
    column: pa.Array, read: Callable[[str], _T | None], kind: pa.DataType
) -> tuple[pa.Array, dict[int, str]]:
    """``read`` applied once per different cell: values, and by row why a cell failed."""
    encoded = column.dictionary_encode()
    values: list[Any] = []
    faults: dict[int, str] = {}
    for code, cell in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(read(cell))
        except InputError as error:
            values.append(None)
            faults[code] = error.message
    found = pa.array(values, kind).take(encoded.indices)
    return found, _by_row(encoded.indices, faults)


def _by_row(indices: pa.Array, faults: dict[int, str]) -> dict[int, str]:
    if not faults:
        return {}
    codes = pc.fill_null(indices, -1).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(codes, list(faults)))
    return {int(row): faults[int(codes[row])] for row in rows}


def parse_times(column: pa.Array, style: TimeStyle, zone: ZoneInfo) -> Parsed:
    """UTC microseconds (int64, null where empty) and flags of a cleaned column."""
    if style.order not in ("excel", "unix"):
        quick = _plain_times(column, style, zone)
        if quick is not None:
            return quick
    return _any_times(column, style, zone)


def _all_match(cells: pa.Array, pattern: str) -> bool:
    """Whether all do; the first one decides most columns."""
    first = pc.match_substring_regex(cells[:1], pattern)
    if not pc.all(first).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(cells, pattern)).as_py())


def _plain_times(column: pa.Array, style: TimeStyle, zone: ZoneInfo) -> Parsed | None:
    """The column where all cells are plain ISO of one kind, else None."""
    filled = pc.drop_null(column)
    if not len(filled):
        return None
    wall = _all_match(filled, _NAIVE)
    joined = column
    if not wall and not _all_match(filled, _ZONED):
        joined = pc.replace_substring_regex(column, r" ?([+-]\d{2}):?(\d{2})$", r"\1:\2")
        if not _all_match(pc.drop_null(joined), _ZONED):
            return None
    try:
        stamps = joined.cast(pa.timestamp("us") if wall else pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return None
    empty = column.is_null().to_numpy(zero_copy_only=False)
    at = pc.fill_null(stamps.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    flags = np.zeros(len(column), np.int32)
    if wall:
        at = to_utc(at, style.zone or zone)
        flags[:] = 0 if style.zone else int(Flag.ZONE_ASSUMED)
    return Parsed(pa.array(at, pa.int64(), mask=empty), np.zeros(len(column), np.bool_), {}, flags)


def _any_times(column: pa.Array, style: TimeStyle, zone: ZoneInfo) -> Parsed:
    def read(cell: str) -> int | None:
        instant = normalise.parse_time(cell, zone, style=style)
        return None if instant is None else instant.at * _FLAG_VALUES + int(instant.flags)

    packed, reasons = each_different(column, read, pa.int64())
    empty = packed.is_null().to_numpy(zero_copy_only=False)
    values = pc.fill_null(packed, 0).to_numpy(zero_copy_only=False)
    at = pa.array(values // _FLAG_VALUES, pa.int64(), mask=empty)
    flags = (values % _FLAG_VALUES).astype(np.int32)
    return Parsed(at, _marked(len(column), reasons), reasons, flags)


def _marked(length: int, reasons: dict[int, str]) -> npt.NDArray[np.bool_]:
    bad = np.zeros(length, np.bool_)
    bad[list(reasons)] = True
    return bad


def amounts(column: pa.Array, currency: str, mark: Mark) -> Parsed:
    """Minor units (int64, null where empty) of a cleaned column."""
    places = minor_units(currency)
    plain = column if mark == "." else pc.replace_substring(column, ",", ".")
    pattern = rf"^[+-]?\d{{1,12}}(\{mark}\d{{1,{places}}})?$" if places else r"^[+-]?\d{1,15}$"
    if pc.all(pc.match_substring_regex(pc.drop_null(column), pattern)).as_py() is not False:
        scaled = pc.multiply(plain.cast(pa.float64()), float(10**places))
        values = pc.round(scaled).cast(pa.int64())
        return Parsed(values, np.zeros(len(column), np.bool_), {})
    values, reasons = each_different(
        column, lambda cell: normalise.amount(cell, currency, mark=mark), pa.int64()
    )
    return Parsed(values, _marked(len(column), reasons), reasons)


def ratings(column: pa.Array, scale: Scale) -> Parsed:
    """Ratings (float32, null where empty or an unknown word) of a cleaned column."""
    values, reasons = each_different(column, lambda cell: normalise.rate(cell, scale), pa.float32())
    return Parsed(values, _marked(len(column), reasons), reasons)


def emails(column: pa.Array) -> pa.Array:
    """Addresses in one spelling, null where a cell holds none."""
    lowered = pc.utf8_lower(column)
    plain = pc.and_(
        pc.match_substring_regex(lowered, _EMAIL), pc.invert(pc.match_substring(lowered, ".."))
    )
    if pc.all(plain).as_py() is not False:
        return lowered
    return each_different(column, normalise.email, pa.string())[0]


def phones(column: pa.Array, country: str) -> pa.Array:
    """Numbers in E.164, null where a cell holds none."""
    return each_different(column, lambda cell: normalise.phone(cell, country), pa.string())[0]
