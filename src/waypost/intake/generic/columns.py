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
from waypost.kernels import cells as kernels
from waypost.kernels.jit import sealed
from waypost.model import Flag

__all__ = [
    "Parsed",
    "amounts",
    "as_mask",
    "cleaned",
    "each_different",
    "emails",
    "identifiers",
    "marked",
    "parse_times",
    "phones",
    "ratings",
]

_WORDS = ("null", "NULL", "None", "none", "NaN", "nan", "N/A", "n/a", "undefined")
_NOTHING = pa.array(["", *_WORDS])
_NOTHING_BYTES = np.frombuffer(b"".join(bytes([len(w)]) + w.encode() for w in _WORDS), np.uint8)
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


@dataclass(frozen=True, slots=True)
class _Cells:
    """A text column as kernels take it."""

    offsets: npt.NDArray[np.int32]
    data: npt.NDArray[np.uint8]
    valid: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, column: pa.Array) -> _Cells:
        """The column's own buffers; ``valid`` is a fresh array."""
        _, offsets, data = column.buffers()
        if offsets is None:
            return cls(np.zeros(1, np.int32), np.empty(0, np.uint8), np.empty(0, np.uint8))
        shown = slice(column.offset, column.offset + len(column) + 1)
        text = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
        if column.null_count:
            valid = column.is_valid().to_numpy(zero_copy_only=False).astype(np.uint8)
        else:
            valid = np.ones(len(column), np.uint8)
        return cls(sealed(np.frombuffer(offsets, np.int32)[shown]), sealed(text), valid)


def cleaned(column: pa.Array) -> pa.Array:
    """Outer blanks dropped; cells that are empty or say that they are become null."""
    cells = _Cells.of(column)
    left = kernels.cells_empty(cells.offsets, cells.data, cells.valid, _NOTHING_BYTES)
    if left < 0:
        return _trimmed(column)
    if left == len(column):
        return column
    bitmap = pa.py_buffer(np.packbits(cells.valid, bitorder="little"))
    buffers = [bitmap, pa.py_buffer(cells.offsets), column.buffers()[2]]
    return pa.Array.from_buffers(pa.string(), len(column), buffers, len(column) - left)


def _trimmed(column: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, value_set=_NOTHING), pa.scalar(None, pa.string()), trimmed)


def as_mask(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Booleans as numpy has them; null is False."""
    mask: npt.NDArray[np.bool_] = pc.fill_null(array, fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return mask


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
    if style.order != "excel":
        quick = _plain_times(column, style, zone)
        if quick is not None:
            return quick
    return _any_times(column, style, zone)


def _plain_times(column: pa.Array, style: TimeStyle, zone: ZoneInfo) -> Parsed | None:
    """The column where all cells are plainly written and all or none have a zone, else None."""
    cells = _Cells.of(column)
    at, flags = np.empty(len(column), np.int64), np.empty(len(column), np.int32)
    kind = kernels.cells_times(cells.offsets, cells.data, cells.valid, at, flags)
    if kind == kernels.REFUSED:
        return None
    if kind == kernels.WALL:
        at = to_utc(at, style.zone or zone)
        flags |= 0 if style.zone else int(Flag.ZONE_ASSUMED)
    empty = cells.valid == 0
    flags[empty] = 0
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
    return Parsed(at, marked(len(column), reasons), reasons, flags)


def marked(length: int, reasons: dict[int, str]) -> npt.NDArray[np.bool_]:
    """True at the rows that have a reason."""
    bad = np.zeros(length, np.bool_)
    bad[list(reasons)] = True
    return bad


def amounts(column: pa.Array, currency: str, mark: Mark) -> Parsed:
    """Minor units (int64, null where empty) of a cleaned column."""
    places = minor_units(currency)
    cells, minor = _Cells.of(column), np.empty(len(column), np.int64)
    if kernels.cells_minor(cells.offsets, cells.data, cells.valid, ord(mark), places, minor):
        values = pa.array(minor, pa.int64(), mask=cells.valid == 0)
        return Parsed(values, np.zeros(len(column), np.bool_), {})
    values, reasons = each_different(
        column, lambda cell: normalise.amount(cell, currency, mark=mark), pa.int64()
    )
    return Parsed(values, marked(len(column), reasons), reasons)


def ratings(column: pa.Array, scale: Scale) -> Parsed:
    """Ratings (float32, null where empty or an unknown word) of a cleaned column."""
    values, reasons = each_different(column, lambda cell: normalise.rate(cell, scale), pa.float32())
    return Parsed(values, marked(len(column), reasons), reasons)


def emails(column: pa.Array) -> pa.Array:
    """Addresses in one spelling, null where a cell holds none."""
    cells = _Cells.of(column)
    found = kernels.cells_mails(cells.offsets, cells.data, cells.valid)
    if found:
        return column if found == 1 else pc.ascii_lower(column)
    return each_different(column, normalise.email, pa.string())[0]


def identifiers(column: pa.Array) -> pa.Array:
    """As they are, but whole numbers lose the ``.0`` that spreadsheets give them."""
    cells = _Cells.of(column)
    if not kernels.cells_end_in_zero(cells.offsets, cells.data, cells.valid):
        return column
    return pc.replace_substring_regex(column, r"^([1-9]\d*)\.0$", r"\1")


def phones(column: pa.Array, country: str) -> pa.Array:
    """Numbers in E.164, null where a cell holds none."""
    return each_different(column, lambda cell: normalise.phone(cell, country), pa.string())[0]
