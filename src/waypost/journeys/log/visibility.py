"""Which rows of the log count: the last delivery of each key among the batches not taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.journeys.log.commits import IMPORT, Commit
from waypost.kit.array_files import mapped_array

__all__ = ["CONFIRMED", "SUPERSEDED", "active_imports", "dead_batches", "ranges_of", "visible_rows"]

SUPERSEDED = "superseded.npy"
"""``int64[n]``: rows (global, sorted) that the batch hides: other versions of keys it delivers."""

CONFIRMED = "confirmed.npy"
"""``int64[n, 2]``: ranges of global rows that the batch delivered again, unchanged."""


def active_imports(commits: Sequence[Commit]) -> list[Commit]:
    """The imports that were not taken back, in order."""
    undone = {commit.undoes for commit in commits}
    return [c for c in commits if c.kind == IMPORT and c.number not in undone]


def visible_rows(commits: Sequence[Commit], log: Path) -> NDArray[np.bool_]:
    """Per row of the log, whether it counts.

    Every active batch shows its own rows and those it delivered again, and hides all other versions
    of the same keys; batches take their turn in order, so the last delivery wins, whatever was
    taken back.
    """
    visible = np.zeros(sum(commit.event_rows for commit in commits), np.bool_)
    for commit in active_imports(commits):
        for first, stop in _load(commit, log, CONFIRMED).reshape(-1, 2).tolist():
            visible[first:stop] = True
        visible[commit.first_row : commit.first_row + commit.event_rows] = True
        visible[_load(commit, log, SUPERSEDED)] = False
    return visible


def dead_batches(commits: Sequence[Commit], log: Path) -> set[int]:
    """Imports whose rows can never count again: taken back, and delivered by no other."""
    active = active_imports(commits)
    alive = {commit.number for commit in active}
    gone = [c for c in commits if c.kind == IMPORT and c.number not in alive]
    if not gone:
        return set()
    confirmed = [_load(commit, log, CONFIRMED).reshape(-1, 2) for commit in active]
    ranges = np.concatenate(confirmed) if confirmed else np.empty((0, 2), np.int64)
    return {commit.number for commit in gone if not _overlaps(commit, ranges)}


def _overlaps(commit: Commit, ranges: NDArray[np.int64]) -> bool:
    end = commit.first_row + commit.event_rows
    return bool(((ranges[:, 0] < end) & (ranges[:, 1] > commit.first_row)).any())


def ranges_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted, distinct rows as ``int64[n, 2]`` of first and stop."""
    if rows.size == 0:
        return np.empty((0, 2), np.int64)
    breaks = np.flatnonzero(np.diff(rows) != 1)
    first = rows[np.concatenate(([0], breaks + 1))]
    last = rows[np.concatenate((breaks, [rows.size - 1]))]
    return np.stack([first, last + 1], axis=1)


def _load(commit: Commit, log: Path, name: str) -> NDArray[np.int64]:
    if not commit.has_file(name):
        return np.empty(0, np.int64)
    path = log / "batches" / commit.directory / name
    try:
        rows: NDArray[np.int64] = mapped_array(path).copy()
    except (OSError, ValueError) as error:
        raise DamagedError(
            f"{name} of batch {commit.batch} cannot be read.",
            hint=f"Restore {path} from a backup, or take the batch back and import its file again.",
            path=path,
        ) from error
    return rows
