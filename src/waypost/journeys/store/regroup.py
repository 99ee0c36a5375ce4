"""The same events laid by another unit than the person: an order, an account, any key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import NotFoundError
from waypost.journeys.store.blocks import EventBlock, Place, StoreInputs
from waypost.journeys.store.build import build_snapshot
from waypost.journeys.store.layout import CODE_ARRAYS
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.journeys.store.snapshot import Snapshot
from waypost.kit import exclusive_lock

__all__ = ["regrouped"]

_ROWS = 1 << 20
Codes = Callable[[EventArrays], NDArray[np.int32]]


def regrouped(
    snapshot: Snapshot, name: str, read: Callable[[], tuple[Codes, Sequence[str]]]
) -> Snapshot:
    """A snapshot whose persons are the values of a key; laid at the first call, then opened.

    ``read`` gives what tells every event's code, -1 = none, and what the codes mean; it is only
    called where the snapshot must be laid. Events without a code are left out. At one instant, the
    order is that of the shards. It lies in the folder of ``snapshot`` and goes with it; its memory
    is bounded as that of a build. ``ConflictError`` while another process lays it.
    """
    folder = snapshot.folder / "units" / name
    try:
        return Snapshot.current(folder)
    except NotFoundError:
        pass
    with exclusive_lock(folder / ".lock"):
        codes, texts = read()
        inputs = StoreInputs(
            blocks=_blocks(snapshot, codes),
            persons=pa.table({"id": pa.array(texts, pa.string())}),
            dictionaries=snapshot.dictionaries,
            snapshot_id=f"{snapshot.id}-{name}",
            place=Place(snapshot.zone, snapshot.currency),
            made_from={**snapshot.made_from, "unit": name},
            data_until_us=snapshot.data_until_us,
        )
        return build_snapshot(folder, inputs)


def _blocks(snapshot: Snapshot, codes: Codes) -> Iterator[EventBlock]:
    seq = 0
    for events in (*snapshot.shards, snapshot.volume):
        owner = codes(events)
        if isinstance(events, Shard) and len(events.hidden):
            owner = np.where(events.visible_events(), owner, np.int32(-1))
        for start in range(0, owner.size, _ROWS):
            part = slice(start, start + _ROWS)
            block = _block(snapshot, events, owner[part], part=part, seq=seq + start)
            yield block.where(block.person >= 0)
        seq += owner.size


def _block(
    snapshot: Snapshot, events: EventArrays, owner: NDArray[np.int32], *, part: slice, seq: int
) -> EventBlock:
    coded: dict[str, NDArray[Any]] = {name: getattr(events, name)[part] for name in CODE_ARRAYS}
    return EventBlock(
        person=owner,
        at=snapshot.instants(events.at[part]),
        seq=np.arange(seq, seq + owner.size, dtype=np.int64),
        row=events.row[part],
        value=events.value[part],
        rating=events.rating[part],
        **coded,
    )
