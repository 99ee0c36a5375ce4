"""How often each row of packed words occurs.

Rows are first spread by hash over parts that fit a near cache, then counted part by part in a small
open-addressing table; one large table would wait for memory at every row. Answers stay in the
order of the parts, so that two of them merge without spreading again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["distinct_rows", "merged_rows"]

Array = NDArray[Any]

_PARTS = 256
_SHIFT = 56
_SMALLEST_TABLE = 16


@kernel
def _hash(words: Array, row: int, width: int) -> Any:
    mixed = np.uint64(0)
    for k in range(row * width, row * width + width):
        mixed = (mixed ^ np.uint64(words[k])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed * np.uint64(0xD6E8FEB86659FD93)


@kernel
def _part_starts(words: Array, width: int, size: int) -> Array:
    starts = np.zeros(_PARTS + 1, np.int64)
    for row in range(size):
        starts[np.int64(_hash(words, row, width) >> np.uint64(_SHIFT)) + 1] += 1
    for part in range(_PARTS):
        starts[part + 1] += starts[part]
    return starts


@kernel
def _spread(words: Array, owners: Array, width: int, size: int, place: Array) -> Any:
    """The same rows part by part, in their order within a part."""
    words_to = np.empty(size * width, np.int64)
    owners_to = np.empty(owners.size, np.int32)
    for row in range(size):
        part = np.int64(_hash(words, row, width) >> np.uint64(_SHIFT))
        to = place[part]
        place[part] += 1
        for k in range(width):
            words_to[to * width + k] = words[row * width + k]
        if owners.size:
            owners_to[to] = owners[row]
    return words_to, owners_to


@kernel
def _cleared(table: Array, rows: int) -> tuple[Array, int]:
    """A table for so many rows, all empty, and the mask of its slots."""
    capacity = _SMALLEST_TABLE
    while capacity < 2 * rows:
        capacity *= 2
    if capacity > table.size:
        table = np.empty(capacity, np.int32)
    table[:capacity] = -1
    return table, capacity - 1


@kernel
def _slot(words: Array, row: int, kept: Array, width: int, table: Array, mask: int) -> Any:
    """Where the row's words are, or would be, in the table of places in ``kept``."""
    slot = np.int64(_hash(words, row, width)) & mask
    while table[slot] >= 0:
        same = True
        for k in range(width):
            same = same and words[row * width + k] == kept[table[slot] * width + k]
        if same:
            break
        slot = (slot + 1) & mask
    return slot


@kernel
def _counted(kept: Array, owner: Array, width: int, starts: Array, counts: Array) -> Any:
    """Count in place: the answer moves to the front, and a row is read before it is written."""
    persons = np.empty(owner.size, np.int64)
    table = np.empty(_SMALLEST_TABLE, np.int32)
    found = 0
    for part in range(_PARTS):
        table, mask = _cleared(table, starts[part + 1] - starts[part])
        for row in range(starts[part], starts[part + 1]):
            slot = _slot(kept, row, kept, width, table, mask)
            at = int(table[slot])
            if at < 0:
                at = found
                table[slot] = at
                for k in range(width):
                    kept[at * width + k] = kept[row * width + k]
                counts[at] = 0
                if owner.size:
                    persons[at] = 0
                found += 1
            counts[at] += 1
            if owner.size and (persons[at] == 0 or owner[at] != owner[row]):
                persons[at] += 1
                owner[at] = owner[row]
    return persons, found


@kernel
def distinct_rows(words: Array, owners: Array, width: int, size: int) -> tuple[Array, Array, Array]:
    """The distinct ones of ``size`` rows (``int64[size * width]``) and how often they occur.

    Returns words, counts and persons, in the order of their parts. ``owners``: ``int32[size]``,
    rising; equal rows of one owner are one person; empty = every row is another's. O(rows) time,
    ``width`` + 2 words of memory a row.
    """
    starts = _part_starts(words, width, size)
    kept, owner = _spread(words, owners, width, size, starts[:-1].copy())
    counts = np.empty(size, np.int64)
    persons, found = _counted(kept, owner, width, starts, counts)
    people = persons[:found].copy() if owner.size else counts[:found].copy()
    return kept[: found * width].copy(), counts[:found].copy(), people


@kernel
def _put_part(rows: Any, begin: int, end: int, width: int, table: Array, into: Any) -> Any:
    words, counts, persons = rows
    kept, added, added_persons, found, mask = into
    for row in range(begin, end):
        slot = _slot(words, row, kept, width, table, mask)
        at = int(table[slot])
        if at < 0:
            at = found
            table[slot] = at
            for k in range(width):
                kept[at * width + k] = words[row * width + k]
            added[at] = 0
            added_persons[at] = 0
            found += 1
        added[at] += counts[row]
        added_persons[at] += persons[row]
    return found


@kernel
def merged_rows(one: Any, other: Any, width: int) -> tuple[Array, Array, Array]:
    """Both answers of ``distinct_rows`` as one, again in the order of the parts. O(rows)."""
    starts = _part_starts(one[0], width, one[1].size)
    more_starts = _part_starts(other[0], width, other[1].size)
    size = one[1].size + other[1].size
    kept = np.empty(size * width, np.int64)
    added, added_persons = np.empty(size, np.int64), np.empty(size, np.int64)
    table = np.empty(_SMALLEST_TABLE, np.int32)
    found = 0
    for part in range(_PARTS):
        begin, end = starts[part], starts[part + 1]
        more, last = more_starts[part], more_starts[part + 1]
        table, mask = _cleared(table, end - begin + last - more)
        into = (kept, added, added_persons, found, mask)
        found = _put_part(one, begin, end, width, table, into)
        into = (kept, added, added_persons, found, mask)
        found = _put_part(other, more, last, width, table, into)
    return kept[: found * width].copy(), added[:found].copy(), added_persons[:found].copy()
