"""Keys of the segments that a batch has written already, looked up in bounded memory."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.log.key_runs import KeyRun, open_run
from waypost.kernels.keys_match import keys_maybe, keys_note

__all__ = ["SettledKeys"]

_LEAST_BITS, _FRESH_BITS = 10, 14
_WORDS_PER_BLOCK, _BLOCK_BITS = 8, 256


class SettledKeys:
    """Key files behind a filter that answers nearly every look-up for a new key.

    The filter takes 10 to 14 bits per key; of the files, only pages that were just read are in
    memory.
    """

    def __init__(self) -> None:
        self._files: list[tuple[Path, int]] = []
        self._runs: list[KeyRun] = []
        self._filter = np.zeros(0, np.uint32)
        self._keys = 0

    def push(self, path: Path, *, first_row: int) -> None:
        """Take on a file of sorted keys; the newest file wins where several know a key."""
        run = open_run(path, first_row=first_row)
        self._files.append((path, first_row))
        self._runs.append(run)
        self._keys += run.size
        if self._keys * _LEAST_BITS > self._filter.size * 32:
            self._grow()
        else:
            self._note(run)

    def find(
        self, hi: NDArray[np.uint64], lo: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
        """Positions of the wanted keys (sorted) that are known, with content and row of each."""
        if not self._keys:
            nothing = np.empty(0, np.int64)
            return nothing, np.empty(0, np.uint64), nothing
        open_keys = np.flatnonzero(keys_maybe(self._filter, hi, lo))
        known: list[NDArray[Any]] = []
        content: list[NDArray[Any]] = []
        row: list[NDArray[Any]] = []
        for run in reversed(self._runs):
            if not open_keys.size:
                break
            found = run.find(hi[open_keys], lo[open_keys])
            position = found[found >= 0]
            known.append(open_keys[found >= 0])
            content.append(run.content[position])
            row.append(run.rows_at(position))
            open_keys = open_keys[found < 0]
            _release(run)
        return _joined(known, np.int64), _joined(content, np.uint64), _joined(row, np.int64)

    def _grow(self) -> None:
        """Note all keys anew in a larger filter."""
        blocks = -(-self._keys * _FRESH_BITS // _BLOCK_BITS)
        self._filter = np.zeros(0, np.uint32)
        self._filter = np.zeros(blocks * _WORDS_PER_BLOCK, np.uint32)
        for run in self._runs:
            self._note(run)

    def _note(self, run: KeyRun) -> None:
        keys_note(self._filter, run.hi, run.lo)
        _release(run)


def _release(run: KeyRun) -> None:
    """Give pages of the file that were read back to the system, which may keep them as cache."""
    owner: Any = run.hi
    while isinstance(owner, np.ndarray):
        owner = owner.base
    mapped = owner.obj if isinstance(owner, memoryview) else owner
    if isinstance(mapped, mmap.mmap):
        mapped.madvise(mmap.MADV_DONTNEED)


def _joined(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])
