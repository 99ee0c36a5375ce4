"""An immutable state of the journey store, opened for reading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from waypost.errors import DamagedError, NotFoundError
from waypost.journeys.store.layout import CURRENT, PERSONS, VOLUME, Dictionaries, Meta, read_meta
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.model import Stage, Step, Touchpoint

__all__ = ["Journey", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's events in time order, as parallel arrays.

    ``at`` is ``datetime64[us]`` in UTC; codes are those of the snapshot's dictionaries; ``value``
    is in minor units, −2^63 = none; ``rating`` NaN = none; ``row`` numbers the event log.
    """

    person: int
    at: NDArray[np.datetime64]
    event: NDArray[np.unsignedinteger[Any]]
    channel: NDArray[np.unsignedinteger[Any]]
    touchpoint: NDArray[np.unsignedinteger[Any]]
    stage: NDArray[np.unsignedinteger[Any]]
    source: NDArray[np.unsignedinteger[Any]]
    value: NDArray[np.int64]
    rating: NDArray[np.float32]
    row: NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.at)


class Snapshot:
    """Dictionaries and shards of one snapshot; arrays are mapped when first touched.

    A snapshot stays readable while newer ones appear; the one before the current is kept.
    """

    def __init__(self, folder: Path, meta: Meta) -> None:
        self.folder = folder
        self.meta = meta

    @classmethod
    def open(cls, folder: Path) -> Snapshot:
        """The snapshot in ``folder``; reads ``meta.json`` and nothing else.

        Raises ``NotFoundError`` where there is none, ``DamagedError`` where it cannot be read.
        """
        if not folder.is_dir():
            raise NotFoundError(
                f"There is no snapshot {folder.name}.", hint="Run `waypost build`.", path=folder
            )
        return cls(folder, read_meta(folder))

    @classmethod
    def current(cls, workspace: Path) -> Snapshot:
        """The valid snapshot of a workspace; raises ``NotFoundError`` before the first build."""
        pointer = workspace / "snapshots" / CURRENT
        try:
            name = pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise NotFoundError(
                "This workspace has no journeys yet.",
                hint="Import files with `waypost add`, then run `waypost build`.",
                path=pointer,
            ) from error
        return cls.open(workspace / "snapshots" / name)

    def __repr__(self) -> str:
        return f"Snapshot({self.id!r}, {len(self.meta.shards)} shards)"

    @property
    def id(self) -> str:
        """The name, derived from what the snapshot was made from."""
        return self.meta.id

    @property
    def dictionaries(self) -> Dictionaries:
        """All dictionaries at once."""
        return self.meta.dictionaries

    @property
    def events(self) -> Sequence[str]:
        """Event names by code."""
        return self.meta.dictionaries.events

    @property
    def channels(self) -> Sequence[str]:
        """Channels by code."""
        return self.meta.dictionaries.channels

    @property
    def touchpoints(self) -> Sequence[Touchpoint]:
        """Touchpoints by code; 0 is unbound."""
        return self.meta.dictionaries.touchpoints

    @property
    def stages(self) -> Sequence[Stage]:
        """Stages by code, in their order; 0 is unbound."""
        return self.meta.dictionaries.stages

    @property
    def steps(self) -> Sequence[Step]:
        """Steps in the order of stages; 0 is unbound."""
        return self.meta.dictionaries.steps

    @property
    def sources(self) -> Sequence[str]:
        """Sources by code."""
        return self.meta.dictionaries.sources

    @property
    def epoch_us(self) -> int:
        """Microseconds since 1970 UTC at tick 0."""
        return self.meta.epoch_us

    @property
    def ticks_per_second(self) -> int:
        """1, 1,000 or 1,000,000."""
        return self.meta.ticks_per_second

    @property
    def data_until_us(self) -> int:
        """The latest instant in the data, in microseconds since 1970 UTC; 0 without data."""
        return self.meta.data_until_us

    @property
    def zone(self) -> str:
        """IANA name of the workspace's time zone."""
        return self.meta.zone

    @property
    def currency(self) -> str:
        """ISO 4217 code that values are in."""
        return self.meta.currency

    @property
    def made_from(self) -> Mapping[str, Any]:
        """What this snapshot was computed from."""
        return self.meta.made_from

    @cached_property
    def shards(self) -> Sequence[Shard]:
        """The shards by rising person number; an overlay, where there is one, comes last."""
        return tuple(
            Shard(self.folder / e.name, first_person=e.first_person, overlay=e.overlay)
            for e in self.meta.shards
        )

    @cached_property
    def volume(self) -> EventArrays:
        """Events without a person, in time order."""
        return EventArrays(self.folder / VOLUME)

    @cached_property
    def persons(self) -> pa.Table:
        """Row ``i`` is person number ``i``: id, first and last event, event count, shard, traits.

        The id of a hidden person number is null; its journey has another number in the overlay.
        """
        try:
            return pq.read_table(self.folder / PERSONS, memory_map=True)
        except (OSError, pa.ArrowInvalid) as error:
            raise DamagedError(
                f"The persons of snapshot {self.id} cannot be read: {error}.",
                hint="Run `waypost build` again.",
            ) from error

    def person_number(self, person_id: str) -> int:
        """The number under which this snapshot knows a person; raises ``NotFoundError``."""
        place = pc.index(self.persons["id"], person_id).as_py()
        if place < 0:
            raise NotFoundError(f"This snapshot has no person {person_id!r}.", person=person_id)
        return int(place)

    def person_rows(self, person: int) -> Journey:
        """That person number's events; raises ``NotFoundError`` for unknown and hidden numbers."""
        shards = self.meta.shards
        place = bisect_right([entry.first_person for entry in shards], person) - 1
        while place >= 0 and shards[place].persons == 0:
            place -= 1
        if place < 0 or person >= shards[place].first_person + shards[place].persons:
            raise NotFoundError(f"This snapshot has no person number {person}.", person=person)
        shard = self.shards[place]
        index = person - shard.first_person
        if len(shard.hidden) and shard.hidden[index]:
            raise NotFoundError(
                f"Person number {person} has moved.",
                hint="Ask for the number again by the person's id.",
                person=person,
            )
        part = slice(int(shard.offsets[index]), int(shard.offsets[index + 1]))
        return self._journey(person, shard, part)

    def instants(self, ticks: NDArray[np.signedinteger[Any]]) -> NDArray[np.int64]:
        """Ticks of an ``at`` array as microseconds since 1970 UTC."""
        return ticks.astype(np.int64) * self.meta.tick_us + self.meta.epoch_us

    def _journey(self, person: int, shard: Shard, part: slice) -> Journey:
        return Journey(
            person=person,
            at=self.instants(shard.at[part]).view("datetime64[us]"),
            event=shard.event[part],
            channel=shard.channel[part],
            touchpoint=shard.touchpoint[part],
            stage=shard.stage[part],
            source=shard.source[part],
            value=shard.value[part],
            rating=shard.rating[part],
            row=shard.row[part],
        )

    def visible_rows(self) -> Iterator[NDArray[np.integer[Any]]]:
        """Row numbers of the log of all events that count, shard by shard, then the volume."""
        for shard in self.shards:
            yield shard.row[shard.visible_events()] if len(shard.hidden) else shard.row
        yield self.volume.row

    def verify(self) -> list[str]:
        """Problems found in the stored bytes, one sentence each; empty when all is well."""
        from waypost.journeys.store.verify import problems_of  # noqa: PLC0415 - verify reads snapshots

        return problems_of(self)
