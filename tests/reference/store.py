"""Journeys by the book: group the rows by person, sort each group by a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from waypost.journeys import EventBlock, Snapshot

__all__ = [
    "Row",
    "journeys_by_id",
    "rows_of",
    "slow_journeys",
    "slow_postings",
    "slow_volume",
    "volume_of",
]


@dataclass(frozen=True, order=True)
class Row:
    """One event; the order of the fields is the order of a journey."""

    at: int
    seq: int
    row: int
    event: int
    channel: int
    touchpoint: int
    stage: int
    source: int
    value: int
    rating: float | None

    def stored(self) -> tuple[object, ...]:
        """What a store keeps of it: all but ``seq``."""
        kept = (self.at, self.row, self.event, self.channel, self.touchpoint, self.stage)
        return (*kept, self.source, self.value, self.rating)


def rows_of(blocks: Iterable[EventBlock]) -> list[tuple[int, Row]]:
    """Person and row of every event."""
    found = []
    for block in blocks:
        for i in range(len(block)):
            rating = float(block.rating[i])
            row = Row(
                at=int(block.at[i]),
                seq=int(block.seq[i]),
                row=int(block.row[i]),
                event=int(block.event[i]),
                channel=int(block.channel[i]),
                touchpoint=int(block.touchpoint[i]),
                stage=int(block.stage[i]),
                source=int(block.source[i]),
                value=int(block.value[i]),
                rating=None if rating != rating else rating,  # noqa: PLR0124 - NaN is not itself
            )
            found.append((int(block.person[i]), row))
    return found


def slow_journeys(blocks: Iterable[EventBlock], ids: Sequence[str]) -> dict[str, list[tuple]]:
    """Every person's journey by id, empty journeys left out."""
    journeys: dict[str, list[Row]] = {}
    for person, row in rows_of(blocks):
        if person >= 0:
            journeys.setdefault(ids[person], []).append(row)
    return {person: [row.stored() for row in sorted(rows)] for person, rows in journeys.items()}


def slow_volume(blocks: Iterable[EventBlock]) -> list[tuple]:
    """Events without a person in time order."""
    return [row.stored() for row in sorted(row for person, row in rows_of(blocks) if person < 0)]


def slow_postings(codes: Sequence[int]) -> dict[int, list[int]]:
    """At which positions each code occurs."""
    found: dict[int, list[int]] = {}
    for position, code in enumerate(codes):
        found.setdefault(int(code), []).append(position)
    return found


def journeys_by_id(snapshot: Snapshot) -> dict[str, list[tuple]]:
    """Every visible journey that a snapshot holds, read shard by shard."""
    ids = snapshot.persons["id"].to_pylist()
    found: dict[str, list[tuple]] = {}
    for shard in snapshot.shards:
        events = _events(snapshot, shard)
        for index in range(len(shard.offsets) - 1):
            if len(shard.hidden) and shard.hidden[index]:
                continue
            journey = events[shard.offsets[index] : shard.offsets[index + 1]]
            if journey:
                found[ids[shard.first_person + index]] = journey
    return found


def volume_of(snapshot: Snapshot) -> list[tuple]:
    """What a snapshot holds of events without a person."""
    return _events(snapshot, snapshot.volume)


def _events(snapshot: Snapshot, arrays) -> list[tuple]:
    at = snapshot.instants(arrays.at).tolist()
    rating = [None if np.isnan(r) else float(r) for r in arrays.rating]
    names = ("row", "event", "channel", "touchpoint", "stage", "source", "value")
    return list(zip(at, *(getattr(arrays, n).tolist() for n in names), rating, strict=True))
