"""Alignments with a drawn line whose steps must all be visited once, a word at a time.

The alignment is then a longest common subsequence. Bit ``j`` of a word is 0 where one more step of
the first ``j + 1`` is met than of the first ``j``; the word after an event follows from the word
before it by an addition (H. Hyyrö, Bit-parallel LCS-length computation revisited, AWOCA 2004).

Read from the end, an event is a visit of a step below ``j`` just where the highest step that it
could be, among ones of the word before, lies above the highest zero: an addition carries the zero
down to the lowest such step, and between the two the length has grown by one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["align_visits"]

Array = NDArray[Any]


@kernel
def align_visits(
    kinds: Array, bounds: Array, journeys: int, bits_of: Array, every: int, out: Any
) -> None:
    """Write per visit its step from 1 or 0 for inserted, and per journey the cost.

    ``every``: a bit for each step; ``out``: moves, costs, and a word per visit to work with. Of
    several alignments it is that of ``conformance``: rather inserted than a visit, read from the
    end.
    """
    moves, costs, words = out
    steps = np.int64(0)
    while (every >> steps) & 1:
        steps += 1
    for n in range(journeys):
        begin, end = bounds[n], bounds[n + 1]
        word = np.int64(every)
        for i in range(begin, end):
            words[i] = word
            own = word & bits_of[kinds[i]]
            word = ((word + own) | (word - own)) & every
        below, met = np.int64(every), np.int64(0)
        for k in range(end - begin):
            i = end - 1 - k
            there = words[i] & bits_of[kinds[i]] & below
            is_visit = there > (~words[i] & below)
            # Ones from the highest step downwards, without it.
            under = there >> 1
            under |= under >> 1
            under |= under >> 2
            under |= under >> 4
            under |= under >> 8
            under |= under >> 16
            # As a float a number carries its highest bit as exponent.
            place = (np.float64(there | 1).view(np.int64) >> 52) - 1022
            moves[i] = place if is_visit else 0
            below = under if is_visit else below
            met += is_visit
        costs[n] = end - begin + steps - 2 * met
