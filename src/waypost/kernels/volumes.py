"""What happened at each node: events, persons, channels, days, ratings, values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.jit import kernel, sealed

__all__ = ["RATING_SCALE", "VolumeCounts", "count_volumes", "span_of"]

RATING_SCALE = 10_000
"""Ratings are summed in ten-thousandths, so that sums add exactly in any order."""

NO_VALUE = np.iinfo(np.int64).min
RATINGS = 5
DAY_BITS = 32

_EVENTS, _PERSONS, _RATED, _RATING, _RATING_SQUARED, _VALUED, _VALUE, _FIRST, _LAST = range(9)


@dataclass(frozen=True, slots=True)
class VolumeCounts:
    """One row per node.

    ``numbers: int64[nodes, 7]`` (events, persons, ratings, their sum and sum of squares in
    ten-thousandths, values, their sum); ``span: int64[nodes, 2]`` first and last tick;
    ``by_channel: int64[nodes, channels]`` persons; ``ratings: int64[nodes, 5]`` from −2 to +2,
    rounded, halves away from 0; ``days: int64[…]`` rising, ``node << 32 | day number``.
    """

    numbers: NDArray[np.int64]
    span: NDArray[np.int64]
    by_channel: NDArray[np.int64]
    ratings: NDArray[np.int64]
    days: NDArray[np.int64]

    def __add__(self, other: VolumeCounts) -> VolumeCounts:
        span = np.empty_like(self.span)
        span[:, 0] = np.minimum(self.span[:, 0], other.span[:, 0])
        span[:, 1] = np.maximum(self.span[:, 1], other.span[:, 1])
        return VolumeCounts(
            self.numbers + other.numbers,
            span,
            self.by_channel + other.by_channel,
            self.ratings + other.ratings,
            _all_days(self.days, other.days),
        )

    @property
    def events(self) -> NDArray[np.int64]:
        """``int64[nodes]``: how many events."""
        return self.numbers[:, _EVENTS]

    @property
    def persons(self) -> NDArray[np.int64]:
        """``int64[nodes]``: how many persons with at least one event."""
        return self.numbers[:, _PERSONS]

    @property
    def rated(self) -> NDArray[np.int64]:
        """``int64[nodes]``: how many events with a rating."""
        return self.numbers[:, _RATED]

    @property
    def rating_sum(self) -> NDArray[np.float64]:
        """``float64[nodes]``: sum of ratings."""
        return self.numbers[:, _RATING] / RATING_SCALE

    @property
    def rating_squares(self) -> NDArray[np.float64]:
        """``float64[nodes]``: sum of squared ratings."""
        return self.numbers[:, _RATING_SQUARED] / RATING_SCALE**2

    @property
    def valued(self) -> NDArray[np.int64]:
        """``int64[nodes]``: how many events with a value."""
        return self.numbers[:, _VALUED]

    @property
    def value_sum(self) -> NDArray[np.int64]:
        """``int64[nodes]``: sum of values in minor units."""
        return self.numbers[:, _VALUE]

    def distinct_days(self) -> NDArray[np.int64]:
        """``int64[nodes]``: on how many days something happened."""
        return np.bincount(self.days >> DAY_BITS, minlength=len(self.numbers)).astype(np.int64)


@kernel
def _either(one: Array, other: Array, both: Array) -> int:
    i, j, size = 0, 0, 0
    while i < one.size or j < other.size:
        if j == other.size or (i < one.size and one[i] <= other[j]):
            j += int(j < other.size and one[i] == other[j])
            both[size] = one[i]
            i += 1
        else:
            both[size] = other[j]
            j += 1
        size += 1
    return size


def _all_days(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """What is in either of two rising arrays."""
    if other.size == 0 or one.size == 0:
        return one if other.size == 0 else other
    both = np.empty(one.size + other.size, np.int64)
    size = _either(sealed(one), sealed(other), both)
    return both[:size].copy()


@kernel
def _day_of(at: int, guess: int, begins: Array) -> int:
    day = min(max(guess, 0), begins.size - 2)
    while day + 2 < begins.size and begins[day + 1] <= at:
        day += 1
    while day > 0 and begins[day] > at:
        day -= 1
    return day


@kernel
def _rate(table: Array, ratings: Array, node: Any, rating: float) -> None:
    exact = round(rating * RATING_SCALE)
    table[node, _RATED] += 1
    table[node, _RATING] += exact
    table[node, _RATING_SQUARED] += exact * exact
    half = RATING_SCALE // 2
    level = (exact + half) // RATING_SCALE if exact >= 0 else -((half - exact) // RATING_SCALE)
    ratings[node, min(max(level + 2, 0), RATINGS - 1)] += 1


@kernel
def _volumes(
    journeys: Journeys, given: tuple[Array, Array, Array, Array], begins: Array, out: Journeys
) -> None:
    """``stamps``: the latest person at each node, by channel and, in the last column, at all."""
    offsets, codes, lookup, persons, events = journeys
    at, channel, value, rating = given
    table, by_channel, ratings, days, stamps = out
    day_ticks = max(1, int(begins[begins.size - 1] - begins[0]) // (begins.size - 1))
    per_tick, zero = 1.0 / day_ticks, int(begins[0])
    channels = by_channel.shape[1]
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        person = p + 1
        for i in range(offsets[p], offsets[p + 1]):
            node = np.uint64(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]):
                continue
            now = int(at[i])
            if now < table[node, _FIRST]:
                table[node, _FIRST] = now
            if now > table[node, _LAST]:
                table[node, _LAST] = now
            day = np.uint64(_day_of(now, int((now - zero) * per_tick), begins))
            days[node, day] = 1
            by = np.uint64(channel[i])
            by_channel[node, by] += int(stamps[node, by] != person)
            stamps[node, by] = person
            table[node, _EVENTS] += 1
            table[node, _PERSONS] += int(stamps[node, channels] != person)
            stamps[node, channels] = person
            if value[i] != NO_VALUE:
                table[node, _VALUED] += 1
                table[node, _VALUE] += value[i]
            if not np.isnan(rating[i]):
                _rate(table, ratings, node, float(rating[i]))


@kernel
def _span(offsets: Array, at: Array, found: Array) -> None:
    for p in range(offsets.size - 1):
        if offsets[p + 1] > offsets[p]:
            found[0] = min(found[0], at[offsets[p]])
            found[1] = max(found[1], at[offsets[p + 1] - 1])


def span_of(offsets: NDArray[np.int64], at: NDArray[Any]) -> tuple[int, int]:
    """The first and the last tick of some persons' events; (0, 0) where there are none."""
    limits = np.iinfo(np.int64)
    found = np.array([limits.max, limits.min], np.int64)
    _span(sealed(offsets), sealed(at), found)
    return (int(found[0]), int(found[1])) if found[0] <= found[1] else (0, 0)


