"""Run questions on this machine: threads over shards, or over ranges of persons in large ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import Any, TypeVar

import numpy as np

from waypost.engines.crew import each, summed
from waypost.engines.running import Planned, persons_in_part
from waypost.kit.progress import SILENT, Progress
from waypost.questions import (
    Composed,
    Masks,
    Members,
    Piece,
    Question,
    Result,
    Selection,
    SettlesInParts,
    ShardView,
    SnapshotView,
    members_of,
    needs_masks,
    offers,
    selection_of,
    selects_piecewise,
)

__all__ = ["LocalEngine"]

_SMALLEST_PIECE = 200_000
"""Events below which splitting costs more than a second thread gains."""

_LARGE = 0.5
"""Of the largest shard: a smaller one fills what others leave."""

_T = TypeVar("_T")
_R = TypeVar("_R")
_Place = tuple[ShardView, Selection | None]


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Answers questions with up to ``threads`` kernels at once; the same answer for any number.

    ``progress`` hears of every range of persons before and after it is counted, on the thread that
    counts it; what it raises ends the question once the ranges under way are done.
    """

    threads: int = 2
    progress: Progress = SILENT

    def run(
        self, question: Question | Composed, snapshot: SnapshotView, masks: Masks | None = None
    ) -> Result:
        """The answer; hidden persons and what the filters exclude are left out.

        ``masks`` evaluates condition texts; without it, conditions may name what the snapshot
        holds, but no texts and attributes of the event log. Raises ``QuestionError`` for names that
        the snapshot does not have, ``RuleError`` for conditions that cannot be evaluated.
        """
        if isinstance(question, Composed):
            return question.answer(lambda plain: self.run(plain, snapshot, masks))
        work = Planned.of(question, snapshot, masks or _masks_of(question, snapshot))
        pieces = self._pieces(work)
        self.progress.start(question.name, len(pieces))
        known = summed(self.threads, self._watched(_answered(work), 1), pieces)
        volume = work.volume()
        known += [] if volume is None else [volume]
        whole = reduce(add, known) if known else work.nobody()
        if offers(whole, SettlesInParts):
            whole = whole.settled_with(
                lambda work, items: each(self.threads, self._watched(work), items)
            )
        self.progress.finish()
        return work.result(whole)

    def find(
        self,
        question: Question | Composed,
        cell: Mapping[str, Any],
        snapshot: SnapshotView,
        masks: Masks | None = None,
    ) -> Members:
        """Who is behind a cell: ``cell`` has the values of the key columns of a row.

        Under ``measure`` it names the column, where a row counts several things. Raises as ``run``,
        and ``QuestionError`` for a cell that the answer cannot have.
        """
        if isinstance(question, Composed):
            return self.find(*question.inside(cell), snapshot, masks)
        work = Planned.of(question, snapshot, masks or _masks_of(question, snapshot))
        found = each(
            self.threads,
            self._watched(lambda place: members_of(work.task, work.view, place=place, cell=cell)),
            self._selected(work),
        )
        return reduce(add, found, Members(work.view, np.zeros(0, np.int64), 0))

    def _pieces(self, work: Planned) -> list[_Place]:
        """Ranges of persons, and what counts of each; None where that is left to the range."""
        shards = _shards(work)
        if all(selects_piecewise(work.question, work.task, one, work.masks) for one in shards):
            places: list[_Place] = [(shard, None) for shard in shards]
        else:
            places = [*self._selected(work)]
        places.sort(key=lambda place: _events(place[0]), reverse=True)
        whole = self._whole(places)
        cut = [piece for place in places[whole:] for piece in self._split(*place)]
        return places[:whole] + cut

    def _whole(self, places: Sequence[_Place]) -> int:
        """How many of the largest shards keep threads equally busy uncut; each piece has its price.

        What is left over is cut, so that threads end together.
        """
        sizes = [_events(shard) for shard, _ in places]
        large = sum(1 for size in sizes if size > _LARGE * sizes[0])
        return large - large % self.threads

    def _selected(self, work: Planned) -> list[tuple[ShardView, Selection]]:
        """Every shard with somebody in it, and what counts of it."""
        shards = _shards(work)
        chosen = each(self.threads, self._watched(partial(_selection, work)), shards)
        return list(zip(shards, chosen, strict=True))

    def _watched(self, work: Callable[[_T], _R], amount: int = 0) -> Callable[[_T], _R]:
        """The same; ``progress`` is asked before, and hears of ``amount`` after."""

        def watched(item: _T) -> _R:
            self.progress.advance(0)
            found = work(item)
            self.progress.advance(amount)
            return found

        return watched

    def _split(self, shard: ShardView, selection: Selection | None) -> Iterator[_Place]:
        parts = max(1, min(self.threads, _events(shard) // _SMALLEST_PIECE))
        if parts == 1:
            yield shard, selection
            return
        for part in range(parts):
            first, last = persons_in_part(shard.offsets, part, parts)
            if last > first:
                chosen = None if selection is None else selection.of_persons(first, last)
                yield Piece(shard, first, last), chosen


def _events(shard: ShardView) -> int:
    return int(shard.offsets[-1] - shard.offsets[0])


def _shards(work: Planned) -> list[ShardView]:
    return [shard for shard in work.view.shards if shard.offsets.size > 1]


def _selection(work: Planned, shard: ShardView) -> Selection:
    return selection_of(work.question, work.task, shard, work.masks)


def _answered(work: Planned) -> Callable[[_Place], Any]:
    """What a range of persons contributes."""

    def answer(place: _Place) -> Any:
        shard, selection = place
        return work.task.run(shard, selection or _selection(work, shard))

    return answer


def _masks_of(question: Question, snapshot: SnapshotView) -> Masks | None:
    """What evaluates filters by the dictionaries alone; loaded only where a filter needs it."""
    task = question.plan(snapshot)
    if not needs_masks(question, task):
        return None
    from waypost.engines.masks import SnapshotMasks  # noqa: PLC0415 - filters need it

    return SnapshotMasks(snapshot)
