"""Times from step to step when some were only seen waiting."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.funnel_rules import FunnelCounts
from waypost.kernels.histograms import bin_edges

__all__ = ["gone_on", "wait_quantile"]


def _survival(counts: FunnelCounts, step: int) -> NDArray[Any]:
    """``float64[bins]``: the estimated share that has not met ``step`` by the end of each bin."""
    met = counts.since_previous.counts[step]
    ended = np.cumsum(met + counts.waited.counts[step])
    at_risk = ended[-1] - np.concatenate([[0], ended[:-1]])
    left = np.divide(met, at_risk, out=np.zeros(met.size), where=at_risk > 0)
    return np.cumprod(1.0 - left)


def gone_on(counts: FunnelCounts, step: int) -> float:
    """The share of those at the step before who meet ``step`` when all have their time.

    NaN where nobody was there. E. L. Kaplan and P. Meier, JASA 53 (1958), 457-481, equation (2b),
    on the bins of the histograms: within a bin, those who met the step come first.
    """
    if not counts.since_previous.counts[step].any() and not counts.waited.counts[step].any():
        return float("nan")
    return float(1.0 - _survival(counts, step)[-1])


def wait_quantile(counts: FunnelCounts, step: int, share: float) -> float:
    """Ticks within which ``share`` of those at the step before meet ``step``; the same estimate.

    NaN where fewer ever do, as far as the data show.
    """
    met = counts.since_previous
    reached = (1.0 - _survival(counts, step) >= share - 1e-12) & (met.counts[step] > 0)
    if not reached.any():
        return float("nan")
    place = int(np.argmax(reached))
    edges = bin_edges(met.precision, reached.size)
    middle = (int(edges[place]) + int(edges[place + 1]) - 1) / 2
    return float(np.clip(middle, met.least[step], met.greatest[step]))
