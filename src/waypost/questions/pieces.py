"""Parts of a shard: a range of its persons, or nobody at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.postings import Postings
from waypost.questions.view import ShardView

__all__ = ["EMPTY_SHARD", "ArrayShard", "Piece"]


class Piece:
    """Persons ``first`` to ``last`` (exclusive) of a shard; event arrays stay whole."""

    def __init__(self, shard: ShardView, first: int, last: int) -> None:
        self._shard = shard
        self._first = first
        self._last = last

    @property
    def offsets(self) -> NDArray[np.int64]:
        """``int64[persons + 1]`` into the whole event arrays; need not begin with 0."""
        return self._shard.offsets[self._first : self._last + 1]

    @property
    def hidden(self) -> NDArray[np.uint8]:
        """The hidden persons of the range."""
        return self._shard.hidden[self._first : self._last]

    @property
    def first_person(self) -> int:
        """The person number of the range's first person."""
        return self._shard.first_person + self._first

    def postings(self, axis: str) -> Postings | None:
        """The whole shard's; positions outside the range's offsets are other persons'."""
        return self._shard.postings(axis)

    @property
    def at(self) -> NDArray[np.signedinteger[Any]]:
        """The whole shard's ticks."""
        return self._shard.at

    @property
    def event(self) -> NDArray[np.unsignedinteger[Any]]:
        """The whole shard's event codes."""
        return self._shard.event

    @property
    def channel(self) -> NDArray[np.unsignedinteger[Any]]:
        """The whole shard's channel codes."""
        return self._shard.channel

    @property
    def touchpoint(self) -> NDArray[np.unsignedinteger[Any]]:
        """The whole shard's touchpoint codes."""
        return self._shard.touchpoint

    @property
    def stage(self) -> NDArray[np.unsignedinteger[Any]]:
        """The whole shard's stage codes."""
        return self._shard.stage

    @property
    def source(self) -> NDArray[np.unsignedinteger[Any]]:
        """The whole shard's source codes."""
        return self._shard.source

    @property
    def value(self) -> NDArray[np.int64]:
        """The whole shard's values."""
        return self._shard.value

    @property
    def rating(self) -> NDArray[np.float32]:
        """The whole shard's ratings."""
        return self._shard.rating

    @property
    def row(self) -> NDArray[np.integer[Any]]:
        """The whole shard's row numbers."""
        return self._shard.row


class ArrayShard:
    """A shard whose arrays lie in memory; what is not given is empty of content.

    ``offsets``, ``at`` and ``event`` are needed; other codes are 0, values and ratings none.
    """

    def __init__(
        self,
        offsets: NDArray[np.int64],
        at: NDArray[np.signedinteger[Any]],
        event: NDArray[np.unsignedinteger[Any]],
        **other: Any,
    ) -> None:
        size = at.size
        self.offsets = offsets
        self.at = at
        self.event = event
        self.channel = other.pop("channel", np.zeros(size, np.uint8))
        self.touchpoint = other.pop("touchpoint", np.zeros(size, np.uint8))
        self.stage = other.pop("stage", np.zeros(size, np.uint8))
        self.source = other.pop("source", np.zeros(size, np.uint8))
        self.value = other.pop("value", np.full(size, np.iinfo(np.int64).min))
        self.rating = other.pop("rating", np.full(size, np.nan, np.float32))
        self.row = other.pop("row", np.arange(size, dtype=np.int64))
        self.hidden = other.pop("hidden", np.zeros(0, np.uint8))
        self.first_person = other.pop("first_person", 0)
        self._postings: Mapping[str, Postings] = other.pop("postings", {})
        if other:
            raise TypeError(f"A shard has no {', '.join(other)}.")

    def postings(self, axis: str) -> Postings | None:
        """What was given for the axis."""
        return self._postings.get(axis)


EMPTY_SHARD: ShardView = ArrayShard(
    np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8)
)
