"""Who shows a pattern of events, how often, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError, nearest
from waypost.kernels.histograms import LogHistogram, relative_error
from waypost.kernels.patterns import PRECISION, PatternCounts, count_pattern, matching_persons
from waypost.kernels.patterns_automaton import PatternAutomaton
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.measures import Share
from waypost.questions.naming import StepRule, axis_sizes, step_rule
from waypost.questions.pattern_compiler import compiled
from waypost.questions.pattern_language import Pattern, parse_pattern
from waypost.questions.pattern_words import words_of
from waypost.questions.period import Period, ticks_of
from waypost.questions.question import Question
from waypost.questions.result import Notice, Result, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Patterns"]

_MOST_PATTERNS = 100
_MOST_STEPS = 32


@dataclass(frozen=True, slots=True)
class Patterns(Question):
    """How many persons show each of ``patterns``, and how often without overlap.

    One text, several, or a mapping of names to texts; ``names`` otherwise says what the rows are
    called (default: the texts). The language is that of ``waypost.questions.pattern_language``.
    Events of one instant follow each other as recorded. Raises ``QuestionError`` that names the
    place where a text cannot be read.
    """

    name: ClassVar[str] = "patterns"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", ("pattern",)),)

    patterns: str | Sequence[str] | Mapping[str, str]
    names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        patterns, names = self.patterns, self.names
        if isinstance(patterns, Mapping):
            patterns, names = tuple(patterns.values()), names or tuple(patterns)
        texts = (patterns,) if isinstance(patterns, str) else tuple(patterns)
        if not 1 <= len(texts) <= _MOST_PATTERNS:
            raise QuestionError(
                f"There are {len(texts)} patterns.", hint=f"Ask for 1 to {_MOST_PATTERNS}."
            )
        for text in texts:
            parse_pattern(text)
        object.__setattr__(self, "patterns", texts)
        object.__setattr__(self, "names", self._checked(names, texts))

    def _checked(
        self, names: Sequence[str] | None, texts: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        given = texts if names is None else ((names,) if isinstance(names, str) else tuple(names))
        if len(given) != len(texts) or len(set(given)) != len(given):
            raise QuestionError(
                "Every pattern needs a name of its own.",
                hint=f"There are {len(texts)} patterns and {len(set(given))} different names.",
            )
        return None if given == texts else given

    @property
    def labels(self) -> tuple[str, ...]:
        """What the rows are called."""
        return tuple(self.names or self.patterns)

    def plan(self, view: SnapshotView) -> PatternsTask:
        """The task; raises ``QuestionError`` for a step that the workspace does not have."""
        plans = tuple(_planned(view, parse_pattern(text)) for text in self.patterns)
        return PatternsTask(
            self, plans, self.period_in(view), axis_sizes(view), view.ticks_per_second
        )

    def explain(self, language: str = "en") -> str:
        """The question in sentences, with each pattern in words."""
        sentences = [
            say(N_("How many persons show a pattern of events, and how often."), language, {})
        ]
        for label, text in zip(self.labels, self.patterns, strict=True):
            words = words_of(parse_pattern(text), language)
            sentences.append(words if label == text else f"{label}: {words}")
        sentences.append(
            say(
                N_(
                    "Matches of one person do not overlap; the time is that from the first to the "
                    "last event of the first match."
                ),
                language,
                {},
            )
        )
        return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A pattern on one snapshot: its automaton and what its step bits stand for."""

    automaton: PatternAutomaton
    steps: tuple[StepRule, ...]


def _planned(view: SnapshotView, pattern: Pattern) -> _Plan:
    rules: dict[str, StepRule] = {}
    for term in pattern.terms():
        if term.step is not None and term.step not in rules:
            rules[term.step] = _rule(view, pattern, term.step, term.place, term.kind)
    if len(rules) > _MOST_STEPS:
        raise QuestionError(
            f"The pattern names {len(rules)} different steps.",
            hint=f"A pattern names at most {_MOST_STEPS}.",
            pattern=pattern.text,
        )
    symbols = {name: bit for bit, name in enumerate(rules)}
    automaton = compiled(pattern, symbols, lambda text: ticks_of(view, text))
    return _Plan(automaton, tuple(rules.values()))


