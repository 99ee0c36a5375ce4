"""How many persons take each path: the first or last few nodes, from or up to an anchor.

A path is packed into 64-bit words, node + 1 from the highest bits down, so that words compare as
paths do; words are counted in an open-addressing hash table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = ["LONGEST_PATH", "PathCounts", "PathRules", "count_paths", "unpacked"]

LONGEST_PATH = 50
_USABLE_BITS = 63
_SMALLEST_TABLE = 1 << 12
_MOST_NARROW_NODES = 254


@dataclass(frozen=True, slots=True)
class PathRules:
    """How a journey becomes a path.

    ``backward``: read towards the past; ``last``: the last anchor event counts, not the first;
    ``fold``: equal nodes in a row are one.
    """

    length: int
    backward: bool = False
    last: bool = False
    fold: bool = True


@dataclass(frozen=True, slots=True)
class PathCounts:
    """``words: int64[paths, …]`` packed paths, ``counts: int64[paths]`` persons, in no order.

    ``without_anchor``: persons with events but without the anchor.
    """

    words: NDArray[np.int64]
    counts: NDArray[np.int64]
    without_anchor: int

    def __add__(self, other: PathCounts) -> PathCounts:
        large, small = (self, other) if self.counts.size >= other.counts.size else (other, self)
        words, counts = _merged(large.words, large.counts, small.words, small.counts)
        return PathCounts(words, counts, self.without_anchor + other.without_anchor)


@kernel
def _slot(words: Array, counts: Array, path: Array) -> int:
    """Where ``path`` is, or would be, in the table."""
    mask = counts.size - 1
    mixed = np.uint64(0)
    for k in range(path.size):
        mixed = (mixed ^ np.uint64(path[k])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    slot = int(mixed >> np.uint64(20)) & mask
    while counts[slot]:
        same = True
        for k in range(path.size):
            if words[slot, k] != path[k]:
                same = False
                break
        if same:
            return slot
        slot = (slot + 1) & mask
    return slot


@kernel
def _enlarged(words: Array, counts: Array) -> tuple[Array, Array]:
    larger = np.zeros((counts.size * 4, words.shape[1]), np.int64)
    larger_counts = np.zeros(counts.size * 4, np.int64)
    for i in range(counts.size):
        if counts[i]:
            slot = _slot(larger, larger_counts, words[i])
            larger[slot] = words[i]
            larger_counts[slot] = counts[i]
    return larger, larger_counts


@kernel
def _packed(words: Array, counts: Array, size: int) -> tuple[Array, Array]:
    dense = np.empty((size, words.shape[1]), np.int64)
    dense_counts = np.empty(size, np.int64)
    k = 0
    for i in range(counts.size):
        if counts[i]:
            dense[k] = words[i]
            dense_counts[k] = counts[i]
            k += 1
    return dense, dense_counts


@kernel
def _merged(words: Array, counts: Array, more: Array, more_counts: Array) -> tuple[Array, Array]:
    capacity = _SMALLEST_TABLE
    while capacity < 2 * (counts.size + more_counts.size):
        capacity *= 2
    table = np.zeros((capacity, words.shape[1]), np.int64)
    table_counts = np.zeros(capacity, np.int64)
    size = 0
    for i in range(counts.size):
        slot = _slot(table, table_counts, words[i])
        table[slot] = words[i]
        size += table_counts[slot] == 0
        table_counts[slot] += counts[i]
    for i in range(more_counts.size):
        slot = _slot(table, table_counts, more[i])
        table[slot] = more[i]
        size += table_counts[slot] == 0
        table_counts[slot] += more_counts[i]
    return _packed(table, table_counts, size)


@kernel
def _anchor(first: int, end: int, anchors: Array, events: Array, last: int) -> int:
    """The anchor event between ``first`` and ``end``; −1 for none."""
    for k in range(first, end):
        i = end - 1 - (k - first) if last else k
        if anchors[i] and (events.size == 0 or events[i]):
            return i
    return -1


@kernel
def _gathered(journeys: Journeys, begin: int, end: int, rules: Array, found: Array) -> int:
    """Put the nodes of the path into ``found``, in reading order; returns how many."""
    _, codes, lookup, _, events = journeys
    length, backward, fold = rules[0], rules[1], rules[3]
    size = 0
    for k in range(begin, end):
        i = end - 1 - (k - begin) if backward else k
        if events.size and not events[i]:
            continue
        node = int(lookup[codes[i]])
        if node == SKIP or (fold and size and found[size - 1] == node):
            continue
        found[size] = node
        size += 1
        if size == length:
            break
    return size


@kernel
def _paths(journeys: Journeys, anchors: Array, rules: Array, bits: int) -> tuple[Array, Array, int]:
    offsets, _, _, persons, _ = journeys
    length, backward = int(rules[0]), rules[1]
    per_word = _USABLE_BITS // bits
    path = np.zeros((length + per_word - 1) // per_word, np.int64)
    found = np.zeros(length, np.int64)
    words = np.zeros((_SMALLEST_TABLE, path.size), np.int64)
    counts = np.zeros(_SMALLEST_TABLE, np.int64)
    size = 0
    without = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        begin = offsets[p]
        end = offsets[p + 1]
        if anchors.size:
            anchor = _anchor(begin, end, anchors, journeys[4], rules[2])
            if anchor < 0:
                without += _gathered(journeys, begin, end, rules, found) > 0
                continue
            if backward:
                end = anchor + 1
            else:
                begin = anchor
        steps = _gathered(journeys, begin, end, rules, found)
        if steps == 0:
            continue
        path[:] = 0
        for k in range(steps):
            node = found[steps - 1 - k] if backward else found[k]
            path[k // per_word] |= (node + 1) << (bits * (per_word - 1 - k % per_word))
        slot = _slot(words, counts, path)
        if counts[slot] == 0:
            words[slot] = path
            size += 1
        counts[slot] += 1
        if size * 2 > counts.size:
            words, counts = _enlarged(words, counts)
    dense, dense_counts = _packed(words, counts, size)
    return dense, dense_counts, without


def _bits(nodes: int) -> int:
    return 8 if nodes <= _MOST_NARROW_NODES else 16


def count_paths(
    journeys: CodedJourneys, rules: PathRules, *, anchors: NDArray[np.uint8]
) -> PathCounts:
    """Persons by path. O(events looked at); ``anchors: uint8[events]``, empty = no anchor."""
    numbers = np.array([rules.length, rules.backward, rules.last, rules.fold], np.int64)
    words, counts, without = _paths(
        journeys.arguments(), sealed(anchors), numbers, _bits(journeys.nodes)
    )
    return PathCounts(words, counts, int(without))


def unpacked(words: NDArray[np.int64], *, nodes: int, length: int) -> list[tuple[int, ...]]:
    """The nodes of packed paths, in the order of time."""
    bits = _bits(nodes)
    per_word = _USABLE_BITS // bits
    shifts = bits * (per_word - 1 - np.arange(per_word))
    parts = (words[:, :, None] >> shifts) & ((1 << bits) - 1)
    flat = parts.reshape(words.shape[0], words.shape[1] * per_word)[:, :length]
    return [tuple(int(node) - 1 for node in row if node) for row in flat]
