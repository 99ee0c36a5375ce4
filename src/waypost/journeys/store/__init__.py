"""The journey store: immutable snapshots of sorted, memory-mapped journeys."""

from waypost.journeys.store.blocks import EventBlock, Place, StoreInputs
from waypost.journeys.store.build import build_snapshot
from waypost.journeys.store.difference import ABSENT, Change
from waypost.journeys.store.from_log import LogState, snapshot_from_log
from waypost.journeys.store.layout import NO_VALUE, Dictionaries
from waypost.journeys.store.overlay import append
from waypost.journeys.store.rebind import rebind
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.journeys.store.snapshot import Journey, Snapshot

__all__ = [
    "ABSENT",
    "NO_VALUE",
    "Change",
    "Dictionaries",
    "EventArrays",
    "EventBlock",
    "Journey",
    "LogState",
    "Place",
    "Shard",
    "Snapshot",
    "StoreInputs",
    "append",
    "build_snapshot",
    "rebind",
    "snapshot_from_log",
]
