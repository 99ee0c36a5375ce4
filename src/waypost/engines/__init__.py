"""Run a question on the shards of a snapshot and add the partials."""

from waypost.engines.local import LocalEngine
from waypost.engines.masks import SnapshotMasks

__all__ = ["LocalEngine", "SnapshotMasks"]
