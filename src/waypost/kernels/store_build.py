"""Laying a journey store: rows in log order become journeys, grouped by person and sorted by time.

Rows travel as packed records, one row of ``int64[n, RECORD_WORDS]`` each, so that moving an event
costs one cache line and not one per column:

====  =======================================================
word  content
====  =======================================================
0     ``at``: microseconds since 1970
1     ``seq``
2     ``value``
3     ``row << 16 | stage``
4     ``event << 48 | channel << 32 | touchpoint << 16 | source``
5     ``person << 32 | bits of rating``
====  =======================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = [
    "RECORD_WORDS",
    "Columns",
    "count_buckets",
    "group_by_person",
    "pack",
    "sort_journeys",
    "time_span",
    "unpack",
]

RECORD_WORDS = 6
Records = NDArray[np.int64]
Columns = tuple[NDArray[Any], ...]
"""``person`` (int32), ``at``, ``seq``, ``value``, ``row`` (int64), ``event``, ``channel``,
``touchpoint``, ``stage``, ``source`` (uint16), bits of ``rating`` (uint32), in this order."""

_SECOND = 1_000_000
_MILLISECOND = 1_000
_RUN = 16  # runs this short are insertion-sorted before they are merged


@kernel
def count_buckets(person: NDArray[np.int32], shift: int, counts: NDArray[np.int64]) -> None:
    """Add to ``counts: int64[buckets + 1]`` how many rows fall into each bucket of persons.

    A bucket holds ``2**shift`` person numbers; the last entry counts rows without a person
    (negative).
    """
    last = len(counts) - 1
    for i in range(len(person)):
        p = person[i]
        if p < 0:
            counts[last] += 1
        else:
            counts[p >> shift] += 1


@kernel
def time_span(at: NDArray[np.int64]) -> tuple[int, int, int]:
    """Earliest, latest, and the coarsest unit in microseconds that all of ``at: int64[n]`` keep.

    The unit is 1,000,000, 1,000 or 1. ``at`` must not be empty.
    """
    low = at[0]
    high = at[0]
    unit = _SECOND
    for i in range(len(at)):
        t = at[i]
        if t < low:
            low = t
        if t > high:
            high = t
        if unit == _SECOND and t % _SECOND != 0:
            unit = _MILLISECOND
        if unit == _MILLISECOND and t % _MILLISECOND != 0:
            unit = 1
    return low, high, unit


@kernel
def pack(columns: Columns, shift: int, cursor: NDArray[np.int64], out: Records) -> None:
    """Write one record per row into ``out: int64[n, RECORD_WORDS]``, bucket after bucket.

    ``cursor: int64[buckets + 1]`` holds where each bucket begins and is moved on; rows keep their
    order within a bucket. A row without a person gets person 0 in the last bucket.
    """
    person, at, seq, value, row, event, channel, touchpoint, stage, source, rating = columns
    last = len(cursor) - 1
    for i in range(len(person)):
        p = max(np.int64(person[i]), np.int64(0))
        bucket = last if person[i] < 0 else p >> shift
        k = cursor[bucket]
        cursor[bucket] = k + 1
        out[k, 0] = at[i]
        out[k, 1] = seq[i]
        out[k, 2] = value[i]
        out[k, 3] = (row[i] << 16) | np.int64(stage[i])
        out[k, 4] = (
            (np.int64(event[i]) << 48)
            | (np.int64(channel[i]) << 32)
            | (np.int64(touchpoint[i]) << 16)
            | np.int64(source[i])
        )
        out[k, 5] = (p << 32) | np.int64(rating[i])


@kernel
def group_by_person(
    records: Records, first_person: int, offsets: NDArray[np.int64], order: NDArray[np.int32]
) -> None:
    """Fill ``offsets: int64[persons + 1]`` and ``order: int32[n]``, a stable grouping by person.

    ``records[order[offsets[p]:offsets[p + 1]]]`` are the records of person ``first_person + p``, in
    the order they came. ``offsets`` must come in as zeros.
    """
    n = records.shape[0]
    persons = len(offsets) - 1
    for i in range(n):
        offsets[(records[i, 5] >> 32) - first_person + 1] += 1
    for p in range(persons):
        offsets[p + 1] += offsets[p]
    cursor = offsets[:persons].copy()
    for i in range(n):
        p = (records[i, 5] >> 32) - first_person
        order[cursor[p]] = i
        cursor[p] += 1


@kernel
def _before(records: Records, a: int, b: int) -> bool:
    """Whether record ``a`` comes before ``b``: by time, then ``seq``, then row of the log."""
    if records[a, 0] != records[b, 0]:
        return bool(records[a, 0] < records[b, 0])
    if records[a, 1] != records[b, 1]:
        return bool(records[a, 1] < records[b, 1])
    return bool((records[a, 3] >> 16) < (records[b, 3] >> 16))


@kernel
def _sort_runs(records: Records, order: NDArray[np.int32], low: int, high: int) -> None:
    """Insertion-sort every run of ``_RUN`` entries of ``order[low:high]``."""
    for start in range(low, high, _RUN):
        end = min(start + _RUN, high)
        for i in range(start + 1, end):
            moving = order[i]
            j = i
            while j > start and _before(records, moving, order[j - 1]):
                order[j] = order[j - 1]
                j -= 1
            order[j] = moving


@kernel
def _merge(
    records: Records,
    order: NDArray[np.int32],
    scratch: NDArray[np.int32],
    bounds: tuple[int, int, int],
) -> None:
    """Merge the sorted halves ``order[low:middle]`` and ``order[middle:high]`` in place."""
    low, middle, high = bounds
    for i in range(low, middle):
        scratch[i] = order[i]
    left = low
    right = middle
    k = low
    while left < middle and right < high:
        if _before(records, order[right], scratch[left]):
            order[k] = order[right]
            right += 1
        else:
            order[k] = scratch[left]
            left += 1
        k += 1
    while left < middle:
        order[k] = scratch[left]
        left += 1
        k += 1


@kernel
def sort_journeys(
    records: Records,
    offsets: NDArray[np.int64],
    order: NDArray[np.int32],
    scratch: NDArray[np.int32],
) -> int:
    """Put every person's part of ``order`` into time order; return how many journeys were not.

    Time, then ``seq``, then row of the log decide. What is already in order is only read, so a log
    in time order costs one pass; the worst case is ``n log n``. ``scratch`` is as long as
    ``order``.
    """
    unsorted = 0
    for p in range(len(offsets) - 1):
        low = offsets[p]
        high = offsets[p + 1]
        bad = False
        for i in range(low + 1, high):
            if _before(records, order[i], order[i - 1]):
                bad = True
                break
        if not bad:
            continue
        unsorted += 1
        _sort_runs(records, order, low, high)
        width = _RUN
        while width < high - low:
            for start in range(low, high - width, 2 * width):
                middle = start + width
                if _before(records, order[middle], order[middle - 1]):
                    end = min(start + 2 * width, high)
                    _merge(records, order, scratch, (start, middle, end))
            width *= 2
    return unsorted


@kernel
def unpack(
    records: Records, order: NDArray[np.int32], epoch: int, unit: int, columns: Columns
) -> None:
    """Fill ``columns`` from ``records[order]``; ``at`` becomes ``(at - epoch) // unit`` ticks.

    ``person`` and ``seq`` are left as they are.
    """
    _, at, _, value, row, event, channel, touchpoint, stage, source, rating = columns
    for i in range(len(order)):
        k = order[i]
        at[i] = (records[k, 0] - epoch) // unit
        value[i] = records[k, 2]
        word = records[k, 3]
        row[i] = word >> 16
        stage[i] = np.uint16(word & 0xFFFF)
        word = records[k, 4]
        event[i] = np.uint16((word >> 48) & 0xFFFF)
        channel[i] = np.uint16((word >> 32) & 0xFFFF)
        touchpoint[i] = np.uint16((word >> 16) & 0xFFFF)
        source[i] = np.uint16(word & 0xFFFF)
        rating[i] = np.uint32(records[k, 5] & 0xFFFFFFFF)
