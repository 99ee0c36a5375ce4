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
def _slot(words: Array, counts: Array, paths: Array, row: int) -> int:
    """Where the path in that row of ``paths`` is, or would be, in the table."""
    mask = counts.size - 1
    width = paths.shape[1]
    mixed = np.uint64(0)
    for k in range(width):
        mixed = (mixed ^ np.uint64(paths[row, k])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(32)
    slot = int(mixed) & mask
    while counts[slot]:
        same = True
        for k in range(width):
            if words[slot, k] != paths[row, k]:
                same = False
        if same:
            return slot
        slot = (slot + 1) & mask
    return slot


@kernel
def _put(words: Array, counts: Array, paths: Array, row: int, amount: int) -> int:
    """Count the path; returns 1 where it is new to the table."""
    slot = _slot(words, counts, paths, row)
    is_new = counts[slot] == 0
    if is_new:
        for k in range(paths.shape[1]):
            words[slot, k] = paths[row, k]
    counts[slot] += amount
    return int(is_new)


@kernel
def _enlarged(words: Array, counts: Array) -> tuple[Array, Array]:
    larger = np.zeros((counts.size * 2, words.shape[1]), np.int64)
    larger_counts = np.zeros(counts.size * 2, np.int64)
    for i in range(counts.size):
        if counts[i]:
            _put(larger, larger_counts, words, i, counts[i])
    return larger, larger_counts


@kernel
def _packed(words: Array, counts: Array, size: int) -> tuple[Array, Array]:
    dense = np.empty((size, words.shape[1]), np.int64)
    dense_counts = np.empty(size, np.int64)
    row = 0
    for i in range(counts.size):
        if counts[i]:
            for k in range(words.shape[1]):
                dense[row, k] = words[i, k]
            dense_counts[row] = counts[i]
            row += 1
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
        size += _put(table, table_counts, words, i, counts[i])
    for i in range(more_counts.size):
        size += _put(table, table_counts, more, i, more_counts[i])
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
def _pack(found: Array, size: int, backward: int, bits: int, path: Array) -> None:
    """Write the nodes gathered into words, in the order of time."""
    top = bits * (_USABLE_BITS // bits - 1)
    for k in range(path.shape[1]):
        path[0, k] = 0
    word = 0
    shift = top
    for k in range(size):
        node = found[size - 1 - k] if backward else found[k]
        path[0, word] |= (node + 1) << shift
        shift -= bits
        if shift < 0:
            word += 1
            shift = top


@kernel
def _paths(journeys: Journeys, anchors: Array, rules: Array, bits: int) -> tuple[Array, Array, int]:
    offsets, codes, lookup, persons, events = journeys
    length, backward, last, fold = int(rules[0]), int(rules[1]), int(rules[2]), int(rules[3])
    per_word = _USABLE_BITS // bits
    path = np.zeros((1, (length + per_word - 1) // per_word), np.int64)
    found = np.zeros(length, np.int64)
    words = np.zeros((_SMALLEST_TABLE, path.shape[1]), np.int64)
    counts = np.zeros(_SMALLEST_TABLE, np.int64)
    paths = 0
    without = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        begin = offsets[p]
        end = offsets[p + 1]
        is_missing = False
        if anchors.size:
            anchor = _anchor(begin, end, anchors, events, last)
            is_missing = anchor < 0
            if backward and not is_missing:
                end = anchor + 1
            elif not is_missing:
                begin = anchor
        size = 0
        for k in range(begin, end):
            i = end - 1 - (k - begin) if backward else k
            if events.size and not events[i]:
                continue
            node = int(lookup[codes[i]])
            if node == SKIP or (fold and size > 0 and found[size - 1] == node):
                continue
            found[size] = node
            size += 1
            if size == length:
                break
        without += is_missing and size > 0
        if size == 0 or is_missing:
            continue
        _pack(found, size, backward, bits, path)
        paths += _put(words, counts, path, 0, 1)
        if paths * 2 > counts.size:
            words, counts = _enlarged(words, counts)
    dense, dense_counts = _packed(words, counts, paths)
    return dense, dense_counts, without


@kernel
def _key_slot(keys: Array, counts: Array, key: int) -> int:
    mask = keys.size - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    slot = int(mixed >> np.uint64(32)) & mask
    while counts[slot] and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@kernel
def _short_prefixes(journeys: Journeys, length: int, fold: int, bits: int) -> tuple[Array, Array]:
    """Paths from the journey's begin that fit into one word."""
    offsets, codes, lookup, persons, events = journeys
    top = bits * (_USABLE_BITS // bits - 1)
    keys = np.zeros(_SMALLEST_TABLE, np.int64)
    counts = np.zeros(_SMALLEST_TABLE, np.int64)
    paths = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        key = 0
        size = 0
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]) or (fold and node == before):
                continue
            key |= (node + 1) << (top - size * bits)
            before = node
            size += 1
            if size == length:
                break
        if size == 0:
            continue
        slot = _key_slot(keys, counts, key)
        if counts[slot] == 0:
            keys[slot] = key
            paths += 1
        counts[slot] += 1
        if paths * 2 > counts.size:
            wider, wider_counts = (
                np.zeros(keys.size * 2, np.int64),
                np.zeros(keys.size * 2, np.int64),
            )
            for k in range(keys.size):
                if counts[k]:
                    slot = _key_slot(wider, wider_counts, keys[k])
                    wider[slot] = keys[k]
                    wider_counts[slot] = counts[k]
            keys, counts = wider, wider_counts
    return keys[counts > 0], counts[counts > 0]


def _bits(nodes: int) -> int:
    return 8 if nodes <= _MOST_NARROW_NODES else 16


def count_paths(
    journeys: CodedJourneys, rules: PathRules, *, anchors: NDArray[np.uint8]
) -> PathCounts:
    """Persons by path. O(events looked at); ``anchors: uint8[events]``, empty = no anchor."""
    numbers = np.array([rules.length, rules.backward, rules.last, rules.fold], np.int64)
    bits = _bits(journeys.nodes)
    if not (anchors.size or rules.backward) and rules.length <= _USABLE_BITS // bits:
        arguments = journeys.arguments()
        keys, counts = _short_prefixes(arguments, rules.length, int(rules.fold), bits)
        return PathCounts(keys.reshape(-1, 1), counts, 0)
    words, counts, without = _paths(journeys.arguments(), sealed(anchors), numbers, bits)
    return PathCounts(words, counts, int(without))


def unpacked(words: NDArray[np.int64], *, nodes: int, length: int) -> list[tuple[int, ...]]:
    """The nodes of packed paths, in the order of time."""
    bits = _bits(nodes)
    per_word = _USABLE_BITS // bits
    shifts = bits * (per_word - 1 - np.arange(per_word))
    parts = (words[:, :, None] >> shifts) & ((1 << bits) - 1)
    flat = parts.reshape(words.shape[0], words.shape[1] * per_word)[:, :length]
    return [tuple(int(node) - 1 for node in row if node) for row in flat]