def _rule(view: SnapshotView, pattern: Pattern, name: str, place: int, kind: str) -> StepRule:
    if kind == "condition":
        from waypost.model.conditions import Condition  # noqa: PLC0415 - few terms are conditions

        Condition.parse(name)
        return StepRule(name, "condition")
    try:
        return step_rule(view, name)
    except QuestionError as error:
        raise QuestionError(
            f"{error.message} It stands at character {place + 1} of the pattern “{pattern.text}”.",
            hint=error.hint,
            **{**error.facts, "pattern": pattern.text, "position": place + 1},
        ) from error


@dataclass(frozen=True, slots=True)
class PatternsTask:
    """``Patterns`` on one snapshot."""

    question: Patterns
    plans: tuple[_Plan, ...]
    period: Period
    sizes: dict[str, int]
    ticks_per_second: int

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the terms."""
        texts = (step.condition for plan in self.plans for step in plan.steps)
        return tuple(dict.fromkeys(text for text in texts if text is not None))

    def run(self, shard: ShardView, selection: Selection) -> PatternCounts:
        """Matches of every pattern in one shard."""
        counts = [
            count_pattern(
                step_journeys(shard, plan.steps, selection=selection, sizes=self.sizes),
                shard.at,
                plan.automaton,
                ticks_per_second=self.ticks_per_second,
            )
            for plan in self.plans
        ]
        times = [count.times for count in counts]
        return PatternCounts(
            counts[0].persons,
            np.concatenate([count.matched for count in counts]),
            np.concatenate([count.matches for count in counts]),
            LogHistogram.of(
                np.concatenate([time.counts for time in times]),
                np.concatenate([time.sums() for time in times]),
                PRECISION,
            ),
        )

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who shows the pattern of the cell, named by ``pattern``."""
        measure_in(cell, self.question.unit, ("persons",), behind={"matches": "persons"})
        labels, asked = self.question.labels, str(cell.get("pattern"))
        if asked not in labels:
            near = nearest(asked, labels)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(labels)}."
            raise QuestionError(f"No row has the pattern {asked!r}.", hint=hint, pattern=asked)
        plan = self.plans[labels.index(asked)]
        journeys = step_journeys(shard, plan.steps, selection=selection, sizes=self.sizes)
        return matching_persons(journeys, shard.at, plan.automaton)

    def finish(self, partial: PatternCounts) -> Result:
        """One row per pattern, in the order of the question."""
        low, high = wilson(partial.matched, partial.persons)
        columns: dict[str, Any] = {
            "pattern": list(self.question.labels),
            "persons": partial.matched,
            "share": share_of(partial.matched, partial.persons),
            "low": low,
            "high": high,
            "matches": partial.matches,
            "matches_per_person": share_of(partial.matches, partial.matched),
        }
        read = partial.times.quantiles(0.5, 0.25, 0.75) / self.ticks_per_second
        columns |= zip(("median_seconds", "q1_seconds", "q3_seconds"), read, strict=True)
        rules = (step for plan in self.plans for step in plan.steps)
        facts = {
            "persons": partial.persons,
            "texts": dict(zip(self.question.labels, self.question.patterns, strict=True)),
            "read_as": {rule.name: rule.kind for rule in rules},
            "quantile_relative_error": relative_error(PRECISION),
        }
        return Result(self.question.to_dict(), columns, facts, _UNITS, self._warnings(partial))

    def _warnings(self, partial: PatternCounts) -> tuple[Notice, ...]:
        if partial.persons == 0:
            return (Notice("nobody", N_("Nobody had an event in this period.")),)
        return ()


_UNITS = {
    "persons": "persons",
    "share": "share of persons with an event",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "matches": "matches without overlap",
    "matches_per_person": "matches per matching person",
    "median_seconds": "seconds, first to last event of the first match",
    "q1_seconds": "seconds, first to last event of the first match",
    "q3_seconds": "seconds, first to last event of the first match",
}
