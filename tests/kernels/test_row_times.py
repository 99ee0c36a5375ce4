"""Quartiles of many rows are those of the durations, however their runs are kept and joined."""

from __future__ import annotations

import numpy as np
import pytest

from waypost.kernels import row_times
from waypost.kernels.row_times import QUARTERS, grouped_run, joined_runs, quarter_bins

BINS = 40
ROWS = 7


def _run(notes):
    """A run of (row, bin) notes whose rows are named by three times their number."""
    rows, count = np.unique([row for row, _ in notes], return_counts=True)
    row_of, bin_of = np.array(notes, np.int32).reshape(-1, 2).T
    given = (np.ascontiguousarray(row_of), bin_of.astype(np.uint16))
    rows = rows.astype(np.int64)
    return grouped_run(given, rows * 3, rows, count=count, bins=BINS)


@pytest.mark.parametrize("table", [1, 3 * BINS, 1 << 18])
@pytest.mark.parametrize("most", [2, 64])
def test_quartiles_are_those_of_all_durations(table, most, monkeypatch):
    monkeypatch.setattr(row_times, "_TABLE", table)
    monkeypatch.setattr(row_times, "_MOST_RUNS", most)
    random = np.random.default_rng(5)
    parts = [
        list(zip(random.integers(0, ROWS, n), random.integers(0, BINS, n), strict=True))
        for n in (60, 0, 3, 41)
    ]
    notes = [note for part in parts for note in part]
    keys = np.unique([3 * row for row, _ in notes])
    runs = ()
    for part in parts:
        runs = joined_runs((_run(part),), runs, keys, bins=BINS)
    assert len(runs) == (1 if most == 2 else len(parts))
    known = [sorted(place for row, place in notes if 3 * row == key) for key in keys.tolist()]
    size = np.array([len(own) for own in known])
    found = quarter_bins(
        runs, keys, size, bins=BINS, each=lambda work, all_: [work(n) for n in all_]
    )
    for own, places in zip(known, found.tolist(), strict=True):
        assert places == [own[int(np.ceil(share * len(own))) - 1] for share in QUARTERS]
