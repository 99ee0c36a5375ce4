"""Customer journey maps that are true.

``waypost.open("shop")`` gives a workspace; questions are values: ``waypost.Funnel([...])``.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors; at run time names load when first used
    from waypost.app import DrawnMap, FileWishes, Settings, Workspace
    from waypost.engines import Engine
    from waypost.errors import WaypostError
    from waypost.maps import JourneyMap, MapWishes, load_map
    from waypost.questions import (
        Abandonment,
        Attribution,
        Breakdown,
        Cohorts,
        Comparison,
        Conformance,
        DropOff,
        Flow,
        Funnel,
        Group,
        Groups,
        HandOvers,
        Loops,
        MicroConversions,
        Only,
        Paths,
        Patterns,
        Repeat,
        Result,
        Retention,
        Sessions,
        StepFlow,
        TimeBetween,
        Transitions,
        Volumes,
    )

__version__ = "0.1.0"

__all__ = [
    "Abandonment",
    "Attribution",
    "Breakdown",
    "Cohorts",
    "Comparison",
    "Conformance",
    "DrawnMap",
    "DropOff",
    "FileWishes",
    "Flow",
    "Funnel",
    "Group",
    "Groups",
    "HandOvers",
    "JourneyMap",
    "Loops",
    "MapWishes",
    "MicroConversions",
    "Only",
    "Paths",
    "Patterns",
    "Repeat",
    "Result",
    "Retention",
    "Sessions",
    "Settings",
    "StepFlow",
    "TimeBetween",
    "Transitions",
    "Volumes",
    "WaypostError",
    "Workspace",
    "create",
    "load_map",
    "open",
]

_HOMES = {
    "waypost.app": ("DrawnMap", "FileWishes", "Settings", "Workspace"),
    "waypost.errors": ("WaypostError",),
    "waypost.maps": ("JourneyMap", "MapWishes", "load_map"),
    "waypost.questions": (
        "Abandonment",
        "Attribution",
        "Breakdown",
        "Cohorts",
        "Comparison",
        "Conformance",
        "DropOff",
        "Flow",
        "Funnel",
        "Group",
        "Groups",
        "HandOvers",
        "Loops",
        "MicroConversions",
        "Only",
        "Paths",
        "Patterns",
        "Repeat",
        "Result",
        "Retention",
        "Sessions",
        "StepFlow",
        "TimeBetween",
        "Transitions",
        "Volumes",
    ),
}


def open(path: str | Path, *, engine: Engine | None = None) -> Workspace:  # noqa: A001 - reads as waypost.open
    """The workspace in a directory; ``NotFoundError`` where there is none.

    ``engine`` answers its questions: by default this machine, or a ``waypost.engines.SparkEngine``.
    """
    from waypost.app import Workspace  # noqa: PLC0415 - loaded when first used

    return Workspace.open(path, engine=engine)


def create(path: str | Path, settings: Settings | None = None) -> Workspace:
    """A new workspace in a directory; ``ConflictError`` where there is one already."""
    from waypost.app import Workspace  # noqa: PLC0415 - loaded when first used

    return Workspace.create(path, settings)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'waypost' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
