"""How many units there are of each value of a field."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import any_event_per_person, first_code_per_unit
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.only import OF
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Groups"]


@dataclass(frozen=True, slots=True)
class Groups(Question):
    """How many persons have each value of the field ``by``.

    ``by``: ``channel``, ``source``, …, an identifier kind, an attribute, or ``person.`` with a
    trait. ``of="first"``: a person's value is that of the first event that has one, so groups part
    the persons; ``of="event"``: a person counts for every value that any event has.
    """

    name: ClassVar[str] = "groups"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", ("group",)),)

    by: str
    of: str = "first"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.of, OF, "of")

    def plan(self, view: SnapshotView) -> GroupsTask:
        """The task; the field is looked for when the first shard is read."""
        return GroupsTask(self, self.period_in(view))

    def explain(self, language: str = "en") -> str:
        """The question as a sentence."""
        if self.of == "event":
            message = N_("How many persons have each value of “{by}” at one event or more.")
        else:
            message = N_("How many persons have each value of “{by}” at their first such event.")
        return say(message, language, {"by": self.by})


@dataclass(frozen=True, slots=True)
class _Partial:
    """Persons by value, None = without any; ``persons`` who have an event at all."""

    counts: Counter[str | None]
    persons: int

    def __add__(self, other: _Partial) -> _Partial:
        return _Partial(self.counts + other.counts, self.persons + other.persons)


@dataclass(frozen=True, slots=True)
class GroupsTask:
    """``Groups`` on one snapshot."""

    question: Groups
    period: Period
    conditions: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The one field."""
        return (self.question.by,)

    def run(self, shard: ShardView, selection: Selection) -> _Partial:
        """Persons by value, of one shard."""
        if shard.offsets.size <= 1:
            return _Partial(Counter(), 0)
        present = _present(shard, selection)
        texts = selection.key_texts(self.question.by)
        if self.question.of == "first":
            counted = self._firsts(shard, selection)[present].astype(np.int64)
        else:
            counted = self._each(shard, selection, present)
        sizes = np.bincount(counted + 1, minlength=len(texts) + 1)
        found: Counter[str | None] = Counter()
        for code in np.flatnonzero(sizes).tolist():
            found[texts[code - 1] if code else None] = int(sizes[code])
        return _Partial(found, int(present.sum()))

    def _firsts(self, shard: ShardView, selection: Selection) -> NDArray[np.int32]:
        key = selection.key_codes(self.question.by)
        return first_code_per_unit(shard.offsets, key.own, selection.events, lookup=key.lookup)

    def _each(
        self, shard: ShardView, selection: Selection, present: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Every value of every person once; -1 for persons without any."""
        begin, end = int(shard.offsets[0]), int(shard.offsets[-1])
        codes = selection.key(self.question.by)[begin:end].astype(np.int64)
        unit = np.repeat(np.arange(shard.offsets.size - 1), np.diff(shard.offsets))
        counts = present[unit]
        if selection.events.size:
            counts &= selection.events[begin:end] > 0
        wide = int(codes.max(initial=0)) + 2
        pairs = np.unique(unit[counts] * wide + codes[counts] + 1)
        owner, code = np.divmod(pairs, wide)
        valued = code > 0
        without = np.setdiff1d(np.flatnonzero(present), owner[valued])
        return np.concatenate([code[valued] - 1, np.full(without.size, -1, np.int64)])

    def members(
        self, shard: ShardView, selection: Selection, cell: dict[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with the value in ``group``; None = without any."""
        measure_in(cell, self.question.unit, ("persons",))
        present = _present(shard, selection)
        texts = selection.key_texts(self.question.by)
        value = cell.get("group")
        code = -1 if value is None else (texts.index(value) if value in texts else -2)
        if self.question.of == "first":
            return np.asarray(present & (self._firsts(shard, selection) == code)).astype(np.uint8)
        codes = selection.key(self.question.by)
        has = _any(shard, selection, codes == code if value is not None else codes >= 0)
        return np.asarray(present & (has if value is not None else ~has)).astype(np.uint8)

    def finish(self, partial: _Partial) -> Result:
        """One row per value, most persons first; those without any come last."""
        rows = sorted(
            partial.counts.items(), key=lambda item: (item[0] is None, -item[1], item[0] or "")
        )
        count = np.array([size for _, size in rows], dtype=np.int64)
        low, high = wilson(count, partial.persons)
        return Result(
            question=self.question.to_dict(),
            columns={
                "group": [value for value, _ in rows],
                "persons": count,
                "share": share_of(count, partial.persons),
                "low": low,
                "high": high,
            },
            facts={"persons": partial.persons, "groups": len(rows)},
            units=_UNITS,
        )


def _present(shard: ShardView, selection: Selection) -> NDArray[np.bool_]:
    """``bool[units]``: chosen, and with an event that exists."""
    if selection.events.size:
        found = any_event_per_person(shard.offsets, selection.events) > 0
    else:
        found = np.diff(shard.offsets) > 0
    return found & (selection.persons > 0) if selection.persons.size else found


def _any(shard: ShardView, selection: Selection, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``bool[units]``: with an existing event that is marked."""
    if selection.events.size:
        marked = marked & (selection.events > 0)
    return any_event_per_person(shard.offsets, marked.view(np.uint8)) > 0


_UNITS = {
    "persons": "persons",
    "share": "share of all persons",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
}
