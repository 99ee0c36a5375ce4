"""What a writer accepts: the core columns, identifiers and attributes, each of its own type."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import InputError, nearest
from waypost.model import ATTRIBUTE_PREFIX, CORE_SCHEMA, IDENTIFIER_PREFIX

__all__ = ["accept", "is_attribute", "is_identifier"]

_IDENTIFIER = re.compile(r"id\.[a-z0-9_]+(\.[^#\x00]+)?(#[1-9][0-9]*)?")


def is_identifier(name: str) -> bool:
    """Whether a column holds identifiers."""
    return name.startswith(IDENTIFIER_PREFIX)


def is_attribute(name: str) -> bool:
    """Whether a column holds an attribute."""
    return name.startswith(ATTRIBUTE_PREFIX)


def accept(events: pa.RecordBatch | pa.Table, *, source: str) -> pa.Table:
    """The rows with core columns first, then identifiers and attributes by name, all of their type.

    Core columns that may be null may be absent, and so may ``source``. ``InputError`` for an
    unknown column, a wrong type, a null where there must be none, another source, or text that is
    not UTF-8.
    """
    table = pa.Table.from_batches([events]) if isinstance(events, pa.RecordBatch) else events
    extra = sorted(set(table.column_names) - set(CORE_SCHEMA.names))
    _check_names(table.column_names, extra)
    arrays = [_core(table, field, source) for field in CORE_SCHEMA]
    arrays += [_text(table, name) for name in extra]
    accepted = pa.table(arrays, names=[*CORE_SCHEMA.names, *extra])
    _check_content(accepted, source)
    return accepted


def _check_names(names: list[str], extra: list[str]) -> None:
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"Columns appear twice: {', '.join(twice)}.", columns=twice)
    for name in extra:
        if _IDENTIFIER.fullmatch(name) or (is_attribute(name) and name != ATTRIBUTE_PREFIX):
            continue
        like = nearest(name, CORE_SCHEMA.names)
        raise InputError(
            f"The event log has no column {name!r}.",
            hint=f"Did you mean {like[0]!r}?" if like else "Attributes are named a.<name>.",
            column=name,
        )


def _core(table: pa.Table, field: pa.Field, source: str) -> pa.ChunkedArray:
    if field.name in table.column_names:
        return _cast(table[field.name], field.type, field.name)
    if field.name == "source":
        return pa.chunked_array([pa.repeat(pa.scalar(source), table.num_rows)])
    return pa.chunked_array([pa.nulls(table.num_rows, field.type)])


def _text(table: pa.Table, name: str) -> pa.ChunkedArray:
    column = table[name]
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise InputError(f"Column {name!r} must hold text, not {kind}.", column=name)
    return _cast(column, pa.string(), name)


def _cast(column: pa.ChunkedArray, wanted: pa.DataType, name: str) -> pa.ChunkedArray:
    if column.type.equals(wanted):
        return column
    try:
        return column.cast(wanted)
    except pa.ArrowException as error:
        raise InputError(
            f"Column {name!r} holds {column.type}, which does not fit {wanted}.",
            hint="Cast it before it is added.",
            column=name,
        ) from error


def _check_content(table: pa.Table, source: str) -> None:
    try:
        table.validate(full=True)
    except pa.ArrowException as error:
        raise InputError(f"The rows are not valid Arrow data: {error}.") from error
    for field in CORE_SCHEMA:
        if not field.nullable and table[field.name].null_count:
            raise InputError(
                f"Column {field.name!r} is empty in {table[field.name].null_count} rows.",
                hint="Quarantine rows that lack it.",
                column=field.name,
            )
    others = pc.unique(table["source"]).to_pylist()
    if others not in ([], [source]):
        raise InputError(
            f"The writer was opened for source {source!r}, the rows are of {others!r}.",
            hint="Open one writer per source.",
            sources=others,
        )
