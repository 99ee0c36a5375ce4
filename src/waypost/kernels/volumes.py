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
            np.union1d(self.days, other.days),
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
def _day_of(at: int, guess: int, begins: Array) -> int:
    day = min(max(guess, 0), begins.size - 2)
    while day + 2 < begins.size and begins[day + 1] <= at:
        day += 1
    while day > 0 and begins[day] > at:
        day -= 1
    return day


@kernel
def _rate(row: Array, ratings: Array, rating: float) -> None:
    exact = round(rating * RATING_SCALE)
    row[_RATED] += 1
    row[_RATING] += exact
    row[_RATING_SQUARED] += exact * exact
    half = RATING_SCALE // 2
    level = (exact + half) // RATING_SCALE if exact >= 0 else -((half - exact) // RATING_SCALE)
    ratings[min(max(level + 2, 0), RATINGS - 1)] += 1


@kernel
def _volumes(
    journeys: Journeys, given: tuple[Array, Array, Array, Array], begins: Array, out: Journeys
) -> None:
    offsets, codes, lookup, persons, events = journeys
    at, channel, value, rating = given
    table, by_channel, ratings, days, stamps = out
    day_ticks = max(1, int(begins[begins.size - 1] - begins[0]) // (begins.size - 1))
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        for i in range(offsets[p], offsets[p + 1]):
            node = int(lookup[codes[i]])
            if node == SKIP or (events.size and not events[i]):
                continue
            now = int(at[i])
            row = table[node]
            if row[_EVENTS] == 0:
                row[_FIRST] = now
                row[_LAST] = now
            row[_EVENTS] += 1
            row[_FIRST] = min(row[_FIRST], now)
            row[_LAST] = max(row[_LAST], now)
            days[node, _day_of(now, int(now - begins[0]) // day_ticks, begins)] = 1
            by = int(channel[i])
            if stamps[node, by] != p + 1:
                stamps[node, by] = p + 1
                by_channel[node, by] += 1
            if stamps[node, by_channel.shape[1]] != p + 1:
                stamps[node, by_channel.shape[1]] = p + 1
                row[_PERSONS] += 1
            if value[i] != NO_VALUE:
                row[_VALUED] += 1
                row[_VALUE] += value[i]
            if not np.isnan(rating[i]):
                _rate(row, ratings[node], float(rating[i]))


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
    by_channel = np.zeros((nodes, channels), np.int64)
    ratings = np.zeros((nodes, RATINGS), np.int64)
    days = np.zeros((nodes, day_begins.size - 1), np.uint8)
    stamps = np.zeros((nodes, channels + 1), np.int64)
    at, channel, value, rating = (sealed(array) for array in given)
    out = (table, by_channel, ratings, days, stamps)
    _volumes(journeys.arguments(), (at, channel, value, rating), sealed(day_begins), out)
    span = table[:, _FIRST:].copy()
    none = table[:, _EVENTS] == 0
    span[none] = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    node, day = np.nonzero(days)
    keys = (node.astype(np.int64) << DAY_BITS) | (day + first_day)
    return VolumeCounts(table[:, :_FIRST], span, by_channel, ratings, keys)
