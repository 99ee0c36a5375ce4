"""Distinct texts of one kind, numbered as they come, from row group to row group."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import InputError
from waypost.kernels.identity_intern import FREE_SLOT, identity_intern, identity_reslot

__all__ = ["Interner"]

T = TypeVar("T", bound=np.generic)

MAX_BYTES = np.iinfo(np.int32).max


class Interner:
    """Holds each distinct text once; memory is its bytes and some 30 more."""

    def __init__(self) -> None:
        self._count = 0
        self._slots = np.full(1 << 12, FREE_SLOT, np.uint64)
        self._bounds = np.zeros((1 << 11) + 1, np.int64)
        self._arena = np.empty(1 << 16, np.uint8)

    def numbers(self, encoded: pa.DictionaryArray) -> NDArray[np.int32]:
        """The number of each row's text, −1 where it is null."""
        texts = encoded.dictionary
        if len(texts) == 0:
            return np.full(len(encoded), -1, np.int32)
        _, offset_bytes, bytes_ = texts.buffers()
        offsets = np.frombuffer(offset_bytes, np.int32)[
            texts.offset : texts.offset + len(texts) + 1
        ]
        data = np.frombuffer(bytes_, np.uint8) if bytes_ else np.empty(0, np.uint8)
        self._make_room(len(texts), int(offsets[-1] - offsets[0]))
        state = (self._slots, self._bounds, self._arena, self._count)
        numbers, self._count = identity_intern(offsets, data, *state)
        rows: NDArray[np.int32] = encoded.indices.fill_null(-1).to_numpy()
        return np.take(np.append(numbers, np.int32(-1)), rows, mode="wrap")

    def texts(self) -> pa.Array:
        """The texts in the order of their numbers."""
        bounds = self._bounds[: self._count + 1]
        if bounds[-1] > MAX_BYTES:
            raise InputError(
                "There are more than 2 GB of different identifiers of one kind.",
                hint="Check whether a column that changes with every event was mapped to it.",
                bytes=int(bounds[-1]),
            )
        buffers = [None, pa.py_buffer(bounds.astype(np.int32)), pa.py_buffer(self._arena)]
        return pa.Array.from_buffers(pa.string(), self._count, buffers)

    def _make_room(self, texts: int, size: int) -> None:
        needed = self._count + texts
        self._bounds = _grown(self._bounds, needed + 1)
        self._arena = _grown(self._arena, int(self._bounds[self._count]) + size)
        if 2 * needed > self._slots.size:
            self._slots = np.full(1 << (2 * needed).bit_length(), FREE_SLOT, np.uint64)
            identity_reslot(self._slots, self._bounds, self._arena, self._count)


def _grown(array: NDArray[T], needed: int) -> NDArray[T]:
    """The array with room for so many entries, at least doubled when it must grow."""
    if needed <= array.size:
        return array
    wider = np.empty(max(needed, 2 * array.size), array.dtype)
    wider[: array.size] = array
    return wider
