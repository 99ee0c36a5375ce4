"""The journey store of a log: as much of the last snapshot as still holds, the rest anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import DamagedError, InputError, NotFoundError
from waypost.journeys.log import EventLog
from waypost.journeys.store.blocks import Place, StoreInputs
from waypost.journeys.store.build import lay_snapshot, staged_spool
from waypost.journeys.store.coding import (
    BlockReader,
    latest_at,
    segments_with,
    seq_of_rows,
    step_rows,
)
from waypost.journeys.store.difference import ABSENT, Change, difference
from waypost.journeys.store.layout import FORMAT
from waypost.journeys.store.overlay import OVERLAY_SHARE, append
from waypost.journeys.store.persons import check_persons
from waypost.journeys.store.publish import publish, staging
from waypost.journeys.store.rebind import rebind
from waypost.journeys.store.snapshot import Snapshot
from waypost.kit import SILENT, Progress

if TYPE_CHECKING:  # a snapshot opens without the rules and their SQL
    from waypost.journeys.binding import Binding

__all__ = ["LogState", "made_from_of", "snapshot_from_log", "snapshot_id_of"]

_ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class LogState:
    """All that a workspace's journeys follow from.

    ``person_of_rows: int32[row_count]`` has the person number of every row of the log, −1 for none;
    ``persons`` has a row per number, in order: ``id`` and traits.
    """

    log: EventLog
    person_of_rows: NDArray[np.int32]
    persons: pa.Table
    binding: Binding
    place: Place = field(default_factory=Place)


def snapshot_from_log(
    workspace: Path,
    state: LogState,
    *,
    shards: int | None = None,
    progress: Progress = SILENT,
) -> Snapshot:
    """The current snapshot for this state; the caller holds the workspace's lock.

    Nothing has changed: the last one. Only rules have: its touchpoints are written anew. Only
    imports or persons have, and few journeys with them: an overlay. Else, and where ``shards`` is
    given, all of it. In every case the journeys are the same as those of a full build. Rows without
    a person become volume; events named ``$…`` and rows that do not count are left out. Raises
    ``InputError`` where ``person_of_rows`` does not fit the log.
    """
    check_persons(state.persons)
    rows = state.log.row_count()
    if len(state.person_of_rows) != rows:
        raise InputError(
            f"The log has {rows} rows, but persons are known for {len(state.person_of_rows)}."
        )
    made_from = made_from_of(state)
    last = None if shards else _last(workspace)
    if last is not None:
        reused = _reused(last, state, made_from, progress)
        if reused is not None:
            return reused
    return _full(workspace, state, made_from, shards=shards, progress=progress)


def made_from_of(state: LogState) -> dict[str, Any]:
    """What a snapshot of this state is computed from, as ``meta.json`` keeps it."""
    people = hashlib.sha256(np.ascontiguousarray(state.person_of_rows, dtype="<i4").data)
    people.update(_table_bytes(state.persons))
    return {
        "commits": [f"{c.number} {c.kind} {c.batch}" for c in state.log.commits()],
        "persons": people.hexdigest()[:32],
        "rules": state.binding.digest,
        "zone": state.place.zone,
        "currency": state.place.currency,
        "format": FORMAT,
    }


def _table_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return bytes(sink.getvalue())


def snapshot_id_of(made_from: Mapping[str, Any], base: str = "") -> str:
    """The name that follows from ``made_from``, and from the snapshot it was laid over."""
    text = orjson.dumps([dict(made_from), base], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:_ID_DIGITS]


def _last(workspace: Path) -> Snapshot | None:
    try:
        return Snapshot.current(workspace)
    except (NotFoundError, DamagedError, InputError):
        return None


def _reused(
    last: Snapshot, state: LogState, made_from: Mapping[str, Any], progress: Progress
) -> Snapshot | None:
    before = last.made_from
    changed = {name for name in made_from if before.get(name) != made_from[name]}
    if not changed:
        return last
    if changed == {"rules"}:
        return _rebound(last, state, made_from)
    known = before.get("commits", [])
    if changed <= {"commits", "persons"} and made_from["commits"][: len(known)] == known:
        return _appended(last, state, made_from, progress)
    return None


def _rebound(last: Snapshot, state: LogState, made_from: Mapping[str, Any]) -> Snapshot:
    codes = np.zeros(state.log.row_count(), dtype=np.uint16)
    reader = BlockReader(state.binding, currency=last.currency, known=last.dictionaries)
    for block in reader.read(state.log, state.person_of_rows):
        codes[block.row] = block.touchpoint
    return rebind(
        last,
        codes,
        dictionaries=reader.dictionaries(),
        snapshot_id=snapshot_id_of(made_from, last.id),
        made_from=made_from,
    )


def _appended(
    last: Snapshot, state: LogState, made_from: Mapping[str, Any], progress: Progress
) -> Snapshot | None:
    log = state.log
    stored = np.zeros(log.row_count(), dtype=np.bool_)
    for rows in last.visible_rows():
        stored[rows] = True
    new = step_rows(log, log.visible() & ~stored)
    gone = stored & ~log.visible()
    owner = np.where(new | (stored & ~gone), state.person_of_rows, ABSENT).astype(np.int32)
    if new.sum() > OVERLAY_SHARE * (owner != ABSENT).sum():
        return None
    reader = BlockReader(state.binding, currency=last.currency, known=last.dictionaries)
    only_new = np.where(new, owner, ABSENT)
    blocks = list(reader.read(log, only_new, segments_with(log, new)))
    until = max(last.data_until_us, reader.data_until_us or last.data_until_us)
    change = Change(
        owner=owner,
        persons=state.persons,
        blocks=blocks,
        dictionaries=reader.dictionaries(),
        seq_of_rows=lambda rows: seq_of_rows(log, rows),
        snapshot_id=snapshot_id_of(made_from, last.id),
        made_from=made_from,
        data_until_us=latest_at(log, owner) if gone.any() else until,
    )
    if difference(last, change).overlay_share > OVERLAY_SHARE:
        return None
    return append(last, change, overlay_share=OVERLAY_SHARE, progress=progress)


def _full(
    workspace: Path,
    state: LogState,
    made_from: Mapping[str, Any],
    *,
    shards: int | None,
    progress: Progress,
) -> Snapshot:
    snapshot_id = snapshot_id_of(made_from)
    reader = BlockReader(state.binding, currency=state.place.currency)
    with (
        staging(workspace, snapshot_id) as folder,
        staged_spool(folder, persons=len(state.persons), shards=shards) as spool,
    ):
        progress.start("journeys", 2 * len(state.person_of_rows))
        for block in reader.read(state.log, state.person_of_rows):
            spool.add(block)
            progress.advance(len(block))
        spool.settle()
        inputs = StoreInputs(
            blocks=(),
            persons=state.persons,
            dictionaries=reader.dictionaries(),
            snapshot_id=snapshot_id,
            place=state.place,
            made_from=made_from,
            data_until_us=reader.data_until_us,
        )
        meta = lay_snapshot(folder, inputs, spool, shards=shards, progress=progress)
        progress.finish()
        return Snapshot.open(publish(workspace, folder, meta))
