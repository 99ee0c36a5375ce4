"""Sorted runs of keys: in memory for what is being written, memory-mapped for what is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.kernels.keys_match import Run, keys_match, keys_merge
from waypost.kernels.room import blank
from waypost.kit.array_files import mapped_array, save_array

__all__ = ["KeyRun", "RunStack", "open_run"]


@dataclass(frozen=True, slots=True)
class KeyRun:
    """Keys in rising order, each once, with the content and the row of their last version.

    ``row`` counts from ``first_row``.
    """

    hi: NDArray[np.uint64]
    lo: NDArray[np.uint64]
    content: NDArray[np.uint64]
    row: NDArray[np.uint64]
    first_row: int = 0

    @property
    def size(self) -> int:
        """Number of keys."""
        return int(self.hi.size)

    def find(self, hi: NDArray[np.uint64], lo: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Where each wanted key (sorted) stands, −1 where it does not."""
        return keys_match(self.hi, self.lo, hi, lo)

    def rows_at(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the keys at these positions."""
        return self.row[positions].astype(np.int64) + self.first_row

    def where(self, kept: NDArray[np.bool_]) -> KeyRun:
        """The run with only the keys kept."""
        hi, lo, content, row = (a[kept] for a in self.arrays())
        return KeyRun(hi, lo, content, row, self.first_row)

    def save(self, path: Path, *, first_row: int) -> None:
        """Write ``uint64[4, n]``; the rows written count from ``first_row``."""
        row = self.row - np.uint64(first_row - self.first_row)
        save_array(path, np.stack([self.hi, self.lo, self.content, row]))

    def arrays(self) -> Run:
        """All four."""
        return self.hi, self.lo, self.content, self.row


def open_run(path: Path, *, first_row: int) -> KeyRun:
    """A saved run, memory-mapped; its rows count up from ``first_row``."""
    try:
        hi, lo, content, row = mapped_array(path)
    except (OSError, ValueError) as error:
        raise DamagedError(
            f"The key file {path.name} of batch {path.parent.name} cannot be read.",
            hint=f"Restore {path} from a backup, or take the batch back and import its file again.",
            path=path,
        ) from error
    return KeyRun(hi, lo, content, row, first_row)


class RunStack:
    """Runs that are merged as they grow, so that there are never many."""

    def __init__(self) -> None:
        self.runs: list[KeyRun] = []

    def push(self, run: KeyRun) -> None:
        """Put the newest run on top; equal sizes melt into one."""
        self.runs.append(run)
        while len(self.runs) > 1 and self.runs[-2].size < 2 * self.runs[-1].size:
            newer, older = self.runs.pop(), self.runs.pop()
            self.runs.append(_merged(newer, older))

    def melt(self) -> KeyRun:
        """All of it as one run; the stack is empty afterwards."""
        while len(self.runs) > 1:
            newer, older = self.runs.pop(), self.runs.pop()
            self.runs.append(_merged(newer, older))
        return self.runs.pop() if self.runs else _empty()


def _empty() -> KeyRun:
    nothing = np.empty(0, np.uint64)
    return KeyRun(nothing, nothing, nothing, nothing)


def _merged(newer: KeyRun, older: KeyRun) -> KeyRun:
    """Both as one; of a key in both, the newer version."""
    merged = blank(4 * (newer.size + older.size), np.uint64).reshape(4, -1)
    keys = keys_merge(newer.arrays(), older.arrays(), merged)
    hi, lo, content, row = merged[:, :keys]
    return KeyRun(hi, lo, content, row)
