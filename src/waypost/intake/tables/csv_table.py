"""A delimited text file as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.intake.tables.aligned import squeezed
from waypost.intake.tables.delimited import (
    Found,
    Rules,
    cells_of,
    count_in,
    reject_of,
    windows_of,
)
from waypost.intake.tables.encodings import Encoding, utf8_chunks
from waypost.intake.tables.rows import objects_of, sample_of
from waypost.intake.tables.shapes import Dialect, Reject, TextBatch
from waypost.intake.tables.sources import ByteSource
from waypost.intake.tables.windows import Gap, Window, too_long
from waypost.kernels import csv_scan

__all__ = ["CsvTable", "Region"]

_UTF8 = "holds bytes that are no valid text in the encoding of the file"
_NUL = "holds zero bytes"
_PIECE = "seems to be one record with its neighbour, broken by a line end within a cell"
_QUOTE = "a quote opens in this record and is never closed"


@dataclass(frozen=True, slots=True)
class Region:
    """Where the records of a table lie in the UTF-8 text: bytes [begin, end), first line number."""

    begin: int = 0
    end: int | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Delimited text, read in windows of bounded size.

    A record with too few cells is used, the absent cells being null, unless it and its neighbour
    look like one that a line end broke in two: then both are rejected. One with too many is
    rejected unless the surplus cells are empty. Records with zero bytes, invalid text or a quote
    that is never closed are rejected.
    """

    name: str
    columns: tuple[str, ...]
    dialect: Dialect
    source: ByteSource
    encoding: Encoding
    region: Region
    kind: str = "csv"

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first records as dicts; absent cells are left out."""
        return sample_of(self, rows)

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as (line, dict of text or reject), in file order."""
        return objects_of(self)

    def batches(
        self, rows: int = 65536, *, through: Callable[[Iterator[bytes]], Iterator[bytes]] = iter
    ) -> Iterator[TextBatch]:
        """All records, at most ``rows`` in a batch; peak memory is a small multiple of 4 MiB.

        ``through`` sees the UTF-8 bytes of the records as they pass.
        """
        rules = self._rules()
        limit = self.source.limits.record_bytes
        text = through(self._text())
        parts = windows_of(text, rules, line=self.region.line, record_bytes=limit)
        for part in parts:
            if isinstance(part, Window):
                yield from _batches(part, rules, self.columns, rows=rows, limit=limit)
            else:
                line, gap = part
                yield _empty(self.columns, _gap(line, gap))

    def count_records(self) -> int:
        """Records and rejects, counted by a kernel that knows no fields."""
        return self.count_in(self._text())

    def count_in(self, text: Iterator[bytes]) -> int:
        """As ``count_records``, from bytes that somebody else reads."""
        limit = self.source.limits.record_bytes
        return count_in(text, self._rules(), record_bytes=limit)

    def _rules(self) -> Rules:
        return Rules.of(self.dialect, self.source.limits.columns, len(self.columns))

    def _text(self) -> Iterator[bytes]:
        """The UTF-8 bytes of the region."""
        at = 0
        begin, end = self.region.begin, self.region.end
        pieces = utf8_chunks(self.source, self.encoding)
        for piece in squeezed(pieces) if self.dialect.aligned else pieces:
            first, last = at, at + len(piece)
            at = last
            if last > begin:
                stop = len(piece) if end is None else max(end - first, 0)
                yield piece[max(begin - first, 0) : stop]
            if end is not None and last >= end:
                return


def _gap(line: int, gap: Gap) -> Reject:
    return Reject(line, gap.reason, gap.head.decode("utf-8", "backslashreplace"))


def _empty(columns: tuple[str, ...], reject: Reject) -> TextBatch:
    batch = pa.RecordBatch.from_arrays(
        [pa.array([], pa.string()) for _ in columns], names=list(columns)
    )
    return TextBatch(np.empty(0, np.int64), batch, (reject,))


def _batches(
    window: Window, rules: Rules, columns: tuple[str, ...], *, rows: int, limit: int
) -> Iterator[TextBatch]:
    buf, found = window.buf, window.found
    bad = _bad_records(buf, found, len(columns))
    bad[found.records[:, 3] - found.records[:, 2] > limit] = _LONG
    for first in range(0, found.records.shape[0], rows):
        records = found.records[first : first + rows]
        here = bad[first : first + rows]
        rejects = tuple(
            reject_of(buf, records[r], _reason(records[r], int(here[r]), len(columns)))
            for r in np.flatnonzero(here)
        )
        yield _batch(
            buf, found, rules, records=records[here == 0], columns=columns, rejects=rejects
        )


def _batch(
    buf: NDArray[np.uint8],
    found: Found,
    rules: Rules,
    *,
    records: NDArray[np.int64],
    columns: tuple[str, ...],
    rejects: tuple[Reject, ...],
) -> TextBatch:
    rows = np.ascontiguousarray(records[:, :2])
    short = int((rows[:, 1] < len(columns)).sum())
    arrays = [
        cells_of(buf, found, rules, rows=rows, column=column)[0] for column in range(len(columns))
    ]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(columns))
    return TextBatch(records[:, 4].copy(), batch, rejects, short)


_NO_ASCII = 128
_SURPLUS, _TEXT, _FLAGS, _LONG, _BROKEN = 1, 2, 4, 8, 16
_SHORT_SHARE = 0.1  # where more records are short, shortness is the habit of the file


def _bad_records(buf: NDArray[np.uint8], found: Found, columns: int) -> NDArray[np.uint8]:
    """For each record 0 or why it is bad."""
    records = found.records
    bad = np.where(records[:, 5] != 0, _FLAGS, 0).astype(np.uint8)
    for r in np.flatnonzero(records[:, 1] > columns).tolist():
        first, count = int(records[r, 0]) + columns, int(records[r, 1]) - columns
        surplus = slice(first, first + count)
        if (found.ends[surplus] > found.starts[surplus]).any():
            bad[r] |= _SURPLUS
    bad[_broken(records[:, 1], columns)] |= _BROKEN
    if records.shape[0] and not _valid(buf, int(records[0, 2]), int(records[-1, 3])):
        for r in range(records.shape[0]):
            if not _valid(buf, int(records[r, 2]), int(records[r, 3])):
                bad[r] |= _TEXT
    return bad


def _broken(counts: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """Neighbouring short records that together are one: a line end stood in an unquoted cell."""
    short = counts < columns
    if columns == 1 or not 0 < short.sum() <= _SHORT_SHARE * counts.size:
        return np.empty(0, np.int64)
    first = np.flatnonzero(short[:-1] & short[1:] & (counts[:-1] + counts[1:] == columns + 1))
    return np.concatenate([first, first + 1])


def _valid(buf: NDArray[np.uint8], begin: int, end: int) -> bool:
    part = buf[begin:end]
    if part.max(initial=0) < _NO_ASCII:
        return True
    try:
        part.tobytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reason(record: NDArray[np.int64], bad: int, columns: int) -> str:
    if bad & _LONG:
        return too_long(int(record[3] - record[2]))
    if bad & _TEXT:
        return _UTF8
    if int(record[5]) & csv_scan.HAS_NUL:
        return _NUL
    if int(record[5]) & csv_scan.UNCLOSED:
        return _QUOTE
    if bad & _BROKEN:
        return _PIECE
    return f"has {int(record[1])} cells where the header has {columns}"
