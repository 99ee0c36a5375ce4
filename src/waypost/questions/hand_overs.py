"""Where journeys change from one channel to another, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL, CodedJourneys, any_event_per_person
from waypost.kernels.hand_overs import (
    STAYED,
    Arrivals,
    HandOverCounts,
    HandOverRules,
    Places,
    count_hand_overs,
    mark_hand_overs,
)
from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import step_journeys
from waypost.questions.hand_over_rows import hand_over_facts, hand_over_rows, hand_over_units
from waypost.questions.measures import Share
from waypost.questions.naming import (
    BY,
    Nodes,
    StepRule,
    axis_sizes,
    codes_along,
    conditions_of,
    nodes_by,
    step_rule,
)
from waypost.questions.node_pairs import placed_journeys
from waypost.questions.node_shares import NodeShares
from waypost.questions.period import Period, duration_text, seen_until, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["HandOvers"]

_UNLIMITED = 1 << 60
_MOST_NODES = 1_000
_MEASURES = ("persons", "due", "in_time", "open", "stayed_due", "stayed_in_time")


def _shares(question: HandOvers) -> tuple[Share, ...]:
    keys = ("from", "to") if question.detail is None else ("from", "to", "from_detail", "to_detail")
    found = (Share("persons", "persons_from", keys),)
    return found if question.goal is None else (*found, Share("in_time", "due", keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOvers(Question):
    """Who changes from one channel to another, how soon, and whether they reach a goal then.

    A hand-over is two neighbouring events at different nodes (``by``), the second at most
    ``within`` after the first; None is however late. ``detail``: what rows are told apart by
    besides, such as ``touchpoint``. ``goal``: a step; it counts when it comes at most
    ``goal_within`` after a person's first such hand-over.
    """

    name: ClassVar[str] = "hand_overs"
    shares: ClassVar[tuple[Share, ...]] = NodeShares(_shares)  # type: ignore[assignment]  # a descriptor

    by: str = "channel"
    within: str | timedelta | None = "7d"
    detail: str | None = None
    goal: str | None = None
    goal_within: str | timedelta = "30d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        if self.detail is not None:
            one_of(self.detail, tuple(kind for kind in BY if kind != self.by), "detail")
        if self.within is not None:
            object.__setattr__(self, "within", duration_text(self.within))
        object.__setattr__(self, "goal_within", duration_text(self.goal_within))

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values; ``within`` is told also where it is None."""
        return Question.to_dict(self) | {"within": self.within}

    def plan(self, view: SnapshotView) -> HandOversTask:
        """The task; raises ``QuestionError`` where the snapshot cannot be grouped so."""
        nodes = nodes_by(view, self.by)
        if len(nodes) > _MOST_NODES:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; hand-overs are told between "
                f"{_MOST_NODES} at most.",
                hint="Group by channel, and give detail for a second level.",
                nodes=len(nodes),
            )
        period = self.period_in(view)
        rules = HandOverRules(
            _UNLIMITED if self.within is None else ticks_of(view, self.within),
            ticks_of(view, self.goal_within),
            seen_until(view, period),
        )
        detail = None if self.detail is None else nodes_by(view, self.detail)
        goal = None if self.goal is None else step_rule(view, self.goal)
        return HandOversTask(self, nodes, detail, goal, rules, period, view)

    def explain(self, language: str = "en") -> str:
        """What a hand-over is, and what is measured."""
        values: dict[str, Any] = {"by": grouping(self.by, language), "goal": self.goal}
        values["goal_within"] = duration_words(self.goal_within, language)
        told = [N_("Where journeys change over (by {by}): the next event is at another one.")]
        if self.within is not None:
            values["within"] = duration_words(self.within, language)
            told.append(
                N_("It comes at most {within} later; what comes after that is a new visit.")
            )
        told.append(N_("Repeats in a row are one visit; time runs from its last event."))
        if self.detail is not None:
            values["detail"] = grouping(self.detail, language)
            told.append(N_("Told apart by {detail}."))
        if self.goal is not None:
            told.append(
                N_(
                    "Beside it: for how many persons {goal} comes within {goal_within} of their "
                    "first such change, and of the first time that they stayed."
                )
            )
        return " ".join(say(sentence, language, values) for sentence in told)


