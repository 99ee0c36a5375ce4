"""What sessions are like: where they begin and end, how long they last, whom they convert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, bin_of, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "COUNT_BINS",
    "PRECISION",
    "Cuts",
    "Goal",
    "SessionCounts",
    "blank_counts",
    "count_sessions",
    "counted",
    "mark_members",
    "record_table",
]

PRECISION = 7
COUNT_BINS = 2_048

_SESSIONS, _PERSONS, _STARTS, _ENDS, _BOUNCES, _EVENTS, _CONVERTING = range(7)
_COLUMNS = ("sessions", "persons", "starts", "ends", "bounces", "events", "converting")

Cuts = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Offsets of sessions and the first session of each person, as ``session_offsets`` gives them."""

Goal = tuple[NDArray[np.unsignedinteger[Any]], NDArray[np.unsignedinteger[Any]]]
"""Codes of events, and by code whether the event is the goal (not 0); no goal where both empty."""


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """``numbers: int64[nodes + 2, 7]``: one row per node, one for events without a node, all.

    Columns: sessions that contain the node, persons with such a session, sessions that begin, that
    end, that consist of one event there, events, and sessions containing it that reach the goal.
    ``durations`` in ticks from first to last event, and ``sizes`` in events: one row each.
    """

    numbers: NDArray[np.int64]
    durations: LogHistogram
    sizes: LogHistogram

    def __add__(self, other: SessionCounts) -> SessionCounts:
        return SessionCounts(
            self.numbers + other.numbers,
            self.durations + other.durations,
            self.sizes + other.sizes,
        )

    def column(self, name: str) -> NDArray[np.int64]:
        """``sessions``, ``persons``, ``starts``, ``ends``, ``bounces``, ``events``, ``converting``.

        ``int64[nodes + 2]``.
        """
        return self.numbers[:, _COLUMNS.index(name)]


@kernel
def record_table(table: Array, counts: Array, sums: Array) -> None:
    """Record values counted one by one in ``table``, all of a value at once."""
    for value in range(table.size):
        many = table[value]
        if many:
            record(counts, sums, 0, value, PRECISION)
            counts[0, bin_of(value, PRECISION, counts.shape[1])] += many - 1
            sums[0, 0] += value * (many - 1)


@kernel
def _session(
    journeys: Journeys, begin: int, end: int, goal: tuple[Array, Array], seen: Array, out: Array
) -> None:
    """One session into ``out``: events, first and last place, goal met, distinct nodes.

    ``seen`` gets the distinct nodes at its front and their events at ``seen[nodes + 1 + node]``.
    """
    _, codes, lookup, _, events = journeys
    nodes = (seen.size >> 1) - 1
    out[:] = 0
    for i in range(begin, end):
        if events.size and not events[i]:
            continue
        node = int(lookup[codes[i]])
        if node == SKIP:
            node = nodes
        if out[0] == 0:
            out[1] = i
        out[0] += 1
        out[2] = i
        if goal[1].size:
            out[3] |= goal[1][goal[0][i]] > 0
        if seen[nodes + 1 + node] == 0:
            seen[out[4]] = node
            out[4] += 1
        seen[nodes + 1 + node] += 1


@kernel
def _node_at(journeys: Journeys, i: int, nodes: int) -> int:
    node = int(journeys[2][journeys[1][i]])
    return nodes if node == SKIP else node


@kernel
def _count(
    journeys: Journeys,
    at: Array,
    cuts: tuple[Array, Array],
    goal: tuple[Array, Array],
    numbers: Array,
    histograms: Any,
) -> None:
    _, codes, lookup, persons, events = journeys
    offsets, first = cuts
    met, is_goal = goal
    times, sizes = histograms
    nodes = numbers.shape[0] - 2
    whole = nodes + 1
    # The latest session and person seen at a node; without a branch, as neighbours rarely repeat.
    session_of = np.full(nodes + 1, -1, np.int64)
    person_of = np.full(nodes + 1, -1, np.int64)
    for p in range(first.size - 1):
        if persons.size and not persons[p]:
            continue
        seen = 0
        for s in range(first[p], first[p + 1]):
            size = 0
            begin, end = 0, 0
            converts = False
            for i in range(offsets[s], offsets[s + 1]):
                if events.size and not events[i]:
                    continue
                begin = begin if size else i
                end = i
                size += 1
                node = min(int(lookup[codes[i]]), nodes)
                numbers[node, _EVENTS] += 1
                numbers[node, _SESSIONS] += session_of[node] != s
                numbers[node, _PERSONS] += person_of[node] != p
                session_of[node] = s
                person_of[node] = p
                if is_goal.size:
                    converts |= is_goal[met[i]] > 0
            if size == 0:
                continue
            seen += 1
            if converts:
                for i in range(begin, end + 1):
                    node = min(int(lookup[codes[i]]), nodes)
                    if session_of[node] == s and (events.size == 0 or events[i]):
                        numbers[node, _CONVERTING] += 1
                        session_of[node] = -1
            start = min(int(lookup[codes[begin]]), nodes)
            numbers[start, _STARTS] += 1
            numbers[min(int(lookup[codes[end]]), nodes), _ENDS] += 1
            numbers[start, _BOUNCES] += size == 1
            numbers[whole, _EVENTS] += size
            numbers[whole, _BOUNCES] += size == 1
            numbers[whole, _CONVERTING] += converts
            record(times[0], times[1], 0, int(at[end]) - int(at[begin]), PRECISION)
            record(sizes[0], sizes[1], 0, size, PRECISION)
        numbers[whole, _SESSIONS] += seen
        numbers[whole, _PERSONS] += seen > 0


