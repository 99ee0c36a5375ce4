"""New rules, same events: only what tells touchpoints and stages is written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import InputError
from waypost.journeys.store.arrays import write_array
from waypost.journeys.store.layout import META, Dictionaries, code_dtype
from waypost.journeys.store.linking import link_folder
from waypost.journeys.store.posted import posting_files, write_postings
from waypost.journeys.store.publish import publish, staging
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.journeys.store.snapshot import Snapshot

__all__ = ["rebind"]

_BOUND = ("touchpoint.npy", "stage.npy")
_POSTED = posting_files("touchpoint")


def rebind(
    snapshot: Snapshot,
    touchpoint_of_row: NDArray[np.unsignedinteger[Any]],
    *,
    dictionaries: Dictionaries,
    snapshot_id: str,
    made_from: Mapping[str, Any],
) -> Snapshot:
    """The new current snapshot: other touchpoints and stages, all other files hard-linked.

    ``touchpoint_of_row`` has a code for every row of the log. A stage follows from its touchpoint.
    Raises ``InputError`` where a row or code is out of range, or names, channels or sources differ.
    """
    _check(snapshot, touchpoint_of_row, dictionaries)
    workspace = snapshot.folder.parent.parent
    with staging(workspace, snapshot_id) as folder:
        link_folder(snapshot.folder, folder, without=(META,))
        for arrays in (*snapshot.shards, snapshot.volume):
            target = folder / arrays.folder.name
            link_folder(arrays.folder, target, without=(*_BOUND, *_POSTED))
            _write_bound(arrays, touchpoint_of_row, dictionaries, target)
        meta = replace(
            snapshot.meta, id=snapshot_id, dictionaries=dictionaries, made_from=made_from
        )
        return Snapshot.open(publish(workspace, folder, meta))


def _check(
    snapshot: Snapshot,
    touchpoint_of_row: NDArray[np.unsignedinteger[Any]],
    dictionaries: Dictionaries,
) -> None:
    for name in ("events", "channels", "sources"):
        if getattr(dictionaries, name) != getattr(snapshot.dictionaries, name):
            raise InputError(f"New rules cannot change the {name} of a snapshot.", name=name)
    most = int(touchpoint_of_row.max(initial=0))
    if most >= len(dictionaries.touchpoints):
        raise InputError(
            f"There is a touchpoint code {most}, but there are only "
            f"{len(dictionaries.touchpoints)} touchpoints.",
            code=most,
        )
    rows = [a.row for a in (*snapshot.shards, snapshot.volume) if len(a.row)]
    last = max((int(row.max()) for row in rows), default=-1)
    if last >= len(touchpoint_of_row):
        raise InputError(
            f"Row {last} of the log has no touchpoint code; "
            f"there are {len(touchpoint_of_row)} codes."
        )


def _write_bound(
    arrays: EventArrays,
    touchpoint_of_row: NDArray[np.unsignedinteger[Any]],
    dictionaries: Dictionaries,
    target: Path,
) -> None:
    codes = touchpoint_of_row[arrays.row].astype(code_dtype(len(dictionaries.touchpoints)))
    stages = dictionaries.stage_of_touchpoint()[codes]
    write_array(target / _BOUND[0], codes)
    if isinstance(arrays, Shard):
        write_postings(target, "touchpoint", codes=codes, dictionaries=dictionaries)
    write_array(target / _BOUND[1], stages.astype(code_dtype(len(dictionaries.stages))))
