"""New, duplicate or updated: each arriving row against what the log and the batch already hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.log.fingerprint import Fingerprints
from waypost.journeys.log.key_runs import KeyRun, RunStack
from waypost.journeys.log.settled_keys import SettledKeys
from waypost.kernels.keys_match import keys_fates

__all__ = ["Arrivals", "EarlierKeys"]


@dataclass(frozen=True, slots=True)
class EarlierKeys:
    """The keys of earlier batches of the source, and which rows of the log count.

    ``standing`` marks rows that an arriving row of their key does not replace; None for none.
    """

    runs: Sequence[KeyRun]
    visible: NDArray[np.bool_]
    standing: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Arriving rows sorted by key, then by arrival; ``starts`` has one entry more than keys."""

    order: NDArray[np.int64]
    hi: NDArray[np.uint64]
    lo: NDArray[np.uint64]
    content: NDArray[np.uint64]
    starts: NDArray[np.int64]

    @property
    def keys(self) -> int:
        return self.starts.size - 1


@dataclass(frozen=True, slots=True)
class _Hits:
    """Earlier rows of arriving keys: which key, which global row, what content."""

    key: NDArray[np.int64]
    row: NDArray[np.int64]
    content: NDArray[np.uint64]


class Arrivals:
    """Judges rows as they arrive; memory grows with what is not yet settled in a segment.

    Rows of this batch are counted from 0, rows of earlier batches as in the log.
    """

    def __init__(self, earlier: EarlierKeys) -> None:
        self._earlier = earlier
        self._settled = SettledKeys()
        self._stack = RunStack()
        self._rows = 0
        self._own_superseded: list[NDArray[np.int64]] = []
        self._superseded: list[NDArray[np.int64]] = []
        self._confirmed: list[NDArray[np.int64]] = []

    def judge(self, prints: Fingerprints) -> NDArray[np.uint8]:
        """The fate of each row, in the order of arrival."""
        rows = _sorted(prints)
        hi, lo = rows.hi[rows.starts[:-1]], rows.lo[rows.starts[:-1]]
        known, content, own_row = self._known_here(hi, lo)
        hits = self._hits(hi, lo, np.flatnonzero(known == 0))
        shown = self._earlier.visible[hits.row]
        known[hits.key[shown]] = 1
        content[hits.key[shown]] = hits.content[shown]
        self._let_stand(rows, hits, content)
        fates, replaced, last, confirmed = keys_fates(rows.starts, rows.content, known, content)
        own = self._store(rows, fates, last)
        self._own_superseded.append(own[replaced == 1])
        self._own_superseded.append(own_row[(own_row >= 0) & (last >= 0)])
        self._remember(hits, shown, (last >= 0, confirmed == 1))
        return _by_arrival(rows.order, fates)

    def settle(self, first: int, *, stop: int, path: Path) -> None:
        """Write the keys of the rows from ``first`` to ``stop``, to be looked up there."""
        run = self._stack.melt()
        inside = run.row < np.uint64(stop)
        run.where(inside).save(path, first_row=first)
        self._stack.push(run.where(~inside))
        self._settled.push(path, first_row=first)

    def superseded(self, first_row: int) -> NDArray[np.int64]:
        """Global rows, sorted, that this batch hides; its own rows start at ``first_row``."""
        own = _distinct(self._own_superseded) + first_row
        return np.concatenate([_distinct(self._superseded), own])

    def confirmed(self) -> NDArray[np.int64]:
        """Global rows, sorted, of earlier batches that this one delivered again."""
        return _distinct(self._confirmed)

    def _let_stand(self, rows: _Sorted, hits: _Hits, content: NDArray[np.uint64]) -> None:
        """Arriving rows that must not replace what stands are taken for the same."""
        stands = self._stands(hits.row)
        if stands.any():
            key = np.repeat(np.arange(rows.keys), np.diff(rows.starts))
            same = np.isin(key, hits.key[stands])
            rows.content[same] = content[key[same]]

    def _stands(self, row: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows of earlier batches count and stay."""
        if self._earlier.standing is None:
            return np.zeros(row.size, np.bool_)
        stands: NDArray[np.bool_] = self._earlier.standing[row] & self._earlier.visible[row]
        return stands

    def _known_here(
        self, hi: NDArray[np.uint64], lo: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint64], NDArray[np.int64]]:
        """Per key: whether this batch stored it, its content then, and its row (−1 = not)."""
        known = np.zeros(hi.size, np.uint8)
        content = np.zeros(hi.size, np.uint64)
        row = np.full(hi.size, -1, np.int64)
        for run in reversed(self._stack.runs):
            open_keys = np.flatnonzero(known == 0)
            found = run.find(hi[open_keys], lo[open_keys])
            here = open_keys[found >= 0]
            position = found[found >= 0]
            known[here] = 1
            content[here] = run.content[position]
            row[here] = run.rows_at(position)
        open_keys = np.flatnonzero(known == 0)
        found, content_there, row_there = self._settled.find(hi[open_keys], lo[open_keys])
        here = open_keys[found]
        known[here], content[here], row[here] = 1, content_there, row_there
        return known, content, row

    def _hits(
        self, hi: NDArray[np.uint64], lo: NDArray[np.uint64], keys: NDArray[np.int64]
    ) -> _Hits:
        wanted_hi, wanted_lo = hi[keys], lo[keys]
        key, row = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        content = [np.empty(0, np.uint64)]
        for run in self._earlier.runs:
            found = run.find(wanted_hi, wanted_lo)
            position = found[found >= 0]
            key.append(keys[found >= 0])
            row.append(run.rows_at(position))
            content.append(run.content[position])
        return _Hits(np.concatenate(key), np.concatenate(row), np.concatenate(content))

    def _store(
        self, rows: _Sorted, fates: NDArray[np.uint8], last: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Number the stored rows and push their keys; −1 in a sorted row = not stored."""
        stored = _by_arrival(rows.order, fates) != 1
        number = np.where(stored, self._rows + np.cumsum(stored) - 1, -1)[rows.order]
        self._rows += int(stored.sum())
        at = last[last >= 0]
        run = KeyRun(rows.hi[at], rows.lo[at], rows.content[at], number[at].astype(np.uint64))
        self._stack.push(run)
        return number

    def _remember(
        self,
        hits: _Hits,
        shown: NDArray[np.bool_],
        outcome: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> None:
        """Which earlier rows this batch hides and which it delivered again."""
        updated, confirmed = outcome
        again = shown & confirmed[hits.key] & ~self._stands(hits.row)
        self._confirmed.append(hits.row[again])
        hidden = updated[hits.key] | (confirmed[hits.key] & ~shown)
        self._superseded.append(hits.row[hidden])


def _sorted(prints: Fingerprints) -> _Sorted:
    order = np.argsort(prints.hi)
    hi = prints.hi[order]
    if (hi[1:] == hi[:-1]).any():  # the fast sort puts equal ones in any order
        order = np.lexsort((prints.lo, prints.hi))
    hi, lo, content = prints.hi[order], prints.lo[order], prints.content[order]
    begins = np.ones(order.size, np.bool_)
    begins[1:] = (hi[1:] != hi[:-1]) | (lo[1:] != lo[:-1])
    starts = np.append(np.flatnonzero(begins), order.size)
    return _Sorted(order, hi, lo, content, starts)


def _by_arrival(order: NDArray[np.int64], values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    arrived = np.empty_like(values)
    arrived[order] = values
    return arrived


def _distinct(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    rows = np.sort(np.concatenate([np.empty(0, np.int64), *parts]))
    first = np.ones(rows.size, np.bool_)
    first[1:] = rows[1:] != rows[:-1]
    return np.compress(first, rows)
