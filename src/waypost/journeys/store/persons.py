"""``persons.parquet``: who the person numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waypost.errors import InputError
from waypost.journeys.store.arrays import TimeScale
from waypost.journeys.store.desk import Lifetimes
from waypost.journeys.store.layout import PERSONS, ShardEntry

__all__ = ["check_persons", "persons_table", "write_persons"]

_OURS = ("person", "id", "first_at", "last_at", "events", "shard")


def check_persons(persons: pa.Table) -> None:
    """Raise ``InputError`` where ``id`` is missing, or ``person`` does not count the rows."""
    if "id" not in persons.column_names:
        raise InputError(
            f"The table of persons has no column 'id' (it has {', '.join(persons.column_names)})."
        )
    if "person" in persons.column_names:
        numbers = persons["person"].to_numpy()
        if not np.array_equal(numbers, np.arange(len(numbers))):
            raise InputError("The persons must be in the order of their numbers, from 0 on.")


def persons_table(
    persons: pa.Table,
    lifetimes: Lifetimes,
    *,
    shards: Sequence[ShardEntry],
    scale: TimeScale,
) -> pa.Table:
    """Person number, id, first and last event, number of events and shard, then the traits given.

    A person without events has no first and last event.
    """
    none = lifetimes.events == 0
    shard = np.repeat(np.arange(len(shards), dtype=np.int16), [s.persons for s in shards])
    columns = {
        "person": pa.array(np.arange(len(persons), dtype=np.int32)),
        "id": persons["id"].cast(pa.string()),
        "first_at": _instants(lifetimes.first, none, scale),
        "last_at": _instants(lifetimes.last, none, scale),
        "events": pa.array(lifetimes.events),
        "shard": pa.array(shard),
    }
    traits = {name: persons[name] for name in persons.column_names if name not in _OURS}
    return pa.table({**columns, **traits})


def _instants(
    ticks: np.ndarray[tuple[int], np.dtype[np.int64]],
    none: np.ndarray[tuple[int], np.dtype[np.bool_]],
    scale: TimeScale,
) -> pa.Array:
    instants = ticks * scale.tick_us + scale.epoch_us
    return pa.array(instants, mask=none).cast(pa.timestamp("us", "UTC"))


def write_persons(folder: Path, table: pa.Table) -> None:
    """Write the table in a fixed layout: the same bytes for the same content."""
    pq.write_table(
        table.combine_chunks(),
        folder / PERSONS,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in table.column_names if name not in _OURS],
        row_group_size=1 << 17,
        write_statistics=False,
        store_schema=True,
    )
