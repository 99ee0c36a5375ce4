"""Use cases: the one place that joins intake, log, identity, store, engine and map."""

from waypost.app.building import BuildReport
from waypost.app.mapping import DrawnMap
from waypost.app.settings import LANGUAGES, STAGE_SETS, Settings
from waypost.app.workspace import Quarantined, Workspace

__all__ = [
    "LANGUAGES",
    "STAGE_SETS",
    "BuildReport",
    "DrawnMap",
    "Quarantined",
    "Settings",
    "Workspace",
]
