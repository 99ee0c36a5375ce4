"""How many persons get through steps in time, and where they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from waypost.kernels.funnel import FunnelRules
from waypost.kernels.funnel_rules import FOREVER
from waypost.questions.funnel_fields import (
    STOPS,
    UNLIMITED,
    check_combination,
    exclusions_of,
    limit_text,
    limits_of,
    places_of,
    spans_of,
    step_names,
    steps_of,
)
from waypost.questions.funnel_task import FunnelTask
from waypost.questions.funnel_words import explained
from waypost.questions.measures import Share
from waypost.questions.naming import StepRule, axis_sizes, step_rule
from waypost.questions.period import data_until, duration_text, ticks_of
from waypost.questions.question import Question
from waypost.questions.view import SnapshotView

__all__ = ["Funnel"]


@dataclass(frozen=True, slots=True)
class Funnel(Question):
    """How many persons reach each of ``steps`` within a window from their entry.

    A step that is a tuple of names is met by any of them. ``within``: the window; None = no limit.
    ``entry``: ``any`` event of step 1 may begin an attempt, and the one that gets furthest counts;
    ``best`` is the same with the times of the fastest; with ``first`` only the first one starts the
    clock; with ``each`` attempts come one after another. ``order``: ``ordered`` allows other events
    between steps, ``strict`` none, ``any`` takes the steps as they come. ``ties``: events at one
    instant count in either order (``any``), as recorded (``recorded``), or never as one after the
    other (``rising``). ``reuse``: one event may serve several steps. ``since`` and ``until`` govern
    entries; conversions may come later.

    ``count``: ``persons`` or ``attempts`` (the default of ``each``). ``within_step``: a window from
    one needed step to the next, or one for each. ``ties_within``: events so far apart count as one
    instant. ``exclude``: steps that break an attempt: ``"refund"``, or ``("refund", 1, 2)`` between
    steps 1 and 2 only; ``on_exclusion="person"`` leaves the whole person out. ``optional``: steps
    that may be skipped, by name or number. ``stop``: what ends the search: ``repeat``, a step
    after the first that was met already; ``other``, an event that is no step; ``early``, that or a
    step whose needed step before was not met. ``same``: a field whose value all steps share.
    """

    name: ClassVar[str] = "funnel"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "entrants", ("step",)),)

    steps: Sequence[str | Sequence[str]]
    within: str | timedelta | None = "7d"
    entry: str = "any"
    order: str = "ordered"
    ties: str = "any"
    reuse: bool = False
    count: str | None = None
    within_step: str | timedelta | Sequence[str | timedelta | None] | None = None
    ties_within: str | timedelta | None = None
    exclude: (
        str
        | tuple[str, int | str, int | str]
        | Sequence[str | tuple[str, int | str, int | str]]
        | None
    ) = None
    on_exclusion: str | None = None
    optional: str | int | Sequence[str | int] | None = None
    stop: str | None = None
    same: str | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        steps = steps_of(self.steps)
        names = step_names(steps)
        optional = places_of(self.optional, names)
        settled = {
            "steps": steps,
            "within": limit_text(self.within),
            "within_step": limits_of(self.within_step, len(steps)),
            "ties_within": None if self.ties_within is None else duration_text(self.ties_within),
            "optional": optional,
            "exclude": exclusions_of(self.exclude, names, optional or ()),
        }
        for field, value in settled.items():
            object.__setattr__(self, field, value)
        check_combination(self)

    @property
    def counts_attempts(self) -> bool:
        """Whether attempts are counted, and persons only beside them."""
        return self.count == "attempts" or (self.count is None and self.entry == "each")

    @property
    def rows(self) -> tuple[str, ...]:
        """What the rows of the answer are called: the steps, or how many of them."""
        if self.order == "any":
            return tuple(f"{met}/{len(self.steps)}" for met in range(1, len(self.steps) + 1))
        return step_names(self.steps)  # type: ignore[arg-type]  # settled in __post_init__

    def plan(self, view: SnapshotView) -> FunnelTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        steps = tuple(_alternatives(view, step) for step in self.steps)
        exclusions = tuple((step_rule(view, text),) for text, _, _ in spans_of(self))
        rules = (steps, exclusions)
        return FunnelTask(self, self._rules(view), rules, axis_sizes(view), view.ticks_per_second)

    def _rules(self, view: SnapshotView) -> FunnelRules:
        entries = self.period_in(view)
        span = 0 if self.ties_within is None else ticks_of(view, self.ties_within)
        return FunnelRules(
            steps=len(self.steps),
            window=_ticks(view, self.within),
            entry_from=entries.begin,
            entry_until=entries.end,
            data_until=data_until(view),
            entry=self.entry,
            order=self.order,
            ties=self.ties,
            tie_span=span,
            reuse=self.reuse,
            limits=self._limits(view),
            optional=tuple(int(place) - 1 for place in self.optional or ()),  # type: ignore[union-attr]  # settled
            exclusions=tuple((after - 1, before - 1) for _, after, before in spans_of(self)),
            drop_person=self.on_exclusion == "person",
            stop=0 if self.stop is None else STOPS[self.stop],
            attempts=self.counts_attempts,
        )

    def _limits(self, view: SnapshotView) -> tuple[int, ...]:
        if self.within_step is None:
            return ()
        one = isinstance(self.within_step, str | timedelta)
        each = (self.within_step,) * (len(self.steps) - 1) if one else self.within_step
        return (FOREVER, *(_ticks(view, item) for item in each))  # type: ignore[union-attr,arg-type]  # settled

    def explain(self, language: str = "en") -> str:
        """The whole meaning in plain words of ``en`` or ``de``, a sentence for each rule."""
        return explained(self, language)


def _ticks(view: SnapshotView, window: str | timedelta | None) -> int:
    return FOREVER if window is None or window == UNLIMITED else ticks_of(view, window)


def _alternatives(view: SnapshotView, step: str | Sequence[str]) -> tuple[StepRule, ...]:
    names = (step,) if isinstance(step, str) else step
    return tuple(step_rule(view, name) for name in names)
