"""A funnel on one snapshot: what each shard counts, and the answer from all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError, nearest
from waypost.kernels.funnel import (
    PRECISION,
    FunnelCounts,
    FunnelEvents,
    FunnelRules,
    count_funnel,
    stand_in_funnel,
)
from waypost.kernels.funnel_times import waits
from waypost.kernels.histograms import relative_error
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.funnel_coding import Alternatives, funnel_events
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import conditions_of
from waypost.questions.period import ALWAYS, Period
from waypost.questions.result import Notice, Result
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView

if TYPE_CHECKING:
    from waypost.questions.funnel import Funnel

__all__ = ["FunnelTask"]


@dataclass(frozen=True, slots=True)
class FunnelTask:
    """``Funnel`` on one snapshot; ``read``: what steps and exclusions mean there."""

    question: Funnel
    rules: FunnelRules
    read: tuple[Sequence[Alternatives], Sequence[Alternatives]]
    sizes: dict[str, int]
    ticks_per_second: int
    period: Period = ALWAYS

    @property
    def takes_choice(self) -> bool:
        """Always: few events are looked at."""
        return True

    @property
    def steps(self) -> tuple[Any, ...]:
        """What each step means: one rule, or several where any of them will do."""
        return tuple(one[0] if len(one) == 1 else one for one in self.read[0])

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among steps and exclusions."""
        rules = (rule for group in self.read for alternatives in group for rule in alternatives)
        return conditions_of(rules)

    @property
    def keys(self) -> tuple[str, ...]:
        """The field whose value all steps of an attempt share."""
        return () if self.question.same is None else (self.question.same,)

    def _events(self, shard: ShardView, selection: Selection) -> FunnelEvents:
        return funnel_events(
            shard, self.read, selection=selection, sizes=self.sizes, same=self.question.same
        )

    def run(self, shard: ShardView, selection: Selection) -> FunnelCounts:
        """Units by best step, of one shard."""
        events = self._events(shard, selection)
        return count_funnel(events, self.rules, ticks_per_second=self.ticks_per_second)

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind ``persons``, ``lost`` or ``open`` (``measure``) of the row of ``step``."""
        attempts = self.question.counts_attempts
        columns = ("persons",) if attempts else ("persons", "lost", "open")
        measure = measure_in(cell, self.question.unit, columns, behind={"attempts": "persons"})
        place = self._row(str(cell.get("step", "")))
        standing = stand_in_funnel(self._events(shard, selection), self.rules)
        if measure == "persons":
            return np.asarray((standing.met >> place) & 1, np.uint8)
        if place == self.rules.steps - 1:
            return np.zeros_like(standing.open)
        wanted = 1 if measure == "open" else 0
        found = (standing.level == place + 1) & (standing.open == wanted)
        return np.asarray(found, np.uint8)

    def _row(self, step: str) -> int:
        rows = self.question.rows
        if step in rows:
            return rows.index(step)
        near = nearest(step, rows)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(rows)}."
        raise QuestionError(f"This funnel has no step {step!r}.", hint=hint, step=step)

    def finish(self, partial: FunnelCounts) -> Result:
        """One row per step: reached, lost and open, shares, times."""
        reached, still_open = partial.seen, partial.open[1:]
        lost = partial.best[1:] - still_open
        lost[-1] = 0
        attempts = self.question.counts_attempts
        low, high = wilson(reached, reached[0])
        unknown = np.full(low.size, np.nan)
        columns: dict[str, Any] = {
            "step": list(self.question.rows),
            "persons": partial.persons,
            **({"attempts": reached} if attempts else {}),
            "share_of_first": share_of(reached, reached[0]),
            "low": unknown if attempts else low,
            "high": unknown if attempts else high,
            "share_of_previous": share_of(reached, reached[self._before()]),
            "lost": lost,
            "open": still_open,
        }
        return Result(
            question=self.question.to_dict(),
            columns=columns | self._times(partial) | self._censored(partial),
            facts=self._facts(partial, int(lost.sum())),
            units=_UNITS | ({"lost": "attempts", "open": "attempts"} if attempts else {}),
            warnings=self._warnings(partial),
        )

    def _before(self) -> list[int]:
        """For every step the needed step before it; the first stands for itself."""
        before, last = [], 0
        for step in range(self.rules.steps):
            before.append(last)
            if step not in self.rules.optional:
                last = step
        return before

    def _times(self, partial: FunnelCounts) -> dict[str, NDArray[np.float64]]:
        q1, median, q3 = partial.since_entry.quantiles(*_QUANTILES.values())
        read = {
            "median_seconds": median,
            "q1_seconds": q1,
            "q3_seconds": q3,
            "mean_seconds": partial.since_entry.mean(),
            "median_seconds_from_previous": partial.since_previous.quantile(0.5),
        }
        return {name: values / self.ticks_per_second for name, values in read.items()}

    def _censored(self, partial: FunnelCounts) -> dict[str, NDArray[np.float64]]:
        """Kaplan-Meier: shares of the step before, and times from it, with those who only waited.

        NaN for the first step and for optional ones.
        """
        needed = [step > 0 and step not in self.rules.optional for step in range(self.rules.steps)]
        unknown = (np.nan, (np.nan,) * len(_QUANTILES))
        known = [
            waits(partial, step, tuple(_QUANTILES.values())) if is_needed else unknown
            for step, is_needed in enumerate(needed)
        ]
        found = {"km_share_of_previous": np.array([share for share, _ in known])}
        for place, name in enumerate(_QUANTILES):
            ticks = np.array([quantiles[place] for _, quantiles in known])
            found[f"km_{name}_seconds_from_previous"] = ticks / self.ticks_per_second
        return found

    def _facts(self, partial: FunnelCounts, lost: int) -> dict[str, Any]:
        names = self.question.rows if self.question.order != "any" else self.question.steps
        kinds = [", ".join(rule.kind for rule in one) for one in self.read[0]]
        facts: dict[str, Any] = {
            "entrants": int(partial.persons[0]),
            "converted": int(partial.persons[-1]),
            "lost": lost,
            "open": int(partial.open.sum()),
            "converted_value": partial.value,
            "converted_with_value": partial.valued,
            "read_as": {str(name): kind for name, kind in zip(names, kinds, strict=True)},
            "quantile_relative_error": relative_error(PRECISION),
        }
        if self.question.counts_attempts:
            seen = partial.seen
            facts |= {"attempts": int(seen[0]), "converted_attempts": int(seen[-1])}
        if self.question.on_exclusion == "person":
            facts["left_out"] = partial.dropped
        return facts

    def _warnings(self, partial: FunnelCounts) -> tuple[Notice, ...]:
        notices = []
        still_open = int(partial.open.sum())
        if partial.persons[0] == 0:
            message = N_("Nobody reached the first step in this period.")
            notices.append(Notice("nobody-entered", message))
        if still_open:
            message = N_("Open: {open}. They still have time to go on and are not counted as lost.")
            notices.append(Notice("open", message, {"open": still_open}))
        if partial.dropped:
            message = N_("Left out: {left_out}. Something that this funnel excludes came between.")
            notices.append(Notice("left-out", message, {"left_out": partial.dropped}))
        return tuple(notices)


_QUANTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75}

_UNITS = {
    "persons": "persons",
    "attempts": "attempts",
    "lost": "persons",
    "open": "persons",
    "share_of_first": "share of those who entered",
    "share_of_previous": "share of those at the step before",
    "low": "share, 95 % interval",
    "high": "share, 95 % interval",
    "median_seconds": "seconds from entry",
    "q1_seconds": "seconds from entry",
    "q3_seconds": "seconds from entry",
    "mean_seconds": "seconds from entry",
    "median_seconds_from_previous": "seconds from the step before",
    "km_share_of_previous": "share of those at the step before, once all have had their time",
    "km_q1_seconds_from_previous": "seconds from the step before, counting who only waited",
    "km_median_seconds_from_previous": "seconds from the step before, counting who only waited",
    "km_q3_seconds_from_previous": "seconds from the step before, counting who only waited",
}
