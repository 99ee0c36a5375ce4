"""What persons did who did not go on from one kind of event to another in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = ["NOTHING", "STILL_OPEN", "WENT_ON", "InsteadCounts", "count_instead", "persons_instead"]

NOTHING, WENT_ON, STILL_OPEN, NOT_THERE = -1, -2, -3, -4
"""A person's fate where it is no node."""


@dataclass(frozen=True, slots=True)
class InsteadCounts:
    """``nodes: int64[nodes]``: persons by the next node; ``others: int64[3]``.

    ``others``: nothing came in time, went on, still open.
    """

    nodes: NDArray[np.int64]
    others: NDArray[np.int64]

    def __add__(self, other: InsteadCounts) -> InsteadCounts:
        return InsteadCounts(self.nodes + other.nodes, self.others + other.others)


@kernel
def _fate(journeys: Journeys, at: Array, bits: Array, p: int, limits: tuple[int, int]) -> int:
    """From the first event of bit 0: the fate of the person, or the node that came next."""
    offsets, codes, lookup, _, events = journeys
    window, data_until = limits
    begun = False
    begin = 0
    following = NOTHING
    for i in range(offsets[p], offsets[p + 1]):
        if events.size and not events[i]:
            continue
        if begun and int(at[i]) - begin > window:
            break
        if begun and bits[i] & 2:
            return WENT_ON
        node = int(lookup[codes[i]])
        if begun and following == NOTHING and node != SKIP and not bits[i] & 1:
            following = node
        if not begun and bits[i] & 1:
            begun = True
            begin = int(at[i])
    if not begun:
        return NOT_THERE
    return STILL_OPEN if begin + window > data_until else following


@kernel
def _instead(journeys: Journeys, at: Array, bits: Array, limits: tuple[int, int], out: Any) -> None:
    nodes, others, wanted, found = out
    persons = journeys[3]
    for p in range(journeys[0].size - 1):
        if persons.size and not persons[p]:
            continue
        fate = _fate(journeys, at, bits, p, limits)
        if found.size:
            found[p] = fate == wanted
        elif fate >= 0:
            nodes[fate] += 1
        elif fate != NOT_THERE:
            others[-1 - fate] += 1


def count_instead(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    bits: NDArray[np.uint8],
    *,
    window: int,
    data_until: int,
) -> InsteadCounts:
    """Persons by what came next. O(events).

    ``bits: uint8[events]``: 1 = the event counts as the begin, 2 = as going on. From a person's
    first begin, within ``window`` ticks (inclusive): the first node that is no begin; going on at
    any time in the window wins; without it, a window that the data do not cover is open.
    """
    nodes, others = np.zeros(journeys.nodes, np.int64), np.zeros(3, np.int64)
    out = (nodes, others, 0, np.zeros(0, np.uint8))
    _instead(journeys.arguments(), sealed(at), sealed(bits), (window, data_until), out)
    return InsteadCounts(nodes, others)


def persons_instead(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    bits: NDArray[np.uint8],
    *,
    limits: tuple[int, int],
    fate: int,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those with that fate or next node; ``limits``: window, data end."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    out = (np.zeros(0, np.int64), np.zeros(0, np.int64), fate, found)
    if found.size:
        _instead(journeys.arguments(), sealed(at), sealed(bits), limits, out)
    return found
