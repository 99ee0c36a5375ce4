"""From the unit that a question counts to the shards and masks that hold such units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.questions import (
    EventsView,
    KeyCodes,
    Masks,
    Question,
    SessionView,
    ShardView,
    SnapshotView,
    Unit,
    persons_in,
    ticks_of,
    unit_of,
)

if TYPE_CHECKING:
    from waypost.journeys import Snapshot

__all__ = ["counted_units"]

_NAME_DIGITS = 12
_SPREAD = ("account", "company", "organisation")
"""Keys that belong to a person: all events of the person have them, not only those that say so."""


def counted_units(
    question: Question, snapshot: SnapshotView, masks: Masks | None
) -> tuple[SnapshotView, Masks | None]:
    """The snapshot and masks in which each "person" is one unit of the question.

    Sessions are cut anew from the persons' shards; other units are laid once beside the snapshot.
    ``QuestionError`` for a key that events do not have, and where there is no log to read it from.
    """
    unit = unit_of(question.unit)
    if unit.kind == "session":
        return SessionView(snapshot, ticks_of(snapshot, unit.gap)), masks
    if unit.kind == "key":
        return _by_key(unit, snapshot, masks)
    return snapshot, masks


def _by_key(unit: Unit, snapshot: SnapshotView, masks: Masks | None) -> tuple[Any, Masks]:
    from waypost.journeys import Snapshot  # noqa: PLC0415 - most questions count persons
    from waypost.journeys.store.regroup import regrouped  # noqa: PLC0415 - the same

    if masks is None or not isinstance(snapshot, Snapshot):
        raise QuestionError(
            f"Journeys per {unit.key!r} need an open workspace.",
            hint="Ask through waypost.open(…).",
            unit=unit.key,
        )
    name = hashlib.sha256(unit.key.encode()).hexdigest()[:_NAME_DIGITS]
    laid = regrouped(snapshot, name, lambda: _codes(unit, snapshot, masks))
    return laid, _UnitMasks(snapshot, masks)


def _codes(unit: Unit, snapshot: Snapshot, masks: Masks) -> tuple[Any, Sequence[str]]:
    texts = masks.key_codes(unit.key, snapshot.volume).texts

    def of(events: EventsView) -> NDArray[np.int32]:
        codes = masks.key_codes(unit.key, events).codes
        if unit.key in _SPREAD and hasattr(events, "offsets"):
            return _spread(codes, cast("ShardView", events))
        return codes

    return of, texts


def _spread(codes: NDArray[np.int32], shard: ShardView) -> NDArray[np.int32]:
    """Every event of a person has the person's first code, unless it says another itself."""
    from waypost.kernels.coded import ALL, first_code_per_unit  # noqa: PLC0415 - few units spread

    first = first_code_per_unit(shard.offsets, codes, ALL)
    return np.where(codes >= 0, codes, np.repeat(first, np.diff(shard.offsets))).astype(np.int32)


class _UnitMasks:
    """Masks of a snapshot laid by another unit; rows of the log are what both have in common."""

    def __init__(self, persons: Snapshot, masks: Masks) -> None:
        self._persons = persons
        self._masks = masks

    def event_mask(self, condition: str, events: EventsView) -> NDArray[np.uint8]:
        """As ``SnapshotMasks.event_mask``; dictionaries and rows are the same in both."""
        return self._masks.event_mask(condition, events)

    def key_codes(self, field: str, events: EventsView) -> KeyCodes:
        """As ``SnapshotMasks.key_codes``; a person's trait is that of each event's person."""
        if not field.startswith("person."):
            return self._masks.key_codes(field, events)
        texts: Sequence[str] = ()
        of_rows = np.full(self._rows, -1, dtype=np.int32)
        for shard in self._persons.shards:
            key = self._masks.key_codes(field, shard)
            of_rows[shard.row], texts = key.codes, key.texts
        return KeyCodes(of_rows[events.row], texts)

    def segment_events(
        self, segment: str | tuple[str, ...], events: EventsView
    ) -> NDArray[np.uint8]:
        """``uint8[events]``: those of persons in the segment."""
        rows = np.zeros(self._rows, dtype=np.uint8)
        for shard in self._persons.shards:
            inside = persons_in(segment, shard, self._masks)
            rows[shard.row] |= np.repeat(inside, np.diff(shard.offsets))
        return np.asarray(rows[events.row])

    @cached_property
    def _rows(self) -> int:
        views = (*self._persons.shards, self._persons.volume)
        return max((int(view.row.max()) + 1 for view in views if view.row.size), default=0)
