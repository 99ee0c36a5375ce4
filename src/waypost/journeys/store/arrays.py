"""Writing ``.npy`` files piece by piece, with the same bytes every time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.layout import EVENT_ARRAYS, NO_VALUE, Dictionaries, code_dtype
from waypost.journeys.store.packing import Span
from waypost.kernels.store_build import NO_RATING

__all__ = [
    "NOTHING",
    "ArrayFile",
    "EventFiles",
    "Settling",
    "TimeScale",
    "dtypes_for",
    "write_array",
]

NOTHING: Final[Mapping[str, NDArray[Any]]] = {
    "value": np.array(NO_VALUE, dtype="<i8"),
    "rating": np.array(NO_RATING, dtype="<u4").view("<f4"),
}
"""What an array holds that no event has anything for, as the one entry that is then written."""

_DAY_US = 86_400_000_000
_SETTLING_AT_ONCE = 4


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


class Settling:
    """Makes files durable beside other work; every one is when the block ends without an error."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_SETTLING_AT_ONCE, thread_name_prefix="settle")
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        if kind is None:
            for task in self._under_way:
                task.result()

    def settle(self, file: BufferedWriter) -> None:
        """Sync and close a flushed file, some time."""
        self._under_way.append(self._pool.submit(_settled, file))


def _settled(file: BufferedWriter) -> None:
    with file:
        os.fsync(file.fileno())


class ArrayFile:
    """One ``.npy`` file of known shape, filled in order; durable when closed or settled."""

    def __init__(
        self,
        path: Path,
        *,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        settling: Settling | None = None,
    ) -> None:
        self._dtype = dtype
        self._settling = settling
        self._file = path.open("xb")
        header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._file.close()
            return
        self._file.flush()
        if self._settling is None:
            _settled(self._file)
        else:
            self._settling.settle(self._file)

    def append(self, values: NDArray[Any]) -> None:
        """Write further values, cast to the file's dtype; the caller has seen that they fit."""
        self._file.write(np.asarray(values, dtype=self._dtype, order="C").data)


class EventFiles:
    """The nine event arrays of one folder, written side by side.

    Those in ``without`` hold nothing for any event: one entry of ``NOTHING`` stands for all.
    """

    def __init__(
        self,
        folder: Path,
        *,
        dtypes: dict[str, np.dtype[Any]],
        length: int,
        without: frozenset[str] = frozenset(),
        settling: Settling | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opening:
            self._files = {
                name: opening.enter_context(
                    ArrayFile(
                        folder / f"{name}.npy",
                        dtype=dtypes[name],
                        shape=() if name in without else (length,),
                        settling=settling,
                    )
                )
                for name in EVENT_ARRAYS
            }
            for name in sorted(without):
                self._files.pop(name).append(NOTHING[name])
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

    def append(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Write the same further events into every array."""
        for name, file in self._files.items():
            file.append(columns[name])


def write_array(path: Path, values: NDArray[Any], *, settling: Settling | None = None) -> None:
    """Write a whole array; durable when this returns or ``settling`` ends."""
    dtype = values.dtype.newbyteorder("<")
    with ArrayFile(path, dtype=dtype, shape=(len(values),), settling=settling) as file:
        file.append(values)
