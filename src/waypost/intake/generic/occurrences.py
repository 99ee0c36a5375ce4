"""Which occurrence of equal records each one is, in little memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Occurrences"]

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


class Occurrences:
    """Counts 64-bit hashes over batches: 16 bytes per different hash, in runs of growing length."""

    def __init__(self) -> None:
        self._runs: list[tuple[Hashes, Counts]] = []

    def number(self, hashes: Hashes) -> Counts:
        """For each hash, how many equal ones came before it, earlier batches included (from 0)."""
        unique, where, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        before = self._seen(unique)
        order = np.argsort(where, kind="stable")
        starts = np.cumsum(counts) - counts
        place = np.empty(len(hashes), np.int64)
        place[order] = np.arange(len(hashes)) - np.repeat(starts, counts)
        self._add(unique, counts.astype(np.int64))
        return place + before[where]

    def _seen(self, unique: Hashes) -> Counts:
        found = np.zeros(len(unique), np.int64)
        for known, counts in self._runs:
            at = np.searchsorted(known, unique)
            at[at == len(known)] = 0
            hit = known[at] == unique
            found[hit] += counts[at[hit]]
        return found

    def _add(self, unique: Hashes, counts: Counts) -> None:
        if not len(unique):
            return
        self._runs.append((unique, counts))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            second, first = self._runs.pop(), self._runs.pop()
            self._runs.append(_merged(first, second))


def _merged(first: tuple[Hashes, Counts], second: tuple[Hashes, Counts]) -> tuple[Hashes, Counts]:
    hashes = np.concatenate([first[0], second[0]])
    counts = np.concatenate([first[1], second[1]])
    unique, where = np.unique(hashes, return_inverse=True)
    sums = np.zeros(len(unique), np.int64)
    np.add.at(sums, where, counts)
    return unique, sums
