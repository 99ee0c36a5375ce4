"""Sessions by node, cut by silence alone, where the nodes are few: a bit of a word each.

Persons in a row who count are passed at once: where silence cuts, what sessions contain, how they
begin, end and last. Each pass is a plain loop without a branch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.bit_counts import BATCH, LANES, PLANES, count_words
from waypost.kernels.coded import Array, CodedJourneys, Journeys, block_end
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.postings import Postings
from waypost.kernels.session_counts import (
    PRECISION,
    SessionCounts,
    blank_counts,
    counted,
    record_table,
)

__all__ = ["fits_in_words", "tally_nodes"]

MOST_NODES = 62
_BLOCK = 1 << 15
"""Events whose times and words stay in the second cache."""

_LONG, _LARGE = 16_383, 255
_NODES, _SINGLE = 64, 64 * 64
_SESSIONS, _PERSONS, _STARTS, _ENDS, _BOUNCES, _EVENTS = range(6)


@kernel
def _cut(at: Array, gap: int, joined: Array) -> None:
    """-1 where an event goes on with a session, 0 where silence cuts, as if all were a person's."""
    # Places that cannot be negative, so that many are compared at once.
    before, now, behind = at[:-1], at[1:], joined[1:]
    joined[0] = 0
    for k in range(now.size):
        behind[k] = np.int8(np.int64(now[k]) - np.int64(before[k]) >= gap) - np.int8(1)


@kernel
def _part(offsets: Array, joined: Array, begins: Array) -> int:
    """Cut where a person begins, and note it; returns how many persons have events."""
    persons = 0
    for k in range(joined.size):
        begins[k] = 0
    for p in range(offsets.size - 1):
        if offsets[p + 1] > offsets[p]:
            place = np.uint64(offsets[p] - offsets[0])
            joined[place] = 0
            begins[place] = 1
            persons += 1
    return persons


@kernel
def _contain(codes: Array, bit_of: Array, joined: Array, words: Array, borders: Array) -> int:
    """Session ``s`` gets its nodes as bits of ``words[s + 1]``, and ``borders[s]`` its begin."""
    found, word, size = np.uint64(0), 0, np.uint64(joined.size)
    for k in range(size):
        same = np.int64(joined[k])
        word = (word & same) | bit_of[codes[k]]
        borders[found] = k
        found += np.uint64(same + 1)
        words[found] = word
    borders[found] = size
    return int(found)


@kernel
def _unite(words: Array, begins: Array, borders: Array, persons: Array) -> None:
    """Person ``p`` gets the nodes of all their sessions as bits of ``persons[p + 1]``."""
    found, word, one = np.uint64(0), 0, np.uint64(1)
    for s in range(np.uint64(borders.size - 1)):
        new = np.int64(begins[borders[s]])
        word = (word & (new - 1)) | words[s + one]
        found += np.uint64(new)
        persons[found] = word


@kernel
def _tally(events: tuple[Array, Array, Array], borders: Array, tables: Any) -> None:
    """Sessions by first and last node, by size and by duration.

    In ``pairs``, sessions of one event are ``_SINGLE`` places further on; what is too large or too
    long is in the last place of ``small`` and ``short``.
    """
    at, codes, node_of = events
    pairs, small, short = tables
    one, more, shift = np.uint64(1), np.uint32(1), np.uint64(6)
    first = np.uint64(borders[0])
    for s in range(np.uint64(borders.size - 1)):
        stop = np.uint64(borders[s + one])
        size, last = stop - first, stop - one
        pair = np.uint64(node_of[codes[first]]) | (np.uint64(node_of[codes[last]]) << shift)
        pairs[pair | (np.uint64(size == one) << np.uint64(12))] += more
        small[min(size, np.uint64(_LARGE))] += more
        duration = np.uint64(np.int64(at[last]) - np.int64(at[first]))
        short[min(duration, np.uint64(_LONG))] += more
        first = stop


@kernel
def _record_long(at: Array, borders: Array, tables: Any, histograms: Any) -> None:
    """Record what the last places stand for, and empty them."""
    _, small, short = tables
    times, sizes = histograms
    if small[_LARGE] + short[_LONG] == 0:
        return
    for s in range(borders.size - 1):
        first, stop = np.int64(borders[s]), np.int64(borders[s + 1])
        size, duration = int(stop - first), int(at[stop - 1]) - int(at[first])
        if size >= _LARGE:
            record(sizes[0], sizes[1], 0, size, PRECISION)
        if duration >= _LONG:
            record(times[0], times[1], 0, duration, PRECISION)
    small[_LARGE] = short[_LONG] = 0


@kernel
def _count_codes(codes: Array, node_of: Array, found: Array) -> None:
    """Events by node; two words a node, so that an increment seldom waits for the one before."""
    lane = np.uint64(0)
    for k in range(codes.size):
        found[lane | np.uint64(node_of[codes[k]])] += 1
        lane ^= np.uint64(64)