def count_volumes(
    journeys: CodedJourneys,
    given: tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]],
    *,
    channels: int,
    first_day: int,
    day_begins: NDArray[np.int64],
) -> VolumeCounts:
    """Everything that happened at each node. O(events).

    ``given``: at, channel, value and rating arrays. ``day_begins: int64[days + 1]``: the tick at
    which each day begins, covering all events; ``first_day``: the number of the first one.
    """
    nodes = journeys.nodes
    table = np.zeros((nodes, 9), np.int64)
    table[:, _FIRST], table[:, _LAST] = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    by_channel = np.zeros((nodes, channels), np.int64)
    ratings = np.zeros((nodes, RATINGS), np.int64)
    days = np.zeros((nodes, day_begins.size - 1), np.uint8)
    stamps = np.zeros((nodes, channels + 1), np.int64)
    at, channel, value, rating = (sealed(array) for array in given)
    out = (table, by_channel, ratings, days, stamps)
    _volumes(journeys.arguments(), (at, channel, value, rating), sealed(day_begins), out)
    span = table[:, _FIRST:].copy()
    node, day = np.nonzero(days)
    keys = (node.astype(np.int64) << DAY_BITS) | (day + first_day)
    return VolumeCounts(table[:, :_FIRST], span, by_channel, ratings, keys)
