"""Read columns of the log as a stream of row groups."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.journeys.log.commits import Segment
from waypost.journeys.log.segment_files import MORE
from waypost.model import ATTRIBUTE_PREFIX, CORE_SCHEMA

__all__ = ["Rows", "scan_segment"]

_TYPES = {field.name: field.type for field in CORE_SCHEMA} | dict.fromkeys(
    ("key_hi", "key_lo", "content"), pa.uint64()
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A stretch of the log: global row number of the first, the columns, and which rows count."""

    first_row: int
    batch: pa.RecordBatch
    visible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns to read, which of them as dictionary-encoded text, and one that must have content."""

    columns: Sequence[str]
    encoded: frozenset[str]
    filled: str = ""


def scan_segment(segment: Segment, wanted: Wanted, visible: NDArray[np.bool_]) -> Iterator[Rows]:
    """The segment's row groups; ``visible`` is the whole log's. ``DamagedError`` if unreadable."""
    try:
        file = pq.ParquetFile(
            segment.path,
            memory_map=True,
            read_dictionary=[n for n in segment.columns if n in wanted.encoded],
        )
        row = segment.first_row
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if not wanted.filled or _is_filled(file, group, wanted.filled):
                batch = _read(file, group, segment, wanted)
                yield Rows(row, batch, visible[row : row + count])
            row += count
    except (OSError, pa.ArrowException) as error:
        raise _damaged(segment) from error
    if row != segment.first_row + segment.rows:
        raise _damaged(segment)


def _is_filled(file: pq.ParquetFile, group: int, name: str) -> bool:
    """Whether the row group may have a value in the column; without statistics it may."""
    names = file.schema_arrow.names
    if name not in names:
        return False
    described = file.metadata.row_group(group)
    found = described.column(names.index(name)).statistics
    return found is None or not found.has_null_count or found.null_count < described.num_rows


def _read(file: pq.ParquetFile, group: int, segment: Segment, wanted: Wanted) -> pa.RecordBatch:
    present = [name for name in wanted.columns if name in segment.columns]
    folded = {f"{ATTRIBUTE_PREFIX}{name}" for name in segment.more} & set(wanted.columns)
    table = file.read_row_group(group, columns=[*present, *([MORE] if folded else [])])
    rows = file.metadata.row_group(group).num_rows
    arrays = [_column(table, name, rows, folded) for name in wanted.columns]
    arrays = [
        _encoded(array) if name in wanted.encoded else array
        for name, array in zip(wanted.columns, arrays, strict=True)
    ]
    if not arrays:
        return pa.RecordBatch.from_struct_array(pa.array([{}] * rows, pa.struct([])))
    return pa.RecordBatch.from_arrays(arrays, names=list(wanted.columns))


def _column(table: pa.Table, name: str, rows: int, folded: set[str]) -> pa.Array:
    if name in folded:
        return _unfolded(table[MORE], name.removeprefix(ATTRIBUTE_PREFIX))
    if name in table.column_names:
        return _one_chunk(table[name])
    return pa.nulls(rows, _TYPES.get(name, pa.string()))


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.unify_dictionaries().combine_chunks()


def _unfolded(more: pa.ChunkedArray, name: str) -> pa.Array:
    texts = more.to_pylist()
    return pa.array([text and json.loads(text).get(name) for text in texts], pa.string())


def _encoded(array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        return array
    return array.cast(pa.string()).dictionary_encode()


def _damaged(segment: Segment) -> DamagedError:
    return DamagedError(
        f"Segment {segment.path.name} of batch {segment.batch} is missing or damaged.",
        hint=f"Restore {segment.path} from a backup, or take the batch back and import it again.",
        path=segment.path,
        batch=segment.batch,
    )
