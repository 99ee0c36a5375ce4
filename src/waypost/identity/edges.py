"""Which identifiers were seen together, when, how often and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from waypost.identity.identifiers import Identifiers
from waypost.journeys.log import EventLog
from waypost.kernels.identity_edges import EMPTY_PAIR, identity_pairs, identity_rehash
from waypost.kit import Progress

__all__ = ["Edges", "edges_of_rows", "read_edges"]

ROWS_AT_ONCE = 131_072
SOURCE_BITS = 63


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of nodes that some event has both of, ``a < b``, sorted by a, then b.

    ``first_at`` and ``last_at`` are microseconds since 1970 UTC, ``events`` counts rows; bit ``i``
    of ``sources`` stands for ``source_names[i]``, the last bit for all sources beyond 62.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    first_at: NDArray[np.int64]
    last_at: NDArray[np.int64]
    events: NDArray[np.int64]
    sources: NDArray[np.int64]
    source_names: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of edges."""
        return int(self.a.size)

    def chosen(self, mask: NDArray[np.bool_]) -> Edges:
        """Some of the edges."""
        return Edges(
            self.a[mask], self.b[mask], self.first_at[mask], self.last_at[mask],
            self.events[mask], self.sources[mask], self.source_names,
        )  # fmt: skip

    def with_more(self, more: Edges) -> Edges:
        """These and other edges of the same sources, sorted."""
        a, b = np.concatenate([self.a, more.a]), np.concatenate([self.b, more.b])
        order = np.argsort((a.astype(np.int64) << 32) | b, kind="stable")
        return Edges(
            a[order],
            b[order],
            np.concatenate([self.first_at, more.first_at])[order],
            np.concatenate([self.last_at, more.last_at])[order],
            np.concatenate([self.events, more.events])[order],
            np.concatenate([self.sources, more.sources])[order],
            self.source_names,
        )

    def sources_of(self, edge: int) -> tuple[str, ...]:
        """The names of the sources that an edge was seen in."""
        bits = int(self.sources[edge])
        return tuple(
            n for i, n in enumerate(self.source_names) if bits >> min(i, SOURCE_BITS - 1) & 1
        )


def read_edges(
    log: EventLog, identifiers: Identifiers, at: NDArray[np.int64], *, progress: Progress
) -> Edges:
    """All pairs of identifiers within an event, whatever becomes of them."""
    names = tuple(sorted({commit.source for commit in log.commits()}))
    table = _PairTable(expected=identifiers.count)
    progress.start("joining identifiers", at.size)
    for commit in log.commits():
        bit = 1 << min(names.index(commit.source), SOURCE_BITS - 1)
        stop = commit.first_row + commit.event_rows
        for first in range(commit.first_row, stop, ROWS_AT_ONCE):
            rows = slice(first, min(first + ROWS_AT_ONCE, stop))
            table.enter([nodes[rows] for _, nodes in identifiers.columns], at[rows], source=bit)
            progress.advance(rows.stop - rows.start)
    progress.finish()
    return table.edges(names)


def edges_of_rows(
    log: EventLog, identifiers: Identifiers, at: NDArray[np.int64], rows: NDArray[np.int64]
) -> Edges:
    """The pairs of identifiers within some rows of the log, which rise."""
    names = tuple(sorted({commit.source for commit in log.commits()}))
    table = _PairTable(expected=rows.size)
    for commit in log.commits():
        bit = 1 << min(names.index(commit.source), SOURCE_BITS - 1)
        first, stop = np.searchsorted(
            rows, [commit.first_row, commit.first_row + commit.event_rows]
        ).tolist()
        for begin in range(first, stop, ROWS_AT_ONCE):
            some = rows[begin : min(begin + ROWS_AT_ONCE, stop)]
            table.enter([nodes[some] for _, nodes in identifiers.columns], at[some], source=bit)
    return table.edges(names)


class _PairTable:
    """A hash table of pairs that doubles before it is half full."""

    def __init__(self, expected: int) -> None:
        self._count = 0
        self._allocate(1 << max(16, (2 * expected).bit_length()))

    def enter(
        self, columns: list[NDArray[np.int32]], at: NDArray[np.int64], *, source: int
    ) -> None:
        """Enter the pairs of every two columns."""
        filled = [column for column in columns if (column >= 0).any()]
        for one, other in combinations(filled, 2):
            self._make_room(at.size)
            self._count += identity_pairs(self._pairs, self._facts, one, other, at, source)

    def edges(self, source_names: tuple[str, ...]) -> Edges:
        """The pairs entered so far, sorted."""
        taken = np.flatnonzero(self._pairs != EMPTY_PAIR)
        taken = taken[np.argsort(self._pairs[taken])]
        pairs, facts = self._pairs[taken], self._facts[taken]
        return Edges(
            a=(pairs >> np.uint64(32)).astype(np.int32),
            b=(pairs & np.uint64(0xFFFFFFFF)).astype(np.int32),
            first_at=facts[:, 0].copy(),
            last_at=facts[:, 1].copy(),
            events=facts[:, 2].copy(),
            sources=facts[:, 3].copy(),
            source_names=source_names,
        )

    def _make_room(self, rows: int) -> None:
        while 2 * (self._count + rows) > self._pairs.size:
            pairs, facts = self._pairs, self._facts
            self._allocate(2 * pairs.size)
            identity_rehash(pairs, facts, self._pairs, self._facts)

    def _allocate(self, size: int) -> None:
        self._pairs = np.full(size, EMPTY_PAIR, np.uint64)
        self._facts = np.empty((size, 4), np.int64)
