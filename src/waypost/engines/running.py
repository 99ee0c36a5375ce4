"""The pieces of work of a question: what every engine does on one shard, wherever it runs it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.postings import Postings
from waypost.questions import (
    CountsVolume,
    Masks,
    Piece,
    Question,
    SnapshotView,
    Task,
    events_that_exist,
    selection_of,
)
from waypost.questions.view import ShardView

__all__ = ["Window", "part_of", "partial_of_shard", "partial_of_volume", "persons_in_part"]


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


def part_of(shard: ShardView, part: int, parts: int, *, filtered: bool = False) -> ShardView:
    """That range of the shard's persons: a window where filters must be evaluated, else a piece."""
    if parts == 1:
        return shard
    first, last = persons_in_part(shard.offsets, part, parts)
    return Window(shard, first, last) if filtered else Piece(shard, first, last)


def partial_of_shard(
    question: Question, task: Task[Any], shard: ShardView, masks: Masks | None
) -> Any:
    """What one shard, or one range of its persons, contributes to the answer."""
    return task.run(shard, selection_of(question, task, shard, masks))


def partial_of_volume(
    question: Question, task: Task[Any], snapshot: SnapshotView, masks: Masks | None
) -> Any | None:
    """What the events without a person contribute; None where they do not count."""
    if not isinstance(task, CountsVolume) or question.segment is not None:
        return None
    volume = snapshot.volume
    return task.run_volume(volume, events_that_exist(question, task.period, volume, masks))
