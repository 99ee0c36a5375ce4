"""Answer questions on a snapshot with an engine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.engines import Engine, LocalEngine
from waypost.journeys import EventLog, Snapshot
from waypost.questions import Composed, EventsView, KeyCodes, Masks, Question, Result, ShardView

if TYPE_CHECKING:
    from waypost.engines.masks import SnapshotMasks

__all__ = ["Asker", "asker"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Answers questions on one snapshot; it remembers the filters it has evaluated.

    It raises ``QuestionError`` or ``RuleError`` for names that the workspace does not have.
    """

    engine: Engine
    snapshot: Snapshot
    masks: Masks

    def __call__(self, question: Question | Composed) -> Result:
        """The answer."""
        return self.engine.run(question, self.snapshot, self.masks)

    def members(self, question: Question | Composed, cell: Mapping[str, Any]) -> pa.Table:
        """Who is behind a cell of the answer, one row each: ``id``, first and last event, events.

        The ids are persons' (of sessions too), or the values of the key that the question counts.
        """
        found = self.engine.find(question, cell, self.snapshot, self.masks)
        table = cast("Snapshot", found.view).persons.take(pa.array(found.numbers))
        return table.select([name for name in table.column_names if name not in _PLACES])


_PLACES = ("person", "shard")
"""What says where a journey lies, not whose it is."""


def asker(snapshot: Snapshot, log: EventLog, engine: Engine | None = None) -> Asker:
    """What answers questions on this snapshot, by default on this machine."""
    return Asker(engine or LocalEngine(), snapshot, _MasksOnDemand(snapshot, log))


class _MasksOnDemand:
    """What evaluates filters loads with the first of them: half a second that few answers need."""

    def __init__(self, snapshot: Snapshot, log: EventLog) -> None:
        self._of = (snapshot, log)
        self._lock = threading.Lock()

    @cached_property
    def _masks(self) -> SnapshotMasks:
        from waypost.engines.masks import SnapshotMasks  # noqa: PLC0415 - loaded with the first filter

        return SnapshotMasks(*self._of)

    def event_mask(self, condition: str, events: EventsView) -> NDArray[np.uint8]:
        """As ``SnapshotMasks.event_mask``."""
        return self._loaded().event_mask(condition, events)

    def key_codes(self, field: str, events: EventsView) -> KeyCodes:
        """As ``SnapshotMasks.key_codes``."""
        return self._loaded().key_codes(field, events)

    def persons_with(self, condition: str, shard: ShardView) -> NDArray[np.uint8]:
        """As ``SnapshotMasks.persons_with``."""
        return self._loaded().persons_with(condition, shard)

    def events_of(
        self, condition: str, shard: ShardView, persons: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """As ``SnapshotMasks.events_of``."""
        return self._loaded().events_of(condition, shard, persons)

    def _loaded(self) -> SnapshotMasks:
        with self._lock:
            return self._masks
