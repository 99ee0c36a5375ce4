"""One random log for all oracles: as a snapshot, as a DuckDB table, as a file for ClickHouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.strategies.journeys_in_memory import MemorySnapshot
from waypost.questions import ArrayShard

PERSONS = 2_000
NAMES = ("a", "b", "c", "d")
DATA_UNTIL = 400_000


@dataclass(frozen=True)
class Log:
    """The same events in three forms; instants of a person are distinct."""

    snapshot: MemorySnapshot
    table: duckdb.DuckDBPyConnection
    file: str

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """What DuckDB answers; ``log`` has person, tick, name and value."""
        return self.table.execute(sql, values).fetchall()


@pytest.fixture(scope="package")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """2,000 persons with about eight events each, at intervals of seconds to half a day."""
    dice = np.random.default_rng(404)
    sizes = dice.geometric(1 / 8, PERSONS)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    person = np.repeat(np.arange(PERSONS), sizes)
    steps = np.where(dice.random(person.size) < 0.6, 900, 40_000) * dice.random(person.size)
    at = np.cumsum(1 + steps.astype(np.int64))
    at = at - np.repeat(at[offsets[:-1]] - dice.integers(0, 90_000, PERSONS), sizes)
    code = dice.integers(0, len(NAMES), person.size).astype(np.uint8)
    value = np.where(code == 1, dice.integers(1, 5_000, person.size), np.iinfo(np.int64).min)
    shard = ArrayShard(offsets, at.astype(np.int32), code, value=value)
    until = max(int(at.max()), DATA_UNTIL)
    shop = MemorySnapshot([shard], events=NAMES, zone="UTC", data_until_us=until * 1_000_000)
    columns = pa.table(
        {
            "person": person,
            "tick": at,
            "name": np.array(NAMES)[code],
            "value": pa.array(value, mask=code != 1),
        }
    )
    path = Path(tmp_path_factory.mktemp("oracles")) / "log.parquet"
    pq.write_table(columns, path)
    with duckdb.connect() as table:
        table.execute("SET threads = 2")
        table.register("given", columns)
        table.execute("CREATE TABLE log AS SELECT * FROM given")
        yield Log(shop, table, str(path))
