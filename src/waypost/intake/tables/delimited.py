"""Delimited text by a known dialect: records out of UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.intake.tables.shapes import Dialect, Reject
from waypost.intake.tables.windows import Gap, Phase, Window, windows
from waypost.kernels import csv_count, csv_scan
from waypost.kernels.room import blank

__all__ = ["Found", "Rules", "cells_of", "count_in", "scan_text", "windows_of"]

_RECORDS = 65_536
_RAW = 65_536
_WORD = 8
_NARROW, _WIDE = 4 << 20, 32 << 20


@dataclass(frozen=True, slots=True)
class Rules:
    """A dialect as the kernels take it."""

    numbers: NDArray[np.int64]
    delimiter: NDArray[np.uint8]
    any_cr: bool
    window: int

    @classmethod
    def of(cls, dialect: Dialect, most: int, columns: int = 1) -> Rules:
        """``most``: fields of a record that are kept; ``columns`` sets the size of the windows."""
        any_cr = dialect.newline == "any"
        codes = [ord(sign) if sign else -1 for sign in (dialect.quote, dialect.escape)]
        comment = ord(dialect.comment) if dialect.comment else -1
        numbers = np.array([*codes, comment, any_cr, dialect.padded, most], np.int64)
        # A text of one column has no delimiter; a byte that UTF-8 never uses stands in.
        delimiter = dialect.delimiter.encode() or b"\xff"
        # Each column of a window costs some calls, so wide tables get windows of more records.
        window = min(max(_NARROW, columns << 12), _WIDE)
        return cls(numbers, np.frombuffer(delimiter, np.uint8), any_cr, window)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the records and fields of one window lie; see ``csv_scan.scan_records``."""

    records: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]


class _Scanner:
    """Scans window after window and knows the line number.

    What was found in a window is overwritten by the next: fresh memory costs as much as the scan.
    """

    def __init__(self, rules: Rules, line: int) -> None:
        self.rules = rules
        self.line = line
        self._starts = self._ends = np.empty(0, np.int32)
        self._kinds = np.empty(0, np.uint8)

    def __call__(
        self,
        buf: NDArray[np.uint8],
        phase: Phase,
    ) -> tuple[Found, int]:
        most = int(self.rules.numbers[5])
        room = buf.size + most + 2
        if self._starts.size < room:
            self._starts, self._ends = np.empty(room, np.int32), np.empty(room, np.int32)
            self._kinds = np.empty(room, np.uint8)
        starts, ends, kinds = self._starts[:room], self._ends[:room], self._kinds[:room]
        records = blank(6 * _RECORDS, np.int64).reshape(_RECORDS, 6)
        found, used, self.line = csv_scan.scan_records(
            buf,
            phase is Phase.LAST,
            phase is Phase.GIVE_UP,
            self.rules.numbers,
            self.rules.delimiter,
            self.line,
            starts,
            ends,
            kinds,
            records,
        )
        return Found(records[:found], starts, ends, kinds), used


def windows_of(
    chunks: Iterator[bytes], rules: Rules, *, line: int, record_bytes: int
) -> Iterator[Window | tuple[int, Gap]]:
    """All records of a text whose first line has the number ``line``; gaps come with their line."""
    scanner = _Scanner(rules, line)
    breaks = b"\r\n" if rules.any_cr else b"\n"
    for part in windows(
        chunks, scanner, record_bytes=record_bytes, breaks=breaks, size=rules.window
    ):
        if isinstance(part, Gap):
            yield scanner.line, part
            scanner.line += part.lines
        else:
            yield part


def count_in(chunks: Iterator[bytes], rules: Rules, *, record_bytes: int) -> int:
    """The number of records and gaps, counted without looking at fields."""

    def scan(buf: NDArray[np.uint8], phase: Phase) -> tuple[int, int]:
        last, give_up = phase is Phase.LAST, phase is Phase.GIVE_UP
        return csv_count.count_records(buf, last, give_up, rules.numbers, rules.delimiter)

    breaks = b"\r\n" if rules.any_cr else b"\n"
    parts = windows(chunks, scan, record_bytes=record_bytes, breaks=breaks, size=rules.window)
    return sum(1 if isinstance(part, Gap) else int(part.found) for part in parts)


def scan_text(text: bytes, rules: Rules, *, final: bool = True) -> tuple[Found, int]:
    """Scan one text at once; returns what was found and the bytes used."""
    return _Scanner(rules, 1)(np.frombuffer(text, np.uint8), Phase.LAST if final else Phase.MORE)


def cells_of(
    buf: NDArray[np.uint8], found: Found, rules: Rules, *, rows: NDArray[np.int64], column: int
) -> tuple[pa.Array, int]:
    """One column as Arrow strings, and how many of its cells are absent (null).

    ``rows``: int64 [rows, 2], first field and number of fields of each record.
    """
    room = csv_scan.column_room(rows, column, found.starts, found.ends)
    offsets = np.empty(rows.shape[0] + 1, np.int32)
    valid, data = np.empty(rows.shape[0], np.uint8), blank(room + _WORD, np.uint8)
    absent = csv_scan.gather_column(
        (buf, _words(buf)),
        rows,
        column,
        found.starts,
        found.ends,
        found.kinds,
        rules.numbers,
        rules.delimiter,
        offsets,
        valid,
        (data, _words(data)),
    )
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little")) if absent else None
    buffers = [bitmap, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), rows.shape[0], buffers, absent), absent


def _words(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A word from every byte on that has seven behind it."""
    return np.ndarray((max(data.size - _WORD + 1, 0),), np.uint64, data, strides=(1,))


def raw_of(buf: NDArray[np.uint8], begin: int, end: int) -> str:
    r"""The text of a record; bytes that are no UTF-8 are shown as ``\\xNN``."""
    text = buf[begin : min(end, begin + _RAW)].tobytes().decode("utf-8", "backslashreplace")
    return text if end - begin <= _RAW else f"{text}… ({end - begin:,} bytes)"


def reject_of(buf: NDArray[np.uint8], record: NDArray[np.int64], reason: str) -> Reject:
    """The record as a reject."""
    return Reject(int(record[4]), reason, raw_of(buf, int(record[2]), int(record[3])))
