"""Where one thread lays journeys: buffers that are filled bucket after bucket and written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.arrays import EventFiles, TimeScale
from waypost.journeys.store.layout import CODE_ARRAYS
from waypost.journeys.store.spool import Part
from waypost.kernels.store_build import FORM, WIDE_WORDS, Journeys, lay_bucket

__all__ = ["Desk", "Lifetimes"]

_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Per person: ticks of the first and last event (0 without any) and the number of events."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    events: NDArray[np.int32]

    @classmethod
    def of(cls, persons: int) -> Lifetimes:
        """Nobody has done anything yet."""
        return cls(
            np.zeros(persons, dtype=np.int64),
            np.zeros(persons, dtype=np.int64),
            np.zeros(persons, dtype=np.int32),
        )

    def part(self, low: int, high: int) -> Lifetimes:
        """The same of the persons from ``low`` up to ``high``, to be filled."""
        return Lifetimes(self.first[low:high], self.last[low:high], self.events[low:high])


class Desk:
    """Sorts the journeys of one bucket at a time; writes them when enough have come together.

    Its buffers grow to the largest bucket and are used again, for fresh memory costs as much as
    the work done in it.
    """

    def __init__(self, scale: TimeScale, files: EventFiles, *, rows: int, persons: int) -> None:
        self._scale = (scale.epoch_us, scale.tick_us)
        self._files = files
        self._filled = 0
        self._packed = np.empty(0, dtype=np.int64)
        self._cursor = np.empty(persons, dtype=np.int64)
        self._make_room(rows)
        self._make_columns(max(rows, _ROWS_AT_ONCE))

    def _make_room(self, rows: int) -> None:
        self._wide = np.empty((rows, WIDE_WORDS), dtype=np.int64)
        self._order = np.empty(rows, dtype=np.int32)
        self._scratch = np.empty(rows, dtype=np.int32)

    def _make_columns(self, rows: int) -> None:
        self._capacity = rows
        self._columns: dict[str, NDArray[Any]] = {
            **{name: np.empty(rows, dtype=np.int64) for name in ("at", "value", "row")},
            **{name: np.empty(rows, dtype=np.uint16) for name in CODE_ARRAYS},
            "rating": np.empty(rows, dtype=np.uint32),
        }
        self._journeys: Journeys = tuple(self._columns.values())

    def lay(self, parts: Sequence[Part], offsets: NDArray[np.int64], lives: Lifetimes) -> None:
        """Sort the events of some persons: ``offsets: int64[persons + 1]`` are those before them.

        ``offsets[0]`` is given; the others are filled. Persons without events keep their ``lives``.
        """
        rows = sum(map(len, parts))
        if self._filled + rows > self._capacity or rows > len(self._order):
            self.flush()
        if rows > len(self._order):
            self._make_room(rows)
            self._make_columns(max(rows, _ROWS_AT_ONCE))
        before = int(offsets[0])
        offsets[:] = 0
        room = (self._wide, self._order, self._scratch, self._cursor)
        journeys = (self._journeys, self._filled)
        into = (lives.first, lives.last, lives.events)
        self._filled += lay_bucket(
            self._gathered(parts), self._scale, offsets, room, into, journeys
        )
        offsets += before

    def _gathered(
        self, parts: Sequence[Part]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        begins = np.zeros(len(parts) + 1, dtype=np.int64)
        begins[1:] = np.cumsum([part.words.size for part in parts])
        forms = np.zeros((len(parts), FORM), dtype=np.int64)
        if begins[-1] > self._packed.size:
            self._packed = np.empty(int(begins[-1]), dtype=np.int64)
        for i, part in enumerate(parts):
            self._packed[begins[i] : begins[i + 1]] = part.words
            forms[i] = part.form
        return self._packed, begins, forms

    def flush(self) -> None:
        """Write what has come together."""
        columns = {name: column[: self._filled] for name, column in self._columns.items()}
        columns["rating"] = columns["rating"].view(np.float32)
        self._files.append(columns)
        self._filled = 0
