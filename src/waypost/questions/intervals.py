"""Intervals around shares and means."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Z_95", "mean_interval", "share_of", "wilson"]

Z_95 = 1.959963984540054


def share_of(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """``part / whole``; NaN where the whole is 0."""
    parts, wholes = np.asarray(part, float), np.asarray(whole, float)
    undefined = np.full(np.broadcast(parts, wholes).shape, np.nan)
    return np.asarray(np.divide(parts, wholes, out=undefined, where=wholes > 0))


def wilson(part: ArrayLike, whole: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """95 % score interval of a share; NaN where the whole is 0.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    share, n = share_of(part, whole), np.maximum(np.asarray(whole, float), 1)
    squared = Z_95**2
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = Z_95 / (1 + squared / n) * np.sqrt(share * (1 - share) / n + squared / (4 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _t_95(freedom: NDArray[np.float64]) -> NDArray[np.float64]:
    """97.5 % point of Student's t, to about 1e-4 from 3 degrees of freedom; exact for 1 and 2.

    Expansion in 1 / freedom: Abramowitz and Stegun, 26.7.5.
    """
    z, v = Z_95, np.maximum(freedom, 1.0)
    terms = (
        (z**3 + z) / 4 / v
        + (5 * z**5 + 16 * z**3 + 3 * z) / 96 / v**2
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / v**3
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / v**4
    )
    return np.select([v == 1, v == 2], [12.706204736432095, 4.302652729911275], z + terms)  # noqa: PLR2004 - degrees of freedom


def mean_interval(
    n: NDArray[np.int64], total: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Mean and its 95 % t interval from count, sum and sum of squares; NaN where undefined.

    The mean needs one value, the interval two.
    """
    count = np.maximum(n, 1)
    mean = np.where(n > 0, total / count, np.nan)
    freedom = np.maximum(n - 1, 1).astype(float)
    variance = np.maximum(squares - total * total / count, 0.0) / freedom
    half = np.where(n > 1, _t_95(freedom) * np.sqrt(variance / count), np.nan)
    return mean, mean - half, mean + half
