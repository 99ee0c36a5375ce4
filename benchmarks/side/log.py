"""One seeded log for every engine: Parquet sorted by person and time, and our journey store.

Forty event names, eight channels, twenty events a person (geometric), a year; four gaps of five are
minutes long, the others days, so that there are sessions. Instants of a person are whole seconds
and differ, so no engine has ties to break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waypost.journeys import Snapshot
from waypost.journeys.store import Dictionaries, EventBlock, Place, StoreInputs, build_snapshot
from waypost.model import Stage, Step, Touchpoint

__all__ = ["CHANNELS", "EVENTS", "World", "make"]

EVENTS = tuple(f"event_{number:02d}" for number in range(40))
CHANNELS = tuple(f"channel_{number}" for number in range(8))
EVENTS_A_PERSON = 20
START = 1_735_689_600
CHUNK_PERSONS = 50_000


@dataclass(frozen=True)
class World:
    """``parquet``: person int32, ts int64 seconds, event and channel uint8; ``store``: workspace."""

    parquet: Path
    store: Path
    events: int

    def snapshot(self) -> Snapshot:
        return Snapshot.current(self.store)


def make(folder: Path, events: int) -> World:
    """Write both forms, where they are not there yet."""
    world = World(folder / "events.parquet", folder / "shop", events)
    if not world.parquet.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_parquet(world)
        _write_store(world)
    return world


def _chunks(events: int, seed: int = 11) -> Iterator[pa.Table]:
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 41) ** 1.1
    sizes = random.geometric(1 / EVENTS_A_PERSON, 2 * events // EVENTS_A_PERSON)
    people = int(np.searchsorted(np.cumsum(sizes), events)) + 1
    sizes = sizes[:people]
    sizes[-1] -= int(sizes.sum()) - events
    for first in range(0, people, CHUNK_PERSONS):
        part = sizes[first : first + CHUNK_PERSONS]
        yield _chunk(random, first=first, sizes=part, weights=weights / weights.sum())


def _chunk(random, *, first: int, sizes: np.ndarray, weights: np.ndarray) -> pa.Table:
    rows = int(sizes.sum())
    near = random.random(rows) < 0.8
    gaps = np.where(near, random.exponential(240, rows), random.exponential(6 * 86_400, rows))
    gaps = gaps.astype(np.int64) + 1
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    gaps[begins] = random.integers(0, 300 * 86_400, sizes.size)
    total = np.cumsum(gaps)
    before = np.concatenate([[0], total])[begins]
    ts = START + total - np.repeat(before, sizes)
    return pa.table(
        {
            "person": np.repeat(np.arange(first, first + sizes.size, dtype=np.int32), sizes),
            "ts": ts,
            "event": random.choice(40, rows, p=weights).astype(np.uint8),
            "channel": random.integers(0, 8, rows).astype(np.uint8),
        }
    )


def _write_parquet(world: World) -> None:
    writer = None
    for table in _chunks(world.events):
        writer = writer or pq.ParquetWriter(world.parquet, table.schema)
        writer.write_table(table)
    writer.close()


def _write_store(world: World) -> None:
    people = pq.ParquetFile(world.parquet).metadata
    last = pq.ParquetFile(world.parquet).read_row_group(people.num_row_groups - 1, ["person"])
    persons = last["person"].to_numpy().max() + 1
    ids = pa.array(np.char.add("p", np.arange(persons).astype(str)))
    touchpoints = tuple(Touchpoint(f"t{n:02d}", {}, step=f"step_{n % 12}") for n in range(1, 40))
    build_snapshot(
        world.store,
        StoreInputs(
            blocks=_blocks(world.parquet),
            persons=pa.table({"id": ids}),
            dictionaries=Dictionaries(
                events=EVENTS,
                channels=CHANNELS,
                touchpoints=(Touchpoint("", {}), *touchpoints),
                stages=(Stage("", {}), Stage("all", {})),
                steps=(Step("", {}, ""), *(Step(f"step_{n}", {}, "all") for n in range(12))),
                sources=("bench",),
            ),
            snapshot_id="bench",
            place=Place("Europe/Berlin", "EUR"),
        ),
    )


def _blocks(parquet: Path) -> Iterator[EventBlock]:
    row = 0
    for batch in pq.ParquetFile(parquet).iter_batches(1 << 20):
        size = batch.num_rows
        event = batch["event"].to_numpy()
        none = np.zeros(size, np.uint8)
        yield EventBlock(
            person=batch["person"].to_numpy(),
            at=batch["ts"].to_numpy() * 1_000_000,
            seq=np.arange(row, row + size),
            row=np.arange(row, row + size),
            event=event,
            channel=batch["channel"].to_numpy(),
            touchpoint=event,
            stage=(event > 0).astype(np.uint8),
            source=none,
            value=np.where(event == 7, 2_500, np.iinfo(np.int64).min),
            rating=np.full(size, np.nan, np.float32),
        )
        row += size
