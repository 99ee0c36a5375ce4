"""How long it takes from one kind of event to another, and who is still waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_edges, record
from waypost.kernels.jit import kernel, sealed

__all__ = ["PRECISION", "WaitingTimes", "kaplan_meier_quantile", "time_between"]

PRECISION = 7
_DONE, _WAITING = 0, 1
_FIRST, _THEN = 1, 2


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """Two histogram rows in ticks: completed waits, and waits that the end of the data cut off.

    ``persons``: how many persons have at least one wait.
    """

    times: LogHistogram
    persons: int

    def __add__(self, other: WaitingTimes) -> WaitingTimes:
        return WaitingTimes(self.times + other.times, self.persons + other.persons)


@kernel
def _first_to_first(journeys: Journeys, at: Array, data_until: int, out: Any) -> int:
    offsets, codes, lookup, persons, events = journeys
    counts, sums = out
    waiting = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        begun = False
        done = False
        begin = 0
        for i in range(offsets[p], offsets[p + 1]):
            if events.size and not events[i]:
                continue
            bits = int(lookup[codes[i]])
            if begun and bits & _THEN:
                record(counts, sums, _DONE, int(at[i]) - begin, PRECISION)
                done = True
                break
            if not begun and bits & _FIRST:
                begun = True
                begin = int(at[i])
        waiting += begun
        if begun and not done:
            record(counts, sums, _WAITING, max(data_until - begin, 0), PRECISION)
    return waiting


@kernel
def _any_to_next(journeys: Journeys, at: Array, data_until: int, out: Any) -> int:
    offsets, codes, lookup, persons, events = journeys
    counts, sums = out
    waiting = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        known = False
        begun = False
        then = 0
        for i in range(offsets[p + 1] - 1, offsets[p] - 1, -1):
            if events.size and not events[i]:
                continue
            bits = int(lookup[codes[i]])
            if bits & _FIRST:
                begun = True
                if known:
                    record(counts, sums, _DONE, then - int(at[i]), PRECISION)
                else:
                    record(counts, sums, _WAITING, max(data_until - int(at[i]), 0), PRECISION)
            if bits & _THEN:
                known = True
                then = int(at[i])
        waiting += begun
    return waiting


def time_between(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    every: bool,
    data_until: int,
    ticks_per_second: int,
) -> WaitingTimes:
    """Waits from an event of bit 0 to the next event of bit 1 after it. O(events).

    ``journeys.lookup: uint32[dictionary]`` of bits. ``every``: each event of bit 0 waits; else only
    a person's first one. After means later in the recorded order, so a wait may be 0.
    """
    blank = LogHistogram.blank(2, bin_count(PRECISION, ticks_per_second))
    run = _any_to_next if every else _first_to_first
    persons = run(journeys.arguments(), sealed(at), data_until, blank)
    return WaitingTimes(LogHistogram.of(*blank, PRECISION), int(persons))


def kaplan_meier_quantile(times: LogHistogram, share: float) -> float:
    """The wait within which ``share`` of all complete it, counting those still waiting; in ticks.

    NaN where the data do not reach that far. E. L. Kaplan and P. Meier, JASA 53 (1958), 457-481,
    equation (2b), on the bins of the histogram: within a bin, completed waits come first.
    """
    done, cut = times.counts[_DONE], times.counts[_WAITING]
    ended = np.cumsum(done + cut)
    at_risk = ended[-1] - np.concatenate([[0], ended[:-1]])
    survival = np.cumprod(
        1.0 - np.divide(done, at_risk, out=np.zeros(done.size), where=at_risk > 0)
    )
    reached = np.flatnonzero((1.0 - survival >= share - 1e-12) & (done > 0))
    if reached.size == 0:
        return float("nan")
    edges = bin_edges(times.precision, done.size)
    low, high = int(edges[reached[0]]), int(edges[reached[0] + 1])
    middle = (low + high - 1) / 2
    return float(np.clip(middle, times.least[_DONE], times.greatest[_DONE]))
