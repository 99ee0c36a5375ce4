"""Large arrays from memory that earlier answers gave back.

Fresh memory costs a page fault every 4 kB, which is more than most kernels do with it.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["blank"]

_LEAST_BITS, _MOST_BITS = 18, 25
"""Sizes as powers of two: smaller memory the allocator keeps itself, larger one is rarely asked."""

_OF_A_SIZE = 8 << 20
_KEPT: dict[int, deque[NDArray[np.uint8]]] = {
    bits: deque(maxlen=max(2, _OF_A_SIZE >> bits)) for bits in range(_LEAST_BITS, _MOST_BITS + 1)
}
"""By size, what waits to be used again: at most 8 MB of each, or two; 152 MB in all."""


def blank(size: int, dtype: DTypeLike) -> NDArray[Any]:
    """As ``numpy.empty(size, dtype)``; its memory is used again once nobody sees it.

    Safe to call from several threads: nothing but taking from a queue and putting into it.
    """
    kind = np.dtype(dtype)
    bits = max(size * kind.itemsize - 1, 0).bit_length()
    if bits not in _KEPT:
        return np.empty(size, kind)
    try:
        memory = _KEPT[bits].pop()
    except IndexError:
        memory = np.empty(1 << bits, np.uint8)
    # Through a buffer, so that views of this array hold it and not the memory behind it.
    array: NDArray[Any] = np.frombuffer(memory.data, kind, size)
    weakref.finalize(array, _KEPT[bits].append, memory).atexit = False
    return array
