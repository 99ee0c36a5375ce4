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

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "KINDS",
    "PRECISION",
    "LoopCounts",
    "LoopTimes",
    "count_loops",
    "looping_persons",
    "time_loops",
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
    """Ticks in loops; ``keys: int64[rows]`` rise and are places among the cells."""

    keys: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: LoopTimes) -> LoopTimes:
        keys = np.union1d(self.keys, other.keys)
        return LoopTimes(keys, self._over(keys) + other._over(keys))

    def _over(self, keys: NDArray[np.int64]) -> LogHistogram:
        place = np.searchsorted(keys, self.keys)
        counts, sums = LogHistogram.blank(keys.size, self.times.counts.shape[1])
        sums[place] = self.times.sums()
        counts[place] = self.times.counts
        return LogHistogram.of(counts, sums, self.times.precision)


Out = tuple[Array, Array, Array, Array, Array]
"""Cells and stamps; slots, counts and sums of times, of which counts are empty unless wanted."""


@kernel
def _note(cell: int, person: int, events: int, ticks: int, out: Out) -> None:
    """One loop of the person: its time where times are wanted, else the counts."""
    cells, stamps, slots, counts, sums = out
    if counts.size:
        record(counts, sums, slots[cell], ticks, PRECISION)
        return
    cells[_LOOPS, cell] += 1
    cells[_EVENTS, cell] += events
    cells[_TICKS, cell] += ticks
    if stamps[cell] != person:
        stamps[cell] = person
        cells[_PERSONS, cell] += 1


@kernel
def _end_run(run: Array, person: int, rules: tuple[int, int], out: Out) -> int:
    """Count the alternating run where it is long enough; returns how many that were."""
    nodes, least = rules
    before, here, until, length, since, events = run
    if length < least:
        return 0
    cell = nodes + nodes + min(before, here) * nodes + max(before, here)
    _note(cell, person, events, until - since, out)
    return 1


@kernel
def _visit(
    visit: tuple[int, int, int, int],
    person: int,
    rules: tuple[int, int],
    memory: tuple[Array, Array, Array],
    out: Out,
) -> int:
    """Take in a finished visit (node, first, last, events); returns loops found."""
    node, first, last, size = visit
    nodes = rules[0]
    seen, left, run = memory
    loops = 0
    if size > 1:
        _note(node, person, size - 1, last - first, out)
        loops += 1
    if seen[node] == person:
        _note(nodes + node, person, size, first - left[node], out)
        loops += 1
    seen[node] = person
    left[node] = last
    if run[3] > 1 and run[0] == node:
        run[3] += 1
        run[5] += size
    else:
        loops += _end_run(run, person, rules, out)
        run[3] = min(run[3] + 1, 2)
        run[4] = last
        run[5] = 0
    run[0] = run[1]
    run[1] = node
    run[2] = last
    return loops


@kernel
def _walk(
    journeys: Journeys,
    at: Array,
    rules: tuple[int, int],
    memory: tuple[Array, Array, Array],
    out: Out,
    target: tuple[int, Array],
) -> tuple[int, int]:
    """Persons with an event, and those with a loop; ``target``: a cell, and who is in it."""
    offsets, codes, lookup, persons, events = journeys
    cell, members = target
    run = memory[2]
    existing = 0
    looping = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        here, first, last, size, loops = -1, 0, 0, 0, 0
        run[:] = 0
        run[0] = -1
        earlier = out[0][_PERSONS, cell] if members.size else 0
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]):
                continue
            now = int(at[i])
            if node == here:
                size += 1
                last = now
                continue
            if here >= 0:
                loops += _visit((here, first, last, size), p, rules, memory, out)
            here, first, last, size = node, now, now, 1
        if here < 0:
            continue
        loops += _visit((here, first, last, size), p, rules, memory, out)
        loops += _end_run(run, p, rules, out)
        existing += 1
        looping += loops > 0
        if members.size:
            members[p] = out[0][_PERSONS, cell] - earlier
    return existing, looping


def _memory(nodes: int) -> tuple[Array, Array, Array]:
    return np.full(nodes, -1, np.int64), np.zeros(nodes, np.int64), np.zeros(6, np.int64)


def _blank(nodes: int) -> Out:
    cells = nodes * (nodes + 2)
    untimed = (np.zeros(0, np.int32), np.zeros((0, 0), np.uint32), np.zeros((0, 3), np.int64))
    return np.zeros((4, max(cells, 1)), np.int64), np.full(cells, -1, np.int64), *untimed


def count_loops(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, least: int
) -> LoopCounts:
    """Loops of every node and pair; ``least``: visits that make a back and forth.

    O(events) and ``40 nodes * nodes`` bytes.
    """
    nodes = journeys.nodes
    out = _blank(nodes)
    nobody = (0, np.zeros(0, np.uint8))
    rules = (nodes, least)
    found = _walk(journeys.arguments(), sealed(at), rules, _memory(nodes), out, nobody)
    return LoopCounts(out[0], *found)


def time_loops(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    counts: LoopCounts,
    *,
    least: int,
    ticks_per_second: int,
) -> LoopTimes:
    """Ticks of every loop in the cells that ``counts`` of the same journeys has; a second pass."""
    keys = np.flatnonzero(counts.cells[_LOOPS]).astype(np.int64)
    slots = np.zeros(counts.cells.shape[1], np.int32)
    slots[keys] = np.arange(keys.size, dtype=np.int32)
    bins = bin_count(PRECISION, ticks_per_second)
    blank = LogHistogram.blank(keys.size, bins, narrow=True)
    if keys.size:
        out = (*_blank(journeys.nodes)[:2], slots, *blank)
        rules, nobody = (journeys.nodes, least), (0, np.zeros(0, np.uint8))
        memory = _memory(journeys.nodes)
        _walk(journeys.arguments(), sealed(at), rules, memory, out, nobody)
    return LoopTimes(keys, LogHistogram.of(*blank, PRECISION))


def looping_persons(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], *, least: int, cell: int
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted in a cell."""
    members = np.zeros(journeys.offsets.size - 1, np.uint8)
    nodes, out = journeys.nodes, _blank(journeys.nodes)
    rules, target = (nodes, least), (cell, members)
    _walk(journeys.arguments(), sealed(at), rules, _memory(nodes), out, target)
    return members
