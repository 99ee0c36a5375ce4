"""The posting lists of a shard: where each touchpoint and each event name occurs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.arrays import Settling, write_array
from waypost.journeys.store.layout import Dictionaries
from waypost.kernels.postings import postings_of

__all__ = ["POSTED", "posting_files", "write_postings"]

POSTED: Final = ("touchpoint", "event")
"""The code arrays that have posting lists."""

_POSITIONS: Final = 2**32


def posting_files(axis: str) -> tuple[str, str]:
    """The names of the two files of an axis."""
    return f"{axis}.starts.npy", f"{axis}.postings.npy"


def write_postings(
    folder: Path,
    axis: str,
    *,
    codes: NDArray[np.unsignedinteger[Any]],
    dictionaries: Dictionaries,
    settling: Settling | None = None,
) -> None:
    """Write where each code of ``codes`` occurs; nothing where positions exceed four bytes."""
    if len(codes) > _POSITIONS:
        return
    postings = postings_of(codes, len(getattr(dictionaries, f"{axis}s")))
    starts, positions = posting_files(axis)
    write_array(folder / starts, postings.starts, settling=settling)
    write_array(folder / positions, postings.positions, settling=settling)
