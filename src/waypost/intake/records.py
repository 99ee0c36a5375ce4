"""Records on their way to events: what a reader is given and what it may answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waypost.model import Event

__all__ = ["Answer", "Chunk", "Ignore", "Outcome", "Record", "Refusal", "raw_text"]


@dataclass(frozen=True, slots=True)
class Record:
    """One row, line or object of a file, or several that belong together.

    ``cells`` is the first row by column name (text), or a JSON object; ``parts`` are all rows of a
    group, ``lines`` where each begins.
    """

    line: int
    cells: Mapping[str, Any]
    parts: tuple[Mapping[str, Any], ...] = ()
    lines: tuple[int, ...] = ()

    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """All rows of the group, the only one where nothing is grouped."""
        return self.parts or (self.cells,)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A reader's answer to a record that by declared rule makes no event."""

    reason: str


Answer = Sequence[Event] | Ignore
"""What a reader makes of a record; it raises ``InputError`` for one that cannot be used."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record for the quarantine: where it begins, why, and what it held."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the records at ``lines``: events, or an ``ignored`` reason, or ``refused``."""

    lines: tuple[int, ...]
    events: tuple[Event, ...] = ()
    ignored: str = ""
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some outcomes as arrays.

    ``events`` has the columns of the event log; ``owner`` (int64, as long as events) tells which
    entry of ``records`` caused each; ``records`` (int64) counts the records behind each entry.
    ``ignored`` counts records by reason. ``done``: how far the chunk brings the delivery, in the
    unit of its ``work``; None where that is records.
    """

    events: pa.RecordBatch
    owner: npt.NDArray[np.int64]
    records: npt.NDArray[np.int64]
    ignored: Mapping[str, int]
    refused: tuple[Refusal, ...] = ()
    done: int | None = None


def raw_text(cells: Mapping[str, Any]) -> str:
    """The cells as one JSON object, empty ones left out: what can be mended in quarantine."""
    filled = {name: cell for name, cell in cells.items() if cell is not None}
    return json.dumps(filled, ensure_ascii=False, default=str)
