"""Run a question on the shards of a snapshot and add the partials."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from waypost.engines.engine import Engine
from waypost.engines.local import LocalEngine

if TYPE_CHECKING:  # loads when a filter is evaluated, and where there is a cluster
    from waypost.engines.masks import SnapshotMasks
    from waypost.engines.spark import SparkEngine

__all__ = ["Engine", "LocalEngine", "SnapshotMasks", "SparkEngine"]

_HOMES = {"SnapshotMasks": "waypost.engines.masks", "SparkEngine": "waypost.engines.spark"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'waypost.engines' has no attribute {name!r}")
