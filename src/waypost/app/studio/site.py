"""The running studio: its workspaces, its database, its clock."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from waypost.app.settings import FILE_NAME
from waypost.app.workspace import Workspace
from waypost.documents import Database
from waypost.errors import InputError, NotFoundError

__all__ = ["DATABASE_FILE", "Site", "open_site", "slug_of"]

DATABASE_FILE = "documents.sqlite"
_MOST_REMEMBERED = 256
T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class Site:
    """``workspaces``: where each one lies, by its slug. ``clock`` says the time, in UTC.

    ``address`` is where browsers find the studio, like ``http://127.0.0.1:8642``.
    """

    def __init__(
        self,
        database: Database,
        workspaces: Mapping[str, Path],
        *,
        clock: Callable[[], datetime] = _now,
        address: str = "",
    ) -> None:
        self.database = database
        self.workspaces: Mapping[str, Path] = MappingProxyType(dict(workspaces))
        self.clock = clock
        self.address = address
        self._open: dict[str, tuple[tuple[object, ...], Workspace]] = {}
        self._memory: OrderedDict[tuple[str, ...], object] = OrderedDict()
        self._lock = Lock()

    def workspace(self, slug: str) -> Workspace:
        """The workspace, opened anew when its settings, imports or journeys changed.

        Raises ``NotFoundError`` for one that this studio does not serve.
        """
        path = self.workspaces.get(slug)
        if path is None:
            raise NotFoundError("There is no such workspace here.", workspace=slug)
        state = _state(path)
        with self._lock:
            known = self._open.get(slug)
            if known is not None and known[0] == state:
                return known[1]
        opened = Workspace.open(path)
        with self._lock:
            self._open[slug] = (state, opened)
        return opened

    def today(self, slug: str) -> date:
        """The day it is in the workspace's zone; raises as ``workspace``."""
        return self.clock().astimezone(ZoneInfo(self.workspace(slug).settings.zone)).date()

    def remembered(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        """What ``compute`` gave for this key; the oldest of many are forgotten.

        The key must name everything the answer depends on, a snapshot's id above all.
        """
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return cast("T", self._memory[key])
        computed = compute()
        with self._lock:
            self._memory[key] = computed
            while len(self._memory) > _MOST_REMEMBERED:
                self._memory.popitem(last=False)
        return computed

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_site(
    paths: Iterable[str | Path],
    *,
    database: str | Path = "",
    address: str = "",
    clock: Callable[[], datetime] = _now,
) -> Site:
    """The site of these workspaces; the first one keeps the database where none is named.

    Raises ``NotFoundError`` for a directory that is no workspace, ``InputError`` where two share a
    name.
    """
    workspaces: dict[str, Path] = {}
    for given in paths:
        path = Workspace.open(given).path.resolve()
        slug = slug_of(path)
        if workspaces.setdefault(slug, path) != path:
            raise InputError(
                f"{workspaces[slug]} and {path} would have the same address, /w/{slug}.",
                hint="Rename one of the directories.",
            )
    if not workspaces:
        raise InputError("Name at least one workspace.", hint="Use: waypost serve SHOP")
    first = next(iter(workspaces.values()))
    opened = Database.open(database or first / DATABASE_FILE)
    return Site(opened, workspaces, clock=clock, address=address)


def slug_of(path: Path) -> str:
    """A workspace's name in addresses: its directory's, in small letters, digits and hyphens."""
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in path.name.lower()).split("-")
    return "-".join(word for word in words if word) or "workspace"


def _state(path: Path) -> tuple[object, ...]:
    """Changes whenever the settings, the imports or the current journeys do."""
    settings, current = path / FILE_NAME, path / "snapshots" / "CURRENT"
    commits = path / "log" / "commits"
    return tuple(
        (found.st_mtime_ns, found.st_ino) if found is not None else None
        for found in (_stat(settings), _stat(current), _stat(commits))
    )


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
