"""How often each row of packed words occurs.

Rows are first spread by hash over parts that fit a near cache, then counted part by part in a small
open-addressing table; one large table would wait for memory at every row. Answers stay in the
order of the parts, so that many of them merge at once without spreading again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel, sealed
from waypost.kernels.room import blank

__all__ = [
    "Each",
    "RowCounts",
    "distinct_rows",
    "in_turn",
    "largest",
    "merged_in_parts",
    "merged_rows",
    "spread_rows",
]

Array = NDArray[Any]

_PARTS = 256
_SHIFT = 56
_SMALLEST_TABLE = 16
_RANGES = 8
_NEAR_SLOTS = 1 << 15
"""Slots of a table that fits a second-level cache."""
_MANY = 4_096
"""Beyond this, counts are not told apart when the largest are looked for."""
_NO_NUMBERS: NDArray[np.int64] = np.zeros(0, np.int64)
_NO_OWNERS: NDArray[np.int32] = np.zeros(0, np.int32)

Each = Callable[[Callable[[int], Any], Sequence[int]], list[Any]]
"""What calls a function with each of several numbers and gives the answers in their order."""


def in_turn(work: Callable[[int], Any], numbers: Sequence[int]) -> list[Any]:
    """``Each`` where nothing is shared out: one after the other."""
    return [work(number) for number in numbers]


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows in the order of their parts, which means nothing to others.

    ``words: int64[rows * width]``; ``counts``, ``persons``: ``int64[rows]``, the same array where
    every row was of another person, and empty where rows are not counted yet, so that each of them
    stands for one; ``starts: int64[257]``: where each part begins.
    """

    words: NDArray[np.int64]
    counts: NDArray[np.int64]
    persons: NDArray[np.int64]
    starts: NDArray[np.int64]

    def is_counted(self) -> bool:
        """Whether every row is there once."""
        return self.counts.size > 0 or self.words.size == 0

    def cut(self, first: int, last: int, width: int) -> RowCounts:
        """The rows of parts ``first`` to ``last`` (exclusive)."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        persons = self.persons[begin:end]
        counts = persons if self.persons is self.counts else self.counts[begin:end]
        starts = self.starts[first : last + 1] - begin
        return RowCounts(self.words[begin * width : end * width], counts, persons, starts)


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
def _spread_words(words: Array, size: int, spread: Array) -> Array:
    """Rows of one word part by part into ``spread``; returns where the parts begin."""
    starts = np.zeros(_PARTS + 1, np.int64)
    for row in range(size):
        starts[np.int64(_hash_of_one(words[row]) >> np.uint64(_SHIFT)) + 1] += 1
    for part in range(_PARTS):
        starts[part + 1] += starts[part]
    place = starts[:-1].copy()
    for row in range(size):
        to = np.int64(_hash_of_one(words[row]) >> np.uint64(_SHIFT))
        spread[place[to]] = words[row]
        place[to] += 1
    return starts


@kernel
def _most_in_part(begins: Array) -> int:
    most = 1
    for part in range(begins.shape[1] - 1):
        rows = np.int64(0)
        for run in range(begins.shape[0]):
            rows += begins[run, part + 1] - begins[run, part]
        most = max(most, int(rows))
    return most


@kernel
def _merged_words(words: Array, many: Array, begins: Array, kept: Array, counts: Array) -> Any:
    """Rows of one word, none 0, of several runs; ``many`` empty = each occurs once.

    They go to the front of ``kept`` and ``counts``; returns where the parts of these begin.
    ``begins: int64[runs, parts + 1]``: where those of each run do. Words are in the table
    itself, and what was found is noted without a branch.
    """
    most = _most_in_part(begins)
    capacity = _SMALLEST_TABLE
    while capacity < 2 * most or (capacity < 4 * most and capacity < _NEAR_SLOTS):
        capacity *= 2
    # A word and how often it occurs are neighbours, so that one look brings both near.
    table, mask = np.zeros(2 * capacity, np.int64), np.uint64(2 * (capacity - 1))
    one, two = np.uint64(1), np.uint64(2)
    slots, ends = np.empty(most, np.uint64), np.zeros(begins.shape[1], np.int64)
    total = 0
    for part in range(begins.shape[1] - 1):
        found = 0
        for run in range(begins.shape[0]):
            for row in range(begins[run, part], begins[run, part + 1]):
                word = words[row]
                slot = np.uint64(_hash_of_one(word) << one) & mask
                known = table[slot]
                # 0 where it is this word or none; two questions would be two wrong guesses.
                while min(np.uint64(known ^ word), np.uint64(known)):
                    slot = (slot + two) & mask
                    known = table[slot]
                slots[found] = slot
                found += int(known == 0)
                table[slot] = word
                table[slot + one] += many[row] if many.size else 1
        for k in range(found):
            slot = slots[k]
            kept[total + k] = table[slot]
            counts[total + k] = table[slot + one]
            table[slot] = 0
            table[slot + one] = 0
        total += found
        ends[part + 1] = total
    return ends


@kernel
def _merged_any(words: Array, many: Array, persons: Array, begins: Array, width: int) -> Any:
    """The same for rows of any width; ``persons`` empty = as many as the rows occur."""
    rows = words.size // width
    kept, counts = np.empty(words.size, np.int64), np.zeros(rows, np.int64)
    people = np.zeros(persons.size, np.int64)
    ends = np.zeros(begins.shape[1], np.int64)
    table, mask = _cleared(np.empty(_SMALLEST_TABLE, np.int32), _most_in_part(begins))
    found = 0
    for part in range(begins.shape[1] - 1):
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


@kernel
def _tallied(counts: Array, known: Array) -> None:
    last = known.size - 1
    for row in range(counts.size):
        known[min(counts[row], last)] += 1


@kernel
def _at_least(counts: Array, least: int, places: Array) -> None:
    found = 0
    for row in range(counts.size):
        if counts[row] >= least:
            places[found] = row
            found += 1


def largest(counts: NDArray[np.int64], top: int) -> NDArray[np.int64]:
    """``int64[…]``: the rows of the ``top`` largest counts, of equal ones all; rising.

    Counts are not negative. Most are small, and with so many equal ones counting them finds the
    limit soonest. O(rows).
    """
    known = np.zeros(_MANY + 1, np.int64)
    _tallied(sealed(counts), known)
    reached = np.flatnonzero(known[::-1].cumsum()[::-1] >= top)
    least = int(reached[-1]) if reached.size else 0
    places = np.empty(int(known[least:].sum()), np.int64)
    _at_least(sealed(counts), least, places)
    return places


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
    return merged_rows((spread_rows(words, width, size),), width)


def spread_rows(words: Array, width: int, size: int) -> RowCounts:
    """The same rows, each another person's and not counted yet; else as ``distinct_rows``."""
    if width == 1:
        kept = blank(size, np.int64)
        starts = _spread_words(words, size, kept)
    else:
        starts = _part_starts(words, width, size)
        kept, _ = _spread(words, _NO_OWNERS, width, size, starts[:-1].copy())
    return RowCounts(kept, _NO_NUMBERS, _NO_NUMBERS, starts)


