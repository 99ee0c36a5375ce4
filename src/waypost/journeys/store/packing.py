"""Rows become packed records: what a chunk does not need is not carried along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.journeys.store.blocks import EventBlock
from waypost.journeys.store.layout import CODE_ARRAYS, NO_VALUE
from waypost.kernels.store_build import (
    AT,
    FORM,
    FORM_LOW,
    FORM_ROW,
    FORM_SEQ,
    FORM_STEP,
    FORM_UNIT,
    FORM_WORDS,
    HIGH,
    RATING,
    ROW,
    SEQ,
    VALUE,
    Form,
    count_buckets,
    is_line,
    pack,
    time_span,
)

__all__ = ["Packed", "Span", "packed"]

_FIXED_WORDS = 2
_UNITS = 2**32
_ROWS = 2**24
_ONE_BYTE = 256
_WORD = 2**63


@dataclass(frozen=True, slots=True)
class Span:
    """Earliest and latest instant, and the coarsest unit (µs) that loses nothing."""

    low: int = 0
    high: int = 0
    unit: int = 1_000_000
    empty: bool = True

    @classmethod
    def of(cls, at: NDArray[np.int64]) -> Span:
        """The span of instants in microseconds."""
        if not len(at):
            return cls()
        low, high, unit = time_span(np.ascontiguousarray(at, dtype=np.int64))
        return cls(int(low), int(high), int(unit), empty=False)

    def __add__(self, other: Span) -> Span:
        if self.empty:
            return other
        if other.empty:
            return self
        return Span(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.unit, other.unit),
            empty=False,
        )


@dataclass(frozen=True, slots=True)
class Packed:
    """Records of some rows, bucket ``b`` at ``starts[b]:starts[b + 1]``, and what was seen."""

    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    form: Form
    span: Span
    last_row: int

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows per bucket; the last one has those without a person."""
        return np.diff(self.starts)


def packed(block: EventBlock, *, shift: int, buckets: int) -> Packed:
    """The records of a canonical block that is not empty, in ``buckets + 1`` buckets."""
    counts = np.zeros(buckets + 1, dtype=np.int64)
    count_buckets(block.person, shift, counts)
    starts = np.concatenate([[0], np.cumsum(counts)])
    span = Span.of(block.at)
    form = _form(block, span)
    words = np.empty(len(block) * int(form[FORM_WORDS]), dtype=np.int64)
    pack(block.packable(), shift, form, starts[:-1].copy(), words)
    return Packed(words, starts, form, span, int(block.row.max()))


def _form(block: EventBlock, span: Span) -> Form:
    form = np.zeros(FORM, dtype=np.int64)
    form[[FORM_LOW, FORM_UNIT, FORM_ROW]] = span.low, span.unit, int(block.row.min())
    line = _line(block)
    if line is not None:
        form[[FORM_SEQ, FORM_STEP]] = line
    words = _FIXED_WORDS
    for place in _further(block, span, form):
        form[place] = words
        words += 1
    if line is None:
        form[SEQ] = words
        words += 1
    form[FORM_WORDS] = words
    return form


def _further(block: EventBlock, span: Span, form: Form) -> Iterator[int]:
    """The words besides the first two and ``seq``."""
    if (span.high - span.low) // span.unit >= _UNITS:
        yield AT
    if int(block.row.max()) - int(form[FORM_ROW]) >= _ROWS:
        yield ROW
    if (block.value != NO_VALUE).any():
        yield VALUE
    if not np.isnan(block.rating).all():
        yield RATING
    if any(_beyond_a_byte(getattr(block, name)) for name in CODE_ARRAYS):
        yield HIGH


def _beyond_a_byte(codes: NDArray[Any]) -> bool:
    return int(codes.max()) >= _ONE_BYTE


def _line(block: EventBlock) -> tuple[int, int] | None:
    """``base`` and ``step`` where every ``seq`` is ``base + step * row``, as in many files."""
    row, seq = block.row.astype(np.int64, copy=False), block.seq
    distance = int(row[-1]) - int(row[0])
    step = (int(seq[-1]) - int(seq[0])) // distance if distance else 0
    base = int(seq[0]) - step * int(row[0])
    fits = -_WORD <= base < _WORD and -_WORD <= step < _WORD
    return (base, step) if fits and is_line(seq, row, base, step) else None
