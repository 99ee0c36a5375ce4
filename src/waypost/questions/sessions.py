"""Sessions: where they begin and end, how long they last, how many reach a goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.histograms import relative_error
from waypost.kernels.session_counts import (
    PRECISION,
    Cuts,
    Goal,
    SessionCounts,
    count_sessions,
    mark_members,
)
from waypost.kernels.session_nodes import fits_in_words, tally_nodes
from waypost.kernels.sessions import UNLIMITED, SessionRules, marks_of_change, session_offsets
from waypost.kernels.volumes import span_of
from waypost.kit import duration_words
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
from waypost.questions.period import Period, day_starts, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.units import SESSION, unit_of
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Sessions"]

_ALL = "all"
_MEASURES = ("persons", "sessions", "starts", "ends", "bounces", "converting")
_NO_GOAL: Goal = (np.zeros(0, np.uint8), np.zeros(0, np.uint32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions(Question):
    """A person's events cut at silences: how many sessions, from where to where, how long.

    ``gap``: the silence that ends a session; ``at_gap``: whether exactly that long a silence
    ``splits`` or ``stays``. ``longest``: no session lasts longer. ``midnight``: a session ends with
    the day of the workspace's zone. ``new_at``: a step or condition that begins a session;
    ``new_on``: a field whose change does. ``by``: what sessions are listed by, or ``all``.
    ``goal``: a step; sessions that contain it convert.
    """

    name: ClassVar[str] = "sessions"
    shares: ClassVar[tuple[Share, ...]] = (
        Share("persons", "total_persons", ("node",)),
        Share("sessions", "total_sessions", ("node",), at_random=False),
        Share("bounces", "starts", ("node",), at_random=False),
    )

    gap: str | timedelta = "30m"
    at_gap: str = "splits"
    longest: str | timedelta | None = None
    midnight: bool = False
    new_at: str | None = None
    new_on: str | None = None
    by: str = "touchpoint"
    goal: str | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        object.__setattr__(self, "gap", duration_text(self.gap))
        if self.longest is not None:
            object.__setattr__(self, "longest", duration_text(self.longest))
        one_of(self.at_gap, ("splits", "stays"), "at_gap")
        one_of(self.by, (*BY, _ALL), "by")
        if unit_of(self.unit).kind == SESSION:
            raise QuestionError(
                "A sessions question counts the sessions of persons; its unit cannot be sessions.",
                hint="Leave unit out, and set gap.",
                unit=self.unit,
            )

    def plan(self, view: SnapshotView) -> SessionsTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        return SessionsTask(
            self,
            _nodes(view, self.by),
            self.period_in(view),
            view,
            None if self.new_at is None else step_rule(view, self.new_at),
            None if self.goal is None else step_rule(view, self.goal),
        )

    def explain(self, language: str = "en") -> str:
        """When a session ends, and what is counted."""
        gap = duration_words(self.gap, language)
        values = {"gap": gap, "new_at": self.new_at, "new_on": self.new_on, "goal": self.goal}
        if self.longest is not None:
            values["longest"] = duration_words(self.longest, language)
        values["by"] = "" if self.by == _ALL else grouping(self.by, language)
        return " ".join(say(message, language, values) for message in self._sentences())

    def _sentences(self) -> list[str]:
        splits = N_("A session ends when nothing happens for {gap}; exactly {gap} ends it too.")
        stays = N_("A session ends when nothing happens for longer than {gap}.")
        listed = N_("Sessions, where they begin and end, and how many have one event, by {by}.")
        told: list[tuple[object, str]] = [
            (self.at_gap == "splits", splits),
            (self.at_gap == "stays", stays),
            (self.longest, N_("An event later than {longest} after its first begins a new one.")),
            (self.midnight, N_("It also ends at midnight.")),
            (self.new_at, N_("Every {new_at} begins a new one.")),
            (self.new_on, N_("Another {new_on} than before begins a new one.")),
            (self.by != _ALL, listed),
            (self.by == _ALL, N_("How many sessions there are, and how many have one event.")),
            (self.goal, N_("A session converts when it contains {goal}.")),
        ]
        return [message for applies, message in told if applies]


def _nodes(view: SnapshotView, by: str) -> Nodes:
    if by == _ALL:
        return Nodes(_ALL, "event", (), (), np.full(len(view.events), SKIP, np.uint16))
    return nodes_by(view, by)


@dataclass(frozen=True, slots=True)
class SessionsTask:
    """``Sessions`` on one snapshot."""

    question: Sessions
    nodes: Nodes
    period: Period
    view: SnapshotView
    new_at: StepRule | None
    goal: StepRule | None

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among ``new_at`` and ``goal``."""
        steps = (self.new_at, self.goal)
        return conditions_of(step for step in steps if step is not None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The field whose change begins a session."""
        return () if self.question.new_on is None else (self.question.new_on,)

    def run(self, shard: ShardView, selection: Selection) -> SessionCounts:
        """The sessions of one shard."""
        rules = self._rules(shard)
        other = self.new_at or self.question.new_on or self.goal or selection.events.size
        plain = rules.is_gap_only() and not other
        journeys, ticks = journeys_of(shard, self.nodes, selection), self.view.ticks_per_second
        if plain and fits_in_words(journeys):
            postings = shard.postings(self.nodes.axis)
            return tally_nodes(
                journeys, shard.at, rules.least_gap, ticks_per_second=ticks, postings=postings
            )
        return count_sessions(
            journeys,
            shard.at,
            self._cuts(shard, selection),
            goal=self._goal(shard, selection),
            ticks_per_second=ticks,
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons with a session of that row; ``measure``: with one that begins there, and so on.

        Measures: ``persons`` (also the default), ``starts``, ``ends``, ``bounces``, ``converting``.
        A cell without ``node``, or with ``all``, means any session.
        """
        measure = measure_in(cell, self.question.unit, _MEASURES, behind={"events": "persons"})
        node = str(cell.get("node", _ALL))
        place = len(self.nodes) + 1 if node == _ALL else self.nodes.place(node)
        return mark_members(
            journeys_of(shard, self.nodes, selection),
            self._cuts(shard, selection),
            goal=self._goal(shard, selection),
            node=place,
            column=measure,
        )

    def _goal(self, shard: ShardView, selection: Selection) -> Goal:
        if self.goal is None:
            return _NO_GOAL
        coded = self._step(shard, selection, self.goal)
        return coded.codes, coded.lookup

    def _step(self, shard: ShardView, selection: Selection, step: StepRule) -> CodedJourneys:
        return step_journeys(shard, (step,), selection=selection, sizes=axis_sizes(self.view))

    def _cuts(self, shard: ShardView, selection: Selection) -> Cuts:
        marks, events = self._marks(shard, selection), selection.events
        return session_offsets(
            shard.offsets, shard.at, self._rules(shard), marks=marks, events=events
        )

    def _marks(self, shard: ShardView, selection: Selection) -> NDArray[np.uint8]:
        marks = ALL
        if self.question.new_on is not None:
            codes = selection.key(self.question.new_on)
            marks = marks_of_change(shard.offsets, codes, selection.events)
        if self.new_at is None:
            return marks
        coded = self._step(shard, selection, self.new_at)
        begins: NDArray[np.uint8] = (coded.lookup[coded.codes] > 0).astype(np.uint8)
        return np.maximum(begins, marks) if marks.size else begins

    def _rules(self, shard: ShardView) -> SessionRules:
        asked, view = self.question, self.view
        longest = UNLIMITED if asked.longest is None else ticks_of(view, asked.longest)
        splits = asked.at_gap == "splits"
        gap = max(ticks_of(view, asked.gap), 1)
        if not asked.midnight:
            return SessionRules(gap, splits, longest)
        _, begins = day_starts(view, *span_of(shard.offsets, shard.at))
        return SessionRules(gap, splits, longest, np.array(begins, np.int64))

    def finish(self, partial: SessionCounts) -> Result:
        """One row per node, in the order of the dictionary; one row where ``by`` is ``all``."""
        whole = {name: int(partial.column(name)[-1]) for name in ("sessions", "persons", "events")}
        total = np.int64(whole["sessions"])
        persons = self._of(partial, "persons")
        low, high = wilson(persons, whole["persons"])
        sessions, starts = self._of(partial, "sessions"), self._of(partial, "starts")
        bounces = self._of(partial, "bounces")
        columns: dict[str, Any] = {
            "node": list(self.nodes.ids) or [_ALL],
            "sessions": sessions,
            "share": share_of(sessions, total),
            "persons": persons,
            "share_of_persons": share_of(persons, whole["persons"]),
            "low": low,
            "high": high,
            "starts": starts,
            "ends": self._of(partial, "ends"),
            "bounces": bounces,
            "bounce_share": share_of(bounces, starts),
            "events": self._of(partial, "events"),
        }
        if self.goal is not None:
            converting = self._of(partial, "converting")
            columns["converting"] = converting
            columns["converting_share"] = share_of(converting, sessions)
        facts = {f"total_{name}": count for name, count in whole.items()}
        facts |= self._facts(partial, whole) | self._without_node(partial)
        return Result(self.question.to_dict(), columns, facts, _UNITS, _warnings(whole["sessions"]))

    def _of(self, partial: SessionCounts, name: str) -> NDArray[np.int64]:
        column = partial.column(name)
        return column[-1:] if self.question.by == _ALL else column[:-2]

    def _facts(self, partial: SessionCounts, whole: Mapping[str, int]) -> dict[str, Any]:
        bounces, converting = (int(partial.column(n)[-1]) for n in ("bounces", "converting"))
        seconds = self.view.ticks_per_second
        facts: dict[str, Any] = {
            "bounces": bounces,
            "bounce_share": _ratio(bounces, whole["sessions"]),
            "sessions_per_person": _ratio(whole["sessions"], whole["persons"]),
            "events_per_session": _ratio(whole["events"], whole["sessions"]),
            "median_events": _number(partial.sizes.quantile(0.5)),
            "mean_seconds": _number(partial.durations.mean() / seconds),
        }
        for name, share in _QUANTILES.items():
            facts[f"{name}_seconds"] = _number(partial.durations.quantile(share) / seconds)
        steps = [step for step in (self.new_at, self.goal) if step is not None]
        if self.goal is not None:
            facts["converting"] = converting
            facts["converting_share"] = _ratio(converting, whole["sessions"])
        facts["read_as"] = {step.name: step.kind for step in steps}
        return facts | {"quantile_relative_error": relative_error(PRECISION)}

    def _without_node(self, partial: SessionCounts) -> dict[str, Any]:
        if self.question.by == _ALL:
            return {}
        names = ("sessions", "persons", "starts", "ends", "bounces", "events")
        return {"without_node": {name: int(partial.column(name)[-2]) for name in names}}


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(values: NDArray[np.float64]) -> float | None:
    value = float(values[0])
    return None if np.isnan(value) else value


def _warnings(sessions: int) -> tuple[Notice, ...]:
    if sessions == 0:
        return (Notice("no-sessions", N_("Nobody who is looked at has an event.")),)
    return ()


_QUANTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75, "p90": 0.9}

_UNITS = {
    "sessions": "sessions that contain it",
    "share": "share of all sessions",
    "persons": "persons",
    "share_of_persons": "share of all persons with a session",
    "low": "share of persons, 95 % interval",
    "high": "share of persons, 95 % interval",
    "starts": "sessions",
    "ends": "sessions",
    "bounces": "sessions of one event",
    "bounce_share": "share of the sessions that begin there",
    "events": "events",
    "converting": "sessions",
    "converting_share": "share of the sessions that contain it",
}
