"""Transitions between some events, where codes are few: eight events are one word.

Which of eight events exist is told by a sum and a sign each, and those are moved together at once.
What is kept is then counted as if there were no others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.bits import kept_bytes, ones
from waypost.kernels.coded import Array, CodedJourneys, block_end, longest_unit
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.room import blank
from waypost.kernels.transitions_near import (
    NEAR_CODES,
    STRETCH,
    flush_pairs,
    near_lanes,
    near_pairs,
)

__all__ = ["count_kept"]

_BLOCK = 1 << 15
_AHEAD = 8
"""Bytes that are read and written beyond what is meant."""

_EACH = 0x0101010101010101
_HIGH = 0x8080808080808080
_SMALL_CODES = 1 << 7
_MOST_RANGES = 4


@kernel
def _listed(persons: Array, first: int, last: int, who: Array) -> int:
    """The persons of a block who count; returns how many."""
    found = np.uint64(0)
    if persons.size == 0:
        for p in range(first, last):
            who[p - first] = p
        return last - first
    for p in range(first, last):
        who[found] = p
        found += np.uint64(persons[p] > 0)
    return int(found)


@kernel
def _exist(word: Any, ranges: Array) -> Any:
    """The highest bit of each byte: whether it lies in one of the ranges; bytes are below 128."""
    found = (word + ranges[0, 0]) & ~(word + ranges[1, 0])
    for k in range(1, ranges.shape[1]):
        found |= (word + ranges[0, k]) & ~(word + ranges[1, k])
    return found


@kernel
def _keep(offsets: Array, who: Array, words: Any, told: Any, size: Any) -> Any:
    """Move the existing events of these persons to ``kept`` from ``size`` on; returns the new size.

    ``words``: codes, others and kept, a word from every byte on; ``told[0]: uint32``: where each
    person's begin, ``told[1]``: all codes and others, joined by or.
    """
    codes, others, kept, code_ranges, other_ranges = words
    ranks, far = told
    one, three, eight = np.uint64(1), np.uint64(3), np.uint64(8)
    seven, high = np.uint64(7), np.uint64(_HIGH)
    last = np.uint64(codes.size - 1)
    to, all_of = np.uint64(size), far[0]
    for k in range(who.size):
        p = np.uint64(who[k])
        i, end = np.uint64(offsets[p]), np.uint64(offsets[p + one])
        ranks[k] = to
        for _ in range((end - i) >> three):
            code, other = codes[i], others[i]
            exist = _exist(code, code_ranges) & _exist(other, other_ranges) & high
            low = exist >> seven
            kept[to] = kept_bytes(code, (exist - low) | exist)
            to += ones(exist)
            all_of |= code | other
            i += eight
        if i < end:
            rest = (one << ((end - i) << three)) - one
            # At the end of the array the word that ends there, moved down.
            at = min(i, last)
            beside = (i - at) << three
            code, other = (codes[at] >> beside) & rest, (others[at] >> beside) & rest
            exist = _exist(code, code_ranges) & _exist(other, other_ranges) & high & rest
            low = exist >> seven
            kept[to] = kept_bytes(code, (exist - low) | exist)
            to += ones(exist)
            all_of |= code | other
    ranks[who.size] = to
    far[0] = all_of
    return np.int64(to)


@kernel
def _join(kept: Array, ranks: Array, persons: int, joins: Array, numbers: Array) -> None:
    """Count pairs that join two persons, persons with an event and those with two, unbranched."""
    one, wide = np.uint64(1), np.uint64(NEAR_CODES)
    origin, some, two = np.uint64(_AHEAD), np.uint64(0), np.uint64(0)
    before = np.uint64(ranks[0])
    for k in range(persons):
        after = np.uint64(ranks[k + 1])
        is_some = np.uint64(after > before)
        some += is_some
        two += np.uint64(after > before + one)
        join = is_some & np.uint64(before > origin)
        pair = np.uint64(kept[before]) * wide + np.uint64(kept[before - one])
        joins[pair * join] += np.uint32(join)
        before = after
    numbers[0] += some
    numbers[1] += two


@kernel
def _count_pairs(kept: Array, size: Any, lanes: Array, out: Any) -> None:
    """Count what is kept and begin anew."""
    edges, _, borders, _ = out
    begin, last = _AHEAD, size - 1
    if size > _AHEAD:
        borders[0, kept[_AHEAD]] += 1
        borders[1, kept[last]] += 1
    while begin < last:
        stop = min(begin + STRETCH, last)
        near_pairs(kept, begin, stop + 1, lanes)
        flush_pairs(lanes, edges)
        begin = stop


@kernel
def _count(journeys: Any, words: Any, room: Any, out: Any) -> bool:
    """Block by block; False where a code is too large."""
    offsets, persons = journeys
    kept, who, ranks, far, lanes = room
    first, size = 0, np.int64(_AHEAD)
    while first < offsets.size - 1:
        last = min(block_end(offsets, first, _BLOCK), first + _BLOCK)
        found = _listed(persons, first, last, who)
        size = _keep(offsets, who[:found], words, (ranks, far), size)
        if far[0] & np.uint64(_HIGH):
            return False
        _join(kept, ranks, found, out[1], out[3])
        if size > STRETCH:
            _count_pairs(kept, size, lanes, out)
            size = np.int64(_AHEAD)
        first = last
    _count_pairs(kept, size, lanes, out)
    return True


def _words(array: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The word of eight bytes from every byte on."""
    return np.ndarray((array.size - _AHEAD + 1,), np.uint64, array.view(np.ndarray), strides=(1,))