@kernel
def _next_run(persons: Array, first: int, last: int) -> tuple[int, int]:
    """The next persons in a row who count, of ``first`` to ``last`` (exclusive)."""
    if not persons.size:
        return first, last
    while first < last and not persons[first]:
        first += 1
    until = first
    while until < last and persons[until]:
        until += 1
    return first, until


@kernel
def _tally_nodes(journeys: Journeys, at: Array, gap: int, room: Any, histograms: Any) -> int:
    """Fills the tables of ``room``; returns how many persons have events."""
    offsets, codes, node_of, persons, bit_of = journeys
    joined, begins, borders, counters, left, batch, tables, by_node = room
    first, stop, people = 0, offsets.size - 1, 0
    while first < stop:
        first, last = _next_run(persons, first, block_end(offsets, first, _BLOCK))
        begin, end = offsets[first], offsets[last]
        if end > begin:
            times, chosen, mine = at[begin:end], codes[begin:end], joined[: end - begin]
            # Places in words count from 1, so what is not counted yet is passed but for one.
            words, united = counters[0][0][left[0] :], counters[1][0][left[1] :]
            _cut(times, gap, mine)
            many = _part(offsets[first : last + 1], mine, begins)
            cut = _contain(chosen, bit_of, mine, words, borders)
            cuts = borders[: cut + 1]
            _unite(words, begins, cuts, united)
            _tally((times, chosen, node_of), cuts, tables)
            _record_long(times, cuts, tables, histograms)
            if by_node.size:
                _count_codes(chosen, node_of, by_node)
            left[0] += cut
            left[1] += many
            people += many
        for kind in range(2):
            words, planes, found = counters[kind]
            left[kind] = count_words(words[1:], left[kind], planes, found, batch, last >= stop)
        first = last
    return people


def fits_in_words(journeys: CodedJourneys) -> bool:
    """Whether ``tally_nodes`` can count: at most 62 nodes, and every event exists."""
    return journeys.nodes <= MOST_NODES and not journeys.events.size


def tally_nodes(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    gap: int,
    *,
    ticks_per_second: int,
    postings: Postings | None = None,
) -> SessionCounts:
    """``count_sessions`` without goal, of sessions cut by a silence of ``gap`` alone.

    Only where ``fits_in_words``. ``postings`` of the codes: events need not be counted where
    everybody counts. O(events); memory: 1 MB, or 22 bytes an event of the longest journey.
    """
    nodes = journeys.nodes
    numbers, times, sizes = blank_counts(nodes, ticks_per_second)
    offsets, codes, lookup, persons, _ = journeys.arguments()
    node_of = np.minimum(lookup, nodes).astype(np.uint8)
    bit_of = np.int64(1) << node_of.astype(np.int64)
    known = None if persons.size or not offsets.size else postings
    room = _room(int(np.diff(offsets).max(initial=_BLOCK)), 2 * _NODES * (known is None))
    arguments = (offsets, codes, sealed(node_of), persons, sealed(bit_of))
    numbers[-1, _PERSONS] = _tally_nodes(arguments, sealed(at), gap, room, (times, sizes))
    *_, counters, _, _, (pairs, small, short), events = room
    if known is not None:
        by_code = known.within(int(offsets[0]), int(offsets[-1]))
        events = np.bincount(node_of[: by_code.size], by_code, _NODES)
    table = pairs.reshape(2, _NODES, _NODES)[:, : nodes + 1, : nodes + 1].astype(np.int64)
    rows, whole = numbers[:-1], numbers[-1]
    rows[:, _SESSIONS], rows[:, _PERSONS] = (found[: nodes + 1] for *_, found in counters)
    rows[:, _STARTS], rows[:, _ENDS] = table.sum(axis=(0, 1)), table.sum(axis=(0, 2))
    rows[:, _BOUNCES] = table[1].sum(axis=0)
    rows[:, _EVENTS] = events.reshape(-1, _NODES).sum(axis=0)[: nodes + 1]
    whole[_SESSIONS], whole[_BOUNCES] = table.sum(), table[1].sum()
    whole[_EVENTS] = rows[:, _EVENTS].sum()
    record_table(small, *sizes)
    record_table(short, *times)
    return counted(numbers, times, sizes)


def _room(most: int, events: int) -> tuple[Any, ...]:
    """Scratch for blocks of ``most`` events, and tables of zeros, the last as large as said."""
    counters = tuple(
        (
            np.empty(BATCH + most + 1, np.int64),
            np.zeros((PLANES + 1, LANES), np.int64),
            np.zeros(_NODES, np.int64),
        )
        for _ in range(2)
    )
    tables = tuple(np.zeros(size, np.uint32) for size in (2 * _SINGLE, _LARGE + 1, _LONG + 1))
    marks = (np.empty(most, np.int8), np.empty(most, np.uint8), np.empty(most + 1, np.uint32))
    left, batch, by_node = (np.zeros(size, np.int64) for size in (2, BATCH + LANES, events))
    return (*marks, counters, left, batch, tables, by_node)
