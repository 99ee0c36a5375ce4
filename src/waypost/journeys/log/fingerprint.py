"""What makes two rows the same: the key of a row and the fingerprint of its content."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

__all__ = ["Fingerprinter", "Fingerprints"]

ROWS = "rows_to_fingerprint"
NOT_CONTENT = frozenset({"source", "key", "seq", "line"})


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Per row: both halves of the key's MD5 and the first half of the content's, as uint64.

    A half is read as a little-endian number.
    """

    hi: NDArray[np.uint64]
    lo: NDArray[np.uint64]
    content: NDArray[np.uint64]


class Fingerprinter:
    """Computes fingerprints of Arrow tables; about a million rows a second on two cores.

    A column that is null in a row does not enter its content, so a later export with more columns
    leaves the rows that do not use them as they were.
    """

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 2})

    def close(self) -> None:
        """Free the connection."""
        self._connection.close()

    def of(self, table: pa.Table, *, source: str) -> Fingerprints:
        """The fingerprints of the rows, in their order."""
        names = [
            name
            for name in sorted(set(table.column_names) - NOT_CONTENT)
            if table[name].null_count < table.num_rows
        ]
        columns = [_as_plain(table[name]) for name in names]
        plain = pa.table(
            [table["key"].cast(pa.string()), *columns],
            names=["k", *(f"c{index}" for index in range(len(names)))],
        )
        parameters = [f"{source}\0", *(f"{len(name)}:{name}=" for name in names)]
        self._connection.register(ROWS, plain)
        try:
            answer = self._connection.sql(_query(len(names)), params=parameters)
            return _columns_of(answer.to_arrow_table())
        finally:
            self._connection.unregister(ROWS)


def _columns_of(answer: pa.Table) -> Fingerprints:
    hi, lo, content = (column.to_numpy() for column in answer.columns)
    return Fingerprints(hi=hi, lo=lo, content=content)


def _as_plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants as their number of microseconds, so that no zone or format enters the fingerprint."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64())
    return column


def _query(columns: int) -> str:
    """Three hashes over ``$1`` and the key, and over name, length and text of every other column."""
    key = _concat(_parameter(1), exp.column("k"))
    content = _concat(*(_part(index) for index in range(columns)))
    return (
        exp.select(
            exp.func("md5_number_upper", key),
            exp.func("md5_number_lower", key.copy()),
            exp.func("md5_number_upper", content),
        )
        .from_(ROWS)
        .sql("duckdb")
    )


def _part(index: int) -> exp.Expression:
    """Null, and so skipped, where the column is null."""
    value = _text(exp.column(f"c{index}"))
    part: exp.Expression = _parameter(index + 2)
    for piece in (exp.func("strlen", value), exp.Literal.string(":"), value.copy()):
        part = exp.DPipe(this=part, expression=piece, safe=True)
    return part


def _concat(*parts: exp.Expression) -> exp.Expression:
    """DuckDB's ``concat``, which skips nulls; sqlglot would write ``||``, which does not."""
    return exp.Anonymous(this="concat", expressions=list(parts))


def _parameter(number: int) -> exp.Expression:
    return _text(exp.Parameter(this=exp.Literal.number(number)))


def _text(value: exp.Expression) -> exp.Expression:
    return exp.cast(value, "text", dialect="duckdb")
