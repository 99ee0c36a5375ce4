"""Sessions by node, cut by silence alone, where the nodes are few: a bit of a word each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys, longest_unit
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
_FIELD = (1 << 21) - 1
"""Events, sessions and persons of a node share a word while there are no more events than this."""

_SHORT, _SMALL = 16_384, 256
_SESSIONS, _PERSONS, _STARTS, _ENDS, _BOUNCES, _EVENTS = range(6)


@kernel
def _flush(fields: Array, numbers: Array) -> None:
    for place in range(fields.size):
        node = place & 63
        word = int(fields[place])
        if word:
            numbers[node, _EVENTS] += word & _FIELD
            numbers[node, _SESSIONS] += (word >> 21) & _FIELD
            numbers[node, _PERSONS] += word >> 42
            fields[place] = 0


@kernel
def _tally_nodes(journeys: Journeys, at: Array, gap: int, numbers: Array, histograms: Any) -> None:
    """A person's events are passed once without a branch, then the borders that were found.

    ``fields`` has two words a node, so that an increment seldom waits for the one before it.
    """
    offsets, codes, lookup, persons, _ = journeys
    times, sizes = histograms
    nodes, whole = np.uint64(numbers.shape[0] - 2), numbers.shape[0] - 1
    fields, filled = np.zeros(128, np.uint64), 0
    borders = np.empty(longest_unit(offsets) + 1, np.int64)
    short, small = np.zeros(_SHORT, np.int64), np.zeros(_SMALL, np.int64)
    zero, one, other = np.uint64(0), np.uint64(1), np.uint64(64)
    to_sessions, to_persons, lane = np.uint64(21), np.uint64(42), np.uint64(0)
    for p in range(offsets.size - 1):
        i, end = np.uint64(offsets[p]), np.uint64(offsets[p + 1])
        if end <= i or (persons.size and not persons[p]):
            continue
        if filled + int(end - i) > _FIELD:
            _flush(fields, numbers)
            filled = 0
        filled += int(end - i)
        found = one
        borders[0] = i
        before = int(at[i])
        in_session, in_person = zero, zero
        while i < end:
            now = int(at[i])
            borders[found] = i
            cut = np.uint64(now - before >= gap)
            before = now
            found += cut
            in_session &= cut - one
            node = min(np.uint64(lookup[codes[i]]), nodes)
            bit = one << node
            news = np.uint64(in_session & bit == zero) << to_sessions
            newp = np.uint64(in_person & bit == zero) << to_persons
            fields[lane + node] += one + news + newp
            lane ^= other
            in_session |= bit
            in_person |= bit
            i += one
        borders[found] = end
        numbers[whole, _PERSONS] += 1
        numbers[whole, _EVENTS] += int(end) - int(offsets[p])
        numbers[whole, _SESSIONS] += int(found)
        for s in range(int(found)):
            begin, stop = borders[s], borders[s + 1]
            size = stop - begin
            duration = int(at[stop - 1]) - int(at[begin])
            start = min(np.uint64(lookup[codes[begin]]), nodes)
            numbers[start, _STARTS] += 1
            numbers[start, _BOUNCES] += size == 1
            numbers[min(np.uint64(lookup[codes[stop - 1]]), nodes), _ENDS] += 1
            if size < _SMALL:
                small[size] += 1
            else:
                record(sizes[0], sizes[1], 0, size, PRECISION)
            if duration < _SHORT:
                short[duration] += 1
            else:
                record(times[0], times[1], 0, duration, PRECISION)
    _flush(fields, numbers)
    numbers[whole, _BOUNCES] = small[1]
    record_table(small, sizes[0], sizes[1])
    record_table(short, times[0], times[1])


def fits_in_words(journeys: CodedJourneys) -> bool:
    """Whether ``tally_nodes`` can count: at most 62 nodes, and every event exists."""
    if journeys.nodes > MOST_NODES or journeys.events.size:
        return False
    return longest_unit(sealed(journeys.offsets)) <= _FIELD


def tally_nodes(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    gap: int,
    *,
    ticks_per_second: int,
) -> SessionCounts:
    """``count_sessions`` without goal, of sessions cut by a silence of ``gap`` alone.

    Only where ``fits_in_words``. O(events), one pass; no more memory than the longest journey.
    """
    numbers, times, sizes = blank_counts(journeys.nodes, ticks_per_second)
    _tally_nodes(journeys.arguments(), sealed(at), gap, numbers, (times, sizes))
    return counted(numbers, times, sizes)
