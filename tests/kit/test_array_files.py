"""Arrays written by NumPy come back mapped, from several threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from waypost.kit.array_files import mapped_array, save_array

KINDS = st.sampled_from(["<i8", "<u8", "<i4", "|u1", "<u2", "<f4", "|b1"])
ANY_ARRAY = KINDS.flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0))
)


@given(array=ANY_ARRAY)
def test_what_numpy_saved_comes_back_bit_by_bit(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("arrays") / "array.npy"
    np.save(path, array)
    found = mapped_array(path)
    assert (found.shape, found.dtype, found.tobytes()) == (
        array.shape,
        array.dtype,
        array.tobytes(),
    )
    assert not found.flags.writeable
    saved = path.with_name("saved.npy")
    save_array(saved, np.ascontiguousarray(array).reshape(array.shape))
    assert saved.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "EOF"),
        (b"\x93NUMPY\x02\x00" + b" " * 200, "version"),
        (b"not an array at all, rather a sentence", "magic"),
        (b"\x93NUMPY\x01\x00\x08\x00{'a': 1}", "header says"),
        (b"\x93NUMPY\x01\x00\xff\xff{'descr'", "header says"),
    ],
)
def test_another_file_is_refused(tmp_path, content, message):
    path = tmp_path / "array.npy"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        mapped_array(path)


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"\0"])
def test_a_length_that_does_not_fit_is_refused(tmp_path, change):
    path = tmp_path / "array.npy"
    np.save(path, np.arange(5))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ValueError, match="length"):
        mapped_array(path)


def test_objects_are_refused(tmp_path):
    path = tmp_path / "array.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="header says"):
        mapped_array(path)


def test_many_threads_may_open_files_while_memory_is_cleaned(tmp_path):
    """The garbage of one thread must not end the reading of another."""
    path = tmp_path / "array.npy"
    np.save(path, np.arange(5))

    def often(_: int) -> int:
        rings = []
        for _ in range(300):
            ring = [mapped_array(path)]
            ring.append(ring)
            rings.append(ring)
        return sum(int(ring[0].sum()) for ring in rings)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(often, range(8))) == [3000] * 8
