"""Small acts that go with reaching a goal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.micro_conversions import (
    MEASURES,
    Landmark,
    MicroCounts,
    count_micro_conversions,
    mark_micro_conversions,
)
from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.measures import Share
from waypost.questions.micro_conversion_rows import micro_facts, micro_rows, micro_units
from waypost.questions.naming import (
    BY,
    Nodes,
    StepRule,
    axis_sizes,
    conditions_of,
    nodes_by,
    step_rule,
)
from waypost.questions.period import ALWAYS, Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["MicroConversions"]

_EVENTS = re.compile(r"\s*(\d+)\s*events?\s*")
_MOST_EVENTS = 1_000
_MOST_NODES = 4_000
_FEW = 30


@dataclass(frozen=True, slots=True)
class MicroConversions(Question):
    """What persons do before they reach ``goal``, and how many more of them reach it.

    ``candidates``: which nodes of ``by`` are looked at; all by default. ``start``: the step with
    which a person's time begins; their first event by default. ``landmark``: a time after it
    (``1d``) or a number of events (``3 events``), at which it is settled who did a thing; who
    reached the goal by then is left out. ``within``: how long after the landmark (raw: after the
    act) the goal counts. ``since`` and ``until`` govern the start.
    """

    name: ClassVar[str] = "micro_conversions"
    shares: ClassVar[tuple[Share, ...]] = (
        Share("in_time", "persons", ("node",)),
        Share("raw_in_time", "raw_persons", ("node",)),
    )

    goal: str
    by: str = "touchpoint"
    candidates: str | Sequence[str] | None = None
    start: str | None = None
    landmark: str | timedelta = "1d"
    within: str | timedelta = "30d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        if self.candidates is not None:
            object.__setattr__(self, "candidates", _names(self.candidates))
        if not isinstance(self.landmark, str) or self.landmark_events == 0:
            object.__setattr__(self, "landmark", duration_text(self.landmark))
        object.__setattr__(self, "within", duration_text(self.within))

    @property
    def landmark_events(self) -> int:
        """The number of events of ``3 events``; 0 where the landmark is a time."""
        found = _EVENTS.fullmatch(str(self.landmark))
        if found is None:
            return 0
        if not 1 <= int(found[1]) <= _MOST_EVENTS:
            raise QuestionError(
                f"landmark is {self.landmark!r}.",
                hint=f"Give a time such as 1d, or 1 to {_MOST_EVENTS} events.",
                landmark=self.landmark,
            )
        return int(found[1])

    def plan(self, view: SnapshotView) -> MicroConversionsTask:
        """The task; raises ``QuestionError`` for names that the workspace does not have."""
        entries = self.period_in(view)
        nodes = _chosen(nodes_by(view, self.by), self.candidates)
        if len(nodes) > _MOST_NODES:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; {_MOST_NODES} at most are "
                "compared.",
                hint="Name candidates, or look at touchpoints or steps.",
                nodes=len(nodes),
            )
        rules = Landmark(
            0 if self.landmark_events else ticks_of(view, self.landmark),
            self.landmark_events,
            ticks_of(view, self.within),
            entries.begin,
            entries.end,
            data_until(view),
        )
        start = None if self.start is None else step_rule(view, self.start)
        return MicroConversionsTask(self, rules, nodes, step_rule(view, self.goal), start, view)

    def explain(self, language: str = "en") -> str:
        """Who is compared with whom, from when on, and what that can show."""
        values: dict[str, Any] = {
            "goal": self.goal,
            "by": grouping(self.by, language),
            "start": self.start,
            "within": duration_words(self.within, language),
        }
        told = [N_("What persons do before {goal} (by {by}), and how many more of them reach it.")]
        told.append(
            N_("Time begins with a person's first event.")
            if self.start is None
            else N_("Time begins with a person's first {start}.")
        )
        if self.landmark_events:
            values["events"] = self.landmark_events
            told.append(
                N_(
                    "After {events} events it is settled who did what. Who reached the goal by "
                    "then, or had fewer events, is left out; all others have {within} from there."
                )
            )
        else:
            values["landmark"] = duration_words(self.landmark, language)
            told.append(
                N_(
                    "{landmark} later it is settled who did what. Who reached the goal by then is "
                    "left out; all others have {within} from there."
                )
            )
        told.append(
            N_(
                "The raw figures beside it count {within} from the act, for the others from the "
                "start."
            )
        )
        told.append(N_("Both show what goes together, not what causes what."))
        return " ".join(say(sentence, language, values) for sentence in told)


def _names(candidates: str | Sequence[str]) -> tuple[str, ...]:
    names = (candidates,) if isinstance(candidates, str) else tuple(candidates)
    if not names:
        raise QuestionError(
            "There is no candidate.", hint="Name at least one, or leave candidates out for all."
        )
    return names


def _chosen(nodes: Nodes, candidates: Sequence[str] | None) -> Nodes:
    """Only these nodes; ``QuestionError`` with the nearest names for one that does not exist."""
    if candidates is None:
        return nodes
    return nodes.only(nodes.place(name) for name in candidates)


@dataclass(frozen=True, slots=True)
class MicroConversionsTask:
    """``MicroConversions`` on one snapshot; ``period`` governs entries, so every event exists."""

    question: MicroConversions
    rules: Landmark
    nodes: Nodes
    goal: StepRule
    start: StepRule | None
    view: SnapshotView
    period: Period = ALWAYS

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among start and goal."""
        return conditions_of((self.start, self.goal))

    def _journeys(
        self, shard: ShardView, selection: Selection
    ) -> tuple[CodedJourneys, CodedJourneys]:
        sizes = axis_sizes(self.view)
        axis = self.goal.axis or "event"
        start = self.start or StepRule("any", "any event", tuple(range(sizes[axis])), axis)
        steps = step_journeys(shard, (start, self.goal), selection=selection, sizes=sizes)
        return journeys_of(shard, self.nodes, selection), steps

    def run(self, shard: ShardView, selection: Selection) -> MicroCounts:
        """The counts of one shard."""
        journeys, steps = self._journeys(shard, selection)
        seconds = self.view.ticks_per_second
        return count_micro_conversions(
            journeys, shard.at, self.rules, steps=steps, ticks_per_second=seconds
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind a row: ``cell["node"]`` and, as ``measure``, a column of persons.

        Measures: ``persons`` (also the default), ``in_time``, ``others``, ``others_in_time``, and
        the same after ``raw_``. Raises ``QuestionError`` for a name that is no candidate.
        """
        measure = measure_in({"measure": "persons", **cell}, self.question.unit, MEASURES)
        node = self.nodes.place(str(cell.get("node", "")))
        journeys, steps = self._journeys(shard, selection)
        return mark_micro_conversions(
            journeys, shard.at, self.rules, steps=steps, node=node, measure=measure
        )

    def finish(self, partial: MicroCounts) -> Result:
        """One row per node that somebody did before the goal, those that go with it first."""
        return Result(
            self.question.to_dict(),
            micro_rows(self, partial),
            micro_facts(self, partial),
            micro_units(),
            self._warnings(partial),
        )

    def _warnings(self, partial: MicroCounts) -> tuple[Notice, ...]:
        if not partial.total("entrants"):
            return (Notice("nobody", N_("Nobody began in this period.")),)
        told = [
            Notice(
                "association",
                N_(
                    "These figures show what goes together. Who does a thing may be likelier to "
                    "reach the goal anyway; only an experiment shows what it brings."
                ),
            )
        ]
        early, at_risk = partial.total("before_landmark"), partial.total("at_risk")
        if at_risk < _FEW:
            message = N_("Only {persons} can be followed from the landmark; choose an earlier one.")
            told.append(Notice("few-at-risk", message, {"persons": at_risk}))
        elif early > at_risk:
            message = N_("More are left out at the landmark ({early}) than followed ({persons}).")
            told.append(Notice("most-left-out", message, {"early": early, "persons": at_risk}))
        return tuple(told)
