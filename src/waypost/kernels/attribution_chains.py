"""Journeys as moves of a chain, or as sets of nodes: how often each occurs, by group of persons.

Every move is one number: group, up to three nodes before, and what comes next. Numbers are gathered
block by block of persons and counted, small ones in a table, others by sorting, so that memory
stays that of distinct moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.attribution import JourneyRules, cut, fold, journey_room
from waypost.kernels.coded import Array, CodedJourneys, Journeys, block_end
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "MOST_PLAYERS",
    "SET_BITS",
    "Tally",
    "count_moves",
    "count_sets",
    "symbol_bits",
    "unpacked_moves",
]

MOST_PLAYERS = 15
SET_BITS = 21
_CONVERTED_SHIFT = 20
_BLOCK = 1 << 18
_TABLE_BITS = 22
"""Numbers of so many bits are counted in a table."""


@dataclass(frozen=True, slots=True)
class Tally:
    """``keys: int64[…]`` rising, and how often each occurred."""

    keys: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __add__(self, other: Tally) -> Tally:
        return _merged([self, other])


def _merged(tallies: list[Tally]) -> Tally:
    keys = np.concatenate([one.keys for one in tallies])
    counts = np.concatenate([one.counts for one in tallies])
    distinct, places = np.unique(keys, return_inverse=True)
    sums = np.zeros(distinct.size, np.int64)
    np.add.at(sums, places, counts)
    return Tally(distinct, sums)


def symbol_bits(nodes: int) -> int:
    """Bits of a place of a move: begin, a node, conversion or nothing."""
    return (nodes + 2).bit_length()


@kernel
def _emit(journeys: Journeys, life: Any, rules: Array, shape: Array, room: Any, keys: Array) -> int:
    """Write one number per move of persons ``shape[2]`` to ``shape[3]``; returns how many.

    What does not fit is not written.
    """
    at, steps, groups = life
    bits, order, nodes = shape[0], shape[1], shape[4]
    mask, above = (np.int64(1) << (bits * order)) - 1, bits * (order + 1)
    path, size, stamp = room[2], 0, shape[2] * 0
    for p in range(shape[2], shape[3]):
        high = np.int64(groups[p]) << above
        for j in range(cut(journeys, at, steps, rules, p, room)):
            stamp += 1
            length = fold(room[1][j, 0], room[1][j, 1], rules, room, stamp)
            if length == 0:
                continue
            state = np.int64(0)
            for k in range(length):
                move = (state << bits) | (path[0, k] + 1)
                if size < keys.size:
                    keys[size] = high | move
                size += 1
                state = move & mask
            if size < keys.size:
                end = nodes + (1 if room[1][j, 2] >= 0 else 2)
                keys[size] = high | (state << bits) | end
            size += 1
    return size


@kernel
def _emit_sets(
    journeys: Journeys, life: Any, rules: Array, shape: Array, room: Any, keys: Array
) -> int:
    """Write one number per journey: group, whether converted, which nodes; as ``_emit``."""
    at, steps, groups = life
    path, size, stamp = room[2], 0, shape[2] * 0
    for p in range(shape[2], shape[3]):
        high = np.int64(groups[p]) << SET_BITS
        for j in range(cut(journeys, at, steps, rules, p, room)):
            stamp += 1
            length = fold(room[1][j, 0], room[1][j, 1], rules, room, stamp)
            nodes = np.int64(0)
            for k in range(length):
                nodes |= np.int64(1) << path[0, k]
            converted = np.int64(room[1][j, 2] >= 0) << _CONVERTED_SHIFT
            if length > 0 and size < keys.size:
                keys[size] = high | converted | nodes
            size += length > 0
    return size


def count_moves(
    journeys: CodedJourneys,
    life: tuple[NDArray[Any], CodedJourneys],
    rules: JourneyRules,
    *,
    order: int,
    groups: NDArray[np.uint16],
) -> Tally:
    """How often each node, conversion or nothing follows the ``order`` nodes before.

    ``life``: ``at`` of the events, and the goals as steps. O(events log events of a block).
    """
    return _tally(_emit, journeys, life, rules, order=order, groups=groups)


def count_sets(
    journeys: CodedJourneys,
    life: tuple[NDArray[Any], CodedJourneys],
    rules: JourneyRules,
    *,
    groups: NDArray[np.uint16],
) -> Tally:
    """How often each set of at most 15 nodes occurs, with the goal and without.

    A number is ``group << 21 | converted << 20 | bits of the nodes``.
    """
    return _tally(_emit_sets, journeys, life, rules, order=1, groups=groups)


def _tally(
    emit: Any,
    journeys: CodedJourneys,
    life: tuple[NDArray[Any], CodedJourneys],
    rules: JourneyRules,
    *,
    order: int,
    groups: NDArray[np.uint16],
) -> Tally:
    at, steps = life
    arguments, offsets = journeys.arguments(), sealed(journeys.offsets)
    lives = (sealed(at), (sealed(steps.codes), sealed(steps.lookup)), sealed(groups))
    room, found, first = journey_room(journeys), [], 0
    bits, persons = symbol_bits(journeys.nodes), offsets.size - 1
    keys, highest = np.empty(0, np.int64), (int(groups.max(initial=0)) + 1) << bits * (order + 1)
    is_small = emit is _emit and highest <= 1 << _TABLE_BITS
    table = np.zeros(highest if is_small else 0, np.int64)
    while first < persons:
        last = block_end(offsets, first, _BLOCK)
        shape = np.array([bits, order, first, last, journeys.nodes], np.int64)
        size = emit(arguments, lives, rules.packed(), shape, _fresh(room), keys)
        if size > keys.size:
            keys = np.empty(size + (size >> 2), np.int64)
            size = emit(arguments, lives, rules.packed(), shape, _fresh(room), keys)
        found.append(_counted(keys[:size], table))
        first = last
    if not table.size:
        return _merged(found) if found else Tally(np.zeros(0, np.int64), np.zeros(0, np.int64))
    there = np.flatnonzero(table)
    return Tally(there.astype(np.int64), table[there])


def _counted(keys: NDArray[np.int64], table: NDArray[np.int64]) -> Tally:
    """Each number and how often it occurs; where there is a table, they are counted in it."""
    if table.size:
        found = np.bincount(keys)
        table[: found.size] += found
        keys = keys[:0]
    distinct, counts = np.unique(keys, return_counts=True)
    return Tally(distinct, counts.astype(np.int64))


def _fresh(room: tuple[NDArray[np.int64], ...]) -> tuple[NDArray[np.int64], ...]:
    """The same room, in which no node was met yet."""
    room[3][:] = 0
    return room


def unpacked_moves(
    tally: Tally, nodes: int, order: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Group, state before (0 = the begin) and symbol after: node + 1, or nodes + 1 and + 2.

    The lowest bits of a state are its latest node + 1.
    """
    bits = symbol_bits(nodes)
    above = bits * (order + 1)
    rest = tally.keys & ((1 << above) - 1)
    return tally.keys >> above, rest >> bits, rest & ((1 << bits) - 1)
