"""How persons move from place to place of their journey: the first node, the second, and so on.

For every node of every column: persons = onward links + left + open + beyond, and a node of any
column but the first is entered by exactly as many as the links into it carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.path_reading import PathRules, next_anchor, read_path, room_for, window_of

__all__ = ["BEYOND", "LEFT", "OPEN", "ColumnFlow", "count_columns", "persons_on_link"]

LEFT, OPEN, BEYOND = range(3)
"""What a journey does after the last node that is looked at."""

_LENGTH, _BACKWARD, _OCCURRENCE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class ColumnFlow:
    """Persons between columns.

    ``links: int64[columns − 1, nodes, nodes]`` from a node to one of the next column;
    ``ends: int64[columns, nodes, 3]`` by what comes after: nothing (left), nothing yet (open), or
    further nodes after the last column (beyond). Columns count from the first node of the path
    and, read backward, from its last. ``without_anchor``: persons without it.
    """

    links: NDArray[np.int64]
    ends: NDArray[np.int64]
    without_anchor: int

    def __add__(self, other: ColumnFlow) -> ColumnFlow:
        return ColumnFlow(
            self.links + other.links,
            self.ends + other.ends,
            self.without_anchor + other.without_anchor,
        )

    def persons(self) -> NDArray[np.int64]:
        """``int64[columns, nodes]``: persons who are there."""
        onward = np.zeros(self.ends.shape[:2], np.int64)
        onward[:-1] = self.links.sum(axis=2)
        return np.asarray(onward + self.ends.sum(axis=2), dtype=np.int64)


@kernel
def _latest(journeys: Journeys, person: int, at: Array) -> int:
    """The tick of the person's latest event that exists."""
    events = journeys[4]
    for i in range(journeys[0][person + 1] - 1, journeys[0][person] - 1, -1):
        if events.size == 0 or events[i]:
            return int(at[i])
    return 0


@kernel
def _nodes_of(
    journeys: Journeys, anchors: Array, rules: Array, person: int, room: Any
) -> tuple[int, int]:
    """How many nodes the person's path shows, and the anchor's event (−1: none)."""
    persons = journeys[3]
    if persons.size and not persons[person]:
        return 0, 0
    anchor = next_anchor(journeys, anchors, rules[_OCCURRENCE], person, -1)
    if anchor < 0:
        return 0, -1
    begin, end = window_of(journeys, anchors, rules, person, anchor)
    return read_path(journeys, begin, end, rules, room), anchor


@kernel
def _end_of(size: int, columns: int, latest: int, open_after: int) -> int:
    if size > columns:
        return BEYOND
    return OPEN if latest > open_after else LEFT


@kernel
def _columns(
    journeys: Journeys, at: Array, anchors: Array, rules: Array, room: Any, out: Any
) -> int:
    links, ends, open_after = out
    columns = ends.shape[0]
    found = room[0]
    missing = 0
    for p in range(journeys[0].size - 1):
        size, anchor = _nodes_of(journeys, anchors, rules, p, room)
        missing += anchor < 0
        if size == 0:
            continue
        shown = min(size, columns)
        for k in range(shown - 1):
            i = size - 1 - k if rules[_BACKWARD] else k
            j = i - 1 if rules[_BACKWARD] else i + 1
            links[k, found[i], found[j]] += 1
        last = size - shown if rules[_BACKWARD] else shown - 1
        end = _end_of(size, columns, _latest(journeys, p, at), open_after)
        ends[shown - 1, found[last], end] += 1
    return missing


@kernel
def _first_columns(journeys: Journeys, at: Array, fold: int, open_after: int, out: Any) -> None:
    """``_columns`` from the begin of journeys, without anchor: nothing is kept of a path."""
    offsets, codes, lookup, persons, events = journeys
    links, ends = out
    columns = ends.shape[0]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = 0
        before = -1
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]) or (fold and node == before):
                continue
            size += 1
            if size > columns:
                break
            if size > 1:
                links[size - 2, before, node] += 1
            before = node
        if size:
            end = _end_of(size, columns, _latest(journeys, p, at), open_after)
            ends[min(size, columns) - 1, before, end] += 1


def _rules(columns: int, rules: PathRules) -> PathRules:
    return PathRules(columns + 1, rules.backward, rules.occurrence, rules.collapse)


def count_columns(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    anchors: NDArray[np.uint8],
    rules: PathRules,
    open_after: int,
) -> ColumnFlow:
    """Persons by column; ``rules.length`` columns. O(events looked at), 8 bytes a possible link.

    ``anchors: uint8[events]``, empty = none. A person whose latest event lies after ``open_after``
    (ticks) and whose nodes end in a column is open there, else left; read backward, an end is the
    journey's begin and nobody is open.
    """
    columns, nodes = rules.length, journeys.nodes
    links = np.zeros((columns - 1, nodes, nodes), np.int64)
    ends = np.zeros((columns, nodes, 3), np.int64)
    if anchors.size == 0 and not rules.backward and rules.collapse != "first":
        fold = int(rules.collapse == "repeats")
        _first_columns(journeys.arguments(), sealed(at), fold, open_after, (links, ends))
        return ColumnFlow(links, ends, 0)
    longer = _rules(columns, rules)
    limit = np.iinfo(np.int64).max if rules.backward else open_after
    missing = _columns(
        journeys.arguments(),
        sealed(at),
        sealed(anchors),
        longer.numbers(),
        room_for(journeys, longer),
        (links, ends, limit),
    )
    return ColumnFlow(links, ends, int(missing))


@kernel
def _on_link(
    journeys: Journeys, at: Array, anchors: Array, rules: Array, room: Any, link: Any
) -> None:
    column, origin, target, wanted, open_after, found = link
    nodes = room[0]
    for p in range(journeys[0].size - 1):
        size, _ = _nodes_of(journeys, anchors, rules, p, room)
        if size <= column:
            continue
        here = size - 1 - column if rules[_BACKWARD] else column
        if nodes[here] != origin:
            continue
        if target >= 0:
            there = here - 1 if rules[_BACKWARD] else here + 1
            found[p] = 0 <= there < size and nodes[there] == target
        elif wanted < 0:
            found[p] = 1
        elif column == min(size, rules[_LENGTH] - 1) - 1:
            end = _end_of(size, rules[_LENGTH] - 1, _latest(journeys, p, at), open_after)
            found[p] = end == wanted


def persons_on_link(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    *,
    anchors: NDArray[np.uint8],
    rules: PathRules,
    link: tuple[int, int, int, int, int],
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those at ``(column, origin, target, end, open_after)``.

    ``target`` −1: who have the ``end`` there, or with ``end`` −1 everybody who is there.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    longer = _rules(rules.length, rules)
    limit = np.iinfo(np.int64).max if rules.backward else link[4]
    _on_link(
        journeys.arguments(),
        sealed(at),
        sealed(anchors),
        longer.numbers(),
        room_for(journeys, longer),
        (*link[:4], int(limit), found),
    )
    return found
