"""MD5 of many short rows at once (RFC 1321), over columns laid out as Arrow lays out text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["Words", "keys_append", "keys_lengths", "keys_md5", "keys_pad"]

_SINES = np.array([int(abs(math.sin(i + 1)) * 2**32) for i in range(64)], np.uint32)
_PICKS = ((1, 0), (5, 1), (3, 5), (7, 0))
_WORDS = np.array([(step * i + first) % 16 for step, first in _PICKS for i in range(16)], np.int64)
_LANES = 32  # rows side by side: two vectors of the widest kind hide each other's latency
_BLOCK = 16
_STEP = 4
_FULL = np.uint32(32)

Words = NDArray[np.uint64]
"""Bytes as words, one from every byte on: a word at ``i`` holds bytes ``i`` to ``i + 7``."""


@kernel
def _turn(b: np.uint32, mixed: np.uint32, left: np.uint32) -> np.uint32:
    """``b`` plus the mixed word rotated left."""
    high = np.uint32(mixed << left)
    return np.uint32(b + np.uint32(high | np.uint32(mixed >> np.uint32(_FULL - left))))


@kernel
def _rounds_one_two(s: NDArray[np.uint32], w: NDArray[np.uint32]) -> None:
    """The first 32 steps for all lanes; ``s[4, lanes]`` is the state, ``w[16, lanes]`` a block."""
    for i in range(0, 16, _STEP):
        for n in range(_LANES):
            a, b, c, d = s[0, n], s[1, n], s[2, n], s[3, n]
            f = np.uint32(d ^ (b & (c ^ d)))
            a = _turn(b, np.uint32(a + f + _SINES[i] + w[i, n]), np.uint32(7))
            f = np.uint32(c ^ (a & (b ^ c)))
            d = _turn(a, np.uint32(d + f + _SINES[i + 1] + w[i + 1, n]), np.uint32(12))
            f = np.uint32(b ^ (d & (a ^ b)))
            c = _turn(d, np.uint32(c + f + _SINES[i + 2] + w[i + 2, n]), np.uint32(17))
            f = np.uint32(a ^ (c & (d ^ a)))
            b = _turn(c, np.uint32(b + f + _SINES[i + 3] + w[i + 3, n]), np.uint32(22))
            s[0, n], s[1, n], s[2, n], s[3, n] = a, b, c, d
    for i in range(16, 32, _STEP):
        w0, w1, w2, w3 = _WORDS[i], _WORDS[i + 1], _WORDS[i + 2], _WORDS[i + 3]
        for n in range(_LANES):
            a, b, c, d = s[0, n], s[1, n], s[2, n], s[3, n]
            f = np.uint32(c ^ (d & (b ^ c)))
            a = _turn(b, np.uint32(a + f + _SINES[i] + w[w0, n]), np.uint32(5))
            f = np.uint32(b ^ (c & (a ^ b)))
            d = _turn(a, np.uint32(d + f + _SINES[i + 1] + w[w1, n]), np.uint32(9))
            f = np.uint32(a ^ (b & (d ^ a)))
            c = _turn(d, np.uint32(c + f + _SINES[i + 2] + w[w2, n]), np.uint32(14))
            f = np.uint32(d ^ (a & (c ^ d)))
            b = _turn(c, np.uint32(b + f + _SINES[i + 3] + w[w3, n]), np.uint32(20))
            s[0, n], s[1, n], s[2, n], s[3, n] = a, b, c, d


@kernel
def _rounds_three_four(s: NDArray[np.uint32], w: NDArray[np.uint32]) -> None:
    """The last 32 steps; arrays as in ``_rounds_one_two``."""
    for i in range(32, 48, _STEP):
        w0, w1, w2, w3 = _WORDS[i], _WORDS[i + 1], _WORDS[i + 2], _WORDS[i + 3]
        for n in range(_LANES):
            a, b, c, d = s[0, n], s[1, n], s[2, n], s[3, n]
            f = np.uint32(b ^ c ^ d)
            a = _turn(b, np.uint32(a + f + _SINES[i] + w[w0, n]), np.uint32(4))
            f = np.uint32(a ^ b ^ c)
            d = _turn(a, np.uint32(d + f + _SINES[i + 1] + w[w1, n]), np.uint32(11))
            f = np.uint32(d ^ a ^ b)
            c = _turn(d, np.uint32(c + f + _SINES[i + 2] + w[w2, n]), np.uint32(16))
            f = np.uint32(c ^ d ^ a)
            b = _turn(c, np.uint32(b + f + _SINES[i + 3] + w[w3, n]), np.uint32(23))
            s[0, n], s[1, n], s[2, n], s[3, n] = a, b, c, d
    for i in range(48, 64, _STEP):
        w0, w1, w2, w3 = _WORDS[i], _WORDS[i + 1], _WORDS[i + 2], _WORDS[i + 3]
        for n in range(_LANES):
            a, b, c, d = s[0, n], s[1, n], s[2, n], s[3, n]
            f = np.uint32(c ^ (b | np.uint32(~d)))
            a = _turn(b, np.uint32(a + f + _SINES[i] + w[w0, n]), np.uint32(6))
            f = np.uint32(b ^ (a | np.uint32(~c)))
            d = _turn(a, np.uint32(d + f + _SINES[i + 1] + w[w1, n]), np.uint32(10))
            f = np.uint32(a ^ (d | np.uint32(~b)))
            c = _turn(d, np.uint32(c + f + _SINES[i + 2] + w[w2, n]), np.uint32(15))
            f = np.uint32(d ^ (c | np.uint32(~a)))
            b = _turn(c, np.uint32(b + f + _SINES[i + 3] + w[w3, n]), np.uint32(21))
            s[0, n], s[1, n], s[2, n], s[3, n] = a, b, c, d


@kernel
def keys_lengths(
    lengths: NDArray[np.int64],
    offsets: NDArray[np.int32],
    valid: NDArray[np.uint8],
    extra: int,
) -> None:
    """Add to each row's length what a column will append: ``extra`` bytes and the value's own."""
    for row in range(lengths.size):
        if valid[row]:
            lengths[row] += offsets[row + 1] - offsets[row] + extra


@kernel
def keys_append(
    buffer: Words,
    cursor: NDArray[np.int64],
    head: tuple[NDArray[np.uint64], int, int],
    offsets: NDArray[np.int32],
    text: tuple[NDArray[np.uint8], Words],
    valid: NDArray[np.uint8],
) -> None:
    """Append to each row that has a value: prefix, the value's length, the value.

    ``head``: the prefix, filled up with zeros to whole words, its bytes, and the bytes of the
    length, 4 or 0. ``text``: the values' bytes, and a word from each of them that has seven behind
    it. Words are written whole: up to seven bytes behind what is appended are spoilt.
    """
    prefix, prefix_size, length_size = head
    data, words = text
    eight, size = np.uint64(8), np.uint64(data.size)
    for row in range(cursor.size):
        if not valid[row]:
            continue
        at = np.uint64(cursor[row])
        for word in range(prefix.size):
            buffer[at + np.uint64(word) * eight] = prefix[word]
        at += np.uint64(prefix_size)
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        if length_size:
            buffer[at] = end - place
            at += np.uint64(length_size)
        cursor[row] = np.int64(at + end - place)
        if end + eight <= size:
            while place < end:
                buffer[at] = words[place]
                at += eight
                place += eight
        else:
            while place < end:
                buffer[at] = np.uint64(data[place])
                at += np.uint64(1)
                place += np.uint64(1)


@kernel
def keys_pad(buffer: Words, starts: NDArray[np.int64], cursor: NDArray[np.int64]) -> None:
    """End each row as MD5 wants it: a bit, zeros, and the length in bits; rows lie on 64 bytes."""
    eight = np.uint64(8)
    for row in range(cursor.size):
        at, last = np.uint64(cursor[row]), np.uint64(starts[row + 1]) - eight
        buffer[at] = np.uint64(128)
        place = (at + eight) & ~np.uint64(7)
        while place < last:
            buffer[place] = np.uint64(0)
            place += eight
        buffer[last] = (at - np.uint64(starts[row])) * eight


@kernel
def keys_md5(
    words: NDArray[np.uint32], starts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both halves of each padded row's MD5; ``starts`` counts bytes, a word is four of them.

    ``_LANES`` rows go side by side, so that the compiler uses vector instructions; a row that has
    ended keeps its digest while longer neighbours go on.
    """
    rows = starts.size - 1
    first = np.empty(rows, np.uint64)
    second = np.empty(rows, np.uint64)
    digest = np.empty((4, _LANES), np.uint32)
    state = np.empty((4, _LANES), np.uint32)
    block = np.zeros((_BLOCK, _LANES), np.uint32)
    for row in range(0, rows, _LANES):
        lanes = min(_LANES, rows - row)
        longest = 0
        for n in range(_LANES):
            digest[0, n], digest[1, n] = np.uint32(0x67452301), np.uint32(0xEFCDAB89)
            digest[2, n], digest[3, n] = np.uint32(0x98BADCFE), np.uint32(0x10325476)
            if n < lanes:
                longest = max(longest, starts[row + n + 1] - starts[row + n])
        for done in range(0, longest, 64):
            for n in range(lanes):
                at = (starts[row + n] + done) // 4
                if starts[row + n] + done < starts[row + n + 1]:
                    for j in range(_BLOCK):
                        block[j, n] = words[at + j]
            state[:] = digest
            _rounds_one_two(state, block)
            _rounds_three_four(state, block)
            for n in range(lanes):
                if starts[row + n] + done < starts[row + n + 1]:
                    for j in range(4):
                        digest[j, n] = np.uint32(digest[j, n] + state[j, n])
        for n in range(lanes):
            first[row + n] = np.uint64(digest[0, n]) | (np.uint64(digest[1, n]) << np.uint64(32))
            second[row + n] = np.uint64(digest[2, n]) | (np.uint64(digest[3, n]) << np.uint64(32))
    return first, second
