"""Laying a journey store: rows in log order become journeys, grouped by person and sorted by time.

Rows travel as packed records, so that moving an event costs part of a cache line and not a line per
column. A record is two words of ``int64`` and those further words that its chunk needs; the chunk's
*form* says which:

==========  ============================================================================
word        content
==========  ============================================================================
0           ``at`` as units since ``FORM_LOW`` ``<< 32 | person`` within its bucket
1           ``row - FORM_ROW << 40 |`` low bytes of event, channel, touchpoint, stage, source
``AT``      ``at`` in µs, where four bytes of units do not suffice
``ROW``     ``row``, where three bytes do not suffice
``SEQ``     ``seq``, unless it is ``FORM_SEQ + FORM_STEP * row`` in the whole chunk
``VALUE``   ``value``, unless the chunk has none
``RATING``  bits of ``rating``, unless the chunk has none
``HIGH``    high bytes of the five codes, unless all are below 256
==========  ============================================================================

Of a bucket's records in log order ``lay_bucket`` makes the wide records, six words each, that are
sorted: ticks, ``seq``, ``value``, ``row << 16 | stage``, the other four codes, bits of ``rating``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = [
    "AT",
    "FORM",
    "FORM_LOW",
    "FORM_ROW",
    "FORM_SEQ",
    "FORM_STEP",
    "FORM_UNIT",
    "FORM_WORDS",
    "HIGH",
    "NO_RATING",
    "RATING",
    "ROW",
    "SEQ",
    "VALUE",
    "WIDE_WORDS",
    "Columns",
    "Form",
    "Journeys",
    "Lives",
    "Parts",
    "Room",
    "count_buckets",
    "instants",
    "is_line",
    "lay_bucket",
    "pack",
    "time_span",
]

FORM_WORDS: Final = 0
FORM_LOW: Final = 1
FORM_UNIT: Final = 2
FORM_ROW: Final = 3
FORM_SEQ: Final = 4
FORM_STEP: Final = 5
AT: Final = 6
ROW: Final = 7
SEQ: Final = 8
VALUE: Final = 9
RATING: Final = 10
HIGH: Final = 11
FORM: Final = 12
"""Entries of a form: words per record, parameters, and the place of each further word (0: none)."""

WIDE_WORDS: Final = 6
NO_RATING: Final = 0x7FC00000
"""The bits of the one NaN that a store holds."""

Words = NDArray[np.int64]
Form = NDArray[np.int64]
Columns = tuple[NDArray[Any], ...]
"""``person`` (int32), ``at``, ``seq``, ``value``, ``row`` (int64), ``event``, ``channel``,
``touchpoint``, ``stage``, ``source`` (uint16), bits of ``rating`` (uint32), in this order."""
Parts = tuple[Words, NDArray[np.int64], NDArray[np.int64]]
"""Packed records of one bucket, part after part; where each part begins, ``int64[parts + 1]``, in
words; the parts' forms, ``int64[parts, FORM]``."""
Room = tuple[Words, NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]
"""Scratch: wide records ``int64[n, WIDE_WORDS]``, order, its scratch (n), a cursor per person."""
Lives = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]
"""Per person of the bucket: first tick, last tick, number of events."""
Journeys = tuple[NDArray[Any], ...]
"""``at``, ``value``, ``row`` (int64), the five codes (uint16), bits of ``rating`` (uint32)."""

_SECOND = 1_000_000
_MILLISECOND = 1_000
_RUN = 16  # runs this short are insertion-sorted before they are merged
_NO_VALUE = np.int64(-(2**63))
_LOW_32 = 0xFFFFFFFF
_HIDDEN_BIT = 0x7FFFFFFF
_INFINITY = 0x7F800000


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
def is_line(seq: NDArray[np.int64], row: NDArray[np.int64], base: int, step: int) -> bool:
    """Whether every ``seq`` is ``base + step * row`` (modulo 2^64, as it is computed back)."""
    same = True
    for i in range(len(seq)):
        same &= seq[i] == base + step * row[i]
    return bool(same)


