"""What every engine can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from waypost.questions import Composed, Masks, Members, Question, Result, SnapshotView

__all__ = ["Engine"]


class Engine(Protocol):
    """Runs a question on the shards of a snapshot and adds the partials."""

    def run(
        self, question: Question | Composed, snapshot: SnapshotView, masks: Masks | None = None
    ) -> Result:
        """The answer."""

    def find(
        self,
        question: Question | Composed,
        cell: Mapping[str, Any],
        snapshot: SnapshotView,
        masks: Masks | None = None,
    ) -> Members:
        """Who is behind a cell of the answer."""
