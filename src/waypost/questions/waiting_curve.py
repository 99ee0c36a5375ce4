"""The share who got there by a time, counting those who still wait, and bins for drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.histograms import bin_edges
from waypost.kernels.time_between import DONE, WAITING, WaitingTimes
from waypost.questions.intervals import Z_95

__all__ = ["Curve", "curve_of", "drawn_bins"]

_MOST_POINTS = 200
_DRAWN_PRECISION = 2


@dataclass(frozen=True, slots=True)
class Curve:
    """One value per bin, in rising time.

    ``ticks``: middle of the bin, negative where the second came before the first; ``done``: how
    many got there in it; ``reached``, ``low``, ``high``: the estimated share who got there by then
    and its 95 % interval.
    """

    ticks: NDArray[np.float64]
    done: NDArray[np.int64]
    reached: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def when(self, share: float, reached: NDArray[np.float64]) -> float:
        """The first time at which ``reached`` is at least ``share``; NaN if it never is."""
        there = np.flatnonzero((reached >= share - 1e-12) & (self.done > 0))
        return float(self.ticks[there[0]]) if there.size else float("nan")

    def plain_quantile(self, share: float) -> float:
        """Of those who got there alone: the time that ``share`` of them needed at most."""
        total = int(self.done.sum())
        if total == 0:
            return float("nan")
        rank = max(1, int(np.ceil(share * total)))
        return float(self.ticks[np.searchsorted(np.cumsum(self.done), rank)])

    def points(self, per_second: int) -> dict[str, Any]:
        """At most 200 steps of the curve, in seconds."""
        steps = np.flatnonzero(self.done)
        if steps.size > _MOST_POINTS:
            steps = steps[np.linspace(0, steps.size - 1, _MOST_POINTS).astype(np.int64)]
        return {
            "seconds": self.ticks[steps] / per_second,
            "reached": self.reached[steps],
            "low": self.low[steps],
            "high": self.high[steps],
        }


def curve_of(waits: WaitingTimes) -> Curve:
    """Kaplan-Meier estimate on the bins of the histogram; within a bin, completed waits come first.

    Interval: Greenwood's variance on the scale log(−log(survival)), as in J. D. Kalbfleisch and
    R. L. Prentice, The Statistical Analysis of Failure Time Data, 2nd ed. 2002, section 1.4. NaN
    before the first and after the last who could still get there.
    """
    early = waits.early.counts[0][::-1]
    done = np.concatenate([early, waits.times.counts[DONE]])
    cut = np.concatenate([np.zeros_like(early), waits.times.counts[WAITING]])
    ended = np.cumsum(done + cut)
    at_risk = (ended[-1] - np.concatenate([[0], ended[:-1]])).astype(float)
    staying = np.divide(at_risk - done, at_risk, out=np.ones(done.size), where=at_risk > 0)
    survival = np.cumprod(staying)
    product = at_risk * (at_risk - done)
    terms = np.divide(done, product, out=np.zeros(done.size), where=product > 0)
    inner = (survival > 0) & (survival < 1)
    log = np.log(survival, out=np.full(done.size, np.nan), where=inner)
    error = Z_95 * np.sqrt(np.cumsum(terms)) / np.abs(log)
    low, high = (1 - np.exp(log * np.exp(sign * error)) for sign in (-1, 1))
    return Curve(_middles(waits), done, 1 - survival, low, high)


def _middles(waits: WaitingTimes) -> NDArray[np.float64]:
    edges = bin_edges(waits.times.precision, waits.times.counts.shape[1])
    middle = (edges[:-1] + edges[1:] - 1) / 2
    later, before = waits.times, waits.early
    after = np.clip(middle, later.least[DONE], later.greatest[DONE]) if later.size()[0] else middle
    ahead = np.clip(middle, before.least[0], before.greatest[0]) if before.size()[0] else middle
    return np.concatenate([-ahead[::-1], after])


def drawn_bins(waits: WaitingTimes, per_second: int) -> dict[str, Any]:
    """Bins for a bar chart: every doubling of the time in four, only as far as there are waits.

    ``from_seconds <= wait < to_seconds``; ``count`` completed, ``waiting`` not yet. Exact.
    """
    precision, size = waits.times.precision, waits.times.counts.shape[1]
    doublings = (size >> precision) + precision - _DRAWN_PRECISION
    fine = bin_edges(precision, size)[:-1]
    coarse = bin_edges(_DRAWN_PRECISION, doublings << _DRAWN_PRECISION)
    place = np.searchsorted(coarse, fine, side="right") - 1
    rows = np.stack([waits.times.counts[DONE], waits.times.counts[WAITING], waits.early.counts[0]])
    summed = np.zeros((3, coarse.size - 1), np.int64)
    np.add.at(summed.T, place, rows.T)
    early, later = np.flatnonzero(summed[2]), np.flatnonzero(summed[:2].sum(axis=0))
    ahead, after = _span(early)[::-1], _span(later)
    begins = np.concatenate([1 - coarse[ahead + 1], coarse[after]])
    ends = np.concatenate([1 - coarse[ahead], coarse[after + 1]])
    return {
        "from_seconds": begins / per_second,
        "to_seconds": ends / per_second,
        "count": np.concatenate([summed[2, ahead], summed[0, after]]),
        "waiting": np.concatenate([np.zeros(ahead.size, np.int64), summed[1, after]]),
    }


def _span(found: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.arange(found[0], found[-1] + 1) if found.size else found
