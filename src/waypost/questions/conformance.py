"""How far actual journeys keep to a drawn one, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError, nearest
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.conformance import (
    FITNESS_BINS,
    FRACTION_BITS,
    MOST_DRAWN,
    ConformanceCounts,
    DrawnSteps,
    align,
    aligned_persons,
)
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import (
    BY,
    Nodes,
    StepRule,
    axis_sizes,
    conditions_of,
    nodes_by,
    step_rule,
)
from waypost.questions.period import Period
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Conformance"]

_KINDS = ("visited", "skipped", "repeated", "out_of_order")
_MOST_CELLS = 2_000_000
_KEYS = ("kind", "step", "from", "to")
START, END = "(start)", "(end)"


@dataclass(frozen=True, slots=True)
class Conformance(Question):
    """How far journeys keep to ``steps`` in their order, by optimal alignment.

    ``optional``: steps that may be left out; ``repeatable``: steps that may come again;
    ``by``: what visits at no drawn step are named by; ``undrawn``: such visits are deviations
    (``insert``) or do not exist (``ignore``). ``fold_repeats``: several events at one place in a
    row are one visit.
    """

    name: ClassVar[str] = "conformance"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", _KEYS),)

    steps: Sequence[str]
    optional: str | Sequence[str] = ()
    repeatable: str | Sequence[str] = ()
    by: str = "touchpoint"
    undrawn: str = "insert"
    fold_repeats: bool = True

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        one_of(self.undrawn, ("insert", "ignore"), "undrawn")
        if isinstance(self.steps, str) or not 1 <= len(tuple(self.steps)) <= MOST_DRAWN:
            raise QuestionError(
                f"A drawn journey has a list of 1 to {MOST_DRAWN} steps.",
                hint="Write steps=[…, …] in the order they are drawn.",
            )
        object.__setattr__(self, "steps", tuple(self.steps))
        for field in ("optional", "repeatable"):
            self._check(field)

    def _check(self, field: str) -> None:
        given = getattr(self, field)
        names = (given,) if isinstance(given, str) else tuple(given)
        for name in names:
            if name not in self.steps:
                near = nearest(name, self.steps)
                hint = f"Did you mean {near[0]!r}?" if near else f"Drawn: {', '.join(self.steps)}."
                raise QuestionError(f"{field} names {name!r}, which is not drawn.", hint=hint)
        object.__setattr__(self, field, names)

    def plan(self, view: SnapshotView) -> ConformanceTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        nodes = nodes_by(view, self.by)
        if len(nodes) * (len(self.steps) + 2) ** 2 > _MOST_CELLS:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; between {len(self.steps)} "
                "steps these are too many places.",
                hint="Group by touchpoint, step, stage or channel, or draw fewer steps.",
                nodes=len(nodes),
            )
        drawn = DrawnSteps(
            optional=tuple(step in self.optional for step in self.steps),
            repeatable=tuple(step in self.repeatable for step in self.steps),
            fold=self.fold_repeats,
            undrawn=self.undrawn == "insert",
        )
        rules = tuple(step_rule(view, step) for step in self.steps)
        return ConformanceTask(self, nodes, rules, drawn, axis_sizes(view), self.period_in(view))

    def explain(self, language: str = "en") -> str:
        """The question in sentences."""
        sentences = [
            N_("How far journeys keep to the drawn order {steps}."),
            N_(
                "Each journey is laid beside the drawn one so that they differ in as few places as "
                "possible: a place differs where a drawn step is missing or a visit is not drawn."
            ),
        ]
        if self.optional:
            sentences.append(N_("May be left out: {optional}."))
        if self.repeatable:
            sentences.append(N_("May come again: {repeatable}."))
        if self.undrawn == "ignore":
            sentences.append(N_("Visits at no drawn step are left aside."))
        else:
            sentences.append(N_("Visits at no drawn step count as differences (by {by})."))
        if self.fold_repeats:
            sentences.append(N_("Several events at one place in a row are one visit."))
        sentences.append(N_("Fitness is 1 where nothing differs and 0 where nothing agrees."))
        values = {
            "steps": " → ".join(self.steps),
            "optional": ", ".join(self.optional),
            "repeatable": ", ".join(self.repeatable),
            "by": grouping(self.by, language),
        }
        return " ".join(say(sentence, language, values) for sentence in sentences)


@dataclass(frozen=True, slots=True)
class ConformanceTask:
    """``Conformance`` on one snapshot."""

    question: Conformance
    nodes: Nodes
    rules: tuple[StepRule, ...]
    drawn: DrawnSteps
    sizes: dict[str, int]
    period: Period

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the steps."""
        return conditions_of(self.rules)

    @property
    def places(self) -> tuple[str, ...]:
        """The drawn steps between beginning and end; a step drawn twice carries its number."""
        steps = self.question.steps
        named = [
            f"{step} #{steps[:place].count(step) + 1}" if steps.count(step) > 1 else step
            for place, step in enumerate(steps)
        ]
        return (START, *named, END)

    def run(self, shard: ShardView, selection: Selection) -> ConformanceCounts:
        """Alignments of one shard."""
        return align(*self._journeys(shard, selection), self.drawn)

    def _journeys(
        self, shard: ShardView, selection: Selection
    ) -> tuple[CodedJourneys, CodedJourneys]:
        steps = step_journeys(shard, self.rules, selection=selection, sizes=self.sizes)
        return steps, journeys_of(shard, self.nodes, selection)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is counted in a row, named by ``kind``, ``step``, ``from`` and ``to``."""
        measure_in(cell, self.question.unit, ("persons",), behind={"events": "persons"})
        part, place = self._cell(cell)
        steps, nodes = self._journeys(shard, selection)
        return aligned_persons(steps, nodes, self.drawn, part=part, cell=place)

    def _cell(self, cell: Mapping[str, Any]) -> tuple[str, int]:
        kind, wide = str(cell.get("kind")), len(self.places)
        one_of(kind, (*_KINDS, "jumped", "inserted"), "kind")
        if kind in _KINDS:
            return "steps", _KINDS.index(kind) * wide + self._place(cell, "step")
        pair = self._place(cell, "from") * wide + self._place(cell, "to")
        if kind == "jumped":
            return "jumps", pair
        return "inserted", self.nodes.place(str(cell.get("step"))) * wide * wide + pair

    def _place(self, cell: Mapping[str, Any], key: str) -> int:
        name = str(cell.get(key))
        if name not in self.places:
            near = nearest(name, self.places)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(self.places)}."
            raise QuestionError(f"No row has {key} {name!r}.", hint=hint)
        return self.places.index(name)

    def finish(self, partial: ConformanceCounts) -> Result:
        """Rows per step and what befell it, then jumps, then inserted visits, by persons."""
        rows = [*self._step_rows(partial), *self._pair_rows(partial)]
        persons = np.array([row[4] for row in rows], np.int64)
        whole = int(partial.totals[0])
        low, high = wilson(persons, whole)
        columns: dict[str, Any] = {
            key: [row[place] for row in rows] for place, key in enumerate(_KEYS)
        }
        columns |= {
            "persons": persons,
            "share": share_of(persons, whole),
            "low": low,
            "high": high,
            "events": np.array([row[5] for row in rows], np.int64),
        }
        return Result(
            self.question.to_dict(), columns, self._facts(partial), _UNITS, _warnings(whole)
        )

    def _step_rows(self, partial: ConformanceCounts) -> list[tuple[Any, ...]]:
        return [
            (kind, self.places[place], "", "", *partial.steps[:, number, place].tolist())
            for place in range(1, len(self.places) - 1)
            for number, kind in enumerate(_KINDS)
        ]

    def _pair_rows(self, partial: ConformanceCounts) -> list[tuple[Any, ...]]:
        jumps = [
            ("jumped", "", self.places[a], self.places[b], *partial.jumps[:, a, b].tolist())
            for a, b in np.argwhere(partial.jumps[0])
        ]
        inserted = [
            (
                "inserted",
                self.nodes.ids[node],
                self.places[a],
                self.places[b],
                *partial.inserted[:, node, a, b].tolist(),
            )
            for node, a, b in np.argwhere(partial.inserted[0])
        ]
        return [*sorted(jumps, key=_by_persons), *sorted(inserted, key=_by_persons)]

    def _facts(self, partial: ConformanceCounts) -> dict[str, Any]:
        persons, cost, worst, lack, perfect, visits = partial.totals.tolist()
        bounds = np.arange(FITNESS_BINS) / FITNESS_BINS
        return {
            "persons": persons,
            "perfect": perfect,
            "mean_fitness": 1 - lack / 2.0**FRACTION_BITS / persons if persons else float("nan"),
            "log_fitness": 1 - cost / worst if worst else float("nan"),
            "cost": cost,
            "worst_cost": worst,
            "visits": visits,
            "distribution": {"fitness_from": bounds, "persons": partial.bins},
            "read_as": {rule.name: rule.kind for rule in self.rules},
        }


def _by_persons(row: tuple[Any, ...]) -> int:
    return -int(row[4])


def _warnings(persons: int) -> tuple[Notice, ...]:
    if persons:
        return ()
    return (Notice("nobody", N_("Nobody had an event in this period.")),)


_UNITS = {
    "persons": "persons",
    "share": "share of persons with a visit",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "events": "visits; for skipped: times",
}
