"""Differences between two shares: interval, test, and control of false alarms over many rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.questions.intervals import share_of, wilson

__all__ = ["Differences", "differences", "false_discovery"]

_EXACT_BELOW = 1_000
"""Up to this many persons in both groups the exact test is used; beyond, where few are expected."""

_FEW = 5
"""Expected in a cell of the two-by-two table: W. G. Cochran, Biometrics 10 (1954), 417-451."""

_ALARM = 0.05


@dataclass(frozen=True, slots=True)
class Differences:
    """Per row ``counts: int64[rows, 4]`` (count and whole, twice); NaN where a whole is 0."""

    counts: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]

    def columns(self, order: NDArray[np.int64]) -> dict[str, Any]:
        """The columns of a result, in this order of rows."""
        c = self.counts[order]
        first, second = share_of(c[:, 0], c[:, 1]), share_of(c[:, 2], c[:, 3])
        return {
            "first_count": c[:, 0],
            "first_of": c[:, 1],
            "first_share": first,
            "second_count": c[:, 2],
            "second_of": c[:, 3],
            "second_share": second,
            "difference": first - second,
            "low": self.low[order],
            "high": self.high[order],
            "p": self.p[order],
            "q": self.q[order],
            "differs": np.nan_to_num(self.q[order], nan=1.0) <= _ALARM,
        }


def differences(counts: NDArray[np.int64]) -> Differences:
    """Interval, p and q of every row of ``counts: int64[rows, 4]``.

    Interval: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    low, high = _newcombe(counts)
    p = np.array([_p_of(*row) for row in counts.tolist()], dtype=np.float64)
    return Differences(counts, low, high, p, false_discovery(p))


def _newcombe(c: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    one, two = share_of(c[:, 0], c[:, 1]), share_of(c[:, 2], c[:, 3])
    (low_1, high_1), (low_2, high_2) = wilson(c[:, 0], c[:, 1]), wilson(c[:, 2], c[:, 3])
    difference = one - two
    below = np.sqrt((one - low_1) ** 2 + (high_2 - two) ** 2)
    above = np.sqrt((high_1 - one) ** 2 + (two - low_2) ** 2)
    return difference - below, difference + above


def _p_of(count_1: int, whole_1: int, count_2: int, whole_2: int) -> float:
    """Two-sided; NaN where a group is empty, 1 where all or none reach it."""
    from scipy import special, stats  # noqa: PLC0415 - only comparisons need it

    if not whole_1 or not whole_2:
        return float("nan")
    reached, total = count_1 + count_2, whole_1 + whole_2
    least = min(whole_1, whole_2) * min(reached, total - reached) / total
    if total <= _EXACT_BELOW or least < _FEW:
        table = [[count_1, whole_1 - count_1], [count_2, whole_2 - count_2]]
        return float(stats.fisher_exact(table).pvalue)
    pooled = reached / total
    spread = pooled * (1 - pooled) * (1 / whole_1 + 1 / whole_2)
    if spread <= 0:
        return 1.0
    z = abs(count_1 / whole_1 - count_2 / whole_2) / spread**0.5
    return float(special.erfc(z / 2**0.5))


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """``q`` of every ``p``: the least rate of false alarms at which it is called different.

    Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300. NaN is
    no test and stays NaN.
    """
    from scipy import stats  # noqa: PLC0415 - only comparisons need it

    q = np.full(p.size, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        q[tested] = stats.false_discovery_control(np.clip(p[tested], 0, 1))
    return q
