"""How the shards of a snapshot become the tasks of a cluster."""

from __future__ import annotations

from typing import Final

from waypost.engines.spark.carrier import Portion
from waypost.engines.spark.worker import VOLUME
from waypost.journeys import Snapshot

__all__ = ["portions_of"]

LEAST_EVENTS: Final = 500_000
"""Events below which a task of its own costs more than it gains: Spark takes milliseconds."""

MOST_EVENTS: Final = 32_000_000
"""Events of one task at most, where persons allow it: some tenths of a second."""

WAVES: Final = 2
"""Tasks per core: a core that is done early takes another."""


def portions_of(snapshot: Snapshot, cores: int, events: int = 0) -> list[list[Portion]]:
    """The portions of each task, in the order of shards; the volume comes last.

    Shards with more than ``events`` events (by default what keeps all cores busy) are cut at
    persons, small neighbours share a task. There is always a task.
    """
    shards = snapshot.meta.shards
    volume = snapshot.meta.volume_events
    total = sum(entry.events for entry in shards) + volume
    wanted = -(-total // (cores * WAVES))
    size = events or max(LEAST_EVENTS, min(MOST_EVENTS, wanted))
    pieces: list[tuple[Portion, int]] = []
    for place, entry in enumerate(shards):
        parts = max(1, -(-entry.events // size))
        pieces += [((place, part, parts), entry.events // parts) for part in range(parts)]
    pieces.append(((VOLUME, 0, 1), volume))
    return _grouped(pieces, size)


def _grouped(pieces: list[tuple[Portion, int]], size: int) -> list[list[Portion]]:
    groups: list[list[Portion]] = [[]]
    filled = 0
    for portion, events in pieces:
        if groups[-1] and filled + events > size:
            groups.append([])
            filled = 0
        groups[-1].append(portion)
        filled += events
    return groups
