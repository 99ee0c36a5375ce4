"""How often each row of packed words occurs.

Rows are first spread by hash over parts that fit a near cache, then counted part by part in a small
open-addressing table; one large table would wait for memory at every row. Answers stay in the
order of the parts, so that many of them merge at once without spreading again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["RowCounts", "distinct_rows", "merged_rows"]

Array = NDArray[Any]

_PARTS = 256
_SHIFT = 56
_SMALLEST_TABLE = 16
_NO_NUMBERS: NDArray[np.int64] = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Distinct rows in the order of their parts, which means nothing to others.

    ``words: int64[rows * width]``; ``counts``, ``persons``: ``int64[rows]``, the same array where
    every row was of another person; ``starts: int64[257]``: where each part begins.
    """

    words: NDArray[np.int64]
    counts: NDArray[np.int64]
    persons: NDArray[np.int64]
    starts: NDArray[np.int64]


@kernel
def _hash(words: Array, row: int, width: int) -> Any:
    mixed = np.uint64(0)
    for k in range(row * width, row * width + width):
        mixed = (mixed ^ np.uint64(words[k])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed * np.uint64(0xD6E8FEB86659FD93)


@kernel
def _hash_of_one(word: int) -> Any:
    """``_hash`` of a row of one word."""
    mixed = np.uint64(word) * np.uint64(0x9E3779B97F4A7C15)
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
    """Count rows with owners in place: the answer moves to the front.

    A row is read before it is written.
    """
    persons = np.empty(owner.size, np.int64)
    ends = np.zeros(_PARTS + 1, np.int64)
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
                persons[at] = 0
                found += 1
            counts[at] += 1
            if persons[at] == 0 or owner[at] != owner[row]:
                persons[at] += 1
                owner[at] = owner[row]
        ends[part + 1] = found
    return persons, ends


@kernel
def _spread_words(words: Array, size: int) -> Any:
    """Rows of one word part by part, and where the parts begin."""
    starts = np.zeros(_PARTS + 1, np.int64)
    for row in range(size):
        starts[np.int64(_hash_of_one(words[row]) >> np.uint64(_SHIFT)) + 1] += 1
    for part in range(_PARTS):
        starts[part + 1] += starts[part]
    place = starts[:-1].copy()
    spread = np.empty(size, np.int64)
    for row in range(size):
        to = np.int64(_hash_of_one(words[row]) >> np.uint64(_SHIFT))
        spread[place[to]] = words[row]
        place[to] += 1
    return spread, starts


@kernel
def _most_in_part(begins: Array) -> int:
    most = 1
    for part in range(_PARTS):
        rows = np.int64(0)
        for run in range(begins.shape[0]):
            rows += begins[run, part + 1] - begins[run, part]
        most = max(most, int(rows))
    return most


@kernel
def _merged_words(words: Array, many: Array, begins: Array) -> Any:
    """Rows of one word, none 0, of several runs; ``many`` empty = each occurs once.

    ``begins: int64[runs, 257]``: where the parts of each run begin. The words are in the table
    itself, and what was found is noted without a branch.
    """
    most = _most_in_part(begins)
    capacity = _SMALLEST_TABLE
    while capacity < 2 * most:
        capacity *= 2
    keys, tallies = np.zeros(capacity, np.int64), np.zeros(capacity, np.int64)
    slots = np.empty(most, np.int64)
    kept, counts = np.empty(words.size, np.int64), np.empty(words.size, np.int64)
    ends = np.zeros(_PARTS + 1, np.int64)
    total = 0
    for part in range(_PARTS):
        found = 0
        for run in range(begins.shape[0]):
            for row in range(begins[run, part], begins[run, part + 1]):
                word = words[row]
                slot = np.int64(_hash_of_one(word)) & (capacity - 1)
                while keys[slot] != word and keys[slot] != 0:
                    slot = (slot + 1) & (capacity - 1)
                slots[found] = slot
                found += int(keys[slot] == 0)
                keys[slot] = word
                tallies[slot] += many[row] if many.size else 1
        for k in range(found):
            slot = slots[k]
            kept[total + k] = keys[slot]
            counts[total + k] = tallies[slot]
            keys[slot] = 0
            tallies[slot] = 0
        total += found
        ends[part + 1] = total
    return kept[:total], counts[:total], ends


@kernel
def _merged_any(words: Array, many: Array, persons: Array, begins: Array, width: int) -> Any:
    """The same for rows of any width; ``persons`` empty = as many as the rows occur."""
    rows = words.size // width
    kept, counts = np.empty(words.size, np.int64), np.zeros(rows, np.int64)
    people = np.zeros(persons.size, np.int64)
    ends = np.zeros(_PARTS + 1, np.int64)
    table, mask = _cleared(np.empty(_SMALLEST_TABLE, np.int32), _most_in_part(begins))
    found = 0
    for part in range(_PARTS):
        table[:] = -1
        for run in range(begins.shape[0]):
            for row in range(begins[run, part], begins[run, part + 1]):
                slot = _slot(words, row, kept, width, table, mask)
                at = int(table[slot])
                if at < 0:
                    at = found
                    table[slot] = at
                    for k in range(width):
                        kept[at * width + k] = words[row * width + k]
                    found += 1
                counts[at] += many[row] if many.size else 1
                if persons.size:
                    people[at] += persons[row]
        ends[part + 1] = found
    return kept[: found * width].copy(), counts[:found].copy(), people[:found].copy(), ends


def distinct_rows(words: Array, owners: Array, width: int, size: int) -> RowCounts:
    """The distinct ones of ``size`` rows (``int64[size * width]``) and how often they occur.

    No row is all 0. ``owners``: ``int32[size]``, rising; equal rows of one owner are one person;
    empty = every row is another's. O(rows) time, ``width`` + 2 words of memory a row.
    """
    if owners.size:
        starts = _part_starts(words, width, size)
        kept, owner = _spread(words, owners, width, size, starts[:-1].copy())
        counts = np.empty(size, np.int64)
        persons, ends = _counted(kept, owner, width, starts, counts)
        found = int(ends[-1])
        return RowCounts(kept[: found * width].copy(), counts[:found], persons[:found], ends)
    if width == 1:
        kept, starts = _spread_words(words, size)
        kept, counts, ends = _merged_words(kept, _NO_NUMBERS, starts.reshape(1, -1))
    else:
        starts = _part_starts(words, width, size)
        kept, _ = _spread(words, owners, width, size, starts[:-1].copy())
        begins = starts.reshape(1, -1)
        kept, counts, _, ends = _merged_any(kept, _NO_NUMBERS, _NO_NUMBERS, begins, width)
    return RowCounts(kept, counts, counts, ends)


def merged_rows(runs: Sequence[RowCounts], width: int) -> RowCounts:
    """Several answers of ``distinct_rows`` as one, again in the order of the parts. O(rows)."""
    if len(runs) == 1:
        return runs[0]
    words = np.concatenate([run.words for run in runs])
    many = np.concatenate([run.counts for run in runs])
    before = np.cumsum([0, *(run.counts.size for run in runs[:-1])])
    begins = np.stack([run.starts for run in runs]) + before[:, None]
    is_same = all(run.persons is run.counts for run in runs)
    if width == 1 and is_same:
        kept, counts, ends = _merged_words(words, many, begins)
        return RowCounts(kept, counts, counts, ends)
    persons = _NO_NUMBERS if is_same else np.concatenate([run.persons for run in runs])
    kept, counts, people, ends = _merged_any(words, many, persons, begins, width)
    return RowCounts(kept, counts, counts if is_same else people, ends)
