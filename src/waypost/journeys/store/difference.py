"""What of a snapshot still holds when the log has grown and persons have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.journeys.store.blocks import EventBlock
from waypost.journeys.store.layout import Dictionaries
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.journeys.store.snapshot import Snapshot

__all__ = ["ABSENT", "Change", "Difference", "base_shards", "difference", "stored_blocks"]

ABSENT = -2
"""The owner of a row that the store does not hold: replaced, taken back, or no step."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the log and its persons are now.

    ``owner`` has for every row of the log its person number, −1 for none, or ``ABSENT``.
    ``persons`` has a row per person number, as for a build. ``blocks`` bring the rows that the
    snapshot does not have yet (their ``person`` is not looked at). ``dictionaries`` may only add
    entries at the end. ``seq_of_rows`` tells the ``seq`` of rows of the log, which a snapshot does
    not keep.
    """

    owner: NDArray[np.int32]
    persons: pa.Table
    blocks: Iterable[EventBlock]
    dictionaries: Dictionaries
    seq_of_rows: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    snapshot_id: str
    made_from: Mapping[str, Any] = field(default_factory=dict)
    data_until_us: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Which base journeys still hold.

    ``kept: int32[base persons]`` is the present person number of a base person whose journey is
    unchanged, else −1. ``number: int32[persons]`` is the number in the new snapshot of every
    present person. ``overlay`` lists the present numbers of those who move there, rising.
    """

    kept: NDArray[np.int32]
    number: NDArray[np.int32]
    overlay: NDArray[np.int64]
    overlay_events: int
    events: int

    @property
    def overlay_share(self) -> float:
        """The share of all events that lie in the overlay; 0 without events."""
        return self.overlay_events / self.events if self.events else 0.0


def base_shards(snapshot: Snapshot) -> list[Shard]:
    """The shards that are no overlay."""
    return [shard for shard in snapshot.shards if not shard.overlay]


def difference(snapshot: Snapshot, change: Change) -> Difference:
    """Compare every base journey with its rows' present owners.

    A base journey holds when all its rows have one owner and that owner has no other rows; a person
    without events holds when the same id still has none. Costs one pass over ``row``.
    """
    counts = np.bincount(change.owner[change.owner >= 0], minlength=len(change.persons))
    parts = [_holding(shard, change.owner, counts) for shard in base_shards(snapshot)]
    kept = np.concatenate([np.empty(0, dtype=np.int32), *parts])
    _keep_the_idle(kept, snapshot, change, counts)
    moves = np.ones(len(change.persons), dtype=np.bool_)
    moves[kept[kept >= 0]] = False
    overlay = np.flatnonzero(moves)
    number = np.empty(len(change.persons), dtype=np.int32)
    number[kept[kept >= 0]] = np.flatnonzero(kept >= 0)
    number[overlay] = len(kept) + np.arange(len(overlay))
    return Difference(
        kept=kept,
        number=number,
        overlay=overlay,
        overlay_events=int(counts[overlay].sum()),
        events=int(counts.sum()),
    )


def _holding(
    shard: Shard, owner: NDArray[np.int32], counts: NDArray[np.int64]
) -> NDArray[np.int32]:
    kept = np.full(shard.persons, -1, dtype=np.int32)
    sizes = np.diff(shard.offsets)
    busy = np.flatnonzero(sizes)
    if len(busy):
        owners = owner[shard.row]
        starts = shard.offsets[busy]
        low = np.minimum.reduceat(owners, starts)
        same = (low == np.maximum.reduceat(owners, starts)) & (low >= 0)
        same[same] = counts[low[same]] == sizes[busy[same]]
        kept[busy[same]] = low[same]
    return kept


def _keep_the_idle(
    kept: NDArray[np.int32], snapshot: Snapshot, change: Change, counts: NDArray[np.int64]
) -> None:
    sizes = [np.diff(shard.offsets) for shard in base_shards(snapshot)]
    idle = np.flatnonzero(np.concatenate([np.empty(0, dtype=np.int64), *sizes]) == 0)
    if not len(idle):
        return
    ids = snapshot.persons["id"].take(pa.array(idle))
    known = change.persons["id"].cast(pa.string()).combine_chunks()
    found = pc.index_in(ids, value_set=known, skip_nulls=True)
    present = found.fill_null(-1).to_numpy().astype(np.int32)
    present[present >= 0] = np.where(counts[present[present >= 0]] == 0, present[present >= 0], -1)
    kept[idle] = present


def stored_blocks(
    snapshot: Snapshot, change: Change, wanted: NDArray[np.bool_] | None = None
) -> Iterator[EventBlock]:
    """The visible events of a snapshot as blocks with their present owners, where there are owners.

    ``wanted: bool[persons + 1]`` restricts them to some owners; its last entry is for rows without
    a person.
    """
    for arrays in (*snapshot.shards, snapshot.volume):
        owner = change.owner[arrays.row]
        mask = owner != ABSENT
        if isinstance(arrays, Shard):
            mask &= arrays.visible_events()
        if wanted is not None:
            mask &= wanted[np.maximum(owner, -1)]
        if mask.any():
            yield _block(snapshot, arrays, owner, np.flatnonzero(mask), change)


def _block(
    snapshot: Snapshot,
    arrays: EventArrays,
    owner: NDArray[np.int32],
    places: NDArray[np.int64],
    change: Change,
) -> EventBlock:
    rows = arrays.row[places].astype(np.int64)
    return EventBlock(
        person=owner[places],
        at=snapshot.instants(arrays.at[places]),
        seq=change.seq_of_rows(rows),
        row=rows,
        event=arrays.event[places],
        channel=arrays.channel[places],
        touchpoint=arrays.touchpoint[places],
        stage=arrays.stage[places],
        source=arrays.source[places],
        value=arrays.value[places],
        rating=arrays.rating[places],
    )
