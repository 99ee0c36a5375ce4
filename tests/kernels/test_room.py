"""Memory is used again, and never while somebody sees it."""

from __future__ import annotations

import numpy as np
import pytest

from waypost.kernels.room import blank

LARGE = 50_000


def _address(array):
    return array.__array_interface__["data"][0]


def test_memory_that_nobody_sees_is_used_again():
    one = blank(LARGE, np.int64)
    address = _address(one)
    del one
    assert _address(blank(LARGE - 1, np.int64)) == address


def test_a_view_of_a_view_keeps_the_memory():
    one = blank(LARGE, np.int64)
    one[:] = 7
    part = one[10:20][2:4]
    del one
    other = blank(LARGE, np.int64)
    other[:] = 1
    assert part.tolist() == [7, 7]


@pytest.mark.parametrize("size", [0, 1, 32_768, 32_769, LARGE])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_a_blank_array_is_as_large_as_asked_and_can_be_written(size, dtype):
    array = blank(size, dtype)
    array[:] = 1
    assert array.shape == (size,)
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    assert array.flags.aligned
