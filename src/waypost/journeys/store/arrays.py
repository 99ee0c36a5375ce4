"""Writing ``.npy`` files piece by piece, with the same bytes every time."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.layout import EVENT_ARRAYS, Dictionaries, code_dtype
from waypost.journeys.store.spool import Span

__all__ = ["ArrayFile", "EventFiles", "TimeScale", "dtypes_for", "write_array"]

_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Where tick 0 lies (µs since 1970) and how many microseconds a tick has."""

    epoch_us: int = 0
    tick_us: int = 1_000_000

    @classmethod
    def of(cls, span: Span) -> TimeScale:
        """Midnight (UTC) before the earliest instant, and the coarsest tick that loses nothing."""
        return cls(span.low // _DAY_US * _DAY_US, span.unit)

    def holds(self, span: Span) -> bool:
        """Whether these instants have a non-negative tick each and lose nothing."""
        return span.empty or (span.low >= self.epoch_us and span.unit % self.tick_us == 0)

    def dtype(self, span: Span) -> np.dtype[Any]:
        """``int32`` where every tick fits, else ``int64``."""
        ticks = (span.high - self.epoch_us) // self.tick_us
        return np.dtype("<i4" if ticks < 2**31 else "<i8")


def dtypes_for(
    dictionaries: Dictionaries, *, scale: TimeScale, span: Span, last_row: int
) -> dict[str, np.dtype[Any]]:
    """The narrowest dtype of every event array."""
    return {
        "at": scale.dtype(span),
        "event": code_dtype(len(dictionaries.events)),
        "channel": code_dtype(len(dictionaries.channels)),
        "touchpoint": code_dtype(len(dictionaries.touchpoints)),
        "stage": code_dtype(len(dictionaries.stages)),
        "source": code_dtype(len(dictionaries.sources)),
        "value": np.dtype("<i8"),
        "rating": np.dtype("<f4"),
        "row": np.dtype("<u4" if last_row < 2**32 else "<i8"),
    }


class ArrayFile:
    """One one-dimensional ``.npy`` file of known length, filled in order; durable when closed."""

    def __init__(self, path: Path, *, dtype: np.dtype[Any], length: int) -> None:
        self._dtype = dtype
        self._file = path.open("xb")
        header = {"descr": dtype.str, "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(self._file, header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()

    def append(self, values: NDArray[Any]) -> None:
        """Write further values, cast to the file's dtype; the caller has seen that they fit."""
        self._file.write(np.ascontiguousarray(values, dtype=self._dtype).data)


class EventFiles:
    """The nine event arrays of one folder, written side by side."""

    def __init__(self, folder: Path, *, dtypes: dict[str, np.dtype[Any]], length: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opening:
            self._files = {
                name: opening.enter_context(
                    ArrayFile(folder / f"{name}.npy", dtype=dtypes[name], length=length)
                )
                for name in EVENT_ARRAYS
            }
            self._stack = opening.pop_all()

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def append(self, columns: dict[str, NDArray[Any]]) -> None:
        """Write the same further events into every array."""
        for name, file in self._files.items():
            file.append(columns[name])


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Write a whole array; durable when this returns."""
    with ArrayFile(path, dtype=values.dtype.newbyteorder("<"), length=len(values)) as file:
        file.append(values)
