"""Loops in journeys: repeats in a row, returns to a node, and back and forth between two.

A *visit* is a maximal run of events at one node. A *repeat* is an event behind the first of its
visit. A *return* is a visit at a node where the person was before; the time away runs from the last
event of the visit before to the first of the return. *Back and forth* is a maximal run of visits
that alternate between two nodes, at least ``least`` of them; its time runs from the last event of
the second visit to the last event of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys, block_end
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.room import blank

__all__ = [
    "KINDS",
    "PRECISION",
    "LoopCounts",
    "LoopTimes",
    "count_loops",
    "looping_persons",
    "timed_loops",
]

KINDS = ("repeated", "returned", "back_and_forth")
PRECISION = 5
_PERSONS, _LOOPS, _EVENTS, _TICKS = range(4)


@dataclass(frozen=True, slots=True)
class LoopCounts:
    """``cells: int64[4, cells]``: persons, loops, extra events, ticks; ``persons``: with an event.

    Cells are ``nodes`` for repeats, ``nodes`` for returns, and ``nodes x nodes`` for pairs, of
    which only the upper triangle is used. ``looping``: persons with a loop of any kind.
    """

    cells: NDArray[np.int64]
    persons: int
    looping: int

    def __add__(self, other: LoopCounts) -> LoopCounts:
        return LoopCounts(
            self.cells + other.cells, self.persons + other.persons, self.looping + other.looping
        )


@dataclass(frozen=True, slots=True)
class LoopTimes:
    """Ticks in loops; ``keys: int64[rows]`` rise and are places among the cells.

    Counts of ``times`` are ``uint32``.
    """

    keys: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: LoopTimes) -> LoopTimes:
        keys = self.keys
        if not np.array_equal(keys, other.keys):
            keys = np.union1d(keys, other.keys)
        return LoopTimes(keys, self._over(keys) + other._over(keys))

    def _over(self, keys: NDArray[np.int64]) -> LogHistogram:
        if keys.size == self.keys.size:
            return self.times
        place = np.searchsorted(keys, self.keys)
        counts, sums = LogHistogram.blank(keys.size, self.times.counts.shape[1], narrow=True)
        sums[place] = self.times.sums()
        counts[place] = self.times.counts
        return LogHistogram.of(counts, sums, self.times.precision, narrow=True)


Out = tuple[Array, Array, Array, Array]
"""Cells and stamps; the cell and the ticks of every loop, where that is wanted, else empty."""

_BLOCK = 1 << 16
"""Events whose loops are noted before their times are recorded."""


@kernel
def _walk(
    journeys: Journeys,
    at: Array,
    rules: tuple[int, int, int, int],
    memory: tuple[Array, Array, Array],
    out: Out,
    target: tuple[int, Array],
) -> tuple[int, int, int]:
    """Persons with an event, those with a loop, and loops; ``target``: a cell, and who is in it.

    ``rules``: nodes, visits that make a back and forth, and the first and last (exclusive) person.
    One function, because handing on arrays costs more than the work.
    """
    offsets, codes, lookup, persons, events = journeys
    nodes, least, first_person, last_person = rules
    (seen, left, found), (watched, members) = memory, target
    cells, stamps, cell_of, ticks_of = out
    existing = looping = noted = 0
    nothing = cells.shape[1] - 1
    for p in range(first_person, last_person):
        if persons.size and not persons[p]:
            continue
        here, first, last, size, loops = -1, 0, 0, 0, 0
        # A run's nodes, length, ends of its second visit and of all, events behind the second.
        other, same, length, since, until, extra = -1, -1, 0, 0, 0, 0
        earlier = cells[_PERSONS, watched] if members.size else 0
        for i in range(offsets[p], offsets[p + 1] + 1):
            node, now = -1, 0
            if i < offsets[p + 1]:
                node = int(lookup[codes[i]])
                if node == SKIP or (events.size and not events[i]):
                    continue
                now = int(at[i])
                if node == here:
                    size += 1
                    last = now
                    continue
            if here < 0:
                if node >= 0:
                    here, first, last, size = node, now, now, 1
                continue
            # Whether this is a return is left to chance; what is none goes to the cell behind all.
            is_return, away = seen[here] == p, first - left[here]
            cell = nodes + here if is_return else nothing
            if cell_of.size:
                cell_of[noted], ticks_of[noted] = cell, away
            noted += is_return
            cells[_LOOPS, cell] += 1
            cells[_EVENTS, cell] += size
            cells[_TICKS, cell] += away
            cells[_PERSONS, cell] += stamps[cell] != p
            stamps[cell] = p
            seen[here], left[here] = p, last
            many = 0
            if size > 1:
                found[0, many], found[1, many], found[2, many] = here, size - 1, last - first
                many += 1
            goes_on = length > 1 and other == here
            if goes_on:
                length, extra, until = length + 1, extra + size, last
            if length >= least and (node < 0 or not goes_on):
                found[0, many] = nodes + nodes + min(other, same) * nodes + max(other, same)
                found[1, many], found[2, many] = extra, until - since
                many += 1
            if not goes_on:
                length, extra, since, until = min(length + 1, 2), 0, last, last
            other, same = same, here
            for k in range(many):
                cell, ticks = found[0, k], found[2, k]
                if cell_of.size:
                    cell_of[noted], ticks_of[noted] = cell, ticks
                noted += 1
                cells[_LOOPS, cell] += 1
                cells[_EVENTS, cell] += found[1, k]
                cells[_TICKS, cell] += ticks
                cells[_PERSONS, cell] += stamps[cell] != p
                stamps[cell] = p
            loops += many + is_return
            here, first, last, size = node, now, now, 1
        existing += size > 0
        looping += loops > 0
        if members.size:
            members[p] = cells[_PERSONS, watched] - earlier
    return existing, looping, noted


def _memory(nodes: int) -> tuple[Array, Array, Array]:
    return np.full(nodes, -1, np.int64), np.zeros(nodes, np.int64), np.zeros((3, 2), np.int64)


def _blank(nodes: int) -> tuple[Array, Array]:
    """Counts and stamps of all cells, and of what is none."""
    cells = nodes * (nodes + 2) + 1
    return np.zeros((4, cells), np.int64), np.full(cells, -1, np.int64)


_UNNOTED = (np.zeros(0, np.int32), np.zeros(0, np.int64))


def count_loops(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, least: int
) -> LoopCounts:
    """Loops of every node and pair; ``least``: visits that make a back and forth.

    O(events) and ``40 nodes * nodes`` bytes.
    """
    nodes, known = journeys.nodes, _blank(journeys.nodes)
    rules, nobody = (nodes, least, 0, journeys.offsets.size - 1), (0, np.zeros(0, np.uint8))
    out = (*known, *_UNNOTED)
    found = _walk(journeys.arguments(), sealed(at), rules, _memory(nodes), out, nobody)
    return LoopCounts(known[0][:, :-1], *found[:2])


@kernel
def _seat(cell_of: Array, slots: Array, seated: int) -> int:
    """Give every cell a row of its own, in the order in which they come; returns how many have."""
    for k in range(cell_of.size):
        if slots[cell_of[k]] < 0:
            slots[cell_of[k]] = seated
            seated += 1
    return seated


@kernel
def _record(cell_of: Array, ticks_of: Array, slots: Array, counts: Array, sums: Array) -> None:
    for k in range(cell_of.size):
        record(counts, sums, slots[cell_of[k]], ticks_of[k], PRECISION)


def timed_loops(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    least: int,
    ticks_per_second: int,
) -> tuple[LoopCounts, LoopTimes]:
    """``count_loops``, and the ticks of every loop, in one pass.

    Memory besides: 36 bytes an event of a block or of the longest journey, and a histogram a cell
    with a loop.
    """
    nodes, known = journeys.nodes, _blank(journeys.nodes)
    arguments, memory, nobody = journeys.arguments(), _memory(nodes), (0, np.zeros(0, np.uint8))
    offsets, instants = arguments[0], sealed(at)
    slots, bins = np.full(known[0].shape[1], -1, np.int32), bin_count(PRECISION, ticks_per_second)
    counts, sums = LogHistogram.blank(1, bins, narrow=True)
    first = seated = existing = looping = 0
    while first < offsets.size - 1:
        last = min(int(block_end(offsets, first, _BLOCK)), first + _BLOCK)
        most = 3 * (int(offsets[last] - offsets[first]) + last - first)
        notes = (blank(most, np.int32), blank(most, np.int64))
        rules = (nodes, least, first, last)
        found = _walk(arguments, instants, rules, memory, (*known, *notes), nobody)
        existing, looping = existing + found[0], looping + found[1]
        cell_of, ticks_of = (note[: found[2]] for note in notes)
        seated = int(_seat(cell_of, slots, seated))
        if seated > counts.shape[0]:
            more = LogHistogram.blank(2 * seated - counts.shape[0], bins, narrow=True)
            counts, sums = np.concatenate([counts, more[0]]), np.concatenate([sums, more[1]])
        _record(cell_of, ticks_of, slots, counts, sums)
        first = last
    keys = np.flatnonzero(slots >= 0).astype(np.int64)
    rows = slots[keys]
    times = LogHistogram.of(counts[rows], sums[rows], PRECISION, narrow=True)
    return LoopCounts(known[0][:, :-1], existing, looping), LoopTimes(keys, times)


def looping_persons(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, least: int, cell: int
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted in a cell."""
    members = np.zeros(journeys.offsets.size - 1, np.uint8)
    nodes, out = journeys.nodes, (*_blank(journeys.nodes), *_UNNOTED)
    rules, target = (nodes, least, 0, members.size), (cell, members)
    _walk(journeys.arguments(), sealed(at), rules, _memory(nodes), out, target)
    return members
