"""Transitions between some events, where codes are few: 64 events are looked at together.

Bits tell which of them exist, and those are moved together at once. What is kept is then counted as
if there were no others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.bits import ones
from waypost.kernels.bytes_at_once import AT_ONCE, move_kept, within
from waypost.kernels.coded import Array, CodedJourneys, block_end, longest_unit
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.room import blank
from waypost.kernels.transitions_near import (
    NEAR_CODES,
    STRETCH,
    as_nodes,
    blank_pairs,
    flush_pairs,
    near_lanes,
    near_pairs,
)

__all__ = ["count_kept"]

_BLOCK = 1 << 15
_AHEAD = 1
"""Bytes that are read before what is meant."""
_MOST_RANGES = 4


@kernel
def _listed(persons: Array, first: int, last: int, who: Array) -> int:
    """The persons of a block who count, from its first on; returns how many."""
    found = np.uint64(0)
    if persons.size == 0:
        for k in range(last - first):
            who[k] = k
        return last - first
    for k in range(last - first):
        who[found] = k
        found += np.uint64(persons[first + k] > 0)
    return int(found)


@kernel
def _mark(offsets: Array, who: Array, marks: Array) -> None:
    """Bits of a block that differ from the one before, where 1 is an event of these persons."""
    one, six, low = np.uint64(1), np.uint64(6), np.uint64(AT_ONCE - 1)
    base = offsets[0]
    for k in range(who.size):
        p = np.uint64(who[k])
        begin, end = np.uint64(offsets[p] - base), np.uint64(offsets[p + one] - base)
        marks[begin >> six] ^= one << (begin & low)
        marks[end >> six] ^= one << (end & low)


@kernel
def _exist(codes: Array, at: int, ranges: Array) -> Any:
    """Which of 64 codes are in one of the ranges."""
    found = within(codes, at, ranges[0, 0], ranges[0, 1])
    for k in range(1, ranges.shape[0]):
        found |= within(codes, at, ranges[k, 0], ranges[k, 1])
    return found


@kernel
def _keep(arrays: Any, cut: Any, told: Any, size: Any) -> Any:
    """Move the existing events of a block to ``words[1]`` from ``size`` on; returns the new size.

    ``words``: of codes and of what is kept, a word from every byte on.
    ``told``: marks, which become bits of what is kept, and for every word how many are before.
    """
    codes, others, words, code_ranges, other_ranges = arrays
    marks, ranks = told
    last = codes.size - AT_ONCE
    before, to = np.uint64(0), np.uint64(size)
    rows = (cut[1] - cut[0] + AT_ONCE - 1) // AT_ONCE
    for word in range(rows):
        bits = marks[word]
        for shift in (1, 2, 4, 8, 16, 32):
            bits ^= bits << np.uint64(shift)
        bits ^= before
        before = np.uint64(0) - (bits >> np.uint64(AT_ONCE - 1))
        # At the end of the array the word that ends there.
        i = cut[0] + word * AT_ONCE
        at = min(i, last)
        beside = np.uint64(i - at)
        bits <<= beside
        bits &= _exist(codes, at, code_ranges) & _exist(others, at, other_ranges)
        move_kept(words[0], at, bits, words[1], to)
        marks[word], ranks[word] = bits >> beside, to
        to += ones(bits)
    marks[rows], ranks[rows] = 0, to
    return np.int64(to)


@kernel
def _join(block: Any, told: Any, onto: Any, joins: Array, numbers: Array) -> None:
    """Count pairs that join two persons, persons with an event and those with two, unbranched.

    ``onto``: what is kept, and how much of it is of earlier blocks.
    """
    (offsets, who), (marks, ranks), (kept, size) = block, told, onto
    one, six, wide = np.uint64(1), np.uint64(6), np.uint64(NEAR_CODES)
    origin, some, two = np.uint64(_AHEAD), np.uint64(0), np.uint64(0)
    base, before = offsets[0], np.uint64(size)
    for k in range(who.size):
        end = np.uint64(offsets[np.uint64(who[k]) + one] - base)
        inside = (one << (end & np.uint64(AT_ONCE - 1))) - one
        after = np.uint64(ranks[end >> six]) + ones(marks[end >> six] & inside)
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
    edges, _, borders = out
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
def _note_ranges(table: Array, ranges: Array) -> int:
    """Note where ``table`` is not 0 as first places and how many follow; returns how many ranges.

    Those that ``ranges: uint8[…, 2]`` has no room for are not noted.
    """
    found, first = 0, -1
    for place in range(table.size):
        if not table[place]:
            first = -1
            continue
        if first < 0:
            first = place
            found += 1
        if found <= ranges.shape[0]:
            ranges[found - 1, 0], ranges[found - 1, 1] = first, place - first
    return found


@kernel
def _are_near(lookup: Array, nodes: int, inside: Array) -> bool:
    """Note which codes are at a node; whether all of these are below 64."""
    many = 0
    for code in range(lookup.size):
        inside[code] = lookup[code] < nodes
        many += code >= NEAR_CODES and inside[code] > 0
    return many == 0


@kernel
def _count(journeys: Any, words: Any, room: Any, sums: Array, numbers: Array) -> bool:
    """Block by block; False for too many ranges of codes, or a node's code that is not near."""
    offsets, codes, lookup, persons, others, table = journeys
    inside, ranges = np.empty(lookup.size, np.uint8), np.zeros((2, _MOST_RANGES, 2), np.uint8)
    if not _are_near(lookup, sums.shape[1], inside):
        return False
    code_ranges, other_ranges = _note_ranges(inside, ranges[0]), _note_ranges(table, ranges[1])
    if max(code_ranges, other_ranges) > _MOST_RANGES:
        return False
    kept, lanes, longest = room
    arrays = (codes, others, words, ranges[0, :code_ranges], ranges[1, :other_ranges])
    who, rows = np.empty(_BLOCK, np.uint16), longest // AT_ONCE + 2
    found, told = blank_pairs(), (np.empty(rows, np.uint64), np.empty(rows, np.uint32))
    first, size = 0, np.int64(_AHEAD)
    while first < offsets.size - 1 and min(code_ranges, other_ranges):
        last = min(block_end(offsets, first, _BLOCK), first + _BLOCK)
        some = who[: _listed(persons, first, last, who)]
        block, cut = offsets[first : last + 1], (offsets[first], offsets[last])
        told[0][: (cut[1] - cut[0]) // AT_ONCE + 1] = 0
        _mark(block, some, told[0])
        after = _keep(arrays, cut, told, size)
        _join((block, some), told, (kept, size), found[1], numbers)
        size = after
        if size > STRETCH:
            _count_pairs(kept, size, lanes, found)
            size = np.int64(_AHEAD)
        first = last
    _count_pairs(kept, size, lanes, found)
    as_nodes(found, lookup, sums)
    return True


def _words(array: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The word of eight bytes from every byte on."""
    return np.ndarray((array.size - 7,), np.uint64, array, strides=(1,))


def count_kept(
    journeys: CodedJourneys, sums: NDArray[np.int64], persons: NDArray[np.int64]
) -> bool:
    """Fill ``sums`` with pairs of those persons and events that exist, as ``as_nodes`` does.

    ``persons``: those with an event, and with two, are added. False, and nothing is counted, where
    a node's code is 64 or more, few events are there at all, or an array is of more than bytes.
    """
    others, table = journeys.existence()
    offsets, codes = sealed(journeys.offsets), sealed(journeys.codes)
    if codes.dtype != np.uint8 or others.dtype != np.uint8 or codes.size < AT_ONCE:
        return False
    longest = max(_BLOCK, int(longest_unit(offsets)))
    kept = blank(_AHEAD + STRETCH + longest + AT_ONCE, np.uint8)
    lookup, chosen = sealed(journeys.lookup), sealed(journeys.persons)
    seen = (offsets, codes, lookup, chosen, others, table)
    room = (kept, near_lanes(), longest)
    return bool(_count(seen, (_words(codes), _words(kept.view(np.ndarray))), room, sums, persons))
