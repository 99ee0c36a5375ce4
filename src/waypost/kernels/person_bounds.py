"""Where the persons of a shard begin, in bits: whose an event is, without a search.

One bit an event, and a count for every 64; found once for a shard that is open, in memory.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.bits import ones
from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel, sealed

__all__ = ["NOT_KEPT", "PersonBounds", "below", "count_up"]


@kernel
def count_up(bits: Array, ranks: Array, words: int) -> None:
    """``ranks``: how many bits are set before each word."""
    before = np.uint64(0)
    for word in range(words):
        ranks[word] = before
        before += ones(bits[word])


@kernel
def below(bits: Array, ranks: Array, place: Any) -> Any:
    """How many bits are set before ``place``."""
    word, one = place >> np.uint64(6), np.uint64(1)
    return np.uint64(ranks[word]) + ones(bits[word] & ((one << (place & np.uint64(63))) - one))


@kernel
def _mark_begins(offsets: Array, bits: Array) -> None:
    low = np.uint64(63)
    for p in range(offsets.size - 1):
        place = np.uint64(offsets[p])
        bits[place >> np.uint64(6)] |= np.uint64(1) << (place & low)


class PersonBounds:
    """Of one shard's ``offsets: int64[persons + 1]``; found when first asked for, by any thread."""

    def __init__(self, offsets: NDArray[np.int64]) -> None:
        self._offsets = offsets
        self._lock = threading.Lock()
        self._found: tuple[Array, Array] | None = None

    def of(self, offsets: NDArray[np.int64]) -> tuple[Array, Array]:
        """Bits and ranks by the events of the whole shard; empty where they do not say it.

        That is where ``offsets`` are not a part of the shard's own, or somebody has no event: bits
        cannot tell two who begin at one place. ``bits: uint64``, ``ranks: uint32``. O(persons)
        once, 0.2 bytes an event.
        """
        own = self._offsets
        if offsets.size and not np.may_share_memory(offsets, own):
            return NOT_KEPT
        with self._lock:
            if self._found is None:
                self._found = _bits_of(own)
        return self._found


def _bits_of(offsets: NDArray[np.int64]) -> tuple[Array, Array]:
    if not (offsets[1:] > offsets[:-1]).all():
        return NOT_KEPT
    words = (int(offsets[-1]) >> 6) + 1
    bits, ranks = np.zeros(words, np.uint64), np.empty(words, np.uint32)
    _mark_begins(sealed(offsets), bits)
    count_up(bits, ranks, words)
    return sealed(bits), sealed(ranks)


NOT_KEPT: tuple[Array, Array] = (sealed(np.zeros(0, np.uint64)), sealed(np.zeros(0, np.uint32)))
"""Bits and ranks where nothing is known."""
