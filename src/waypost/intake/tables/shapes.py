"""The nouns of this package: limits, dialects, batches of text, rejected records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["Dialect", "Limits", "Reject", "Table", "TextBatch"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    ``ratio`` is only looked at once more than ``ratio_floor`` bytes came out of a compressed file,
    because a small, repetitive export may well shrink 300-fold.
    """

    unpacked_bytes: int = 50 * 1024 * _MIB
    ratio: int = 200
    ratio_floor: int = 64 * _MIB
    members: int = 1000
    record_bytes: int = 64 * _MIB
    columns: int = 16_384
    workbook_bytes: int = 1024 * _MIB
    sample_bytes: int = 1 * _MIB


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written.

    ``header_row`` counts the lines above the header, ``header_rows`` the lines of the header (0:
    the table has none). ``quote`` and ``escape`` are empty where none is used; a doubled quote
    inside quotes always means one quote. ``newline`` is ``"any"`` where a lone CR ends a line,
    else ``"lf"`` (LF and CRLF end lines, a lone CR is data). ``aligned``: runs of blanks set the
    columns apart. ``confidence`` is 0 to 1; ``reasons`` are sentences.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    header_row: int = 0
    header_rows: int = 1
    newline: str = "lf"
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    comment: str = ""
    padded: bool = False
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be used: where it begins, why, and its text as far as readable."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Some records of a table as text.

    ``lines``: int64, 1-based, ascending; for CSV and JSONL the line of the file on which the record
    begins, else the number of the record. ``columns``: all ``pa.string()``, equal-long with
    ``lines``; null where the record has no such cell, ``""`` where the cell is there and empty.
    ``short_rows``: how many of these records had fewer cells than the table has columns.
    """

    lines: NDArray[np.int64]
    columns: pa.RecordBatch
    rejects: tuple[Reject, ...] = field(default=())
    short_rows: int = 0


class Table(Protocol):
    """One table of a file; reading it twice gives the same records.

    ``sample``: the first records as dicts. ``batches``: all records. ``objects``: all records as
    dicts, nested for JSON, with rejects among them. ``count_records``: records and rejects counted
    by other code than the reader's.
    """

    @property
    def name(self) -> str:
        """File name, with sheet or member after a colon."""

    @property
    def kind(self) -> str:
        """One of csv, xlsx, json, jsonl, parquet, xml."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Unique column names in file order."""

    @property
    def dialect(self) -> Dialect | None:
        """How the text is written; None where the format leaves nothing open."""

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first records; absent cells are left out."""

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """All records, at most ``rows`` in one batch."""

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as (line, object or reject)."""

    def count_records(self) -> int:
        """Records plus rejects, by an independent count."""
