"""Rows that belong together, found in whole batches: numbers of rows instead of records."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waypost.intake.grouping import OPEN_GROUPS
from waypost.intake.tables import Reject, TextBatch

__all__ = ["RowGroups", "row_groups"]

_GROUPS_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class RowGroups:
    """Some groups of rows, in the order of their first rows.

    ``rows`` holds the rows of group after group, ``lines`` (int64) where each begins in the file;
    ``starts`` (int64, one entry more than groups) cuts them. ``far_apart`` (bool per group): a row
    alone whose group was closed long ago. ``rejects``: what was no row.
    """

    rows: pa.RecordBatch
    lines: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    far_apart: npt.NDArray[np.bool_]
    rejects: tuple[Reject, ...]

    def first_rows(self) -> pa.RecordBatch:
        """The first row of each group."""
        return self.rows.take(pa.array(self.starts[:-1]))


def row_groups(
    batches: Iterable[TextBatch], names: Iterable[pa.Array], *, open_groups: int = OPEN_GROUPS
) -> Iterator[RowGroups]:
    """The rows of ``batches`` by their ``names`` (one array a batch), with ``grouped``'s rules."""
    pool = _Pool(open_groups)
    for batch, column in zip(batches, names, strict=True):
        pool.take_in(batch, column)
        if len(pool.ready) >= _GROUPS_AT_ONCE:
            yield pool.give_out()
    pool.close()
    if pool.ready or pool.rejects:
        yield pool.give_out()


class _Pool:
    """Batches that are still needed, and the numbers of the rows that wait in them."""

    def __init__(self, open_groups: int) -> None:
        self._open = open_groups
        self._batches: list[TextBatch] = []
        self._first = 0  # number of the first row of the first batch
        self._next = 0
        self._waiting: OrderedDict[str, list[int]] = OrderedDict()
        self._closed: set[str] = set()
        self._last: str | None = None
        self.ready: list[list[int]] = []
        self._far: list[bool] = []
        self.rejects: list[Reject] = []

    def take_in(self, batch: TextBatch, names: pa.Array) -> None:
        """Put every row into its group."""
        self._batches.append(batch)
        self.rejects.extend(batch.rejects)
        waiting, closed, last = self._waiting, self._closed, self._last
        for row, given in enumerate(names.to_pylist(), self._next):
            name = given or last or f"\0{batch.lines[row - self._next]}"
            last = name
            if name in closed:
                self.ready.append([row])
                self._far.append(True)
                continue
            rows = waiting.get(name)
            if rows is not None:
                rows.append(row)
                continue
            waiting[name] = [row]
            if len(waiting) > self._open:
                oldest, rows = waiting.popitem(last=False)
                closed.add(oldest)
                self.ready.append(rows)
                self._far.append(False)
        self._last = last
        self._next += len(batch.lines)

    def close(self) -> None:
        """No row follows: all groups are complete."""
        self.ready.extend(self._waiting.values())
        self._far.extend([False] * len(self._waiting))
        self._waiting.clear()

    def give_out(self) -> RowGroups:
        """All complete groups; batches in which nobody waits are let go."""
        sizes = [len(rows) for rows in self.ready]
        numbers = np.fromiter((row for rows in self.ready for row in rows), np.int64)
        at = numbers - self._first
        whole = pa.Table.from_batches([one.columns for one in self._batches]).combine_chunks()
        rows = whole.take(pa.array(at)).combine_chunks().to_batches()
        lines = np.concatenate([one.lines for one in self._batches])[at]
        empty = self._batches[0].columns.slice(0, 0)
        given = RowGroups(
            rows=rows[0] if rows else empty,
            lines=lines,
            starts=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
            far_apart=np.array(self._far, np.bool_),
            rejects=tuple(self.rejects),
        )
        self.ready, self._far, self.rejects = [], [], []
        self._let_go()
        return given

    def _let_go(self) -> None:
        oldest = next(iter(self._waiting.values()))[0] if self._waiting else self._next
        while self._batches and self._first + len(self._batches[0].lines) <= oldest:
            self._first += len(self._batches.pop(0).lines)
