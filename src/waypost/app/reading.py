"""What drawn maps are read against: the events of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waypost.app.building import binding_of, rule_texts
from waypost.maps.reading import EventSource

if TYPE_CHECKING:
    from waypost.app.workspace import Workspace

__all__ = ["source_of"]


def source_of(workspace: Workspace) -> EventSource:
    """The events of a workspace's current snapshot, for reading drawn maps against them.

    A source keeps what it has counted; it is worth keeping until there is a newer snapshot.
    """
    return EventSource(
        workspace.snapshot,
        workspace.log,
        workspace=workspace.settings.name,
        rules=rule_texts(binding_of(workspace.path, workspace.settings, workspace.log)),
        engine=workspace.engine,
    )
