"""The events that a document is read against, and what was learned from them so far."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from waypost.engines import Engine, LocalEngine
from waypost.journeys import EventLog, Snapshot
from waypost.maps.discovery.voices import Voice, voices_of_log
from waypost.maps.reading.drawing import Drawing
from waypost.maps.reading.recoding import Recoding, recode
from waypost.maps.reading.view import DrawnMasks, DrawnView
from waypost.questions import Composed, Masks, Members, Question, Result

__all__ = ["DrawnJourneys", "EventSource", "Spoken"]

T = TypeVar("T")
_DRAWINGS_KEPT = 6
_ANSWERS_KEPT = 600


class _Slot:
    """A value that one thread makes while the others that want it wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value: Any = None
        self.is_made = False


class _Kept:
    """The values used latest, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots: OrderedDict[Any, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], T]) -> T:
        """The value of ``key``; what ``make`` raises is raised, and tried again next time."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        with slot.lock:
            if not slot.is_made:
                slot.value, slot.is_made = make(), True
            return cast("T", slot.value)


@dataclass(frozen=True, slots=True)
class Spoken:
    """All texts, and per shard (the volume last) at which events they are: places, and which."""

    voices: Sequence[Voice]
    places: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]


def _spoken(snapshot: Snapshot, log: EventLog) -> Spoken:
    rows, voices = voices_of_log(log)
    has_text = np.zeros(log.row_count(), np.bool_)
    has_text[rows] = True
    places = []
    for events in (*snapshot.shards, snapshot.volume):
        here = np.flatnonzero(has_text[events.row]) if rows.size else np.zeros(0, np.int64)
        places.append((here, np.searchsorted(rows, events.row[here])))
    return Spoken(voices, tuple(places))


class EventSource:
    """A snapshot, its log and how to ask it. Safe to share between threads.

    ``rules`` has the rule of a touchpoint by its id. It keeps the codes of the six drawings and the
    answers read latest; a new snapshot needs a new source.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        log: EventLog,
        *,
        workspace: str = "",
        rules: Mapping[str, str] | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.log = log
        self.workspace = workspace
        self.rules: Mapping[str, str] = rules or {}
        self.engine: Engine = engine or LocalEngine()
        self._lock = threading.Lock()
        self._drawn = _Kept(_DRAWINGS_KEPT)
        self.kept = _Kept(_ANSWERS_KEPT)

    @property
    def masks(self) -> Masks:
        """What evaluates conditions; loaded when the first one is asked."""
        with self._lock:
            return self._masks

    @cached_property
    def _masks(self) -> Masks:
        from waypost.engines.masks import SnapshotMasks  # noqa: PLC0415 - loaded with the first filter

        return SnapshotMasks(self.snapshot, self.log)

    @property
    def spoken(self) -> Spoken:
        """What people said, and at which events; the log is read once."""
        return self.kept.get("spoken", lambda: _spoken(self.snapshot, self.log))

    def ask(self, question: Question | Composed) -> Result:
        """The answer in the workspace's own steps."""
        return self.engine.run(question, self.snapshot, self.masks)

    def ask_once(self, question: Question) -> Result:
        """The answer in the workspace's own steps, kept."""
        key = json.dumps(question.to_dict(), sort_keys=True)
        return self.kept.get(("answer", key), lambda: self.ask(question))

    def drawn(self, drawing: Drawing) -> DrawnJourneys:
        """The journeys along a drawing's steps.

        Drawings that differ in words only share their codes and answers.
        """
        laid = self._drawn.get(drawing.key(), lambda: self._laid(drawing))
        return DrawnJourneys(self, drawing, laid)

    def _laid(self, drawing: Drawing) -> Recoding:
        rules = any(bound.where for bound in drawing.bound)
        masks = self.masks if rules else cast("Masks", None)
        return recode(self.snapshot, drawing, masks)


class DrawnJourneys:
    """The journeys of a source along the steps of a drawing; every question can be asked."""

    def __init__(self, source: EventSource, drawing: Drawing, recoding: Recoding) -> None:
        self.source = source
        self.drawing = drawing
        self.recoding = recoding
        self.view = DrawnView(source.snapshot, drawing, recoding)

    @cached_property
    def masks(self) -> Masks:
        """The workspace's masks for the shards of the view."""
        return DrawnMasks(lambda: self.source.masks)

    def ask(self, question: Question | Composed) -> Result:
        """The answer; it names steps and stages by their ids in the document."""
        return self.source.engine.run(question, self.view, self.masks)

    def ask_once(self, question: Question) -> Result:
        """The answer, kept: for questions whose answers hold ids and no words."""
        key = (type(question), json.dumps(question.to_dict(), sort_keys=True))
        return self.keep("answer", key, lambda: self.ask(question))

    def members(self, question: Question | Composed, cell: Mapping[str, Any]) -> Members:
        """Who is behind a cell of an answer."""
        return self.source.engine.find(question, cell, self.view, self.masks)

    def keep(self, what: str, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives, worked out once for this drawing."""
        return self.source.kept.get((self.drawing.key(), what, key), make)

    @property
    def has_rules(self) -> bool:
        """Whether a rule took events out of their touchpoint."""
        return any(codes is not None for codes in self.recoding.codes)
