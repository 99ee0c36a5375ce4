"""Which files of a folder of Parquet, or of a Delta table, hold its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa

from waypost.errors import InputError, MissingExtraError, NotFoundError, UnreadableFileError

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["LakeFile", "LakeTable", "open_lake_table"]

_NOBODY = frozenset({"", "__HIVE_DEFAULT_PARTITION__"})
"""How a missing value is written in the name of a folder."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A Parquet file, and the columns that its place in the table gives to all its rows."""

    path: Path
    constants: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class LakeTable:
    """Its place, its files in the order of their paths, and, of a Delta table, its own id."""

    path: Path
    files: tuple[LakeFile, ...]
    delta_id: str = ""


def open_lake_table(table: Path) -> LakeTable:
    """The files that hold the table's rows; of a Delta table those of its newest version.

    Folders named ``column=value`` give columns; hidden files and those beginning with ``_`` are
    left out. Raises ``NotFoundError`` where there is nothing to read, ``InputError`` for Delta
    features that only Delta's own readers know, ``MissingExtraError`` without deltalake.
    """
    if table.is_file():
        return LakeTable(table, (LakeFile(table),))
    if not table.is_dir():
        raise NotFoundError(f"There is no table {table}.", hint="Check the path.", path=table)
    delta = _opened(table) if (table / "_delta_log").is_dir() else None
    found = list(_of_folder(table) if delta is None else _of_delta(table, delta))
    if not found and delta is None:
        raise NotFoundError(f"There are no Parquet files in {table}.", path=table)
    files = tuple(sorted(found, key=lambda file: file.path))
    return LakeTable(table, files, "" if delta is None else str(delta.metadata().id))


def _of_folder(table: Path) -> Iterator[LakeFile]:
    for path in table.rglob("*.parquet"):
        places = path.relative_to(table).parts
        if not any(place.startswith(("_", ".")) for place in places):
            pairs = (place.partition("=") for place in places[:-1] if "=" in place)
            constants = ((name, _value(unquote(value))) for name, _, value in pairs)
            yield LakeFile(path, tuple(constants))


def _value(text: str) -> str | None:
    return None if text in _NOBODY else text


def _of_delta(table: Path, opened: DeltaTable) -> Iterator[LakeFile]:
    actions = pa.table(opened.get_add_actions(flatten=True)).to_pylist()
    for action in actions:
        constants = tuple(
            (name.removeprefix("partition."), None if value is None else str(value))
            for name, value in action.items()
            if name.startswith("partition.")
        )
        yield LakeFile(_place(table, action["path"]), constants)


def _place(table: Path, written: str) -> Path:
    """Paths are written as in addresses, relative to the table."""
    if "://" in written:
        raise InputError(
            f"The Delta table {table.name} refers to {written}, outside its folder.",
            hint="Make a deep clone of it.",
        )
    plain = table / written
    return plain if plain.exists() else table / unquote(written)


def _opened(table: Path) -> DeltaTable:
    try:
        from deltalake import DeltaTable  # noqa: PLC0415 - an extra
        from deltalake.exceptions import DeltaError  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "Delta tables need the Python package deltalake.",
            hint='Install it with: pip install "waypost[spark]"',
        ) from error
    try:
        opened = DeltaTable(table)
    except DeltaError as error:
        raise UnreadableFileError(
            f"The Delta table {table.name} cannot be read: {error}.", path=table
        ) from error
    _check_features(opened, table)
    return opened


def _check_features(opened: DeltaTable, table: Path) -> None:
    if _has_deletion_vectors(opened):
        raise InputError(
            f"The Delta table {table.name} has deletion vectors: rows that are deleted, but still "
            "in its files.",
            hint="Write the files anew first: REORG TABLE … APPLY (PURGE).",
            table=table,
        )
    mode = opened.metadata().configuration.get("delta.columnMapping.mode", "none")
    if mode != "none":
        raise InputError(
            f"The Delta table {table.name} has renamed columns (column mapping {mode!r}).",
            hint="Write it anew without column mapping.",
            table=table,
        )


def _has_deletion_vectors(opened: DeltaTable) -> bool:
    from deltalake.exceptions import DeltaError  # noqa: PLC0415 - an extra

    if "deletionVectors" not in (opened.protocol().reader_features or ()):
        return False
    try:
        return bool(pa.table(opened.deletion_vectors()).num_rows)
    except DeltaError:  # there are some, in files that cannot be read
        return True
