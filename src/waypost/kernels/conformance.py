"""How far journeys keep to a drawn order of steps, by optimal alignment.

An alignment reads a journey and the drawn journey side by side. Moves: an event is its step
(free), an event is inserted (cost 1), a step that must be visited is skipped (cost 1), a step that
may be left out is skipped (free), a step that may repeat is visited again (free). The least total
is the cost (A. Adriansyah, B. F. van Dongen, W. van der Aalst, Conformance checking using
cost-based fitness analysis, EDOC 2011). The drawn journey is a line, so it is an edit distance:
one column of ``steps + 1`` costs per event.

Columns, counted from their first entry, are few, so each is kept once and what follows it by an
event is kept in a table: one lookup an event. Without repeatable steps an entry more than one
above its right neighbour is no better than that neighbour plus one (a later place can follow any
way on at one more cost), so entries are cut there, which keeps columns few; a cut entry is odd
(costs are doubled), and no alignment leads through it. Columns beyond the table are computed into
rows of their own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys
from waypost.kernels.jit import kernel, sealed

__all__ = ["MOST_DRAWN", "ConformanceCounts", "DrawnSteps", "align", "aligned_persons"]

MOST_DRAWN = 30
FITNESS_BINS = 10
FRACTION_BITS = 32
VISITED, SKIPPED, REPEATED, OUT_OF_ORDER = range(4)
_COLUMNS = 4096
_APART = 71
"""Words between lines that are passed together, so that they do not share places in a cache."""
_BATCH = 1 << 12
_KEPT = threading.local()
_GROWTH_BITS = 8
_GROWTH_MASK, _GROWTH_ZERO = 255, 128
_PERSONS, _COST, _WORST, _LACK, _PERFECT, _EVENTS = range(6)

Drawing = tuple[Array, Array, Array]
"""Per step from place 1 on: doubled cost of skipping and whether it may repeat; then options."""
Columns = tuple[Array, Array, Array, Array]
"""Columns, followers with what each adds, hash slots, and how many columns there are."""
Batch = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Journeys at work: per visit its kind and node; bounds and person per journey; per visit the
column behind it with what the first entry grew by, and its move; and nodes that wait."""


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
        return skip, again, np.array([self.fold, self.undrawn], np.int64)


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
def _next_column(before: Array, bits: int, drawing: Drawing, after: Array) -> int:
    """The column after an event; returns what its first entry grew by. Costs are doubled."""
    skip, again, _ = drawing
    places = skip.size
    for j in range(places):
        best = before[j] + 2
        if j and (bits >> (j - 1)) & 1:
            best = min(best, before[j - 1])
            if again[j]:
                best = min(best, before[j])
        if j:
            best = min(best, after[j - 1] + skip[j])
        after[j] = best
    for j in range(places - 2, -1, -1):
        if not again[j]:
            after[j] = min(after[j], (after[j + 1] | 1) + 2)
    grown = (after[0] >> 1) << 1
    for j in range(places):
        after[j] -= grown
    return int(grown)


@kernel
def _same(one: Array, other: Array) -> bool:
    same = True
    for j in range(one.size):
        same &= one[j] == other[j]
    return same


@kernel
def _kept(column: Array, columns: Columns) -> int:
    """The row of a column, put into the table where there is room; −1 where there is none."""
    rows, table, slots, used = columns
    mixed = np.uint64(1469598103934665603)
    for j in range(column.size):
        mixed = (mixed ^ np.uint64(column[j] + 4096)) * np.uint64(1099511628211)
    slot = np.int64(mixed >> np.uint64(20)) & (slots.size - 1)
    while slots[slot] >= 0:
        if _same(rows[slots[slot]], column):
            return int(slots[slot])
        slot = (slot + 1) & (slots.size - 1)
    if used[0] == table.shape[0]:
        return -1
    row = int(used[0])
    rows[row, :] = column
    slots[slot] = row
    used[0] += 1
    return row


@kernel
def _computed(row: int, kind: int, own: int, model: tuple[Array, Drawing], columns: Columns) -> int:
    """What follows a column, with what it adds: computed, and kept where there is room."""
    rows, table = columns[0], columns[1]
    grown = _next_column(rows[row], model[0][kind], model[1], rows[own])
    following = _kept(rows[own], columns)
    if following < 0:
        following = own
    packed = (following << _GROWTH_BITS) | (grown + _GROWTH_ZERO)
    if following != own and row < table.shape[0]:
        table[row, kind] = packed
    return packed


