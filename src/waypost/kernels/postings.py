"""Where in a shard each code occurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Postings"]


@dataclass(frozen=True, slots=True)
class Postings:
    """Event positions by code: ``positions[starts[c]:starts[c + 1]]`` rise and have code ``c``.

    ``starts: int64[codes + 1]``; ``positions: uint32[events]`` into the shard's whole arrays.
    """

    starts: NDArray[np.int64]
    positions: NDArray[np.uint32]

    def of(self, code: int) -> NDArray[np.uint32]:
        """The rising positions of one code; empty for a code that the shard does not have."""
        if code + 1 >= self.starts.size:
            return self.positions[:0]
        return self.positions[int(self.starts[code]) : int(self.starts[code + 1])]
