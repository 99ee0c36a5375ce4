"""The pieces of work of a question: what an engine does with ranges of a shard's persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from waypost.engines.units import counted_units
from waypost.kernels.postings import Postings
from waypost.questions import (
    EMPTY_SHARD,
    CountsVolume,
    Masks,
    Piece,
    Question,
    Result,
    ShardView,
    SnapshotView,
    Task,
    counts_volume,
    events_that_exist,
    in_units,
    needs_masks,
    offers,
    selection_of,
    unit_of,
)

__all__ = ["Planned", "Window", "persons_in_part"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A question planned on the snapshot that holds its units.

    ``base`` has the shards that are cut into ranges: those of ``view``, or, where units are parts
    of persons, those of the persons.
    """

    question: Question
    base: SnapshotView
    view: SnapshotView
    masks: Masks | None
    task: Task[Any]

    @classmethod
    def of(cls, question: Question, snapshot: SnapshotView, masks: Masks | None) -> Self:
        """Raises what planning raises, ``QuestionError`` or ``RuleError``."""
        view, counted = counted_units(question, snapshot, masks)
        base = snapshot if unit_of(question.unit).kind == "session" else view
        return cls(question, base, view, counted, question.plan(view))

    def partial(self, shard: ShardView, part: int, parts: int) -> Any | None:
        """What one of ``parts`` ranges of persons of a shard of ``base`` adds; None for nobody."""
        units = self._units(shard, part, parts)
        if units.offsets.size <= 1:
            return None
        chosen = selection_of(self.question, self.task, units, self.masks)
        return self.task.run(units, chosen)

    def volume(self) -> Any | None:
        """What the events without a person add; None where they do not count."""
        task: Any = self.task
        if not offers(task, CountsVolume) or not counts_volume(self.question):
            return None
        events = self.view.volume
        existing = events_that_exist(self.question, task.period, events, self.masks)
        return task.run_volume(events, existing)

    def nobody(self) -> Any:
        """What a store without persons gives."""
        nobody = selection_of(self.question, self.task, EMPTY_SHARD, self.masks)
        return self.task.run(EMPTY_SHARD, nobody)

    def result(self, whole: Any) -> Result:
        """The answer from the sum of everything."""
        return in_units(self.task.finish(whole), self.question.unit)

    def _units(self, shard: ShardView, part: int, parts: int) -> ShardView:
        if parts > 1:
            first, last = persons_in_part(shard.offsets, part, parts)
            filtered = needs_masks(self.question, self.task) or not self.task.period.is_always()
            cut = Window if filtered or self.base is not self.view else Piece
            shard = cut(shard, first, last)
        if self.base is self.view or shard.offsets.size <= 1:
            return shard
        within, _ = counted_units(self.question, _Only(self.base, [shard]), self.masks)
        return within.shards[0]


class _Only:
    """A snapshot as if it had only these shards."""

    def __init__(self, snapshot: SnapshotView, shards: Sequence[ShardView]) -> None:
        self._snapshot = snapshot
        self.shards = shards

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot, name)


class Window:
    """Persons ``first`` to ``last`` (exclusive) of a shard; event arrays hold their events only.

    Masks of a window cost what its events cost; those of a ``Piece`` cost the whole shard.
    """

    def __init__(self, shard: ShardView, first: int, last: int) -> None:
        offsets = shard.offsets[first : last + 1]
        self._shard = shard
        self._events = slice(int(offsets[0]), int(offsets[-1]))
        self.offsets: NDArray[np.int64] = offsets - offsets[0]
        self.hidden: NDArray[np.uint8] = shard.hidden[first:last]
        self.first_person = shard.first_person + first

    def postings(self, axis: str) -> Postings | None:  # noqa: ARG002 - protocol member
        """None: the shard's positions are not those of the window."""
        return None

    @property
    def at(self) -> NDArray[np.signedinteger[Any]]:
        """The window's ticks."""
        return self._shard.at[self._events]

    @property
    def event(self) -> NDArray[np.unsignedinteger[Any]]:
        """The window's event codes."""
        return self._shard.event[self._events]

    @property
    def channel(self) -> NDArray[np.unsignedinteger[Any]]:
        """The window's channel codes."""
        return self._shard.channel[self._events]

    @property
    def touchpoint(self) -> NDArray[np.unsignedinteger[Any]]:
        """The window's touchpoint codes."""
        return self._shard.touchpoint[self._events]

    @property
    def stage(self) -> NDArray[np.unsignedinteger[Any]]:
        """The window's stage codes."""
        return self._shard.stage[self._events]

    @property
    def source(self) -> NDArray[np.unsignedinteger[Any]]:
        """The window's source codes."""
        return self._shard.source[self._events]

    @property
    def value(self) -> NDArray[np.int64]:
        """The window's values."""
        return self._shard.value[self._events]

    @property
    def rating(self) -> NDArray[np.float32]:
        """The window's ratings."""
        return self._shard.rating[self._events]

    @property
    def row(self) -> NDArray[np.integer[Any]]:
        """The window's row numbers."""
        return self._shard.row[self._events]


def persons_in_part(offsets: NDArray[np.int64], part: int, parts: int) -> tuple[int, int]:
    """First and last (exclusive) person of one of ``parts`` ranges with about as many events.

    The ranges of all parts cover every person once; where persons are few or one of them has most
    events, ranges are empty. Reads a few places of ``offsets`` only.
    """
    begin, events = int(offsets[0]), int(offsets[-1] - offsets[0])
    first, last = (
        int(np.searchsorted(offsets, begin + events * k // parts)) if 0 < k < parts else edge
        for k, edge in ((part, 0), (part + 1, offsets.size - 1))
    )
    return first, last