def count_sessions(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    cuts: Cuts,
    *,
    goal: Goal,
    ticks_per_second: int,
) -> SessionCounts:
    """Sessions of all counted persons by node. O(events), one pass.

    A session without an existing event is none. An event whose node is ``SKIP`` exists, in the row
    before the last.
    """
    numbers, times, sizes = blank_counts(journeys.nodes, ticks_per_second)
    both = (sealed(cuts[0]), sealed(cuts[1]))
    met = (sealed(goal[0]), sealed(goal[1]))
    _count(journeys.arguments(), sealed(at), both, met, numbers, (times, sizes))
    return counted(numbers, times, sizes)


def blank_counts(nodes: int, ticks_per_second: int) -> tuple[Array, Any, Any]:
    """Numbers, durations and sizes for a kernel to count in."""
    numbers = np.zeros((nodes + 2, len(_COLUMNS)), np.int64)
    times = LogHistogram.blank(1, bin_count(PRECISION, ticks_per_second))
    return numbers, times, LogHistogram.blank(1, COUNT_BINS)


def counted(numbers: NDArray[np.int64], times: Any, sizes: Any) -> SessionCounts:
    """What a kernel counted in ``blank_counts``; starts and ends of all are all sessions."""
    numbers[-1, [_STARTS, _ENDS]] = numbers[-1, _SESSIONS]
    durations = LogHistogram.of(times[0], times[1], PRECISION)
    return SessionCounts(numbers, durations, LogHistogram.of(sizes[0], sizes[1], PRECISION))


@kernel
def _mark(
    journeys: Journeys,
    cuts: tuple[Array, Array],
    goal: tuple[Array, Array],
    asked: Array,
    found: Array,
) -> None:
    persons = journeys[3]
    offsets, first = cuts
    nodes, node, column = int(asked[0]), int(asked[1]), int(asked[2])
    seen = np.zeros(2 * (nodes + 1), np.int64)
    one = np.zeros(5, np.int64)
    for p in range(first.size - 1):
        if persons.size and not persons[p]:
            continue
        for s in range(first[p], first[p + 1]):
            _session(journeys, offsets[s], offsets[s + 1], goal, seen, one)
            inside = one[0] > 0 and node > nodes
            for k in range(one[4]):
                inside = inside or seen[k] == node
                seen[nodes + 1 + seen[k]] = 0
            if not inside:
                continue
            begins = node > nodes or _node_at(journeys, one[1], nodes) == node
            ends = node > nodes or _node_at(journeys, one[2], nodes) == node
            if column == _STARTS:
                inside = begins
            elif column == _ENDS:
                inside = ends
            elif column == _BOUNCES:
                inside = begins and one[0] == 1
            elif column == _CONVERTING:
                inside = one[3] > 0
            if inside:
                found[p] = 1
                break


def mark_members(
    journeys: CodedJourneys, cuts: Cuts, *, goal: Goal, node: int, column: str
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 = at least one session counts in that row and column. O(events).

    ``node``: a row of ``SessionCounts``; ``column``: one of its names.
    """
    found = np.zeros(cuts[1].size - 1, np.uint8)
    asked = np.array([journeys.nodes, node, _COLUMNS.index(column)], np.int64)
    both = (sealed(cuts[0]), sealed(cuts[1]))
    _mark(journeys.arguments(), both, (sealed(goal[0]), sealed(goal[1])), asked, found)
    return found