@kernel
def _units(distance: Any, unit: Any) -> Any:
    """``distance // unit`` for a distance >= 0 and the three units, as a multiplication."""
    if unit == _SECOND:
        return np.int64(np.uint64(distance) // np.uint64(_SECOND))
    if unit == _MILLISECOND:
        return np.int64(np.uint64(distance) // np.uint64(_MILLISECOND))
    return distance


@kernel
def pack(columns: Columns, shift: int, form: Form, cursor: NDArray[np.int64], out: Words) -> None:
    """Write one record per row into ``out: int64[n * words]``, bucket after bucket.

    ``cursor: int64[buckets + 1]`` holds the record at which each bucket begins and is moved on;
    rows keep their order within a bucket. A row without a person gets person 0 in the last bucket.
    Every NaN becomes ``NO_RATING``.
    """
    person, at, seq, value, row, event, channel, touchpoint, stage, source, rating = columns
    last = len(cursor) - 1
    words, low, unit, first_row = form[FORM_WORDS], form[FORM_LOW], form[FORM_UNIT], form[FORM_ROW]
    to_at, to_row, to_seq, to_value = form[AT], form[ROW], form[SEQ], form[VALUE]
    to_rating, to_high = form[RATING], form[HIGH]
    inside = (np.int64(1) << shift) - 1
    for i in range(len(person)):
        p = np.int64(person[i])
        bucket = last if p < 0 else p >> shift
        k = cursor[bucket]
        cursor[bucket] = k + 1
        k *= words
        who = np.int64(0) if p < 0 else p & inside
        if to_at:
            out[k] = who
            out[k + to_at] = at[i]
        else:
            out[k] = (_units(at[i] - low, unit) << 32) | who
        codes = (
            (np.int64(event[i] & 0xFF) << 32)
            | (np.int64(channel[i] & 0xFF) << 24)
            | (np.int64(touchpoint[i] & 0xFF) << 16)
            | (np.int64(stage[i] & 0xFF) << 8)
            | np.int64(source[i] & 0xFF)
        )
        if to_row:
            out[k + 1] = codes
            out[k + to_row] = row[i]
        else:
            out[k + 1] = ((row[i] - first_row) << 40) | codes
        if to_seq:
            out[k + to_seq] = seq[i]
        if to_value:
            out[k + to_value] = value[i]
        if to_rating:
            bits = np.int64(rating[i])
            out[k + to_rating] = NO_RATING if (bits & _HIDDEN_BIT) > _INFINITY else bits
        if to_high:
            out[k + to_high] = (
                (np.int64(event[i] >> 8) << 32)
                | (np.int64(channel[i] >> 8) << 24)
                | (np.int64(touchpoint[i] >> 8) << 16)
                | (np.int64(stage[i] >> 8) << 8)
                | np.int64(source[i] >> 8)
            )


@kernel
def instants(records: Words, form: Form, at: NDArray[np.int64]) -> None:
    """Fill ``at: int64[n]`` (µs) from ``n`` packed records of one form."""
    words = form[FORM_WORDS]
    for i in range(len(at)):
        k = i * words
        if form[AT]:
            at[i] = records[k + form[AT]]
        else:
            at[i] = ((records[k] >> 32) & _LOW_32) * form[FORM_UNIT] + form[FORM_LOW]


@kernel
def _group(
    parts: Parts,
    scale: tuple[int, int],
    offsets: NDArray[np.int64],
    cursor: NDArray[np.int64],
    wide: Words,
) -> None:
    """Fill ``offsets`` (zeros before) and ``wide``, a stable grouping of the parts by person."""
    packed, begins, forms = parts
    epoch, tick = scale
    persons = len(offsets) - 1
    for part in range(len(begins) - 1):
        for k in range(begins[part], begins[part + 1], forms[part, FORM_WORDS]):
            offsets[(packed[k] & _LOW_32) + 1] += 1
    for p in range(persons):
        offsets[p + 1] += offsets[p]
        cursor[p] = offsets[p]
    for part in range(len(begins) - 1):
        form = forms[part]
        low = _ticks(form[FORM_LOW] - epoch, tick)
        per_unit = _ticks(form[FORM_UNIT], tick)
        seq_at, seq_step, first_row = form[FORM_SEQ], form[FORM_STEP], form[FORM_ROW]
        to_at, to_row, to_seq, to_value = form[AT], form[ROW], form[SEQ], form[VALUE]
        to_rating, to_high = form[RATING], form[HIGH]
        for k in range(begins[part], begins[part + 1], form[FORM_WORDS]):
            head = packed[k]
            codes = packed[k + 1]
            p = head & _LOW_32
            w = cursor[p]
            cursor[p] = w + 1
            if to_at:
                wide[w, 0] = _ticks(packed[k + to_at] - epoch, tick)
            else:
                wide[w, 0] = ((head >> 32) & _LOW_32) * per_unit + low
            row = packed[k + to_row] if to_row else ((codes >> 40) & 0xFFFFFF) + first_row
            wide[w, 1] = packed[k + to_seq] if to_seq else seq_at + seq_step * row
            wide[w, 2] = packed[k + to_value] if to_value else _NO_VALUE
            high = packed[k + to_high] if to_high else np.int64(0)
            wide[w, 3] = (row << 16) | ((codes >> 8) & 0xFF) | (high & 0xFF00)
            wide[w, 4] = _spread(codes) | (_spread(high) << 8)
            wide[w, 5] = packed[k + to_rating] if to_rating else np.int64(NO_RATING)


@kernel
def _ticks(distance: Any, tick: Any) -> Any:
    """``distance // tick`` for a multiple of the tick, of either sign."""
    return -_units(-distance, tick) if distance < 0 else _units(distance, tick)


@kernel
def _spread(codes: Any) -> Any:
    """The bytes of event, channel, touchpoint and source, one to each sixteen bits."""
    return (
        (((codes >> 32) & 0xFF) << 48)
        | (((codes >> 24) & 0xFF) << 32)
        | (((codes >> 16) & 0xFF) << 16)
        | (codes & 0xFF)
    )


@kernel
def _before(wide: Words, a: int, b: int) -> bool:
    """Whether record ``a`` comes before ``b``: by time, then ``seq``, then row of the log."""
    if wide[a, 0] != wide[b, 0]:
        return bool(wide[a, 0] < wide[b, 0])
    if wide[a, 1] != wide[b, 1]:
        return bool(wide[a, 1] < wide[b, 1])
    return bool((wide[a, 3] >> 16) < (wide[b, 3] >> 16))


@kernel
def _sort_runs(wide: Words, order: NDArray[np.int32], low: int, high: int) -> None:
    """Insertion-sort every run of ``_RUN`` entries of ``order[low:high]``."""
    for start in range(low, high, _RUN):
        end = min(start + _RUN, high)
        for i in range(start + 1, end):
            moving = order[i]
            j = i
            while j > start and _before(wide, moving, order[j - 1]):
                order[j] = order[j - 1]
                j -= 1
            order[j] = moving


@kernel
def _merge(
    wide: Words,
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
        if _before(wide, order[right], scratch[left]):
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
def _sort(
    wide: Words,
    offsets: NDArray[np.int64],
    order: NDArray[np.int32],
    scratch: NDArray[np.int32],
) -> None:
    """Fill ``order`` with every person's records in time order.

    What is in order already is only read; the worst case is ``n log n``.
    """
    for i in range(offsets[-1]):
        order[i] = i
    for p in range(len(offsets) - 1):
        low = offsets[p]
        high = offsets[p + 1]
        bad = False
        for i in range(low + 1, high):
            if _before(wide, i, i - 1):
                bad = True
                break
        if not bad:
            continue
        _sort_runs(wide, order, low, high)
        width = _RUN
        while width < high - low:
            for start in range(low, high - width, 2 * width):
                middle = start + width
                if _before(wide, order[middle], order[middle - 1]):
                    end = min(start + 2 * width, high)
                    _merge(wide, order, scratch, (start, middle, end))
            width *= 2


@kernel
def _unpack(wide: Words, order: NDArray[np.int32], events: int, place: int, out: Journeys) -> None:
    """Fill ``out[place:place + events]`` with the records in their order."""
    stop = place + events
    at, value, row = out[0][place:stop], out[1][place:stop], out[2][place:stop]
    event, channel, touchpoint = out[3][place:stop], out[4][place:stop], out[5][place:stop]
    stage, source, rating = out[6][place:stop], out[7][place:stop], out[8][place:stop]
    for i in range(events):
        w = order[i]
        at[i] = wide[w, 0]
        value[i] = wide[w, 2]
        word = wide[w, 3]
        row[i] = word >> 16
        stage[i] = np.uint16(word & 0xFFFF)
        word = wide[w, 4]
        event[i] = np.uint16((word >> 48) & 0xFFFF)
        channel[i] = np.uint16((word >> 32) & 0xFFFF)
        touchpoint[i] = np.uint16((word >> 16) & 0xFFFF)
        source[i] = np.uint16(word & 0xFFFF)
        rating[i] = np.uint32(wide[w, 5] & _LOW_32)


@kernel
def lay_bucket(
    parts: Parts,
    scale: tuple[int, int],
    offsets: NDArray[np.int64],
    room: Room,
    lives: Lives,
    out: tuple[Journeys, int],
) -> int:
    """Write the sorted journeys of one bucket into ``out[0]`` from place ``out[1]`` on.

    ``scale`` is the epoch and a tick, both in µs; every instant must be a multiple of the tick.
    ``offsets: int64[persons + 1]`` comes in as zeros and counts from 0. Time, then ``seq``, then
    row of the log decide the order; the log's order decides among equals. Returns the number of
    events. Three passes over what fits the cache; no allocation.
    """
    wide, order, scratch, cursor = room
    _group(parts, scale, offsets, cursor, wide)
    _sort(wide, offsets, order, scratch)
    events = offsets[-1]
    columns, place = out
    _unpack(wide, order, events, place, columns)
    first, last, count = lives
    at = columns[0]
    for p in range(len(offsets) - 1):
        n = offsets[p + 1] - offsets[p]
        count[p] = n
        if n:
            first[p] = at[place + offsets[p]]
            last[p] = at[place + offsets[p + 1] - 1]
    return int(events)
