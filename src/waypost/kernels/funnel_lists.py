"""Where the events that matter to a funnel lie: one rising list of positions per kind of event.

A kernel then goes from one person with an entry to the next and looks at nothing between. Lists
are the posting lists that a shard keeps; without them, they are laid anew, a block of persons at a
time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.postings import Postings

__all__ = ["KindLists", "bound_from", "event_lists", "person_from"]

_BLOCK = 1 << 18
"""Events whose lists fit a second-level cache."""

_AHEAD = 8
"""Places that are compared at once."""

_MOST_SORTED = 0.1
"""Of all events: beyond this share, lists of several codes are laid anew rather than sorted."""


@dataclass(frozen=True, slots=True)
class KindLists:
    """Events of persons ``first`` to ``last`` (exclusive) by kind.

    Those of kind ``k`` are at ``base + positions[begins[k]:ends[k]]``, rising. ``positions:
    uint32``; ``begins, ends: int64[kinds]``.
    """

    first: int
    last: int
    base: int
    positions: NDArray[np.uint32]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


def event_lists(
    journeys: CodedJourneys,
    kind_of: NDArray[np.uint8],
    kinds: int,
    *,
    postings: Postings | None = None,
) -> Iterator[KindLists]:
    """The lists of all persons, in one piece or several.

    ``kind_of: uint8[dictionary]``: 0 = the code does not matter, ``k + 1`` = it is of kind ``k``.
    Valid until the next is asked for. 2 MB, or 8 bytes per event of the longest journey, where the
    lists are laid anew; 4 bytes per event where several codes are of one kind.
    """
    if postings is not None:
        lists = _posted(journeys.offsets, kind_of, kinds, postings)
        if lists is not None:
            yield lists
            return
    yield from _laid(journeys, kind_of, kinds)


def _posted(
    offsets: NDArray[np.int64], kind_of: NDArray[np.uint8], kinds: int, postings: Postings
) -> KindLists | None:
    """From posting lists; None where too much would have to be sorted."""
    starts, persons = postings.starts, offsets.size - 1
    matter = np.flatnonzero(kind_of[: starts.size - 1])
    begins, ends = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    cut = {code: _cut(postings, code, offsets) for code in matter.tolist()}
    if matter.size == np.unique(kind_of[matter]).size:
        for code, (begin, end) in cut.items():
            begins[kind_of[code] - 1], ends[kind_of[code] - 1] = begin, end
        return KindLists(0, persons, 0, postings.positions, begins, ends)
    if sum(end - begin for begin, end in cut.values()) > postings.positions.size * _MOST_SORTED:
        return None
    parts: list[NDArray[np.uint32]] = []
    for kind in range(kinds):
        mine = [cut[code] for code in matter.tolist() if kind_of[code] == kind + 1]
        found = [postings.positions[begin:end] for begin, end in mine]
        parts.append(np.sort(np.concatenate([postings.positions[:0], *found])))
    ends = np.cumsum([part.size for part in parts])
    begins[1:] = ends[:-1]
    return KindLists(0, persons, 0, np.concatenate(parts), begins, ends)


def _cut(postings: Postings, code: int, offsets: NDArray[np.int64]) -> tuple[int, int]:
    """Begin and end of a code's list within the persons' events."""
    begin = int(postings.starts[code])
    edges = np.searchsorted(postings.of(code), np.array([offsets[0], offsets[-1]], np.uint32))
    return begin + int(edges[0]), begin + int(edges[1])


def _laid(journeys: CodedJourneys, kind_of: NDArray[np.uint8], kinds: int) -> Iterator[KindLists]:
    offsets, codes = sealed(journeys.offsets), sealed(journeys.codes)
    kind_of = sealed(kind_of)
    first, persons = 0, offsets.size - 1
    found = positions = np.zeros(0, np.uint32)
    while first < persons:
        last = int(np.searchsorted(offsets, offsets[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), persons)
        begin, end = int(offsets[first]), int(offsets[last])
        if end - begin >= found.size:
            size = max(_BLOCK, end - begin) + 1
            found, positions = np.empty(size, np.uint32), np.empty(size, np.uint32)
        ends = np.zeros(kinds + 1, np.int64)
        _lay(codes, kind_of, np.array([begin, end]), (found, positions, ends))
        begins = np.concatenate([np.zeros(1, np.int64), ends[:-2]])
        yield KindLists(first, last, begin, positions, begins, ends[:-1])
        first = last


@kernel
def _lay(codes: Array, kind_of: Array, cut: Array, into: tuple[Array, Array, Array]) -> None:
    """Write every event and move on only after one that matters, so that nothing branches."""
    found, positions, ends = into
    begin, size = cut[0], 0
    for i in range(begin, cut[1]):
        found[size] = i - begin
        size += kind_of[codes[i]] > 0
    for k in range(size):
        ends[kind_of[codes[begin + np.int64(found[k])]]] += 1
    for other in range(1, ends.size):
        ends[other] += ends[other - 1]
    for k in range(size):
        place = begin + np.int64(found[k])
        kind = np.int64(kind_of[codes[place]]) - 1
        positions[ends[kind]] = found[k]
        ends[kind] += 1


@kernel
def _far_bound(positions: Array, k: int, end: int, least: int) -> int:
    stride = 1
    while k + stride < end and positions[k + stride] < least:
        k += stride
        stride <<= 1
    while stride > 0:
        if k + stride <= end and positions[k + stride - 1] < least:
            k += stride
        stride >>= 1
    return k


@kernel
def bound_from(positions: Array, k: int, end: int, least: int) -> int:
    """The first place from ``k`` on, before ``end``, that holds ``least`` or more."""
    # Comparing all of the next eight costs less than guessing wrong where to stop.
    if k + _AHEAD <= end:
        below, limit = np.uint32(0), np.uint32(least)
        for ahead in range(_AHEAD):
            below += np.uint32(positions[k + ahead] < limit)
        if below < _AHEAD:
            return k + int(np.int64(below))
    return _far_bound(positions, k, end, least)


@kernel
def _far_person(offsets: Array, p: int, i: int) -> int:
    last, stride = offsets.size - 1, 1
    while p + stride < last and offsets[p + stride] <= i:
        p += stride
        stride <<= 1
    while stride > 0:
        if p + stride < last and offsets[p + stride] <= i:
            p += stride
        stride >>= 1
    return p


@kernel
def person_from(offsets: Array, p: int, i: int) -> int:
    """The person of event ``i``, from person ``p`` on."""
    if p + _AHEAD < offsets.size:
        before = 0
        for ahead in range(1, _AHEAD + 1):
            before += 1 if offsets[p + ahead] <= i else 0
        if before < _AHEAD:
            return p + before
    return _far_person(offsets, p, i)
