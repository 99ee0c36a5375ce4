"""The event: what a person did or met, at an instant, through a channel, as a source has it.

Readers yield ``Event`` values or, where millions of rows matter, Arrow batches of the same columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag

import pyarrow as pa

__all__ = [
    "ATTRIBUTE_PREFIX",
    "CORE_SCHEMA",
    "IDENTIFIER_PREFIX",
    "RANKS_PER_RECORD",
    "Event",
    "Flag",
]

IDENTIFIER_PREFIX = "id."
ATTRIBUTE_PREFIX = "a."
RANKS_PER_RECORD = 16
"""A record may cause up to 16 events; ``seq = line * 16 + rank`` orders them at one instant."""


class Flag(IntFlag):
    """What was noticed about an event while it was read."""

    NONE = 0
    SKEW_CORRECTED = 1  # the device's clock was wrong by more than five minutes
    FUTURE = 2  # later than a day after it was received or imported
    ZONE_ASSUMED = 4  # the source gave no zone; the workspace's was taken
    DATE_ONLY = 8  # the source gave a day, no time


CORE_SCHEMA = pa.schema(
    [
        pa.field("at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("channel", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("value", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("rating", pa.float32()),
        pa.field("text", pa.string()),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("flags", pa.int32(), nullable=False),
    ]
)
"""Columns every event has; text columns ``id.<kind>`` and ``a.<name>`` follow."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a reader yields it.

    ``at`` is microseconds since 1970 in UTC; ``value`` is money in minor units of ``currency``;
    ``rating`` lies between −2 and +2; ``key`` is unique within the source and stays the same in a
    later export; ``rank`` (0 to 15) orders events of one record at one instant. A second identifier
    of one kind is written ``(kind + "#2", value)``.
    """

    at: int
    event: str
    key: str
    line: int
    channel: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    value: int | None = None
    currency: str | None = None
    rating: float | None = None
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0
    flags: Flag = Flag.NONE
