"""How many persons take each path: the first or last few nodes, from or up to an anchor.

A path is packed into 64-bit words, node + 1 from the highest bits down, so that words compare as
paths do. Equal paths are counted by ``row_counts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.path_reading import (
    PathRules,
    hashed_path,
    next_anchor,
    read_path,
    room_for,
    window_of,
)
from waypost.kernels.room import blank
from waypost.kernels.row_counts import (
    Each,
    RowCounts,
    distinct_rows,
    merged_in_parts,
    merged_rows,
    spread_rows,
)

__all__ = [
    "LONGEST_PATH",
    "PathCounts",
    "PathRules",
    "count_paths",
    "packed_path",
    "persons_on_path",
    "unpacked",
]

LONGEST_PATH = 50
_USABLE_BITS = 63
_BATCH = 1 << 20
_TAIL = 2
_MOST_RUNS = 64
"""Runs that are kept apart before they are merged, so that memory stays that of distinct paths."""

_LENGTH, _BACKWARD, _OCCURRENCE, _COLLAPSE, _WHOLE = 0, 1, 2, 3, 6
_FEW_WORDS = 1 << 15

_NEXT, _EVERYBODY, _MISSING = range(3)


@dataclass(frozen=True, slots=True)
class PathCounts:
    """How many take each path; equal paths of several ``runs`` are merged when they are asked for.

    ``without_anchor``: persons with nodes but without the anchor; ``everybody``: persons with a
    path; ``width``: words a path.
    """

    runs: tuple[RowCounts, ...]
    width: int
    without_anchor: int
    everybody: int

    def __add__(self, other: PathCounts) -> PathCounts:
        runs = (*self.runs, *other.runs)
        return PathCounts(
            runs if len(runs) < _MOST_RUNS else (merged_rows(runs, self.width),),
            self.width,
            self.without_anchor + other.without_anchor,
            self.everybody + other.everybody,
        )

    def settled(self) -> PathCounts:
        """The same with every path once, so that its arrays are at hand."""
        return replace(self, runs=(merged_rows(self.runs, self.width),))

    def settled_with(self, each: Each) -> PathCounts:
        """As ``settled``, with the work shared out; see ``row_counts.Each``."""
        is_same = all(run.persons is run.counts for run in self.runs)
        words = sum(run.words.size for run in self.runs)
        if self.width > 1 or not is_same or words < _FEW_WORDS:
            return self.settled()
        return replace(self, runs=(merged_in_parts(self.runs, each),))

    @property
    def words(self) -> NDArray[np.int64]:
        """``int64[paths, width]`` packed paths, in no order that means anything."""
        return merged_rows(self.runs, self.width).words.reshape(-1, self.width)

    @property
    def counts(self) -> NDArray[np.int64]:
        """``int64[paths]``: journeys or, where every anchor counts, anchors."""
        return merged_rows(self.runs, self.width).counts

    @property
    def persons(self) -> NDArray[np.int64]:
        """``int64[paths]``: persons with at least one."""
        return merged_rows(self.runs, self.width).persons


@kernel
def _pack(found: Array, size: int, bits: int, words: Array, at: int) -> None:
    """Write the first ``size`` nodes into words that are 0, from ``at`` on."""
    top = bits * (_USABLE_BITS // bits - 1)
    shift = top
    for k in range(size):
        if shift < 0:
            at += 1
            shift = top
        words[at] |= (found[k] + 1) << shift
        shift -= bits


@kernel
def _put_path(words: Array, at: int, size: int, layout: Array, whole: int, room: Any) -> None:
    width = layout[1]
    for k in range(at, at + width):
        words[k] = 0
    _pack(room[0], size, layout[0], words, at)
    if whole:
        words[at + width - 2] = room[2][1]
        words[at + width - 1] = room[2][0]


@kernel
def _prefixes(journeys: Journeys, length: int, nodes_at_all: int, words: Array) -> int:
    """One word a person from the begin of journeys whose codes are their nodes; returns how many.

    -1 where a code that was read is none.
    """
    offsets, codes = journeys[0], journeys[1]
    bits, highest = 1, np.int64(0)
    while nodes_at_all >> bits:
        bits += 1
    wide = np.int64(bits)
    room = wide * (np.int64(_USABLE_BITS) // wide)
    size = 0
    for p in range(offsets.size - 1):
        begin = offsets[p]
        nodes = min(offsets[p + 1] - begin, length)
        word = np.int64(0)
        for i in range(begin, begin + nodes):
            code = np.int64(codes[i])
            highest = max(highest, code)
            word = (word << wide) | (code + 1)
        words[size] = word << (room - wide * nodes)
        size += nodes > 0
    return size if highest < nodes_at_all else -1


@kernel
def _short_paths(journeys: Journeys, rules: Array, bits: int, words: Array) -> int:
    """One word a person for paths without anchor; returns how many there are."""
    offsets, codes, lookup, persons, events = journeys
    length, backward, fold = rules[_LENGTH], rules[_BACKWARD], rules[_COLLAPSE] > 0
    wide = np.int64(bits)
    top = wide * (np.int64(_USABLE_BITS) // wide - 1)
    size = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        begin, end = offsets[p], offsets[p + 1]
        word = np.int64(0)
        nodes = 0
        before = np.int64(-1)
        for k in range(end - begin):
            i = end - 1 - k if backward else begin + k
            node = np.int64(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]) or (fold and node == before):
                continue
            before = node
            word = (word >> wide) | ((node + 1) << top) if backward else (word << wide) | (node + 1)
            nodes += 1
            if nodes == length:
                break
        words[size] = word if backward else word << (top + wide - wide * nodes)
        size += nodes > 0
    return size


@kernel
def _whole_journeys(
    journeys: Journeys, rules: Array, layout: Array, found: Array, words: Array
) -> int:
    """Rows of whole journeys without anchor; returns how many. ``found`` holds the longest one."""
    offsets, codes, lookup, persons, events = journeys
    length, backward, fold = rules[_LENGTH], rules[_BACKWARD], rules[_COLLAPSE] > 0
    bits, width = layout[0], layout[1]
    top = bits * (_USABLE_BITS // bits - 1)
    rows = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        size = 0
        before = np.int64(-1)
        for i in range(offsets[p], offsets[p + 1]):
            node = np.int64(lookup[codes[i]])
            exists = node != SKIP
            if events.size:
                exists &= events[i] > 0
            found[size] = node
            size += int(exists & ((not fold) | (node != before)))
            before = node if exists else before
        if size == 0:
            continue
        shown = min(size, length)
        begin = size - shown if backward else 0
        at = rows * width
        words[at : at + width] = 0
        shift = top
        for k in range(begin, begin + shown):
            if shift < 0:
                at += 1
                shift = top
            words[at] |= (found[k] + 1) << shift
            shift -= bits
        words[rows * width + width - 2] = size
        words[rows * width + width - 1] = hashed_path(found, size)
        rows += 1
    return rows


@kernel
def _fill(
    journeys: Journeys, anchors: Array, rules: Array, layout: Array, room: Any, out: Any
) -> int:
    """Pack paths from person ``numbers[_NEXT]`` on until the batch is full; returns how many.

    A person is never cut in two.
    """
    words, owners, numbers = out
    width, batch = layout[1], layout[2]
    persons = journeys[3]
    size = 0
    p = numbers[_NEXT]
    while p < journeys[0].size - 1 and size < batch:
        before = size
        anchor = -1
        if persons.size == 0 or persons[p]:
            anchor = next_anchor(journeys, anchors, rules[_OCCURRENCE], p, -1)
            numbers[_MISSING] += anchor < 0 and _is_anywhere(journeys, p)
        while anchor >= 0:
            begin, end = window_of(journeys, anchors, rules, p, anchor)
            shown = read_path(journeys, begin, end, rules, room)
            if shown:
                _put_path(words, size * width, shown, layout, rules[_WHOLE], room)
                if owners.size:
                    owners[size] = p
                size += 1
            anchor = next_anchor(journeys, anchors, rules[_OCCURRENCE], p, anchor)
        numbers[_EVERYBODY] += size > before
        p += 1
    numbers[_NEXT] = p
    return size


@kernel
def _is_anywhere(journeys: Journeys, person: int) -> bool:
    """Whether the person has an event at a node."""
    offsets, codes, lookup, _, events = journeys
    for i in range(offsets[person], offsets[person + 1]):
        if lookup[codes[i]] != SKIP and (events.size == 0 or events[i]):
            return True
    return False


def _bits(nodes: int) -> int:
    return max(nodes.bit_length(), 1)


def _width(nodes: int, rules: PathRules) -> int:
    per_word = _USABLE_BITS // _bits(nodes)
    return -(-rules.length // per_word) + (_TAIL if rules.whole else 0)


def count_paths(
    journeys: CodedJourneys, rules: PathRules, *, anchors: NDArray[np.uint8]
) -> PathCounts:
    """Persons by path. O(events looked at); ``anchors: uint8[events]``, empty = no anchor."""
    width = _width(journeys.nodes, rules)
    if width == 1 and anchors.size == 0 and not rules.is_whole_read():
        return _one_word_paths(journeys, rules)
    if anchors.size == 0 and rules.whole and rules.drop < 0 and rules.collapse != "first":
        return _whole_paths(journeys, rules, width)
    return _any_paths(journeys, rules, anchors, width)


def _one_word_paths(journeys: CodedJourneys, rules: PathRules) -> PathCounts:
    arguments, size = journeys.arguments(), -1
    words = blank(journeys.offsets.size - 1, np.int64)
    if rules.collapse == "none" and not rules.backward and journeys.is_plain():
        size = _prefixes(arguments, rules.length, journeys.nodes, words)
    if size < 0:
        size = _short_paths(arguments, rules.numbers(), _bits(journeys.nodes), words)
    return PathCounts((spread_rows(words, 1, size),), 1, 0, size)


def _whole_paths(journeys: CodedJourneys, rules: PathRules, width: int) -> PathCounts:
    longest = int(np.diff(journeys.offsets).max(initial=0))
    words = blank((journeys.offsets.size - 1) * width, np.int64)
    found, layout = np.empty(longest, np.int64), np.array([_bits(journeys.nodes), width], np.int64)
    size = _whole_journeys(journeys.arguments(), rules.numbers(), layout, found, words)
    return PathCounts((spread_rows(words, width, size),), width, 0, size)


def _any_paths(
    journeys: CodedJourneys, rules: PathRules, anchors: NDArray[np.uint8], width: int
) -> PathCounts:
    units, arguments, room = (
        journeys.offsets.size - 1,
        journeys.arguments(),
        room_for(journeys, rules),
    )
    is_every = rules.occurrence == "every" and anchors.size > 0
    longest = int(np.diff(journeys.offsets).max(initial=0)) if is_every else 0
    batch = max(min(_BATCH // width, units), 1)
    layout = np.array([_bits(journeys.nodes), width, batch], np.int64)
    words = np.empty((batch + longest) * width, np.int64)
    owners = np.empty(batch + longest if is_every else 0, np.int32)
    numbers = np.zeros(3, np.int64)
    runs: list[RowCounts] = []
    while numbers[_NEXT] < units:
        out = (words, owners, numbers)
        size = _fill(arguments, sealed(anchors), rules.numbers(), layout, room, out)
        runs.append(distinct_rows(words, owners[:size], width, size))
    if not runs:
        runs.append(distinct_rows(words, owners[:0], width, 0))
    missing, everybody = int(numbers[_MISSING]), int(numbers[_EVERYBODY])
    return PathCounts(tuple(runs), width, missing, everybody)


@kernel
def _on_path(
    journeys: Journeys, anchors: Array, rules: Array, layout: Array, room: Any, out: Any
) -> None:
    wanted, found = out
    words = np.zeros(wanted.size, np.int64)
    persons = journeys[3]
    for p in range(journeys[0].size - 1):
        anchor = -1
        if persons.size == 0 or persons[p]:
            anchor = next_anchor(journeys, anchors, rules[_OCCURRENCE], p, -1)
        while anchor >= 0:
            begin, end = window_of(journeys, anchors, rules, p, anchor)
            shown = read_path(journeys, begin, end, rules, room)
            if shown:
                _put_path(words, 0, shown, layout, rules[_WHOLE], room)
                if np.all(words == wanted):
                    found[p] = 1
            anchor = next_anchor(journeys, anchors, rules[_OCCURRENCE], p, anchor)


def persons_on_path(
    journeys: CodedJourneys,
    rules: PathRules,
    *,
    anchors: NDArray[np.uint8],
    words: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those with a path that packs to ``words``. O(events looked at)."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    layout = np.array([_bits(journeys.nodes), words.size, 1], np.int64)
    room = room_for(journeys, rules)
    out = (sealed(words), found)
    _on_path(journeys.arguments(), sealed(anchors), rules.numbers(), layout, room, out)
    return found


def packed_path(
    path: Sequence[int], *, nodes: int, rules: PathRules, tail: tuple[int, int] = (0, 0)
) -> NDArray[np.int64]:
    """``int64[words]`` of a path of at most ``rules.length`` nodes; ``tail``: see ``unpacked``."""
    bits, words = _bits(nodes), np.zeros(_width(nodes, rules), np.int64)
    per_word = _USABLE_BITS // bits
    for place, node in enumerate(path):
        word, within = divmod(place, per_word)
        words[word] |= (node + 1) << (bits * (per_word - 1 - within))
    if rules.whole:
        words[-_TAIL:] = tail
    return words


def unpacked(words: NDArray[np.int64], *, nodes: int, length: int) -> list[tuple[int, ...]]:
    """The nodes of packed paths, in the order of time.

    Of whole paths the last two words are how many nodes they have and their hash.
    """
    bits = _bits(nodes)
    per_word = _USABLE_BITS // bits
    shown = words[:, : -(-length // per_word)]
    shifts = bits * (per_word - 1 - np.arange(per_word))
    parts = (shown[:, :, None] >> shifts) & ((1 << bits) - 1)
    flat = parts.reshape(shown.shape[0], shown.shape[1] * per_word)[:, :length]
    return [tuple(int(node) - 1 for node in row if node) for row in flat]
