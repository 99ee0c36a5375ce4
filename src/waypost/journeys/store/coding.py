"""From columns of the log to blocks of codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.journeys.log import EventLog, Rows, Segment
from waypost.journeys.store.blocks import EventBlock
from waypost.journeys.store.layout import NO_VALUE, Dictionaries
from waypost.model import Flag

if TYPE_CHECKING:  # a snapshot opens without the rules and their SQL
    from waypost.journeys.binding import Binding

__all__ = ["BlockReader", "latest_at", "segments_with", "seq_of_rows", "step_rows"]

_ENCODED: Final = ("event", "channel", "source", "currency")
_COLUMNS: Final = ("at", *_ENCODED, "seq", "value", "rating", "flags")


class _Codes:
    """Gives every text a code in the order of its first appearance."""

    def __init__(self, known: Sequence[str]) -> None:
        self._code = {text: code for code, text in enumerate(known)}

    def of(self, column: pa.DictionaryArray) -> NDArray[np.uint32]:
        """A code per row; null is the empty text."""
        texts = [text or "" for text in column.dictionary.to_pylist()] + [""]
        places = column.indices.fill_null(len(texts) - 1).to_numpy().astype(np.int64)
        codes = np.zeros(len(texts), dtype=np.uint32)
        for place in np.flatnonzero(np.bincount(places, minlength=len(texts))).tolist():
            codes[place] = self._code.setdefault(texts[place], len(self._code))
        found: NDArray[np.uint32] = codes[places]
        return found

    def entries(self) -> tuple[str, ...]:
        return tuple(self._code)


class BlockReader:
    """Reads rows of the log as blocks; its dictionaries grow with what it has read.

    ``known`` are dictionaries to go on from. Money in another currency than the workspace's counts
    as none, for it cannot be added up.
    """

    def __init__(
        self, binding: Binding, *, currency: str, known: Dictionaries | None = None
    ) -> None:
        start = known or Dictionaries()
        self._binding = binding
        self._currency = currency
        self._stage = np.array(binding.stage_codes(), dtype=np.uint16)
        self._codes = {
            "event": _Codes(start.events),
            "channel": _Codes(start.channels),
            "source": _Codes(start.sources),
        }
        self.data_until_us: int | None = None

    def dictionaries(self) -> Dictionaries:
        """What the codes of all blocks so far mean; raises ``InputError`` for too many names."""
        return Dictionaries(
            events=self._codes["event"].entries(),
            channels=self._codes["channel"].entries(),
            touchpoints=self._binding.touchpoints,
            stages=self._binding.stages,
            steps=self._binding.steps,
            sources=self._codes["source"].entries(),
        )

    def read(
        self, log: EventLog, owner: NDArray[np.int32], segments: Iterable[Segment] | None = None
    ) -> Iterator[EventBlock]:
        """A block per row group of the rows with an owner of at least −1.

        Events whose name starts with ``$`` and rows that do not count are left out.
        """
        columns = [*_COLUMNS, *sorted(self._binding.needs - set(_COLUMNS))]
        parts = None if segments is None else list(segments)
        for rows in log.scan(columns, encoded=_ENCODED, segments=parts):
            stop = rows.first_row + rows.batch.num_rows
            owners = owner[rows.first_row : stop]
            kept = rows.visible & (owners >= -1) & _is_step(rows.batch["event"])
            if kept.any():
                yield self._block(rows, kept, owners)

    def _block(self, rows: Rows, kept: NDArray[np.bool_], owners: NDArray[np.int32]) -> EventBlock:
        batch = rows.batch if kept.all() else rows.batch.filter(pa.array(kept))
        at = batch["at"].cast(pa.int64()).to_numpy()
        self._note_latest(at, batch["flags"])
        touchpoint = self._binding.touchpoint_codes(batch)
        return EventBlock(
            person=owners[kept],
            at=at,
            seq=batch["seq"].to_numpy(),
            row=rows.first_row + np.flatnonzero(kept),
            event=self._codes["event"].of(batch["event"]),
            channel=self._codes["channel"].of(batch["channel"]),
            touchpoint=touchpoint,
            stage=self._stage[touchpoint],
            source=self._codes["source"].of(batch["source"]),
            value=self._values(batch),
            rating=batch["rating"].fill_null(float("nan")).to_numpy(),
        )

    def _values(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        currency = batch["currency"]
        foreign = currency.dictionary.to_pylist()
        usable = np.array([name in ("", None, self._currency) for name in foreign] + [True])
        places = currency.indices.fill_null(len(foreign)).to_numpy()
        values: NDArray[np.int64] = batch["value"].fill_null(NO_VALUE).to_numpy()
        return np.where(usable[places], values, NO_VALUE)

    def _note_latest(self, at: NDArray[np.int64], flags: pa.Array) -> None:
        trusted = at[(flags.fill_null(0).to_numpy() & int(Flag.FUTURE)) == 0]
        if len(trusted):
            latest = int(trusted.max())
            self.data_until_us = max(latest, self.data_until_us or latest)


def _is_step(event: pa.DictionaryArray) -> NDArray[np.bool_]:
    steps = [not (name or "").startswith("$") for name in event.dictionary.to_pylist()] + [True]
    places = event.indices.fill_null(len(steps) - 1).to_numpy()
    found: NDArray[np.bool_] = np.array(steps)[places]
    return found


def step_rows(log: EventLog, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the rows marked in ``rows: bool[row_count]`` those whose event is part of a journey."""
    found = np.zeros_like(rows)
    for part in log.scan(["event"], encoded=["event"], segments=segments_with(log, rows)):
        stop = part.first_row + part.batch.num_rows
        found[part.first_row : stop] = rows[part.first_row : stop] & _is_step(part.batch["event"])
    return found


def segments_with(log: EventLog, rows: NDArray[np.bool_]) -> list[Segment]:
    """The segments that hold at least one of the rows marked."""
    return [s for s in log.segments() if rows[s.first_row : s.first_row + s.rows].any()]


def seq_of_rows(log: EventLog, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ``seq`` of rows of the log, in any order; reads only the segments that hold them."""
    marked = np.zeros(log.row_count(), dtype=np.bool_)
    marked[rows] = True
    order = np.argsort(rows, kind="stable")
    wanted = rows[order]
    found = np.empty(len(rows), dtype=np.int64)
    for part in log.scan(["seq"], segments=segments_with(log, marked)):
        low, high = np.searchsorted(wanted, [part.first_row, part.first_row + len(part.visible)])
        places = wanted[low:high] - part.first_row
        found[order[low:high]] = part.batch["seq"].to_numpy()[places]
    return found


def latest_at(log: EventLog, owner: NDArray[np.int32]) -> int | None:
    """The latest instant to be trusted of rows with an owner of at least −1; None without rows."""
    latest = None
    for part in log.scan(["at", "flags"]):
        owners = owner[part.first_row : part.first_row + part.batch.num_rows]
        future = pc.bit_wise_and(part.batch["flags"], int(Flag.FUTURE)).to_numpy() != 0
        at: NDArray[Any] = part.batch["at"].cast(pa.int64()).to_numpy()[(owners >= -1) & ~future]
        if len(at):
            latest = max(int(at.max()), latest or int(at.max()))
    return latest
