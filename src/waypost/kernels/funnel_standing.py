"""Where persons stand in the common funnel: noted step by step, and told when all are through.

The links of a step (``funnel_common``) hold by whom it was met, from which entry and when.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import PRECISION
from waypost.kernels.funnel_units import BEST_STEP, STILL_OPEN, VALUE, VALUED
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel

__all__ = [
    "DATA_UNTIL", "FIRST", "FROM", "GAP", "REACHED", "START", "STEPS", "TIES", "UNTIL", "WHO",
    "WINDOW", "earn", "leave", "note_times", "stand", "younger",
]  # fmt: skip

STEPS, WINDOW, FROM, UNTIL, DATA_UNTIL, FIRST, TIES = range(7)
"""Places of the rules, as one array of numbers."""
WHO, START, REACHED, GAP = range(4)
"""Columns of a link."""
_ENTRY, _UNTIL_THEN, _MET, _LEVEL = range(4)
_NO_VALUE = -(1 << 63)


@kernel
def stand(linked: Any, level: int, window: int, standing: Array, firsts: Array) -> int:
    """Note where everybody with a link now stands; ``firsts``: the first link of each."""
    links, size, untils = linked
    found, before = 0, np.uint64(0)
    for link in range(1, size + 1):
        person = np.uint64(links[link, WHO])
        firsts[found] = link
        found += int(person != before)
        before = person
        until = untils[link] if untils.size else links[link, START] + window
        standing[person, _UNTIL_THEN] = until
        standing[person, _MET] = links[link, REACHED]
        standing[person, _LEVEL] = level
        if level == 1:
            standing[person, _ENTRY] = until
    return found


@kernel
def younger(links: Array, size: int, firsts: Array) -> None:
    """Of recorded events at one instant, take the one with the younger entry for the first.

    A later one may follow an entry of that instant; else it is the step before that is younger.
    """
    for k in range(firsts.size):
        best = firsts[k]
        link = best + 1
        while (
            link <= size
            and links[link, WHO] == links[best, WHO]
            and links[link, REACHED] == links[best, REACHED]
        ):
            if links[link, START] > links[best, START] or links[link, GAP] < links[best, GAP]:
                best = link
            link += 1
        firsts[k] = best


@kernel
def note_times(links: Array, firsts: Array, level: int, steps: int, histograms: Any) -> None:
    """Record the times of who meets a step for the first time."""
    counts, sums = histograms
    for k in range(firsts.size):
        link = firsts[k]
        span = links[link, REACHED] - links[link, START]
        record(counts, sums, level, span, PRECISION)
        record(counts, sums, steps + level, links[link, GAP], PRECISION)


@kernel
def earn(places: Array, firsts: Array, value: Array, origin: int, totals: Array) -> None:
    """Add up the money of first links of the last step."""
    for k in range(firsts.size):
        money = value[origin + places[firsts[k]]]
        if money != _NO_VALUE:
            totals[VALUE] += money
            totals[VALUED] += 1


@kernel
def leave(entrants: Array, standing: Array, which: Array, rules: Array, told: Any) -> None:
    """Count everybody who entered where they stand in the end, and how long they waited there."""
    out, counts, sums, level_of, open_of, met_of = told
    steps, data_until = rules[STEPS], rules[DATA_UNTIL]
    for k in range(entrants.size):
        person = np.uint64(entrants[k])
        best, is_open = standing[person, _LEVEL], 0
        out[BEST_STEP, best] += 1
        if best < steps:
            is_open = 1 if standing[person, _ENTRY] > data_until else 0
            out[STILL_OPEN, best] += is_open
            until = min(standing[person, _UNTIL_THEN], data_until)
            seen = until - standing[person, _MET]
            record(counts, sums, 2 * steps + best, max(0, seen), PRECISION)
        if level_of.size:
            p = which[person]
            level_of[p] = best
            open_of[p] = is_open
            met_of[p] = (1 << best) - 1
