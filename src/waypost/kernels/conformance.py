"""How far journeys keep to a drawn order of steps, by optimal alignment.

An alignment reads a journey and the drawn journey side by side. Moves: an event is its step
(free), an event is inserted (cost 1), a step that must be visited is skipped (cost 1), a step that
may be left out is skipped (free), a step that may repeat is visited again (free). The least total
is the cost (A. Adriansyah, B. F. van Dongen, W. van der Aalst, Conformance checking using
cost-based fitness analysis, EDOC 2011). The drawn journey is a line, so it is an edit distance:
one column of ``steps + 1`` costs per event. ``conformance_bits`` finds it where every step must be
visited once, ``conformance_columns`` where not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys
from waypost.kernels.conformance_bits import align_visits
from waypost.kernels.conformance_columns import (
    Batch,
    Columns,
    Drawing,
    backward,
    columns_of,
    forward,
)
from waypost.kernels.jit import kernel, sealed

__all__ = ["MOST_DRAWN", "ConformanceCounts", "DrawnSteps", "align", "aligned_persons"]

MOST_DRAWN = 30
FITNESS_BINS = 10
FRACTION_BITS = 32
VISITED, SKIPPED, REPEATED, OUT_OF_ORDER = range(4)
_APART = 71
"""Words between lines that are passed together, so that they do not share places in a cache."""
_BATCH = 1 << 12
_HALF = 32
"""Bits of a word behind those of the steps."""
_PERSONS, _COST, _WORST, _LACK, _PERFECT, _EVENTS = range(6)


@dataclass(frozen=True, slots=True)
class DrawnSteps:
    """``optional`` and ``repeatable`` say so of each step, in the drawn order.

    ``fold``: equal nodes in a row are one visit; ``undrawn``: events at no drawn step exist.
    """

    optional: tuple[bool, ...]
    repeatable: tuple[bool, ...]
    fold: bool = True
    undrawn: bool = True

    def arrays(self) -> Drawing:
        """What kernels read; place 0 is the beginning."""
        skip = np.array([0, *(0 if free else 2 for free in self.optional)], np.int64)
        again = np.array([False, *self.repeatable], np.int64)
        return skip, again, np.array([self.fold, self.undrawn, self.is_plain()], np.int64)

    def is_plain(self) -> bool:
        """Whether every step must be visited once."""
        return not any(self.optional) and not any(self.repeatable)


@dataclass(frozen=True, slots=True)
class ConformanceCounts:
    """``totals``: persons, cost, worst cost, sum of lack of fitness, perfect persons, events.

    The lack of a journey is cost / worst cost in units of 2^-32. ``bins: int64[10]``: persons by
    fitness. ``steps: int64[2, 4, steps + 2]``: persons and events by what befell the step (visited,
    skipped, repeated, out of order); ``jumps: int64[2, steps + 2, steps + 2]``; ``inserted:
    int64[2, nodes, steps + 2, steps + 2]``. Places count from 1; 0 is the beginning and the last
    the end of the journey.
    """

    totals: NDArray[np.int64]
    bins: NDArray[np.int64]
    steps: NDArray[np.int64]
    jumps: NDArray[np.int64]
    inserted: NDArray[np.int64]

    def __add__(self, other: ConformanceCounts) -> ConformanceCounts:
        return ConformanceCounts(
            self.totals + other.totals,
            self.bins + other.bins,
            self.steps + other.steps,
            self.jumps + other.jumps,
            self.inserted + other.inserted,
        )


@kernel
def _gather(
    person: int,
    persons: tuple[Array, Array],
    events: tuple[tuple[Array, Array, Array], tuple[Array, Array]],
    options: Array,
    batch: Batch,
) -> tuple[int, int]:
    """Visits of persons from ``person`` on while they fit; returns who is next, and journeys."""
    offsets, counted = persons
    codes, kind_of, existing = events[0]
    node_codes, node_of = events[1]
    kinds, nodes, bounds, who = batch[0], batch[1], batch[2], batch[3]
    fold, undrawn = options[0] > 0, options[1] > 0
    size, journeys, p = 0, 0, person
    while p < offsets.size - 1 and size + offsets[p + 1] - offsets[p] <= kinds.size:
        if counted.size and not counted[p]:
            p += 1
            continue
        begin = size
        last_kind, last_node = np.int64(-1), np.int64(-1)
        for i in range(offsets[p], offsets[p + 1]):
            kind = np.int64(kind_of[codes[i]])
            node = np.int64(node_of[node_codes[i]])
            node = np.int64(SKIP) if kind else node
            exists = (kind != 0) | (undrawn & (node != SKIP))
            if existing.size:
                exists &= existing[i] > 0
            is_repeat = fold & (kind == last_kind) & (node == last_node)
            kinds[size] = kind
            nodes[size] = node
            size += int(exists & (not is_repeat))
            last_kind = kind if exists else last_kind
            last_node = node if exists else last_node
        if size > begin:
            who[journeys] = p
            journeys += 1
            bounds[journeys] = size
        p += 1
    return p, journeys


@kernel
def _mark(cells: Array, stamps: Array, cell: int, person: int) -> None:
    """Count one event in a cell, and the person once; without a branch, which would be guessed."""
    cells[1, cell] += 1
    cells[0, cell] += int(stamps[cell] != person)
    stamps[cell] = person


def _lowest(bits_of: Array) -> Array:
    """By kind the place, from 1, of the first drawn step among its bits; 0 where there is none."""
    lowest = [((bits & -bits).bit_length()) for bits in bits_of.tolist()]
    return np.array(lowest, np.int64)


@kernel
def _tell(
    batch: Batch,
    journeys: int,
    model: tuple[Array, Array],
    cells: tuple[Array, Array, Array],
    stamps: tuple[Array, Array],
    target: tuple[Array, Array, Array],
) -> None:
    """Count what befell each step, each jump and each inserted visit of aligned journeys."""
    kinds, nodes, bounds, who, moves, waiting = (
        batch[0],
        batch[1],
        batch[2],
        batch[3],
        batch[5],
        batch[6],
    )
    lowest, skips = model
    steps, jumps, inserted = cells
    watched, watched_cell, members = target
    wide = skips.size + 1
    drawn = steps[0, VISITED * wide + 1 : VISITED * wide + wide - 1]
    missed = steps[0, SKIPPED * wide + 1 : SKIPPED * wide + wide - 1]
    for n in range(journeys):
        person, end = who[n], bounds[n + 1]
        earlier = watched[0, watched_cell[0]] if members.size else 0
        seen, told = np.int64(0), np.int64(0)
        before, visited, pending = 0, 0, 0
        for i in range(bounds[n], end + 1):
            move = wide - 1 if i == end else moves[i]
            if move == 0 and kinds[i] == 0:
                waiting[pending] = nodes[i]
                pending += 1
                continue
            place = abs(move) if move else lowest[kinds[i]]
            is_jump = (place < before) | ((place > before) & (skips[place - 1] > skips[before]))
            # What is no jump goes to the cell from the beginning to itself, which is emptied.
            _mark(jumps, stamps[0], (before * wide + place) * is_jump, person)
            before = place
            bit = np.int64(1) << place
            if move > 0:
                for k in range(pending):
                    cell = (waiting[k] * wide + visited) * wide + move
                    _mark(inserted, stamps[1], cell, person)
                visited, pending = move, 0
                seen |= bit
            else:
                is_apart = np.int64((move == 0) & ((seen & bit) == 0))
                cell, bit = (REPEATED + is_apart) * wide + place, bit << (_HALF * is_apart)
                steps[1, cell] += 1
                steps[0, cell] += (told & bit) == 0
                told |= bit
        for place in range(drawn.size):
            drawn[place] += (seen >> (place + 1)) & 1
            missed[place] += ~(seen >> (place + 1)) & 1
        if members.size:
            members[person] = watched[0, watched_cell[0]] - earlier
    jumps[:, 0] = 0


@kernel
def _sum_up(
    costs: Array, bounds: Array, journeys: int, least: int, totals: Array, bins: Array
) -> None:
    """Fitness of aligned journeys; ``least``: visits of the shortest journey as drawn."""
    for n in range(journeys):
        size, cost = bounds[n + 1] - bounds[n], costs[n]
        worst = size + least
        totals[_PERSONS] += 1
        totals[_COST] += cost
        totals[_WORST] += worst
        totals[_LACK] += (cost << FRACTION_BITS) // worst
        totals[_PERFECT] += cost == 0
        totals[_EVENTS] += size
        bins[min(FITNESS_BINS - 1, (worst - cost) * FITNESS_BINS // worst)] += 1


@kernel
def _align(
    persons: tuple[Array, Array],
    events: tuple[tuple[Array, Array, Array], tuple[Array, Array]],
    model: tuple[tuple[Array, Drawing], tuple[Array, Array]],
    memory: tuple[Columns, Batch, Array],
    out: tuple[Array, Array, tuple[Array, Array, Array], tuple[Array, Array]],
    target: tuple[Array, Array, Array],
) -> None:
    """All journeys, many at a time: arrays handed on per journey would cost more than the work."""
    (bits_of, drawing), (lowest, skips) = model
    columns, batch, costs = memory
    totals, bins, cells, stamps = out
    person = 0
    while person < persons[0].size - 1:
        person, journeys = _gather(person, persons, events, drawing[2], batch)
        if drawing[2][2]:
            every = (1 << (drawing[0].size - 1)) - 1
            out_of = batch[5], costs, batch[4]
            align_visits(batch[0], batch[2], journeys, bits_of, every, out_of)
        else:
            forward(batch, journeys, model[0], columns, costs)
            backward(batch, journeys, bits_of, drawing, columns[0])
        _tell(batch, journeys, (lowest, skips), cells, stamps, target)
        _sum_up(costs, batch[2], journeys, skips[skips.size - 1], totals, bins)


@dataclass(frozen=True, slots=True)
class _Room:
    """What one run writes into."""

    counts: ConformanceCounts
    cells: tuple[Array, Array, Array]

    @classmethod
    def of(cls, steps: int, nodes: int) -> _Room:
        wide = steps + 2
        shapes = ((2, 4, wide), (2, wide, wide), (2, nodes, wide, wide))
        given = [np.zeros(shape, np.int64) for shape in shapes]
        flat = tuple(array.reshape(2, -1) for array in given)
        totals, bins = np.zeros(6, np.int64), np.zeros(FITNESS_BINS, np.int64)
        return cls(ConformanceCounts(totals, bins, *given), (flat[0], flat[1], flat[2]))


def align(steps: CodedJourneys, nodes: CodedJourneys, drawn: DrawnSteps) -> ConformanceCounts:
    """Counts over all journeys.

    ``steps.lookup: uint32[dictionary]`` has the bits of the drawn steps of a code, ``nodes`` the
    same events by node. O(events); where a step may be left out or repeat only while columns fit
    the table, else O(events x steps). Memory then: a table of 4,096 columns, and ``4 (steps + 1)``
    bytes times the longest journey where they do not.
    """
    room = _Room.of(len(drawn.optional), nodes.nodes)
    _run(steps, nodes, drawn, room, (room.cells[0], 0, np.zeros(0, np.uint8)))
    once = room.counts.steps
    once[1, :REPEATED] = once[0, :REPEATED]
    return room.counts


def aligned_persons(
    steps: CodedJourneys, nodes: CodedJourneys, drawn: DrawnSteps, *, part: str, cell: int
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted in a cell of ``steps``, ``jumps`` or ``inserted``.

    ``cell``: its place among the persons' counts of that part.
    """
    room = _Room.of(len(drawn.optional), nodes.nodes)
    members = np.zeros(steps.offsets.size - 1, np.uint8)
    if part == "jumps" and cell == 0:
        return members
    place = ("steps", "jumps", "inserted").index(part)
    _run(steps, nodes, drawn, room, (room.cells[place], cell, members))
    return members


