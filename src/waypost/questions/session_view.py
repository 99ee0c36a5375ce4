"""A snapshot whose units are sessions: the same event arrays, other offsets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.sessions import SessionRules, session_offsets
from waypost.questions.pieces import Piece
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["SessionShard", "SessionView"]


class SessionShard(Piece):
    """A shard cut into sessions; ``first_person`` stays that of the whole shard.

    Sessions are cut from all of a person's events, whatever a question leaves out of them.
    """

    def __init__(self, whole: ShardView, rules: SessionRules) -> None:
        super().__init__(whole, 0, whole.offsets.size - 1)
        self.whole = whole
        self._rules = rules

    @cached_property
    def _cuts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return session_offsets(self.whole.offsets, self.whole.at, self._rules)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """``int64[sessions + 1]`` into the whole event arrays."""
        return self._cuts[0]

    @property
    def hidden(self) -> NDArray[np.uint8]:
        """The sessions of hidden persons."""
        return self.per_part(self.whole.hidden)

    def per_part(self, persons: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``uint8[sessions]`` of ``uint8[persons]``; empty stays empty."""
        return np.repeat(persons, np.diff(self._cuts[1])) if persons.size else persons

    def persons_of(self, sessions: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """The person, counted within the shard, of each of these sessions."""
        return np.searchsorted(self._cuts[1], sessions, side="right") - 1


class SessionView:
    """``snapshot`` with sessions in place of persons; ``gap`` in ticks, and just met it splits."""

    def __init__(self, snapshot: SnapshotView, gap: int) -> None:
        self._snapshot = snapshot
        self._rules = SessionRules(gap)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot, name)

    @cached_property
    def shards(self) -> Sequence[SessionShard]:
        """The snapshot's shards, each cut when its offsets are first needed."""
        return tuple(SessionShard(shard, self._rules) for shard in self._snapshot.shards)
