"""What makes two rows the same: the key of a row and the fingerprint of its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.kernels.jit import sealed
from waypost.kernels.keys_md5 import Words, keys_append, keys_lengths, keys_md5, keys_pad
from waypost.kernels.room import blank

__all__ = ["Fingerprints", "fingerprints", "text_md5"]

NOT_CONTENT = frozenset({"source", "key", "seq", "line"})
ROWS_AT_ONCE = 65_536
ROWS_NEAR = 8_192  # what is hashed of so many stays in a near cache
LENGTH_BYTES = 4
MD5_BLOCK = 64
MD5_TAIL = 9  # the end mark and the length


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Per row: both halves of the key's MD5 and the first half of the content's, as uint64.

    A half is read as a little-endian number.
    """

    hi: NDArray[np.uint64]
    lo: NDArray[np.uint64]
    content: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as Arrow lays out text: value i is ``data[offsets[i]:offsets[i + 1]]``, if valid.

    ``head`` is what each value is written behind; see ``keys_append``.
    """

    head: tuple[NDArray[np.uint64], int, int]
    offsets: NDArray[np.int32]
    data: NDArray[np.uint8]
    valid: NDArray[np.uint8]

    @property
    def extra(self) -> int:
        """Bytes that stand before each value."""
        return self.head[1] + self.head[2]

    def part(self, first: int, stop: int) -> _Column:
        """Some of the values."""
        return _Column(self.head, self.offsets[first : stop + 1], self.data, self.valid[first:stop])


def fingerprints(table: pa.Table, *, source: str) -> Fingerprints:
    """The fingerprints of the rows, in their order; more than a million rows a second per core.

    A column that is null in a row does not enter its content, so a later export with more columns
    leaves the rows that do not use them as they were.
    """
    names = sorted(set(table.column_names) - NOT_CONTENT)
    names = [name for name in names if table[name].null_count < table.num_rows]
    rows = table.num_rows
    found = Fingerprints(*(np.empty(rows, np.uint64) for _ in range(3)))
    for first in range(0, rows, ROWS_AT_ONCE):
        part, here = table.slice(first, ROWS_AT_ONCE), slice(first, first + ROWS_AT_ONCE)
        key = _column(part["key"], f"{source}\0", sized=0)
        found.hi[here], found.lo[here] = _md5([key], part.num_rows)
        columns = [_column(part[name], f"{name}\0") for name in names]
        found.content[here], _ = _md5(columns, part.num_rows)
    return found


def text_md5(texts: pa.Array, *, prefix: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both halves of the MD5 of prefix and text, of each text; none of them may be null."""
    return _md5([_column(pa.chunked_array([texts]), prefix, sized=0)], len(texts))


def _column(column: pa.ChunkedArray, prefix: str, *, sized: int = LENGTH_BYTES) -> _Column:
    array = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    offsets, data = _text_parts(array) if pa.types.is_string(array.type) else _number_parts(array)
    told = prefix.encode()
    words = np.frombuffer(told.ljust(-(-len(told) // 8) * 8, b"\0"), np.uint64)
    return _Column((words, len(told), sized), sealed(offsets), sealed(data), _valid(array))


def _valid(array: pa.Array) -> NDArray[np.uint8]:
    """By value 1, or 0 where it is null."""
    bits = array.buffers()[0]
    if bits is None or not array.null_count:
        return np.ones(len(array), np.uint8)
    shown = slice(array.offset, array.offset + len(array))
    return np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")[shown]


def _text_parts(array: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    _, offsets, data = array.buffers()
    shown = slice(array.offset, array.offset + len(array) + 1)
    text = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
    return np.frombuffer(offsets, np.int32)[shown], text


def _number_parts(array: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Eight bytes per value: instants and counts as int64, ratings as float64."""
    floating = pa.types.is_floating(array.type)
    wide = array.cast(pa.float64() if floating else pa.int64())
    values = wide.fill_null(0).to_numpy()
    offsets = np.arange(0, 8 * (len(array) + 1), 8, dtype=np.int32)
    return offsets, np.ascontiguousarray(values).view(np.uint8)


def _md5(columns: Sequence[_Column], rows: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both halves of each row's MD5."""
    hi, lo = np.empty(rows, np.uint64), np.empty(rows, np.uint64)
    for first in range(0, rows, ROWS_NEAR):
        stop = min(first + ROWS_NEAR, rows)
        parts = [column.part(first, stop) for column in columns]
        hi[first:stop], lo[first:stop] = _md5_of_part(parts, stop - first)
    return hi, lo


def _md5_of_part(
    columns: Sequence[_Column], rows: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    lengths = np.zeros(rows, np.int64)
    for c in columns:
        keys_lengths(lengths, c.offsets, c.valid, c.extra)
    blocks = (lengths + MD5_TAIL + MD5_BLOCK - 1) // MD5_BLOCK
    starts = np.concatenate(([0], np.cumsum(blocks * MD5_BLOCK)))
    buffer = blank(int(starts[-1]) + MD5_BLOCK, np.uint8)
    words, cursor = _words(buffer), starts[:-1].copy()
    for c in columns:
        keys_append(words, cursor, c.head, c.offsets, (c.data, _words(c.data)), c.valid)
    keys_pad(words, starts, cursor)
    first, second = keys_md5(buffer.view(np.uint32), starts)
    return first, second


def _words(data: NDArray[np.uint8]) -> Words:
    """A word from every byte on that has seven behind it."""
    return np.ndarray((max(data.size - 7, 0),), np.uint64, data, strides=(1,))