def _run(
    steps: CodedJourneys,
    nodes: CodedJourneys,
    drawn: DrawnSteps,
    room: _Room,
    target: tuple[Array, int, NDArray[np.uint8]],
) -> None:
    longest = int(np.diff(steps.offsets).max(initial=0))
    size = max(longest, _BATCH)
    kinds = np.union1d(steps.lookup, [0])
    kind_of = np.searchsorted(kinds, steps.lookup).astype(np.uint16)
    drawing = drawn.arrays()
    columns = columns_of(drawing, kinds, size)
    lines = np.zeros((7, size + 1 + _APART), np.int64)
    one, two, three, four, five, six, seven = lines
    batch = (one[:size], two, three, four, five, six, seven)
    _, codes, _, counted, events = steps.arguments()
    counts = room.counts
    stamps = [np.full(cells.shape[1], -1, np.int64) for cells in room.cells[1:]]
    watched, cell, members = target
    told = _lowest(kinds), np.cumsum(drawing[0]) >> 1
    _align(
        (sealed(steps.offsets), counted),
        ((codes, sealed(kind_of), events), (sealed(nodes.codes), sealed(nodes.lookup))),
        ((kinds.astype(np.int64), drawing), told),
        (columns, batch, np.zeros(size + 1, np.int64)),
        (counts.totals, counts.bins, room.cells, (stamps[0], stamps[1])),
        (watched, np.array([cell]), members),
    )
