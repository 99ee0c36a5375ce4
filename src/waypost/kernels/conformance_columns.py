"""Alignments with a drawn line whose steps may be left out or come again, column by column.

Columns, counted from their first entry, are few, so each is kept once and what follows it by an
event is kept in a table: one lookup an event. Without repeatable steps an entry more than one
above its right neighbour is no better than that neighbour plus one (a later place can follow any
way on at one more cost), so entries are cut there, which keeps columns few; a cut entry is odd
(costs are doubled), and no alignment leads through it. Columns beyond the table are computed into
rows of their own.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel

__all__ = ["Batch", "Columns", "Drawing", "backward", "columns_of", "forward"]

_COLUMNS = 4096
_KEPT = threading.local()
_GROWTH_BITS = 8
_GROWTH_MASK, _GROWTH_ZERO = 255, 128

Drawing = tuple[Array, Array, Array]
"""Per step from place 1 on: doubled cost of skipping and whether it may repeat; then options."""
Columns = tuple[Array, Array, Array, Array]
"""Columns, followers with what each adds, hash slots, and how many columns there are."""
Batch = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Journeys at work: per visit its kind and node; bounds and person per journey; per visit the
column behind it with what the first entry grew by, and its move; and nodes that wait."""


@kernel
def _next_column(before: Array, bits: int, drawing: Drawing, after: Array) -> int:
    """The column after an event; returns what its first entry grew by. Costs are doubled."""
    skip, again, _ = drawing
    places = skip.size
    for j in range(places):
        best = before[j] + 2
        if j and (bits >> (j - 1)) & 1:
            best = min(best, before[j - 1])
            if again[j]:
                best = min(best, before[j])
        if j:
            best = min(best, after[j - 1] + skip[j])
        after[j] = best
    for j in range(places - 2, -1, -1):
        if not again[j]:
            after[j] = min(after[j], (after[j + 1] | 1) + 2)
    grown = (after[0] >> 1) << 1
    for j in range(places):
        after[j] -= grown
    return int(grown)


@kernel
def _same(one: Array, other: Array) -> bool:
    same = True
    for j in range(one.size):
        same &= one[j] == other[j]
    return same


@kernel
def _kept(column: Array, columns: Columns) -> int:
    """The row of a column, put into the table where there is room; −1 where there is none."""
    rows, table, slots, used = columns
    mixed = np.uint64(1469598103934665603)
    for j in range(column.size):
        mixed = (mixed ^ np.uint64(column[j] + 4096)) * np.uint64(1099511628211)
    slot = np.int64(mixed >> np.uint64(20)) & (slots.size - 1)
    while slots[slot] >= 0:
        if _same(rows[slots[slot]], column):
            return int(slots[slot])
        slot = (slot + 1) & (slots.size - 1)
    if used[0] == table.shape[0]:
        return -1
    row = int(used[0])
    rows[row, :] = column
    slots[slot] = row
    used[0] += 1
    return row


@kernel
def _computed(row: int, kind: int, own: int, model: tuple[Array, Drawing], columns: Columns) -> int:
    """What follows a column, with what it adds: computed, and kept where there is room."""
    rows, table = columns[0], columns[1]
    grown = _next_column(rows[row], model[0][kind], model[1], rows[own])
    following = _kept(rows[own], columns)
    if following < 0:
        following = own
    packed = (following << _GROWTH_BITS) | (grown + _GROWTH_ZERO)
    if following != own and row < table.shape[0]:
        table[row, kind] = packed
    return packed


@kernel
def forward(
    batch: Batch, journeys: int, model: tuple[Array, Drawing], columns: Columns, costs: Array
) -> None:
    """The doubled cost of each journey into ``costs``, and per visit the column behind it.

    Two journeys at once: what follows in one is looked up while the other waits for memory.
    """
    kinds, bounds, states = batch[0], batch[2], batch[4]
    rows, table = columns[0], columns[1]
    room, last = table.shape[0], rows.shape[1] - 1
    taken, one, other = 0, -1, -1
    i = end = k = stop = 0
    row, total, column, sum_of = 0, 0, 0, 0
    while True:
        if i == end:
            if one >= 0:
                costs[one] = (total + rows[row, last]) >> 1
            one = taken if taken < journeys else -1
            if one >= 0:
                i, end, row, total = bounds[one], bounds[one + 1], 0, 0
                taken += 1
        if k == stop:
            if other >= 0:
                costs[other] = (sum_of + rows[column, last]) >> 1
            other = taken if taken < journeys else -1
            if other >= 0:
                k, stop, column, sum_of = bounds[other], bounds[other + 1], 0, 0
                taken += 1
        if one < 0 and other < 0:
            break
        if one >= 0:
            packed = int(table[row, kinds[i]]) if row < room else -1
            if packed < 0:
                packed = _computed(row, kinds[i], room + i, model, columns)
            states[i] = packed
            row = packed >> _GROWTH_BITS
            total += (packed & _GROWTH_MASK) - _GROWTH_ZERO
            i += 1
        if other >= 0:
            packed = int(table[column, kinds[k]]) if column < room else -1
            if packed < 0:
                packed = _computed(column, kinds[k], room + k, model, columns)
            states[k] = packed
            column = packed >> _GROWTH_BITS
            sum_of += (packed & _GROWTH_MASK) - _GROWTH_ZERO
            k += 1


@kernel
def backward(batch: Batch, journeys: int, bits_of: Array, drawing: Drawing, rows: Array) -> None:
    """Write one optimal alignment: per visit its step, minus it for again, or 0 for inserted.

    Of several, read from the end: an event is rather inserted than a visit, so that the first of
    several counts as the visit; and a step rather visited than skipped.
    """
    kinds, bounds, states, moves = batch[0], batch[2], batch[4], batch[5]
    again = drawing[1]
    for n in range(journeys):
        j, begin = again.size - 1, bounds[n]
        for i in range(bounds[n + 1] - 1, begin - 1, -1):
            now, bits = states[i] >> _GROWTH_BITS, bits_of[kinds[i]]
            grown = (states[i] & _GROWTH_MASK) - _GROWTH_ZERO
            row = states[i - 1] >> _GROWTH_BITS if i > begin else 0
            while True:
                value = rows[now, j] + grown
                fits = j > 0 and (bits >> (j - 1)) & 1
                if rows[row, j] + 2 == value:
                    moves[i] = 0
                    break
                if fits and again[j] and rows[row, j] == value:
                    moves[i] = -j
                    break
                if fits and rows[row, j - 1] == value:
                    moves[i] = j
                    j -= 1
                    break
                j -= 1


def columns_of(drawing: Drawing, kinds: NDArray[Any], size: int) -> Columns:
    """The columns that this thread knows of the drawn journey that it was asked for last."""
    if drawing[2][2]:
        return _NO_COLUMNS
    key = (size, kinds.tobytes(), *(part.tobytes() for part in drawing))
    if getattr(_KEPT, "key", None) != key:
        rows = np.empty((_COLUMNS + size, drawing[0].size), np.int32)
        rows[0] = np.cumsum(drawing[0])
        table = np.full((_COLUMNS, kinds.size), -1, np.int32)
        _KEPT.columns = (rows, table, np.full(4 * _COLUMNS, -1), np.ones(1, np.int64))
        _KEPT.key = key
    kept: Columns = _KEPT.columns
    return kept


_NO_COLUMNS: Columns = (
    np.zeros((0, 0), np.int32),
    np.zeros((0, 0), np.int32),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
)
