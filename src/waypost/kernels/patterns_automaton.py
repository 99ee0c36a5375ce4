"""The form in which kernels take a pattern: places to arrive at, and waits between them.

A *place* is a term of the pattern: an event arrives there. After it the match *waits* for one of
the next places; what ends a wait (an event that must not come, or any event where the next must
follow directly) and its limits of time belong to the wait. All sets are bits of ``int64``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array

__all__ = ["FOREVER", "MOST_BITS", "PatternAutomaton", "PatternClasses", "listed", "signed"]

MOST_BITS = 64
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class PatternAutomaton:
    """A pattern without names.

    ``symbols: uint32[places]``: step bits of which an event must have one; ``any_event``: places
    where any event will do. ``feeds[place]``: waits that lead there; ``waits[place]``: waits that
    begin there. Per wait: ``without: uint32``, step bits that end it; ``direct``: waits that any
    event ends; ``least``, ``most``: ticks it may take. ``free``: places where a match may begin
    anywhere; ``opening``: waits from the beginning of the journey; ``closing``: waits that may be
    left at its end, 0 = a match ends on arrival at one of ``final``. ``within``: ticks for the
    whole.
    """

    symbols: NDArray[np.uint32]
    any_event: int
    feeds: NDArray[np.int64]
    waits: NDArray[np.int64]
    without: NDArray[np.uint32]
    direct: int
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    free: int
    opening: int
    closing: int
    final: int
    within: int = FOREVER

    @property
    def timed(self) -> bool:
        """Whether time decides about a match."""
        return self.limited_waits().size > 0 or self.within < FOREVER

    def limited_waits(self) -> NDArray[np.int64]:
        """Waits with a least or a greatest time."""
        return np.flatnonzero((self.least > 0) | (self.most < FOREVER))

    def numbers(self) -> NDArray[np.int64]:
        """What kernels read: free, opening, closing, final, slow, limited, within, timed."""
        slow = sum(1 << wait for wait in np.flatnonzero(self.least > 0).tolist())
        limited = sum(1 << wait for wait in self.limited_waits().tolist())
        given = (self.free, self.opening, self.closing, self.final)
        bits = [signed(value) for value in (*given, slow, limited)]
        return np.array([*bits, self.within, self.timed], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class PatternClasses:
    """Events that a pattern treats alike: ``of_code[code]``, and per class what an event does.

    ``arrives: int64[classes]``: places that it may arrive at; ``ends: int64[classes]``: waits that
    it ends.
    """

    of_code: NDArray[np.uint16]
    arrives: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, automaton: PatternAutomaton, lookup: Array) -> PatternClasses:
        """For ``lookup: uint32[dictionary]``, the step bits of each code."""
        kinds, of_code = np.unique(lookup, return_inverse=True)
        arrives = np.full(kinds.size, signed(automaton.any_event), np.int64)
        for place, symbols in enumerate(automaton.symbols):
            arrives[(kinds & symbols) > 0] |= np.int64(signed(1 << place))
        ends = np.full(kinds.size, signed(automaton.direct), np.int64)
        for wait, without in enumerate(automaton.without):
            ends[(kinds & without) > 0] |= np.int64(signed(1 << wait))
        return cls(of_code.astype(np.uint16), arrives, ends)


def signed(bits: int) -> int:
    """64 bits as the ``int64`` that has them."""
    return bits - (1 << MOST_BITS) if bits >> (MOST_BITS - 1) else bits


def listed(sets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the bits of each set one after another, and where each set begins."""
    rows, places = np.nonzero((sets[:, None] >> np.arange(MOST_BITS)) & 1)
    starts = np.searchsorted(rows, np.arange(sets.size + 1))
    return places.astype(np.int64), starts.astype(np.int64)
