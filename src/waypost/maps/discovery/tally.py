"""Counts over a whole snapshot that belong to no single question: by week, and row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys import Snapshot

__all__ = ["WeeklyVolume", "touchpoints_by_source", "touchpoints_of_rows", "weekly_volume"]

_WEEK_US = 7 * 86_400_000_000
_MONDAY_US = 4 * 86_400_000_000  # 1970-01-05, the first Monday of the epoch, in UTC


@dataclass(frozen=True, slots=True)
class WeeklyVolume:
    """Events by touchpoint code and week, with and without a person.

    ``counts: int64[touchpoints, weeks]``; week 0 begins at ``monday_us`` (UTC).
    """

    counts: NDArray[np.int64]
    anonymous: NDArray[np.int64]
    monday_us: int

    def day_of(self, week: int) -> int:
        """The instant in µs at which a week begins."""
        return self.monday_us + week * _WEEK_US


def weekly_volume(snapshot: Snapshot) -> WeeklyVolume:
    """Events by touchpoint and week of the whole snapshot; one pass over two arrays."""
    first = (snapshot.epoch_us - _MONDAY_US) // _WEEK_US
    weeks = max(1, (snapshot.data_until_us - _MONDAY_US) // _WEEK_US - first + 1)
    shape = (len(snapshot.touchpoints), int(weeks))
    known, anonymous = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for shard in snapshot.shards:
        at, touchpoint = shard.of_visible(shard.at), shard.of_visible(shard.touchpoint)
        known += _by_week(snapshot, at, touchpoint, shape)
    anonymous += _by_week(snapshot, snapshot.volume.at, snapshot.volume.touchpoint, shape)
    return WeeklyVolume(known + anonymous, anonymous, int(first * _WEEK_US + _MONDAY_US))


def _by_week(
    snapshot: Snapshot,
    at: NDArray[Any],
    touchpoint: NDArray[Any],
    shape: tuple[int, int],
) -> NDArray[np.int64]:
    if not len(at):
        return np.zeros(shape, np.int64)
    first_us = (snapshot.epoch_us - _MONDAY_US) // _WEEK_US * _WEEK_US + _MONDAY_US
    shift = (snapshot.epoch_us - first_us) // (1_000_000 // snapshot.ticks_per_second)
    week = (at.astype(np.int64) + shift) // (7 * 86_400 * snapshot.ticks_per_second)
    cell = touchpoint.astype(np.int64) * shape[1] + week
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


def touchpoints_of_rows(snapshot: Snapshot, rows: int) -> NDArray[np.uint16]:
    """Touchpoint code by row of the event log, 0 where unbound or not in the store.

    ``rows`` is the log's row count; two bytes a row.
    """
    codes = np.zeros(rows, np.uint16)
    for shard in (*snapshot.shards, snapshot.volume):
        codes[shard.row] = shard.touchpoint
    return codes


def touchpoints_by_source(snapshot: Snapshot) -> NDArray[np.int64]:
    """``int64[touchpoints, sources]``: events of the whole snapshot, with and without a person."""
    shape = (len(snapshot.touchpoints), max(1, len(snapshot.sources)))
    counts = np.zeros(shape[0] * shape[1], np.int64)
    for shard in snapshot.shards:
        cell = shard.touchpoint.astype(np.int32) * shape[1] + shard.source
        counts += np.bincount(shard.of_visible(cell), minlength=counts.size)
    volume = snapshot.volume
    cell = volume.touchpoint.astype(np.int32) * shape[1] + volume.source
    counts += np.bincount(cell, minlength=counts.size)
    return counts.reshape(shape)
