"""Times from step to step when some were only seen waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.funnel_rules import FunnelCounts
from waypost.kernels.histograms import bin_edges

__all__ = ["waits"]


def _survival(counts: FunnelCounts, step: int) -> NDArray[Any]:
    """``float64[bins]``: the estimated share that has not met ``step`` by the end of each bin."""
    met = counts.since_previous.counts[step]
    ended = np.cumsum(met + counts.waited.counts[step])
    at_risk = ended[-1] - np.concatenate([[0], ended[:-1]])
    left = np.divide(met, at_risk, out=np.zeros(met.size), where=at_risk > 0)
    return np.cumprod(1.0 - left)


def waits(
    counts: FunnelCounts, step: int, shares: Sequence[float]
) -> tuple[float, tuple[float, ...]]:
    """The share of those at the step before who meet ``step`` when all have their time, and ticks.

    Ticks: within which each of ``shares`` of them meet it; NaN where fewer ever do, as far as the
    data show. All NaN where nobody was there. E. L. Kaplan and P. Meier, JASA 53 (1958), 457-481,
    equation (2b), on the bins of the histograms: within a bin, those who met the step come first.
    """
    met = counts.since_previous
    if not met.counts[step].any() and not counts.waited.counts[step].any():
        return np.nan, (np.nan,) * len(shares)
    gone = 1.0 - _survival(counts, step)
    edges, ticks = bin_edges(met.precision, gone.size), []
    # It rises only in bins where somebody met the step, so the first bin that is far enough is one.
    for place in np.searchsorted(gone, np.array(shares) - 1e-12).tolist():
        if place == gone.size:
            ticks.append(np.nan)
            continue
        middle = (int(edges[place]) + int(edges[place + 1]) - 1) / 2
        ticks.append(min(max(middle, float(met.least[step])), float(met.greatest[step])))
    return float(gone[-1]), tuple(ticks)