def _ranges(codes: NDArray[np.intp]) -> NDArray[np.uint64] | None:
    """What to add to a byte so that its highest bit tells: not below a range, and beyond it.

    ``uint64[2, ranges]``, the same for eight bytes; ``codes`` rise; None for too many ranges.
    """
    firsts = codes[np.diff(codes, prepend=-2) > 1]
    lasts = codes[np.diff(codes, append=1 << 8) > 1]
    if firsts.size > _MOST_RANGES:
        return None
    if firsts.size == 0:
        # A range that ends before it begins.
        firsts, lasts = np.array([1]), np.array([0])
    sums = np.stack([_SMALL_CODES - firsts, _SMALL_CODES - 1 - lasts]).astype(np.uint64)
    return sealed(sums * np.uint64(_EACH))


def count_kept(journeys: CodedJourneys) -> tuple[NDArray[Any], ...] | None:
    """Pairs of codes, those that join persons, first and last of stretches, and persons.

    ``int64[64, 64]`` twice (row: to), ``int64[2, 64]`` and ``int64[2]``: persons with an event, and
    with two. None where codes are more than 64, or a mask or an array is not of small numbers.
    """
    offsets, codes, persons = (
        sealed(one) for one in (journeys.offsets, journeys.codes, journeys.persons)
    )
    others, table = journeys.existence()
    inside = np.flatnonzero(journeys.lookup < journeys.nodes)
    is_small = codes.dtype == np.uint8 and others.dtype == np.uint8 and codes.size >= _AHEAD
    if not is_small or inside.size == 0 or inside[-1] >= NEAR_CODES:
        return None
    ranges = _ranges(inside), _ranges(np.flatnonzero(table[:_SMALL_CODES]))
    if ranges[0] is None or ranges[1] is None:
        return None
    longest = max(_BLOCK, int(longest_unit(offsets)))
    kept = blank(STRETCH + longest + 3 * _AHEAD, np.uint8)
    words = (_words(codes), _words(others), _words(kept))
    who, ranks = blank(_BLOCK, np.uint32), blank(_BLOCK + 1, np.uint32)
    room = (kept, who, ranks, np.zeros(1, np.uint64))
    out = (
        np.zeros((NEAR_CODES, NEAR_CODES), np.int64),
        np.zeros(NEAR_CODES * NEAR_CODES, np.uint32),
        np.zeros((2, NEAR_CODES), np.int64),
        np.zeros(2, np.int64),
    )
    lanes = near_lanes()
    if not _count((offsets, persons), (*words, *ranges), (*room, lanes), out):
        lanes[:] = 0
        return None
    pairs, joins, borders, many = out
    return pairs, joins.reshape(pairs.shape).astype(np.int64), borders, many
