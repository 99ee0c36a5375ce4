"""Run questions on this machine: threads over shards, or over ranges of persons in large ones."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np

from waypost.questions import (
    EMPTY_SHARD,
    CountsVolume,
    Masks,
    Piece,
    Question,
    Result,
    Selection,
    ShardView,
    SnapshotView,
    counts_volume,
    events_that_exist,
    needs_masks,
    selection_of,
)

__all__ = ["LocalEngine"]

_SMALLEST_PIECE = 200_000
"""Events below which splitting costs more than a second thread gains."""


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Answers questions with up to ``threads`` kernels at once; the same answer for any number."""

    threads: int = 2

    def run(self, question: Question, snapshot: SnapshotView, masks: Masks | None = None) -> Result:
        """The answer; hidden persons and what the filters exclude are left out.

        ``masks`` evaluates condition texts; without it, conditions may name what the snapshot
        holds, but no texts and attributes of the event log. Raises ``QuestionError`` for names that
        the snapshot does not have, ``RuleError`` for conditions that cannot be evaluated.
        """
        task = question.plan(snapshot)
        if masks is None and needs_masks(question, task):
            from waypost.engines.masks import SnapshotMasks  # noqa: PLC0415 - filters need it

            masks = SnapshotMasks(snapshot)
        shards = [shard for shard in snapshot.shards if shard.offsets.size > 1]
        with ThreadPoolExecutor(self.threads) as pool:
            selections = pool.map(lambda shard: selection_of(question, task, shard, masks), shards)
            pieces = [
                piece
                for shard, selection in zip(shards, selections, strict=True)
                for piece in self._split(shard, selection)
            ]
            partials = list(pool.map(lambda piece: task.run(*piece), pieces))
        if isinstance(task, CountsVolume) and counts_volume(question):
            volume = snapshot.volume
            existing = events_that_exist(question, task.period, volume, masks)
            partials.append(task.run_volume(volume, existing))
        return task.finish(reduce(add, partials or [task.run(EMPTY_SHARD, Selection())]))

    def _split(
        self, shard: ShardView, selection: Selection
    ) -> Iterator[tuple[ShardView, Selection]]:
        offsets = shard.offsets
        begin, end = int(offsets[0]), int(offsets[-1])
        parts = max(1, min(self.threads, (end - begin) // _SMALLEST_PIECE))
        if parts == 1:
            yield shard, selection
            return
        cuts = np.searchsorted(offsets, np.linspace(begin, end, parts + 1)).tolist()
        cuts[0], cuts[-1] = 0, offsets.size - 1
        for first, last in pairwise(cuts):
            if last > first:
                yield Piece(shard, first, last), selection.of_persons(first, last)