@kernel
def _forward(
    batch: Batch, journeys: int, model: tuple[Array, Drawing], columns: Columns, costs: Array
) -> None:
    """The doubled cost of each journey into ``costs``, and per visit the column behind it.

    Two journeys at once: what follows in one is looked up while the other waits for memory.
    """
    kinds, bounds, states = batch[0], batch[2], batch[4]
    rows, table = columns[0], columns[1]
    room, last = table.shape[0], rows.shape[1] - 1
    taken, one, other = 0, -1, -1
    i = end = k = stop = 0
    row, total, column, sum_of = 0, 0, 0, 0
    while True:
        if i == end:
            if one >= 0:
                costs[one] = (total + rows[row, last]) >> 1
            one = taken if taken < journeys else -1
            if one >= 0:
                i, end, row, total = bounds[one], bounds[one + 1], 0, 0
                taken += 1
        if k == stop:
            if other >= 0:
                costs[other] = (sum_of + rows[column, last]) >> 1
            other = taken if taken < journeys else -1
            if other >= 0:
                k, stop, column, sum_of = bounds[other], bounds[other + 1], 0, 0
                taken += 1
        if one < 0 and other < 0:
            break
        if one >= 0:
            packed = int(table[row, kinds[i]]) if row < room else -1
            if packed < 0:
                packed = _computed(row, kinds[i], room + i, model, columns)
            states[i] = packed
            row = packed >> _GROWTH_BITS
            total += (packed & _GROWTH_MASK) - _GROWTH_ZERO
            i += 1
        if other >= 0:
            packed = int(table[column, kinds[k]]) if column < room else -1
            if packed < 0:
                packed = _computed(column, kinds[k], room + k, model, columns)
            states[k] = packed
            column = packed >> _GROWTH_BITS
            sum_of += (packed & _GROWTH_MASK) - _GROWTH_ZERO
            k += 1


@kernel
def _backward(batch: Batch, journeys: int, bits_of: Array, drawing: Drawing, rows: Array) -> None:
    """Write one optimal alignment: per visit its step, minus it for again, or 0 for inserted.

    Of several, read from the end: an event is rather inserted than a visit, so that the first of
    several counts as the visit; and a step rather visited than skipped.
    """
    kinds, bounds, states, moves = batch[0], batch[2], batch[4], batch[5]
    again = drawing[1]
    for n in range(journeys):
        j, begin = again.size - 1, bounds[n]
        for i in range(bounds[n + 1] - 1, begin - 1, -1):
            now, bits = states[i] >> _GROWTH_BITS, bits_of[kinds[i]]
            grown = (states[i] & _GROWTH_MASK) - _GROWTH_ZERO
            row = states[i - 1] >> _GROWTH_BITS if i > begin else 0
            while True:
                value = rows[now, j] + grown
                fits = j > 0 and (bits >> (j - 1)) & 1
                if rows[row, j] + 2 == value:
                    moves[i] = 0
                    break
                if fits and again[j] and rows[row, j] == value:
                    moves[i] = -j
                    break
                if fits and rows[row, j - 1] == value:
                    moves[i] = j
                    j -= 1
                    break
                j -= 1


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
        seen, again, apart = np.int64(0), np.int64(0), np.int64(0)
        before, visited, pending = 0, 0, 0
        for i in range(bounds[n], end + 1):
            move = wide - 1 if i == end else moves[i]
            if move == 0 and kinds[i] == 0:
                waiting[pending] = nodes[i]
                pending += 1
                continue
            place = abs(move) if move else lowest[kinds[i]]
            if place != before and (place < before or skips[place - 1] > skips[before]):
                _mark(jumps, stamps[0], before * wide + place, person)
            before = place
            bit = np.int64(1) << place
            if move > 0:
                for k in range(pending):
                    cell = (waiting[k] * wide + visited) * wide + move
                    _mark(inserted, stamps[1], cell, person)
                visited, pending = move, 0
                seen |= bit
            elif move < 0 or seen & bit:
                steps[1, REPEATED * wide + place] += 1
                steps[0, REPEATED * wide + place] += (again & bit) == 0
                again |= bit
            else:
                steps[1, OUT_OF_ORDER * wide + place] += 1
                steps[0, OUT_OF_ORDER * wide + place] += (apart & bit) == 0
                apart |= bit
        for place in range(drawn.size):
            drawn[place] += (seen >> (place + 1)) & 1
            missed[place] += ~(seen >> (place + 1)) & 1
        if members.size:
            members[person] = watched[0, watched_cell[0]] - earlier


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
        _forward(batch, journeys, model[0], columns, costs)
        _backward(batch, journeys, bits_of, drawing, columns[0])
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
    same events by node. O(events) while columns fit the table, else O(events x steps). Memory: a
    table of 4,096 columns, and ``4 (steps + 1)`` bytes times the longest journey where they do not.
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
    place = ("steps", "jumps", "inserted").index(part)
    _run(steps, nodes, drawn, room, (room.cells[place], cell, members))
    return members


def _columns(drawing: Drawing, kinds: NDArray[Any], size: int) -> Columns:
    """The columns that this thread knows of the drawn journey that it was asked for last."""
    key = (size, kinds.tobytes(), *(part.tobytes() for part in drawing))
    if getattr(_KEPT, "key", None) != key:
        rows = np.empty((_COLUMNS + size, drawing[0].size), np.int32)
        rows[0] = np.cumsum(drawing[0])
        table = np.full((_COLUMNS, kinds.size), -1, np.int32)
        _KEPT.columns = (rows, table, np.full(4 * _COLUMNS, -1), np.ones(1, np.int64))
        _KEPT.key = key
    kept: Columns = _KEPT.columns
    return kept


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
    columns = _columns(drawing, kinds, size)
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
