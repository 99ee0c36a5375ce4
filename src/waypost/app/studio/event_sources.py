"""The events that maps of a workspace are read against, kept from one reading to the next."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from waypost.app.building import binding_of, rule_texts
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.maps.reading import EventSource

__all__ = ["event_source"]

_lock = Lock()
_sources: WeakKeyDictionary[Workspace, EventSource] = WeakKeyDictionary()


def event_source(site: Site, workspace: str) -> EventSource:
    """The current journeys of the workspace, with what earlier readings have learned of them.

    A change of settings, imports or journeys makes a new one. ``NotFoundError`` before the first
    build.
    """
    opened = site.workspace(workspace)
    with _lock:
        source = _sources.get(opened)
        if source is None:
            source = _made(opened)
            _sources[opened] = source
        return source


def _made(opened: Workspace) -> EventSource:
    binding = binding_of(opened.path, opened.settings, opened.log)
    return EventSource(
        opened.snapshot,
        opened.log,
        workspace=opened.settings.name,
        rules=rule_texts(binding),
    )
