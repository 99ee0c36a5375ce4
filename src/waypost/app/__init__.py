"""Use cases: the one place that joins intake, log, identity, store, engine and map."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from waypost.app.settings import LANGUAGES, STAGE_SETS, Settings

if TYPE_CHECKING:  # what reads, builds and draws loads when it is first used
    from waypost.app.building import BuildReport
    from waypost.app.mapping import DrawnMap, FileWishes, check_map_name, check_paper
    from waypost.app.workspace import Quarantined, Workspace

__all__ = [
    "LANGUAGES",
    "STAGE_SETS",
    "BuildReport",
    "DrawnMap",
    "FileWishes",
    "Quarantined",
    "Settings",
    "Workspace",
    "check_map_name",
    "check_paper",
]

_HOMES = {
    "Quarantined": "waypost.app.workspace",
    "Workspace": "waypost.app.workspace",
    "BuildReport": "waypost.app.building",
    "DrawnMap": "waypost.app.mapping",
    "FileWishes": "waypost.app.mapping",
    "check_map_name": "waypost.app.mapping",
    "check_paper": "waypost.app.mapping",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'waypost.app' has no attribute {name!r}")
