"""Sessions by node, cut by silence alone, where the nodes are few: a bit of a word each.

Persons in a row who count are passed at once: where silence cuts, where sessions begin, what they
contain, how long they are. Each pass is a plain loop without a branch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys, block_end, longest_unit
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel, sealed
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
"""Events, and so sessions and persons, that are counted in 16 bits of a word before it is read."""

_MOST, _SESSION_BITS, _PERSON_BITS = (1 << 16) - 1, 16, 48
_SHORT, _SMALL = 16_384, 256
_SESSIONS, _PERSONS, _STARTS, _ENDS, _BOUNCES, _EVENTS = range(6)


@kernel
def _flush(fields: Array, numbers: Array) -> None:
    for place in range(fields.size):
        node = place & 63
        word = int(fields[place])
        if word:
            numbers[node, _EVENTS] += word & _MOST
            numbers[node, _SESSIONS] += (word >> _SESSION_BITS) & _MOST
            numbers[node, _PERSONS] += (word >> _PERSON_BITS) & _MOST
            fields[place] = 0


@kernel
def _cut(at: Array, begin: int, end: int, gap: int, cuts: Array) -> None:
    """1 where silence comes before an event, as if all were one person's."""
    # Places that cannot be negative, so that many are compared at once.
    before, now, behind = at[begin : end - 1], at[begin + 1 : end], cuts[1:]
    cuts[0] = 1
    for k in range(now.size):
        behind[k] = np.int64(now[k]) - np.int64(before[k]) >= gap


@kernel
def _part(offsets: Array, first: int, last: int, cuts: Array) -> int:
    """3 where a person begins; returns how many persons have events."""
    begin, persons = offsets[first], 0
    for p in range(first, last):
        if offsets[p + 1] > offsets[p]:
            cuts[offsets[p] - begin] = 3
            persons += 1
    return persons


@kernel
def _borders(cuts: Array, size: int, borders: Array) -> int:
    found, one = np.uint64(0), np.uint64(1)
    for k in range(size):
        borders[found] = k
        found += np.uint64(cuts[k]) & one
    borders[found] = size
    return int(found)


@kernel
def _contain(
    events: tuple[Array, Array, Array], size: int, fields: Array, filled: int, numbers: Array
) -> int:
    """Per event: is it the first at its node in this session, and of this person?

    ``fields`` has two words a node, so that an increment seldom waits for the one before it;
    ``filled``: how many events they hold; returns how many now.
    """
    codes, node_of, cuts = events
    one, lane, other = np.uint64(1), np.uint64(0), np.uint64(64)
    to_sessions, to_persons = np.uint64(_SESSION_BITS), np.uint64(_PERSON_BITS)
    in_session, in_person = np.uint64(0), np.uint64(0)
    k = np.uint64(0)
    while k < size:
        end = min(np.uint64(size), k + np.uint64(_BLOCK))
        if filled + int(np.int64(end - k)) > _MOST:
            _flush(fields, numbers)
            filled = 0
        filled += int(np.int64(end - k))
        while k < end:
            cut = np.uint64(cuts[k])
            in_session &= (cut & one) - one
            in_person &= (cut >> one) - one
            node = np.uint64(node_of[codes[k]])
            news = ~(in_session >> node) & one
            newp = ~(in_person >> node) & one
            fields[lane + node] += one + (news << to_sessions) + (newp << to_persons)
            lane ^= other
            bit = one << node
            in_session |= bit
            in_person |= bit
            k += one
    return filled


@kernel
def _tally(
    events: tuple[Array, Array, Array], begin: int, borders: Array, out: Any, histograms: Any
) -> None:
    """Sessions by where they begin and end, how long they are and how many events they have."""
    at, codes, node_of = events
    edges, small, short = out
    times, sizes = histograms
    one = np.uint64(1)
    for s in range(borders.size - 1):
        first, stop = np.uint64(borders[s]), np.uint64(borders[s + 1])
        size = int(np.int64(stop - first))
        i, j = np.uint64(begin) + first, np.uint64(begin) + stop - one
        duration = int(at[j]) - int(at[i])
        edges[np.uint64(node_of[codes[i]])] += one + (np.uint64(size == 1) << np.uint64(32))
        edges[np.uint64(64) + np.uint64(node_of[codes[j]])] += one
        if size < _SMALL:
            small[size] += 1
        else:
            record(sizes[0], sizes[1], 0, size, PRECISION)
        if duration < _SHORT:
            short[duration] += 1
        else:
            record(times[0], times[1], 0, duration, PRECISION)


@kernel
def _note_edges(edges: Array, numbers: Array) -> None:
    """Starts and bounces share a word, 32 bits each."""
    for node in range(numbers.shape[0] - 1):
        numbers[node, _STARTS] += int(edges[node] & np.uint64(0xFFFFFFFF))
        numbers[node, _BOUNCES] += int(edges[node] >> np.uint64(32))
        numbers[node, _ENDS] += int(edges[64 + node])
    edges[:] = 0


@kernel
def _tally_nodes(journeys: Journeys, at: Array, gap: int, numbers: Array, histograms: Any) -> None:
    offsets, codes, node_of, persons, _ = journeys
    whole = numbers.shape[0] - 1
    most = max(_BLOCK, longest_unit(offsets))
    cuts, borders = np.empty(most, np.uint8), np.empty(most + 1, np.uint32)
    fields, edges, filled = np.zeros(128, np.uint64), np.zeros(128, np.uint64), 0
    short, small = np.zeros(_SHORT, np.int64), np.zeros(_SMALL, np.int64)
    first, people = 0, offsets.size - 1
    while first < people:
        last = block_end(offsets, first, _BLOCK)
        if persons.size:
            while first < last and not persons[first]:
                first += 1
            until = first
            while until < last and persons[until]:
                until += 1
            last = until
        begin, end = offsets[first], offsets[last]
        if end > begin:
            size = int(end - begin)
            _cut(at, begin, end, gap, cuts)
            numbers[whole, _PERSONS] += _part(offsets, first, last, cuts)
            numbers[whole, _EVENTS] += size
            found = _borders(cuts, size, borders)
            numbers[whole, _SESSIONS] += found
            seen, all_of = (codes[begin:end], node_of, cuts), (at, codes, node_of)
            filled = _contain(seen, size, fields, filled, numbers)
            told = (edges, small, short)
            _tally(all_of, begin, borders[: found + 1], told, histograms)
        first = max(last, first)
    _flush(fields, numbers)
    _note_edges(edges, numbers)
    numbers[whole, _BOUNCES] = small[1]
    record_table(small, histograms[1][0], histograms[1][1])
    record_table(short, histograms[0][0], histograms[0][1])


def fits_in_words(journeys: CodedJourneys) -> bool:
    """Whether ``tally_nodes`` can count: at most 62 nodes, and every event exists."""
    return journeys.nodes <= MOST_NODES and not journeys.events.size


def tally_nodes(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    gap: int,
    *,
    ticks_per_second: int,
) -> SessionCounts:
    """``count_sessions`` without goal, of sessions cut by a silence of ``gap`` alone.

    Only where ``fits_in_words``. O(events); memory: 160 kB, or 5 bytes an event of the longest
    journey.
    """
    numbers, times, sizes = blank_counts(journeys.nodes, ticks_per_second)
    offsets, codes, lookup, persons, events = journeys.arguments()
    node_of = sealed(np.minimum(lookup, journeys.nodes).astype(np.uint8))
    arguments = (offsets, codes, node_of, persons, events)
    _tally_nodes(arguments, sealed(at), gap, numbers, (times, sizes))
    return counted(numbers, times, sizes)
