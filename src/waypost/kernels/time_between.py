"""How long it takes from one kind of event to another, and who is still waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_edges, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "ANY",
    "DONE",
    "MODES",
    "PRECISION",
    "WAITING",
    "WaitingTimes",
    "kaplan_meier_quantile",
    "persons_between",
    "time_between",
]

PRECISION = 7
MODES = ("first_to_first_after", "any_to_next", "first_to_first")
ANY, DONE, WAITING = -1, 0, 1

_DONE, _WAITING, _EARLY = 0, 1, 2
_FIRST, _THEN = 1, 2


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """Waits in ticks.

    ``times``: two rows, completed waits and waits that the end of the data cut off; ``early``: one
    row, by how much the second came before the first. ``persons`` with at least one wait;
    ``numbers: int64[2]`` with at least one completed, and with at least one cut off.
    """

    times: LogHistogram
    persons: int
    early: LogHistogram
    numbers: NDArray[np.int64]

    def __add__(self, other: WaitingTimes) -> WaitingTimes:
        return WaitingTimes(
            self.times + other.times,
            self.persons + other.persons,
            self.early + other.early,
            self.numbers + other.numbers,
        )


@kernel
def _note(row: int, ticks: int, p: int, out: Any) -> None:
    """Record a wait or, where persons are wanted, mark whose it is."""
    counts, sums, wanted, found = out
    if found.size == 0:
        record(counts, sums, row, ticks, PRECISION)
        return
    kind = WAITING if row == _WAITING else DONE
    signed = -ticks if row == _EARLY else ticks
    if (wanted[0] == ANY or wanted[0] == kind) and wanted[1] <= signed < wanted[2]:
        found[p] = 1


@kernel
def _first_to_next(journeys: Journeys, at: Array, data_until: int, p: int, out: Any) -> Any:
    """Returns whether the person has a completed wait, and whether one that was cut off."""
    offsets, codes, lookup, _, events = journeys
    begun = False
    begin = 0
    for i in range(offsets[p], offsets[p + 1]):
        if events.size and not events[i]:
            continue
        bits = int(lookup[codes[i]])
        if begun and bits & _THEN:
            _note(_DONE, int(at[i]) - begin, p, out)
            return True, False
        if not begun and bits & _FIRST:
            begun = True
            begin = int(at[i])
    if begun:
        _note(_WAITING, max(data_until - begin, 0), p, out)
    return False, begun


@kernel
def _any_to_next(journeys: Journeys, at: Array, data_until: int, p: int, out: Any) -> Any:
    offsets, codes, lookup, _, events = journeys
    known = False
    done = False
    waiting = False
    then = 0
    for i in range(offsets[p + 1] - 1, offsets[p] - 1, -1):
        if events.size and not events[i]:
            continue
        bits = int(lookup[codes[i]])
        if bits & _FIRST and known:
            done = True
            _note(_DONE, then - int(at[i]), p, out)
        elif bits & _FIRST:
            waiting = True
            _note(_WAITING, max(data_until - int(at[i]), 0), p, out)
        if bits & _THEN:
            known = True
            then = int(at[i])
    return done, waiting


@kernel
def _first_to_first(journeys: Journeys, at: Array, data_until: int, p: int, out: Any) -> Any:
    offsets, codes, lookup, _, events = journeys
    met = 0
    begin = 0
    then = 0
    for i in range(offsets[p], offsets[p + 1]):
        if events.size and not events[i]:
            continue
        bits = int(lookup[codes[i]])
        if bits & _FIRST and not met & _FIRST:
            begin = int(at[i])
        if bits & _THEN and not met & _THEN:
            then = int(at[i])
        met |= bits
        if met & _FIRST and met & _THEN:
            break
    if not met & _FIRST:
        return False, False
    if not met & _THEN:
        _note(_WAITING, max(data_until - begin, 0), p, out)
        return False, True
    _note(_DONE if then >= begin else _EARLY, abs(then - begin), p, out)
    return True, False


@kernel
def _waits(journeys: Journeys, at: Array, mode: int, data_until: int, out: Any) -> Any:
    persons = journeys[3]
    some = 0
    ended = 0
    waiting = 0
    for p in range(journeys[0].size - 1):
        if persons.size and not persons[p]:
            continue
        if mode == 1:
            done, cut = _any_to_next(journeys, at, data_until, p, out)
        elif mode == 0:
            done, cut = _first_to_next(journeys, at, data_until, p, out)
        else:
            done, cut = _first_to_first(journeys, at, data_until, p, out)
        some += done or cut
        ended += done
        waiting += cut
    return some, ended, waiting


def time_between(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    mode: str,
    data_until: int,
    ticks_per_second: int,
) -> WaitingTimes:
    """Waits from an event of bit 0 to an event of bit 1. O(events).

    ``journeys.lookup: uint32[dictionary]`` of bits. ``first_to_first_after``: a person's first one
    to the next after it; ``any_to_next``: each one to the next after it; ``first_to_first``: a
    person's first to their first, which may lie before. After means later in the recorded order,
    so a wait may be 0.
    """
    counts, sums = LogHistogram.blank(3, bin_count(PRECISION, ticks_per_second))
    out = (counts, sums, np.zeros(3, np.int64), np.zeros(0, np.uint8))
    numbers = _waits(journeys.arguments(), sealed(at), MODES.index(mode), data_until, out)
    return WaitingTimes(
        LogHistogram.of(counts[:_EARLY], sums[:_EARLY], PRECISION),
        int(numbers[0]),
        LogHistogram.of(counts[_EARLY:], sums[_EARLY:], PRECISION),
        np.array(numbers[1:], np.int64),
    )


def persons_between(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    mode: str,
    data_until: int,
    wanted: tuple[int, int, int],
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those with a wait of ``(kind, least, below)``.

    ``kind``: ``ANY``, ``DONE`` or ``WAITING``; ``least <= wait < below`` in ticks.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    if found.size:
        blank = LogHistogram.blank(1, 1)
        out = (*blank, np.array(wanted, np.int64), found)
        _waits(journeys.arguments(), sealed(at), MODES.index(mode), data_until, out)
    return found


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
