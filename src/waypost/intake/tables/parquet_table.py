"""Parquet files as tables of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waypost.errors import UnreadableFileError
from waypost.intake.tables.layout import unique_names
from waypost.intake.tables.rows import objects_of, sample_of
from waypost.intake.tables.shapes import Dialect, Reject, TextBatch

__all__ = ["ParquetTable", "parquet_tables"]


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A Parquet file, one row group after the other; rows are numbered from 1.

    Decimals keep their digits; times with a zone become ISO 8601 in UTC, times without one ISO 8601
    without a zone; lists and structs become JSON; bytes that are no UTF-8 become hexadecimal.
    """

    name: str
    columns: tuple[str, ...]
    path: Path
    kind: str = "parquet"

    @property
    def dialect(self) -> Dialect | None:
        """None: Parquet leaves nothing open."""
        return None

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first records; nulls are left out."""
        return sample_of(self, rows)

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as (row number, dict of text)."""
        return objects_of(self)

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """All records; raises ``UnreadableFileError`` where the file is damaged."""
        at = 0
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(batch_size=rows):
                    lines = np.arange(at + 1, at + 1 + batch.num_rows, dtype=np.int64)
                    arrays = [text_of(column) for column in batch.columns]
                    yield TextBatch(lines, pa.RecordBatch.from_arrays(arrays, list(self.columns)))
                    at += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self.path, f"from row {at + 1:,} on: {error}") from error

    def count_records(self) -> int:
        """The sum of the row groups' own counts."""
        metadata = _metadata(self.path)
        return sum(metadata.row_group(k).num_rows for k in range(metadata.num_row_groups))


def parquet_tables(path: Path, name: str) -> list[ParquetTable]:
    """The one table of a Parquet file; ``UnreadableFileError`` when its footer is damaged."""
    _metadata(path)
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, str(error)) from error
    columns, _ = unique_names(names)
    return [ParquetTable(name, columns, path)]


def _metadata(path: Path) -> Any:
    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} is a damaged Parquet file: {why}".rstrip(".") + ".",
        hint="Write or download the file again.",
        path=path,
    )


def text_of(column: pa.Array) -> pa.Array:
    """Any Arrow column as text; null stays null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return text_of(column.dictionary_decode())
    if pa.types.is_timestamp(kind):
        return _instants(column, kind)
    if pa.types.is_duration(kind):
        return column.cast(pa.int64()).cast(pa.string())
    write = _writer(kind)
    if write is None:
        return column.cast(pa.string())
    return pa.array([None if v is None else write(v) for v in column.to_pylist()], pa.string())


def _writer(kind: pa.DataType) -> Callable[[Any], str] | None:
    """How one value of the type becomes text; None where Arrow's own text is exact."""
    if pa.types.is_nested(kind):
        return _json
    if pa.types.is_floating(kind):
        return _number
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return _readable if any(test(kind) for test in tests) else None


def _instants(column: pa.Array, kind: pa.DataType) -> pa.Array:
    zone = "Z" if kind.tz is not None else ""
    naive = column.cast(pa.timestamp(kind.unit)) if kind.tz is not None else column
    text = pc.strftime(naive, format="%Y-%m-%dT%H:%M:%S")
    whole = pc.replace_substring_regex(text, r"[.]0+$", "")
    return pc.binary_join_element_wise(whole, zone, "") if zone else whole


def _json(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    return _readable(value) if isinstance(value, bytes) else str(value)


def _readable(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def _number(value: float) -> str:
    text = repr(value).removesuffix(".0")
    return np.format_float_positional(value, trim="-") if "e" in text else text
