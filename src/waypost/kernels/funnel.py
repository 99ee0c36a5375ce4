"""How far persons get through steps within a window.

The common funnel is what ClickHouse names ``windowFunnel`` (https://clickhouse.com/docs, aggregate
functions, parametric): level ``s`` remembers the latest entry from which steps 1 to ``s`` were met,
and an event of step ``s + 1`` extends it when it lies within the window of that entry. Everything
else is a rule with a name of its own, see ``FunnelRules``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.funnel_common import count_commonly
from waypost.kernels.funnel_each import count_each
from waypost.kernels.funnel_general import count_generally, is_disjoint
from waypost.kernels.funnel_rules import (
    MOST_FUNNEL_STEPS,
    PRECISION,
    FunnelCounts,
    FunnelEvents,
    FunnelRules,
    Standing,
)
from waypost.kernels.funnel_units import (
    BEST_STEP,
    DROPPED,
    PERSONS,
    SEEN,
    STILL_OPEN,
    TOTALS,
    VALUE,
    VALUED,
)
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of
from waypost.kernels.jit import sealed

__all__ = [
    "MOST_FUNNEL_STEPS",
    "MOST_STEPS",
    "PRECISION",
    "FunnelCounts",
    "FunnelEvents",
    "FunnelRules",
    "Standing",
    "count_funnel",
    "stand_in_funnel",
]

MOST_STEPS = 32
"""How many steps fit a lookup of ``uint32``."""


def count_funnel(
    events: FunnelEvents, rules: FunnelRules, *, ticks_per_second: int
) -> FunnelCounts:
    """How many persons or attempts reach each step. O(events), one pass."""
    steps, bins = rules.steps, _bins(rules, ticks_per_second)
    times = LogHistogram.blank(3 * steps, bins)
    nobody = (np.zeros(0, np.uint8), np.zeros(0, np.uint8), np.zeros(0, np.int64))
    out = _count(events, rules, times, nobody)
    since_entry, since_previous, waited = (
        LogHistogram.of(times[0][rows], times[1][rows], PRECISION)
        for rows in (slice(0, steps), slice(steps, 2 * steps), slice(2 * steps, None))
    )
    return FunnelCounts(
        best=out[BEST_STEP, : steps + 1],
        open=out[STILL_OPEN, : steps + 1],
        seen=out[SEEN, :steps],
        persons=out[PERSONS, :steps],
        since_entry=since_entry,
        since_previous=since_previous,
        waited=waited,
        dropped=int(out[TOTALS, DROPPED]),
        value=int(out[TOTALS, VALUE]),
        valued=int(out[TOTALS, VALUED]),
    )


def _bins(rules: FunnelRules, ticks_per_second: int) -> int:
    """As many as the window needs, where nothing that is recorded takes longer."""
    most = bin_count(PRECISION, ticks_per_second)
    is_bounded = rules.is_common() or rules.is_each()
    return int(bin_of(rules.window, PRECISION, most)) + 1 if is_bounded else most


def stand_in_funnel(events: FunnelEvents, rules: FunnelRules) -> Standing:
    """Where each person stands; where attempts are counted, the best of the person's. O(events)."""
    persons = events.journeys.offsets.size - 1
    who = (np.zeros(persons, np.uint8), np.zeros(persons, np.uint8), np.zeros(persons, np.int64))
    times = LogHistogram.blank(3 * rules.steps, 1)
    _count(events, rules, times, who)
    return Standing(*who)


def _count(
    events: FunnelEvents,
    rules: FunnelRules,
    times: tuple[NDArray[Any], NDArray[Any]],
    who: tuple[NDArray[Any], ...],
) -> NDArray[np.int64]:
    """Counts by step and the totals, in the rows that ``funnel_units`` names."""
    steps = rules.steps
    out = np.zeros((TOTALS + 1, max(steps, VALUED) + 1), np.int64)
    sink = (out, *times, sealed(events.value))
    if rules.is_each() and not who[0].size and _is_plain(events):
        count_each(events, rules, sink)
    elif rules.is_common() and _is_plain(events):
        count_commonly(events, rules, sink, who)
        reached = np.cumsum(out[BEST_STEP, steps:0:-1])[::-1]
        out[SEEN, :steps] = out[PERSONS, :steps] = reached
    else:
        count_generally(events, rules, sink, who)
    return out


def _is_plain(events: FunnelEvents) -> bool:
    """Whether every code is a step or excluded or neither, and steps share no value."""
    lookup, excluded = events.journeys.lookup, events.excluded
    both = np.any(lookup[: excluded.size][excluded > 0])
    return not (events.keys.size or both) and is_disjoint(lookup)
