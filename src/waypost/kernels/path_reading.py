"""The path of one journey: its nodes from or up to an anchor, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel

__all__ = ["PathRules", "hashed_path", "next_anchor", "read_path", "room_for", "window_of"]

OCCURRENCES = ("first", "last", "every")
COLLAPSES = ("none", "repeats", "first")

_LENGTH, _BACKWARD, _OCCURRENCE, _COLLAPSE, _DROP, _ONLY_LAST, _WHOLE = range(7)


@dataclass(frozen=True, slots=True)
class PathRules:
    """How a journey becomes a path.

    ``backward``: the last ``length`` nodes up to the anchor, not the first from it on;
    ``occurrence``: ``first``, ``last`` or ``every`` anchor event; ``collapse``: ``none``,
    ``repeats`` (equal nodes in a row are one) or ``first`` (a node counts once a path). ``drop``:
    this node is left out of paths that have others too, with ``only_last`` just at their end.
    ``whole``: paths differ by all of their nodes, not by the ``length`` that are kept.
    """

    length: int
    backward: bool = False
    occurrence: str = "first"
    collapse: str = "repeats"
    drop: int = -1
    only_last: bool = False
    whole: bool = False

    def numbers(self) -> NDArray[np.int64]:
        """The rules as a kernel reads them."""
        occurrence = OCCURRENCES.index(self.occurrence)
        collapse = COLLAPSES.index(self.collapse)
        values = (self.length, self.backward, occurrence, collapse)
        return np.array([*values, self.drop, self.only_last, self.whole], np.int64)

    def is_whole_read(self) -> bool:
        """Whether all of a journey must be read to know its path."""
        return self.whole or self.drop >= 0 or self.collapse == "first"


def room_for(journeys: CodedJourneys, rules: PathRules) -> tuple[NDArray[np.int64], ...]:
    """What ``read_path`` writes into: nodes found, when a node was seen, and the path's tail."""
    longest = rules.length
    if rules.is_whole_read():
        longest = max(longest, int(np.diff(journeys.offsets).max(initial=0)))
    return (
        np.zeros(longest, np.int64),
        np.zeros(journeys.nodes + 1, np.int64),
        np.zeros(2, np.int64),
    )


@kernel
def next_anchor(
    journeys: Journeys, anchors: Array, occurrence: int, person: int, after: int
) -> int:
    """The person's next anchor event after event ``after`` (−1: none yet); −1 for none.

    Without anchors the journey has one window, told by its first place.
    """
    begin, end = journeys[0][person], journeys[0][person + 1]
    if anchors.size == 0:
        return begin if after < 0 else -1
    if after >= 0 and occurrence < 2:  # noqa: PLR2004 - place of "every"
        return -1
    events = journeys[4]
    for k in range(begin if after < 0 else after + 1, end):
        i = end - 1 - (k - begin) if occurrence == 1 else k
        if anchors[i] and (events.size == 0 or events[i]):
            return i
    return -1


@kernel
def window_of(journeys: Journeys, anchors: Array, rules: Array, person: int, anchor: int) -> Any:
    """The events that the path is read from: begin and end (exclusive)."""
    begin, end = journeys[0][person], journeys[0][person + 1]
    if anchors.size == 0:
        return begin, end
    return (begin, anchor + 1) if rules[_BACKWARD] else (anchor, end)


@kernel
def _stream(journeys: Journeys, begin: int, end: int, rules: Array, found: Array) -> int:
    """Read no further than needed."""
    codes, lookup, events = journeys[1], journeys[2], journeys[4]
    length, backward, fold = rules[_LENGTH], rules[_BACKWARD], rules[_COLLAPSE] > 0
    size = 0
    for k in range(begin, end):
        i = end - 1 - (k - begin) if backward else k
        node = np.int64(lookup[codes[i]])
        if node == SKIP or (events.size and not events[i]):
            continue
        if fold and size > 0 and found[size - 1] == node:
            continue
        found[size] = node
        size += 1
        if size == length:
            break
    if backward:
        found[:size] = found[:size][::-1].copy()
    return size


@kernel
def _gathered(journeys: Journeys, begin: int, end: int, found: Array) -> int:
    codes, lookup, events = journeys[1], journeys[2], journeys[4]
    size = 0
    for i in range(begin, end):
        node = np.int64(lookup[codes[i]])
        if node != SKIP and (events.size == 0 or events[i]):
            found[size] = node
            size += 1
    return size


@kernel
def _dropped(found: Array, size: int, drop: int, only_last: int) -> int:
    others = 0
    for k in range(size):
        others += found[k] != drop
    if drop < 0 or others == 0:
        return size
    if only_last:
        while found[size - 1] == drop:
            size -= 1
        return size
    kept = 0
    for k in range(size):
        found[kept] = found[k]
        kept += found[k] != drop
    return kept


@kernel
def _collapsed(found: Array, size: int, collapse: int, seen: Array) -> int:
    if collapse == 0:
        return size
    seen[-1] += 1
    kept = 0
    for k in range(size):
        node = found[k]
        is_repeat = kept > 0 and found[kept - 1] == node
        if not is_repeat and (collapse == 1 or seen[node] != seen[-1]):
            seen[node] = seen[-1]
            found[kept] = node
            kept += 1
    return kept


@kernel
def hashed_path(found: Array, size: int) -> int:
    """63 bits that tell a path of ``size`` nodes from others."""
    mixed = np.uint64(size)
    for k in range(size):
        mixed = (mixed ^ np.uint64(found[k] + 1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(32)
    return int(mixed >> np.uint64(1))


@kernel
def read_path(journeys: Journeys, begin: int, end: int, rules: Array, room: Any) -> int:
    """Write the path's nodes to the front of ``room[0]``; returns how many.

    ``room[2]`` gets a 63-bit hash of the whole path and how many nodes that has, where ``whole``.
    """
    found, seen, tail = room
    if not rules[_WHOLE] and rules[_DROP] < 0 and rules[_COLLAPSE] < 2:  # noqa: PLR2004 - "first"
        return _stream(journeys, begin, end, rules, found)
    size = _gathered(journeys, begin, end, found)
    size = _dropped(found, size, rules[_DROP], rules[_ONLY_LAST])
    size = _collapsed(found, size, rules[_COLLAPSE], seen)
    if rules[_WHOLE]:
        tail[0] = hashed_path(found, size)
        tail[1] = size
    shown = min(size, int(rules[_LENGTH]))
    if rules[_BACKWARD]:
        for k in range(shown):
            found[k] = found[size - shown + k]
    return shown
