"""MD5 of many short rows at once (RFC 1321), over columns laid out as Arrow lays out text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["keys_append", "keys_lengths", "keys_md5", "keys_pad"]

_SINES = np.array([int(abs(math.sin(i + 1)) * 2**32) for i in range(64)], np.uint32)
_ROUND = 16
_TURNS = ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
_SHIFTS = np.array([turn for round_turns in _TURNS for turn in round_turns * 4], np.uint32)
_PICKS = ((1, 0), (5, 1), (3, 5), (7, 0))
_WORDS = np.array([(step * i + first) % 16 for step, first in _PICKS for i in range(16)], np.int64)


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
    buffer: NDArray[np.uint8],
    cursor: NDArray[np.int64],
    prefix: NDArray[np.uint8],
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
    valid: NDArray[np.uint8],
) -> None:
    """Append to each row that has a value: prefix, the value's length in four bytes, the value.

    Without a prefix the bare value is appended.
    """
    length_bytes = 4 if prefix.size else 0
    for row in range(cursor.size):
        if not valid[row]:
            continue
        at = cursor[row]
        for byte in prefix:
            buffer[at] = byte
            at += 1
        length = offsets[row + 1] - offsets[row]
        for place in range(length_bytes):
            buffer[at] = (length >> (8 * place)) & 255
            at += 1
        for place in range(offsets[row], offsets[row + 1]):
            buffer[at] = data[place]
            at += 1
        cursor[row] = at


@kernel
def keys_pad(
    buffer: NDArray[np.uint8], starts: NDArray[np.int64], cursor: NDArray[np.int64]
) -> None:
    """End each row as MD5 wants it: a bit, zeros, and the length in bits; rows lie on 64 bytes."""
    for row in range(cursor.size):
        buffer[cursor[row]] = 128
        bits = (cursor[row] - starts[row]) * 8
        for place in range(8):
            buffer[starts[row + 1] - 8 + place] = (bits >> (8 * place)) & 255


@kernel
def keys_md5(
    words: NDArray[np.uint32], starts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both halves of each padded row's MD5; ``starts`` counts bytes, a word is four of them."""
    rows = starts.size - 1
    first = np.empty(rows, np.uint64)
    second = np.empty(rows, np.uint64)
    for row in range(rows):
        a0, b0 = np.uint32(0x67452301), np.uint32(0xEFCDAB89)
        c0, d0 = np.uint32(0x98BADCFE), np.uint32(0x10325476)
        for block in range(starts[row] // 4, starts[row + 1] // 4, 16):
            a, b, c, d = a0, b0, c0, d0
            for i in range(64):
                if i < _ROUND:
                    f = np.uint32((b & c) | (~b & d))
                elif i < 2 * _ROUND:
                    f = np.uint32((d & b) | (~d & c))
                elif i < 3 * _ROUND:
                    f = np.uint32(b ^ c ^ d)
                else:
                    f = np.uint32(c ^ (b | np.uint32(~d)))
                turned = np.uint32(a + f + _SINES[i] + words[block + _WORDS[i]])
                left = np.uint32(turned << _SHIFTS[i])
                right = np.uint32(turned >> np.uint32(np.uint32(32) - _SHIFTS[i]))
                a, d, c, b = d, c, b, np.uint32(b + (left | right))
            a0, b0 = np.uint32(a0 + a), np.uint32(b0 + b)
            c0, d0 = np.uint32(c0 + c), np.uint32(d0 + d)
        first[row] = np.uint64(a0) | (np.uint64(b0) << np.uint64(32))
        second[row] = np.uint64(c0) | (np.uint64(d0) << np.uint64(32))
    return first, second
