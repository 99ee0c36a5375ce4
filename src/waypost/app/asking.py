"""Answer questions on a snapshot with the local engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from waypost.engines import LocalEngine
from waypost.journeys import EventLog, Snapshot
from waypost.questions import EventsView, KeyCodes, Question, Result

if TYPE_CHECKING:
    from waypost.engines.masks import SnapshotMasks

__all__ = ["asker"]


def asker(snapshot: Snapshot, log: EventLog) -> Callable[[Question], Result]:
    """What answers questions on this snapshot; it remembers the filters it has evaluated.

    It raises ``QuestionError`` or ``RuleError`` for names that the workspace does not have.
    """
    engine, masks = LocalEngine(), _MasksOnDemand(snapshot, log)
    return lambda question: engine.run(question, snapshot, masks)


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

    def _loaded(self) -> SnapshotMasks:
        with self._lock:
            return self._masks
