"""Run a question on the shards of a snapshot and add the partials."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from waypost.engines.local import LocalEngine

if TYPE_CHECKING:  # loads when a filter is evaluated
    from waypost.engines.masks import SnapshotMasks

__all__ = ["LocalEngine", "SnapshotMasks"]


def __getattr__(name: str) -> Any:
    if name == "SnapshotMasks":
        return importlib.import_module("waypost.engines.masks").SnapshotMasks
    raise AttributeError(f"module 'waypost.engines' has no attribute {name!r}")