@dataclass(frozen=True, slots=True)
class HandOversTask:
    """``HandOvers`` on one snapshot."""

    question: HandOvers
    nodes: Nodes
    detail: Nodes | None
    goal: StepRule | None
    rules: HandOverRules
    period: Period
    view: SnapshotView

    @property
    def conditions(self) -> tuple[str, ...]:
        """The condition text, where the goal is one."""
        return conditions_of((self.goal,))

    def _placed(self, shard: ShardView, selection: Selection) -> tuple[CodedJourneys, Places]:
        return placed_journeys(shard, self.nodes, self.detail, selection=selection)

    def _arrivals(self, shard: ShardView, selection: Selection) -> Arrivals:
        if self.goal is None:
            return ALL, ALL
        sizes = axis_sizes(self.view)
        coded = step_journeys(shard, (self.goal,), selection=selection, sizes=sizes)
        return coded.codes, coded.lookup

    def _stage(self, shard: ShardView) -> tuple[NDArray[Any], NDArray[np.int64]]:
        codes = codes_along(shard, "stage")
        known = np.zeros(int(np.iinfo(codes.dtype).max) + 1, np.int64)
        known[: len(self.view.stages)] = np.arange(len(self.view.stages))
        return codes, known

    def run(self, shard: ShardView, selection: Selection) -> HandOverCounts:
        """Hand-overs of one shard."""
        journeys, places = self._placed(shard, selection)
        return count_hand_overs(
            journeys,
            shard.at,
            self.rules,
            places=places,
            stage=self._stage(shard),
            goal=self._arrivals(shard, selection),
            ticks_per_second=self.view.ticks_per_second,
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with the hand-over ``cell["from"]`` → ``cell["to"]``, or at a node and stage.

        ``measure``: ``persons``, ``due``, ``in_time``, ``open``; ``stayed_due`` and
        ``stayed_in_time`` need ``from`` only. ``{"node": …, "stage": …}`` is a cell of
        ``facts["carried"]``. Raises ``QuestionError`` for a name that is no node.
        """
        measure = measure_in(cell, self.question.unit, _MEASURES, behind={"count": "persons"})
        if "node" in cell:
            return self._carried(shard, selection, cell)
        journeys, places = self._placed(shard, selection)
        edge = self._edge(places, cell, measure)
        if edge is None:
            return np.zeros(journeys.offsets.size - 1, np.uint8)
        return mark_hand_overs(
            journeys,
            shard.at,
            self.rules,
            places=places,
            goal=self._arrivals(shard, selection),
            edge=edge,
            column=measure.removeprefix("stayed_"),
        )

    def _edge(
        self, places: Places, cell: Mapping[str, Any], measure: str
    ) -> tuple[int, int] | None:
        """Both ends as places of a shard; None where it does not have them."""
        origin = self.nodes.place(str(cell.get("from", "")))
        if measure.startswith("stayed"):
            return origin, STAYED
        target = self.nodes.place(str(cell.get("to", "")))
        if origin == target:
            raise QuestionError(
                "A hand-over leads from one to another.",
                hint="Give from and to of a row of the answer.",
            )
        wanted = np.array(
            [self._id(origin, cell, "from_detail"), self._id(target, cell, "to_detail")]
        )
        found = np.searchsorted(places.ids, wanted)
        if (found >= places.ids.size).any() or (places.ids[found] != wanted).any():
            return None
        return int(found[0]), int(found[1])

    def _id(self, node: int, cell: Mapping[str, Any], end: str) -> int:
        if self.detail is None:
            return node
        name = str(cell.get(end, ""))
        return node * (len(self.detail) + 1) + (
            self.detail.place(name) if name else len(self.detail)
        )

    def _carried(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        name = str(cell.get("stage", ""))
        stages = [stage.id for stage in self.view.stages]
        one_of(name, tuple(stages), "stage")
        codes, known = self._stage(shard)
        node = self.nodes.place(str(cell["node"]))
        nodes = codes_along(shard, self.nodes.axis)
        inside = np.zeros(int(np.iinfo(nodes.dtype).max) + 1, np.bool_)
        inside[: self.nodes.lookup.size] = self.nodes.lookup == node
        there = inside[nodes] & (known == stages.index(name))[codes]
        if selection.events.size:
            there &= selection.events > 0
        found = any_event_per_person(shard.offsets, there.astype(np.uint8))
        return found & selection.persons if selection.persons.size else found

    def finish(self, partial: HandOverCounts) -> Result:
        """One row per hand-over that occurs, most frequent first."""
        return Result(
            self.question.to_dict(),
            hand_over_rows(self, partial),
            hand_over_facts(self, partial),
            hand_over_units(self.question),
            self._warnings(partial),
        )

    def _warnings(self, partial: HandOverCounts) -> tuple[Notice, ...]:
        if not len(partial.keys):
            return (Notice("no-hand-overs", N_("Nobody changes over in time.")),)
        still_open = int(partial.column("open").sum())
        if self.goal is not None and still_open:
            message = N_("Open: {open}. They still have time to reach the goal.")
            return (Notice("open", message, {"open": still_open}),)
        return ()