def merged_rows(runs: Sequence[RowCounts], width: int) -> RowCounts:
    """Several answers of ``distinct_rows`` as one, again in the order of the parts. O(rows)."""
    if len(runs) == 1 and runs[0].is_counted():
        return runs[0]
    if width == 1 and all(run.persons is run.counts for run in runs):
        rows = sum(run.words.size for run in runs)
        kept, counts = blank(rows, np.int64), blank(rows, np.int64)
        ends = _merged_words(*_together(runs, width), kept, counts)
        kept, counts = kept[: int(ends[-1])], counts[: int(ends[-1])]
        return RowCounts(kept, counts, counts, ends)
    words, many, begins = _together(runs, width)
    is_same = all(run.persons is run.counts for run in runs)
    persons = _NO_NUMBERS if is_same else np.concatenate([run.persons for run in runs])
    kept, counts, people, ends = _merged_any(words, many, persons, begins, width)
    return RowCounts(kept, counts, counts if is_same else people, ends)


def _together(runs: Sequence[RowCounts], width: int) -> tuple[Array, Array, Array]:
    """All rows, how often each occurs (empty = once), and where the parts of each run begin."""
    words, many = np.concatenate([run.words for run in runs]), _NO_NUMBERS
    if any(run.counts.size for run in runs):
        many = np.concatenate([_counts_of(run, width) for run in runs])
    before = np.cumsum([0, *(run.words.size // width for run in runs[:-1])])
    return words, many, np.stack([run.starts for run in runs]) + before[:, None]


def merged_in_parts(runs: Sequence[RowCounts], each: Each) -> RowCounts:
    """As ``merged_rows`` of rows of one word, each another person's.

    ``each`` calls a function with numbers, on several threads or one.
    """
    if len(runs) == 1 and runs[0].is_counted():
        return runs[0]
    step, rows = _PARTS // _RANGES, np.sum([run.starts for run in runs], axis=0)
    kept, counts = (blank(int(rows[-1]), np.int64) for _ in range(2))

    def merge(number: int) -> NDArray[np.int64]:
        first, last = number * step, (number + 1) * step
        own = slice(int(rows[first]), int(rows[last]))
        cut = [run.cut(first, last, 1) for run in runs]
        ends: NDArray[np.int64] = _merged_words(*_together(cut, 1), kept[own], counts[own])
        return ends

    starts, found = [np.zeros(1, np.int64)], 0
    for number, ends in enumerate(each(merge, range(_RANGES))):
        begin, size = int(rows[number * step]), int(ends[-1])
        for array in (kept, counts):
            array[found : found + size] = array[begin : begin + size]
        starts.append(ends[1:] + found)
        found += size
    counts = counts[:found]
    return RowCounts(kept[:found], counts, counts, np.concatenate(starts))


def _counts_of(run: RowCounts, width: int) -> NDArray[np.int64]:
    return run.counts if run.is_counted() else np.ones(run.words.size // width, np.int64)
