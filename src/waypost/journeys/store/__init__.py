"""The journey store: immutable snapshots of sorted, memory-mapped journeys."""

from waypost.journeys.store.blocks import EventBlock, Place, StoreInputs
from waypost.journeys.store.build import build_snapshot
from waypost.journeys.store.layout import NO_VALUE, Dictionaries
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.journeys.store.snapshot import Journey, Snapshot

__all__ = [
    "NO_VALUE",
    "Dictionaries",
    "EventArrays",
    "EventBlock",
    "Journey",
    "Place",
    "Shard",
    "Snapshot",
    "StoreInputs",
    "build_snapshot",
]
