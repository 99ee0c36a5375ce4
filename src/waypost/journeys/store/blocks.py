"""Columns of events on their way into a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import InputError
from waypost.journeys.store.layout import CODE_ARRAYS, Dictionaries
from waypost.kernels.store_build import Columns

__all__ = ["EventBlock", "Place", "StoreInputs", "joined"]

_DTYPES: Mapping[str, Any] = {
    "person": np.int32,
    "at": np.int64,
    "seq": np.int64,
    "row": np.int64,
    **dict.fromkeys(CODE_ARRAYS, np.uint16),
    "value": np.int64,
    "rating": np.float32,
}
_ROWS_LIMIT = 2**47


@dataclass(frozen=True, slots=True)
class EventBlock:
    """Some events as equally long columns.

    ``person`` −1 is an event without a person; ``at`` is microseconds since 1970 UTC; ``seq``
    orders events of one instant; ``row`` numbers the event log; the others are codes into the
    dictionaries, money in minor units (−2^63 = none) and a rating (NaN = none).
    """

    person: NDArray[np.int32]
    at: NDArray[np.int64]
    seq: NDArray[np.int64]
    row: NDArray[np.integer[Any]]
    event: NDArray[np.unsignedinteger[Any]]
    channel: NDArray[np.unsignedinteger[Any]]
    touchpoint: NDArray[np.unsignedinteger[Any]]
    stage: NDArray[np.unsignedinteger[Any]]
    source: NDArray[np.unsignedinteger[Any]]
    value: NDArray[np.int64]
    rating: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.person)

    def part(self, start: int, stop: int) -> EventBlock:
        """The rows from ``start`` up to ``stop``."""
        return EventBlock(**{name: getattr(self, name)[start:stop] for name in _DTYPES})

    def where(self, mask: NDArray[np.bool_]) -> EventBlock:
        """The rows where ``mask`` is true."""
        return EventBlock(**{name: getattr(self, name)[mask] for name in _DTYPES})

    def canonical(self) -> EventBlock:
        """The same columns contiguous and in the one dtype that the kernels are compiled for."""
        return EventBlock(
            **{
                name: np.ascontiguousarray(getattr(self, name), dtype=dtype)
                for name, dtype in _DTYPES.items()
            }
        )

    def packable(self) -> Columns:
        """The columns of a canonical block, in the order that the kernels take."""
        codes = (self.event, self.channel, self.touchpoint, self.stage, self.source)
        bits = self.rating.view(np.uint32)
        return (self.person, self.at, self.seq, self.value, self.row, *codes, bits)

    def check_lengths(self) -> None:
        """Raise ``InputError`` where columns differ in length."""
        lengths = {column.name: len(getattr(self, column.name)) for column in fields(self)}
        if len(set(lengths.values())) > 1:
            raise InputError(f"The columns of a block differ in length: {lengths}.")

    def check(self, *, persons: int, dictionaries: Dictionaries | None) -> None:
        """Raise ``InputError`` for a person number, code or row number outside its range."""
        _check_range("person", self.person, low=-1, high=persons - 1)
        _check_range("row", self.row, low=0, high=_ROWS_LIMIT)
        if dictionaries is not None:
            for name in CODE_ARRAYS:
                entries = len(getattr(dictionaries, f"{name}s"))
                _check_range(name, getattr(self, name), low=0, high=entries - 1)


def _check_range(name: str, column: NDArray[Any], *, low: int, high: int) -> None:
    if not len(column):
        return
    least, most = int(column.min()), int(column.max())
    if least < low or most > high:
        raise InputError(
            f"The column {name!r} has {least if least < low else most}; "
            f"allowed is {low} to {high}.",
            column=name,
        )


def joined(blocks: Sequence[EventBlock]) -> EventBlock:
    """The rows of one or several blocks as one canonical block."""
    parts = [block.canonical() for block in blocks]
    if len(parts) == 1:
        return parts[0]
    return EventBlock(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _DTYPES}
    )


@dataclass(frozen=True, slots=True)
class Place:
    """What all instants and money of a workspace mean: IANA zone and ISO 4217 currency."""

    zone: str = "UTC"
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class StoreInputs:
    """All that a snapshot is made of.

    ``blocks`` come in the order of the log and are read once. ``persons`` has a row per person
    number, in order: a text column ``id``, and traits in further columns. ``data_until_us`` is the
    latest instant to be trusted; None takes the latest of all events.
    """

    blocks: Iterable[EventBlock]
    persons: pa.Table
    dictionaries: Dictionaries
    snapshot_id: str
    place: Place = field(default_factory=Place)
    made_from: Mapping[str, Any] = field(default_factory=dict)
    data_until_us: int | None = None
