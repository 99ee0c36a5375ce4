"""Sixty-four bytes at once: a kernel's instructions and the plain way give the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.kernels.bytes_at_once import AT_ONCE, move_kept, within
from waypost.kernels.jit import kernel

SIXTY_FOUR = st.binary(min_size=AT_ONCE, max_size=AT_ONCE)
BYTE = st.integers(0, 255)


@kernel
def within_inside(codes, first, more):
    return within(codes, 0, first, more)


@kernel
def move_inside(words, bits, kept):
    move_kept(words, 0, bits, kept, 0)


def words_of(array):
    return np.ndarray((array.size - 7,), np.uint64, array, strides=(1,))


@given(SIXTY_FOUR, BYTE, BYTE)
@settings(max_examples=60)
def test_a_range_of_codes_is_found_bit_by_bit(text, first, more):
    codes = np.frombuffer(text, np.uint8)
    wanted = sum(1 << place for place, code in enumerate(text) if (code - first) % 256 <= more)
    with np.errstate(over="ignore"):
        assert int(within(codes, 0, np.uint8(first), np.uint8(more))) == wanted
    assert int(np.uint64(within_inside(codes, np.uint8(first), np.uint8(more)))) == wanted


@given(SIXTY_FOUR, st.integers(0, 2**64 - 1))
@settings(max_examples=60)
def test_kept_bytes_stand_together_in_their_order(text, bits):
    wanted = bytes(code for place, code in enumerate(text) if bits >> place & 1)
    codes = np.frombuffer(text + bytes(8), np.uint8)
    for move in (
        lambda words, kept: move_kept(words, 0, np.uint64(bits), kept, 0),
        lambda words, kept: move_inside(words, np.uint64(bits), kept),
    ):
        kept = np.zeros(AT_ONCE + 16, np.uint8)
        move(words_of(codes), words_of(kept))
        assert kept[: len(wanted)].tobytes() == wanted
