"""Masks of events and persons from codes, touching no more events than they must."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.bits import ones
from waypost.kernels.coded import Array, EventChoice
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.person_bounds import below
from waypost.kernels.postings import Postings
from waypost.kernels.room import blank

__all__ = ["EventChoice", "events_by_code", "persons_at", "persons_by_code"]


@kernel
def _all_by_code(codes: Array, table: Array, begin: int, end: int, mask: Array) -> None:
    for i in range(begin, end):
        mask[i] = table[codes[i]]


@kernel
def _some_by_code(offsets: Array, persons: Array, codes: Array, table: Array, mask: Array) -> None:
    for p in range(offsets.size - 1):
        if persons[p]:
            for i in range(offsets[p], offsets[p + 1]):
                mask[i] = table[codes[i]]


def events_by_code(
    codes: NDArray[np.unsignedinteger[Any]],
    table: NDArray[np.uint8],
    *,
    offsets: NDArray[np.int64] | None = None,
    persons: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """``uint8[events]``: ``table`` at every event's code; ``table`` is as long as there are codes.

    With ``offsets``, only events of these persons are looked at, and with ``persons:
    uint8[persons]``, of those that are 1; the others are 0.
    """
    wide = EventChoice.of(codes, table).table
    mask = np.zeros(codes.size, np.uint8)
    if offsets is None or persons is None or not persons.size:
        begin, end = (0, codes.size) if offsets is None else (int(offsets[0]), int(offsets[-1]))
        _all_by_code(sealed(codes), sealed(wide), begin, end, mask)
    else:
        _some_by_code(sealed(offsets), sealed(persons), sealed(codes), sealed(wide), mask)
    return mask


@kernel
def _any_by_code(offsets: Array, codes: Array, table: Array, found: Array) -> None:
    for p in range(offsets.size - 1):
        for i in range(offsets[p], offsets[p + 1]):
            if table[codes[i]]:
                found[p] = 1
                break


def persons_by_code(
    offsets: NDArray[np.int64], codes: NDArray[np.unsignedinteger[Any]], table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 where ``table`` is 1 at the code of at least one event."""
    found = np.zeros(offsets.size - 1, np.uint8)
    wide = EventChoice.of(codes, table).table
    _any_by_code(sealed(offsets), sealed(codes), sealed(wide), found)
    return found


@kernel
def _persons_at(offsets: Array, positions: Array, bits: Array, ranks: Array, found: Array) -> None:
    """How many positions lie before where each person ends, counted in bits: nothing is searched.

    ``bits: uint64``, ``ranks: uint32``: one word for every 64 events, and one more.
    """
    one, six, low = np.uint64(1), np.uint64(6), np.uint64(63)
    begin, persons = np.uint64(offsets[0]), offsets.size - 1
    bits[:] = 0
    for k in range(positions.size):
        place = np.uint64(positions[k]) - begin
        bits[place >> six] |= one << (place & low)
    before = np.uint64(0)
    for word in range(bits.size):
        ranks[word] = before
        before += ones(bits[word])
    before = np.uint64(0)
    for p in range(persons):
        end = np.uint64(offsets[p + 1]) - begin
        at = end >> six
        now = np.uint64(ranks[at]) + ones(bits[at] & ((one << (end & low)) - one))
        found[p] |= np.uint8(now > before)
        before = now


@kernel
def _persons_by_bounds(known: Any, begin: int, positions: Array, found: Array) -> None:
    """As ``_persons_at``, where it is known where persons begin."""
    (bits, ranks), one = known, np.uint64(1)
    before = below(bits, ranks, np.uint64(begin)) + one
    for k in range(positions.size):
        found[below(bits, ranks, np.uint64(positions[k]) + one) - before] = 1


def persons_at(
    offsets: NDArray[np.int64], postings: Postings, code: int, found: NDArray[np.uint8]
) -> None:
    """Set ``found: uint8[persons]`` to 1 for the persons with an event of ``code``.

    O(their events), and where the shard does not keep where persons begin, O(persons) and a word
    for every 64 events.
    """
    if offsets.size <= 1:
        return
    positions = postings.of(code)
    edges = np.array([offsets[0], offsets[-1]], positions.dtype)
    first, last = np.searchsorted(positions, edges)
    own = sealed(positions[first:last])
    known = postings.bounds_of(offsets)
    if known[0].size:
        _persons_by_bounds(known, int(offsets[0]), own, found)
        return
    words = (int(offsets[-1] - offsets[0]) >> 6) + 1
    scratch = blank(words, np.uint64), blank(words, np.uint32)
    _persons_at(sealed(offsets), own, *scratch, found)
