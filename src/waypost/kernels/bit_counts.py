"""How many of many words have each bit: all bits at once, in numbers written as planes of digits.

Plane ``d`` holds digit ``d`` of 64 numbers a lane. A batch is added pair by pair, as hardware adds
(Harley and Seal's carry-save adders, in H. S. Warren's Hacker's Delight, 5-1).
"""

from __future__ import annotations

from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel

__all__ = ["BATCH", "LANES", "PLANES", "count_words"]

LANES, PLANES = 64, 12
_LEVELS = 6
BATCH = LANES << _LEVELS
"""Words that are added at once."""

_FULL = (1 << (PLANES - _LEVELS)) - 1
"""Batches that the planes can count."""


@kernel
def _add(words: Array, planes: Array) -> None:
    """Add a batch, which has one row of zeros behind it; what was in ``words`` is lost."""
    for level in range(PLANES):
        digit, pairs = planes[level], max(BATCH // LANES >> (level + 1), 1)
        for row in range(pairs):
            begin = 2 * row * LANES
            other = begin + LANES if level < _LEVELS else BATCH
            one, two = words[begin : begin + LANES], words[other : other + LANES]
            carry = words[row * LANES : (row + 1) * LANES]
            for lane in range(LANES):
                a, b, c = one[lane], two[lane], digit[lane]
                digit[lane] = a ^ b ^ c
                carry[lane] = (a & b) | ((a ^ b) & c)


@kernel
def _read(planes: Array, found: Array) -> None:
    for place in range(PLANES):
        digit = planes[place]
        for lane in range(LANES):
            word = digit[lane]
            for bit in range(found.size):
                found[bit] += ((word >> bit) & 1) << place
    planes[:] = 0


@kernel
def count_words(
    words: Array, size: int, planes: Array, found: Array, batch: Array, last: int
) -> int:
    """Count the first ``size`` words; less than a batch stays, unless this is the ``last`` time.

    Counts are in ``found: int64[bits]`` after the last time, and until then partly in ``planes:
    int64[PLANES + 1, LANES]``, which begin as zeros and end with how many batches they hold.
    Returns how many of ``words: int64`` stay, at the front. ``batch: int64[BATCH + LANES]`` are
    zeros before the first time.
    """
    done = 0
    while size - done >= BATCH or (last and done < size):
        many = min(size - done, BATCH)
        batch[:many] = words[done : done + many]
        batch[many:] = 0
        if planes[PLANES, 0] == _FULL:
            _read(planes, found)
        _add(batch, planes)
        planes[PLANES, 0] += 1
        done += many
    if last:
        _read(planes, found)
    for k in range(size - done):
        words[k] = words[done + k]
    return size - done
