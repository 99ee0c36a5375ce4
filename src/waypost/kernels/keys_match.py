"""Find keys in sorted key arrays, and decide what becomes of each delivered row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["Run", "keys_fates", "keys_match", "keys_maybe", "keys_merge", "keys_note"]

Run = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]

_SPARSE = 256  # from so many keys per wanted one, guessing a place beats galloping to it
_GUESSED = 64


@kernel
def keys_match(
    hi: NDArray[np.uint64],
    lo: NDArray[np.uint64],
    wanted_hi: NDArray[np.uint64],
    wanted_lo: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Where each wanted key stands in the sorted keys, −1 where it does not; both sides sorted.

    Gallops from one hit to the next, so the cost is near the shorter side times the log of the
    ratio. Where few are wanted it begins at the place where evenly spread keys would have each.
    """
    found = np.full(wanted_hi.size, -1, np.int64)
    size = hi.size
    position = 0
    sparse = size > _SPARSE * wanted_hi.size
    for query in range(wanted_hi.size):
        target = wanted_hi[query]
        low = position
        high = position
        step = 1
        if sparse:
            step = _GUESSED
            high = max(position, int(np.float64(target) / 2.0**64 * size))
            while high > position and (high >= size or hi[high] >= target):
                high = max(position, high - step)
                step *= 2
            step = _GUESSED
        while high < size and hi[high] < target:
            low = high + 1
            high += step
            step *= 2
        high = min(high, size)
        while low < high:
            middle = (low + high) // 2
            if hi[middle] < target:
                low = middle + 1
            else:
                high = middle
        position = low
        while low < size and hi[low] == target and lo[low] < wanted_lo[query]:
            low += 1
        if low < size and hi[low] == target and lo[low] == wanted_lo[query]:
            found[query] = low
    return found


@kernel
def keys_fates(
    starts: NDArray[np.int64],
    content: NDArray[np.uint64],
    known: NDArray[np.uint8],
    known_content: NDArray[np.uint64],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8]]:
    """Fate of every row (0 new, 1 duplicate, 2 updated), rows sorted by key, then by arrival.

    ``starts[g]`` to ``starts[g + 1]`` are the rows of key ``g``; ``known[g]`` says that the log
    shows a row of this key already, with ``known_content[g]``. Beside the fates: per row, whether a
    later row of the same key replaces it; per key, its last stored row (−1 = none) and whether the
    row that the log shows was delivered again.
    """
    keys = known.size
    fates = np.zeros(content.size, np.uint8)
    replaced = np.zeros(content.size, np.uint8)
    last = np.full(keys, -1, np.int64)
    confirmed = np.zeros(keys, np.uint8)
    for key in range(keys):
        has_content = known[key] == 1
        current = known_content[key]
        for row in range(starts[key], starts[key + 1]):
            if has_content and content[row] == current:
                fates[row] = 1
                if last[key] < 0:
                    confirmed[key] = 1
                continue
            if has_content:
                fates[row] = 2
            if last[key] >= 0:
                replaced[last[key]] = 1
            last[key] = row
            current = content[row]
            has_content = True
    return fates, replaced, last, confirmed


@kernel
def keys_merge(newer: Run, older: Run, merged: NDArray[np.uint64]) -> int:
    """Merge two sorted runs (hi, lo, content, row) into ``merged[4]``; the keys in both together.

    ``merged`` has room for all; of a key in both runs the newer version is taken. Which run has the
    next key is as good as random, so nothing but the end of a run is branched on.
    """
    hi, lo, content, row = newer
    hi_, lo_, content_, row_ = older
    i = j = out = 0
    while i < hi.size and j < hi_.size:
        one, other = hi[i], hi_[j]
        takes, drops = one < other, False
        if one == other:
            takes, drops = lo[i] <= lo_[j], lo[i] == lo_[j]
        merged[0, out] = one if takes else other
        merged[1, out] = lo[i] if takes else lo_[j]
        merged[2, out] = content[i] if takes else content_[j]
        merged[3, out] = row[i] if takes else row_[j]
        i += takes
        j += drops or not takes
        out += 1
    for field in range(4):
        if i < hi.size:
            merged[field, out : out + hi.size - i] = newer[field][i:]
        elif j < hi_.size:
            merged[field, out : out + hi_.size - j] = older[field][j:]
    return out + (hi.size - i) + (hi_.size - j)


@kernel
def keys_note(noted: NDArray[np.uint32], hi: NDArray[np.uint64], lo: NDArray[np.uint64]) -> None:
    """Note keys in a filter: eight words per block, one bit in each word of a key's block.

    Blocks follow the order of the keys, so that sorted keys pass through the filter once.
    """
    blocks = np.uint64(noted.size // 8)
    for key in range(hi.size):
        block = np.int64(((hi[key] >> np.uint64(32)) * blocks) >> np.uint64(32)) * 8
        bits = lo[key]
        for word in range(8):
            bit = np.uint32(1) << np.uint32((bits >> np.uint64(5 * word)) & np.uint64(31))
            noted[block + word] |= bit


@kernel
def keys_maybe(
    noted: NDArray[np.uint32], hi: NDArray[np.uint64], lo: NDArray[np.uint64]
) -> NDArray[np.uint8]:
    """For each key 1 where it was noted, else 0 but for few: one in a hundred at ten bits a key."""
    blocks = np.uint64(noted.size // 8)
    maybe = np.ones(hi.size, np.uint8)
    for key in range(hi.size):
        block = np.int64(((hi[key] >> np.uint64(32)) * blocks) >> np.uint64(32)) * 8
        bits = lo[key]
        for word in range(8):
            bit = np.uint32(1) << np.uint32((bits >> np.uint64(5 * word)) & np.uint64(31))
            if noted[block + word] & bit == 0:
                maybe[key] = 0
                break
    return maybe
