"""A batch of text under a mapping: its columns cleaned once, and its rows that cannot be used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waypost.intake.generic.columns import Parsed, cleaned
from waypost.intake.reading import folded
from waypost.intake.records import Refusal, raw_text
from waypost.intake.tables import TextBatch

__all__ = ["Batch", "Faults"]


@dataclass(slots=True)
class Batch:
    """A text batch whose columns are found in any case and cleaned once."""

    text: TextBatch
    names: Dict[str, str]
    known: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.text.lines)

    @property
    def lines(self) -> npt.NDArray[np.int64]:
        """Where each begins in the file."""
        return self.text.lines

    def cleaned(self, name: str) -> pa.Array:
        """The column, outer blanks dropped; null where empty and where the batch lacks it."""
        if name not in self.known:
            at = self.text.columns.schema.get_field_index(self.names[folded(name)])
            there = at >= 0
            column = self.text.columns.column(at) if there else pa.nulls(self.rows, pa.string())
            self.known[name] = cleaned(column)
        return self.known[name]

    def digests(self) -> list[bytes]:
        """MD5 over all cells of each row."""
        parts = [pc.fill_null(column, "\x00") for column in self.text.columns.columns]
        joined = pc.binary_join_element_wise(*parts, "\x1f") if len(parts) > 1 else parts[0]
        md5 = hashlib.md5
        return [
            md5(row, usedforsecurity=False).digest() for row in joined.cast(pa.binary()).to_pylist()
        ]

    def rejects(self) -> tuple[Refusal, ...]:
        """What the table could not cut into a record."""
        return tuple(Refusal(one.line, one.reason, one.raw) for one in self.text.rejects)

    def raws(self, rows: list[int]) -> list[str]:
        """The rows as JSON objects."""
        return [
            raw_text(cells)
            for cells in self.text.columns.take(pa.array(rows, pa.int64())).to_pylist()
        ]


class Faults:
    """Rows that cannot be used, each with its first reason; rows left out on purpose have none."""

    def __init__(self, rows: int, left_out: npt.NDArray[np.bool_]) -> None:
        self._left_out = left_out
        self._bad = np.zeros(rows, np.bool_)
        self._reasons: dict[int, str] = {}

    def take(self, parsed: Parsed, column: str) -> Parsed:
        """The same, its bad cells noted under the column's name."""
        for row, reason in parsed.reasons.items():
            if not self._left_out[row]:
                self._reasons.setdefault(row, f"{column}: {reason}")
        self._bad |= parsed.bad & ~self._left_out
        return parsed

    def refuse(self, rows: npt.NDArray[np.bool_], reason: str) -> None:
        """Note the rows (a mask) that have no reason yet."""
        for row in np.flatnonzero(rows & ~self._left_out & ~self._bad).tolist():
            self._reasons[row] = reason
        self._bad |= rows & ~self._left_out

    def faulty(self) -> npt.NDArray[np.bool_]:
        """Rows that cannot be used."""
        return self._bad

    def usable(self) -> npt.NDArray[np.bool_]:
        """Rows that are neither faulty nor left out."""
        return ~(self._bad | self._left_out)

    def refusals(self, batch: Batch) -> list[Refusal]:
        """The faulty rows for the quarantine, in file order."""
        rows = sorted(self._reasons)
        return [
            Refusal(int(batch.lines[row]), self._reasons[row], raw)
            for row, raw in zip(rows, batch.raws(rows), strict=True)
        ]
