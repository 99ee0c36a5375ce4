"""The event log, binding, and the journey store."""

from waypost.journeys.log import BatchWriter, Commit, EventLog, QuarantinedRecord, Rows, Segment
from waypost.journeys.store import (
    NO_VALUE,
    Dictionaries,
    EventArrays,
    EventBlock,
    Journey,
    Place,
    Shard,
    Snapshot,
    StoreInputs,
    build_snapshot,
)

__all__ = [
    "NO_VALUE",
    "BatchWriter",
    "Commit",
    "Dictionaries",
    "EventArrays",
    "EventBlock",
    "EventLog",
    "Journey",
    "Place",
    "QuarantinedRecord",
    "Rows",
    "Segment",
    "Shard",
    "Snapshot",
    "StoreInputs",
    "build_snapshot",
]
