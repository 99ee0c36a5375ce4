"""Arrays in ``.npy`` files, memory-mapped without asking Python's own parser.

NumPy takes a header apart by ``ast.literal_eval``, which fails now and then in CPython 3.11
and 3.12 when several threads are in it at once (python/cpython#106905).
"""

from __future__ import annotations

import math
import mmap
import os
import re
import sys
from collections.abc import Container
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["mapped_array", "save_array"]

_HEADER = re.compile(
    r"\{'descr': '([<>|][biuf]\d+)', 'fortran_order': False, "
    r"'shape': \(((?:\d+, )*\d+,?|)\), \} *\n"
)

# From Python 3.13 on, a mapping needs no open file.
_MAPPING: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}


def mapped_array(path: Path, *, dimensions: Container[int] = range(33)) -> NDArray[Any]:
    """The numbers in a ``.npy`` file of version 1.0 and C order, read-only.

    Raises:
        OSError: when it is not there or cannot be read.
        ValueError: when it is no such file, has other ``dimensions``, or is too short or too long
            for what its header says.
    """
    with path.open("rb") as file:
        shape, dtype = _header(file)
        if len(shape) not in dimensions:
            raise ValueError(f"it has {len(shape)} dimensions")
        start, count = file.tell(), math.prod(shape)
        if os.fstat(file.fileno()).st_size != start + count * dtype.itemsize:
            raise ValueError("its length does not fit its header")
        if count == 0:
            array = np.empty(shape, dtype=dtype)
            array.flags.writeable = False
            return array
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ, **_MAPPING)
    return np.frombuffer(mapped, dtype=dtype, count=count, offset=start).reshape(shape)


def _header(file: BufferedReader) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"it is a .npy file of version {version}")
    text = file.read(int.from_bytes(file.read(2), "little")).decode("latin-1")
    said = _HEADER.fullmatch(text)
    if said is None:
        raise ValueError(f"its header says {text.strip()!r}")
    shape = tuple(int(length) for length in said[2].split(",") if length)
    return shape, np.dtype(said[1])


def save_array(path: Path, array: NDArray[Any]) -> None:
    """As ``np.save`` for an array in C order; an ``OSError`` tells by its number what failed."""
    with path.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(array)
        np.lib.format.write_array_header_1_0(file, header)
        file.write(array.data)
