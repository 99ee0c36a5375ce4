"""How a segment is written: one deterministic Parquet file, attributes beyond the limit as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waypost.model import ATTRIBUTE_PREFIX

__all__ = ["MAX_ATTRIBUTE_COLUMNS", "MORE", "ROWS_PER_GROUP", "fold_attributes", "write_segment"]

MAX_ATTRIBUTE_COLUMNS = 400
MORE = f"{ATTRIBUTE_PREFIX}more"
"""The column that keeps what exceeds the limit: a JSON object of text values per row."""

ROWS_PER_GROUP = 131_072
DICTIONARY_BYTES = 8 << 20
RISING = ("at", "seq", "line")
HASHES = ("key_hi", "key_lo", "content")
SKIPPED = ("text",)  # scans leave out row groups that have none


def write_segment(table: pa.Table, path: Path) -> None:
    """Write the rows; the same rows give the same bytes under the same version of Arrow.

    The rows are copied together one row group at a time, so memory grows by one group.
    """
    text = [field.name for field in table.schema if pa.types.is_string(field.type)]
    compression = {name: "NONE" if name in HASHES else "ZSTD" for name in table.column_names}
    with pq.ParquetWriter(
        path,
        table.schema,
        compression=compression,
        use_dictionary=text,
        dictionary_pagesize_limit=DICTIONARY_BYTES,
        column_encoding=dict.fromkeys(RISING, "DELTA_BINARY_PACKED"),
        write_statistics=[*RISING, *SKIPPED],
    ) as writer:
        for first in range(0, table.num_rows, ROWS_PER_GROUP):
            group = table.slice(first, ROWS_PER_GROUP).combine_chunks()
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)


def fold_attributes(
    table: pa.Table, limit: int = MAX_ATTRIBUTE_COLUMNS
) -> tuple[pa.Table, tuple[str, ...]]:
    """The table with at most ``limit`` attribute columns, and the names of those folded away.

    The fullest columns stay, ties by name. An attribute that is itself called ``more`` is always
    folded, so that ``a.more`` has one meaning.
    """
    attributes = [name for name in table.column_names if name.startswith(ATTRIBUTE_PREFIX)]
    kept = [name for name in attributes if name != MORE]
    if len(kept) > limit or len(kept) < len(attributes):
        ranked = sorted(kept, key=lambda name: (table[name].null_count, name))
        kept = ranked[: limit - 1]
    folded = sorted(set(attributes) - set(kept))
    if not folded:
        return table, ()
    more = _as_json([(name, table[name]) for name in folded], table.num_rows)
    table = table.drop_columns(folded).append_column(MORE, more)
    return table, tuple(name.removeprefix(ATTRIBUTE_PREFIX) for name in folded)


def _as_json(columns: list[tuple[str, pa.ChunkedArray]], rows: int) -> pa.Array:
    objects: dict[int, dict[str, str]] = {}
    for name, column in columns:
        filled = np.flatnonzero(column.is_valid().to_numpy())
        values = column.drop_null().to_pylist()
        for row, value in zip(filled.tolist(), values, strict=True):
            objects.setdefault(row, {})[name.removeprefix(ATTRIBUTE_PREFIX)] = value
    texts: list[str | None] = [None] * rows
    for row, value in objects.items():
        texts[row] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return pa.array(texts, pa.string())
