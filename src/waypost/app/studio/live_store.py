"""Happenings and presence in the document database, and the hub of a process for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from waypost.app.studio.live import Happening, LiveHub
from waypost.app.studio.map_log import change_of
from waypost.app.studio.site import Site
from waypost.documents.database import Database
from waypost.documents.map_tables import (
    MapChangeRow,
    MapHappeningRow,
    MapPresenceRow,
    MapRow,
)

__all__ = [
    "PRESENT_FOR",
    "StoredHappenings",
    "close_hub",
    "hub_of",
    "initials",
    "number_of_revision",
]

PRESENT_FOR = timedelta(seconds=40)
"""How long somebody counts as there after the last word of their browser."""

_MOST_AT_ONCE = 100


class StoredHappenings:
    """What a ``LiveHub`` reads of a document database, and of the workspaces beside it."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        workspaces: Mapping[str, Path] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._clock = clock
        self._workspaces = workspaces
        self._home: dict[str, str] = {}

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        try:
            with self._database.reading() as session:
                yield session
        except OperationalError as error:
            raise ConnectionError(str(error)) from error

    def heads(self, maps: Iterable[str]) -> dict[str, int]:
        """Number of the latest happening by map; deleted maps are absent."""
        wanted = select(MapRow.id, MapRow.happenings).where(
            MapRow.id.in_(list(maps)), MapRow.deleted_at.is_(None)
        )
        with self._reading() as session:
            return {row.id: row.happenings for row in session.execute(wanted)}

    def after(self, map_id: str, number: int) -> list[Happening]:
        """Happenings after ``number``, in order; where too many were missed, the latest 100.

        A browser sees the gap in the revisions and fetches what it lacks.
        """
        query = (
            select(MapHappeningRow, MapChangeRow)
            .outerjoin(
                MapChangeRow,
                (MapChangeRow.map == MapHappeningRow.map)
                & (MapChangeRow.revision == MapHappeningRow.revision),
            )
            .where(MapHappeningRow.map == map_id, MapHappeningRow.number > number)
            .order_by(MapHappeningRow.number.desc())
            .limit(_MOST_AT_ONCE)
        )
        with self._reading() as session:
            rows = session.execute(query).all()
            return [_happening(happening, change) for happening, change in reversed(rows)]

    def present(self, maps: Iterable[str]) -> dict[str, tuple[dict[str, object], ...]]:
        """Who is in each map now, those longest there by name first."""
        query = (
            select(MapPresenceRow)
            .where(
                MapPresenceRow.map.in_(list(maps)),
                MapPresenceRow.seen_at > self._clock() - PRESENT_FOR,
            )
            .order_by(MapPresenceRow.name, MapPresenceRow.client)
        )
        found: dict[str, list[dict[str, object]]] = {}
        with self._reading() as session:
            for row in session.scalars(query):
                found.setdefault(row.map, []).append(_person(row))
        return {map_id: tuple(people) for map_id, people in found.items()}

    def counted(self, maps: Iterable[str]) -> dict[str, dict[str, object]]:
        """The current snapshot of each map's workspace and when it was built; absent without."""
        wanted = list(maps)
        self._find_homes([map_id for map_id in wanted if map_id not in self._home])
        homes = {self._home[map_id] for map_id in wanted if map_id in self._home}
        states = {home: _current(self._workspaces[home]) for home in homes & {*self._workspaces}}
        told = ((map_id, states.get(self._home.get(map_id, ""))) for map_id in wanted)
        return {map_id: state for map_id, state in told if state is not None}

    def _find_homes(self, maps: list[str]) -> None:
        if maps:
            with self._reading() as session:
                query = select(MapRow.id, MapRow.workspace).where(MapRow.id.in_(maps))
                self._home |= {row.id: row.workspace for row in session.execute(query)}


def _current(workspace: Path) -> dict[str, object] | None:
    """Which snapshot a workspace's numbers come from, and since when; None before the first."""
    pointer = workspace / "snapshots" / "CURRENT"
    try:
        since = datetime.fromtimestamp(pointer.stat().st_mtime, UTC)
        return {"snapshot": pointer.read_text("ascii").strip(), "since": since.isoformat()}
    except FileNotFoundError:
        return None


def number_of_revision(database: Database, map_id: str, revision: int) -> int:
    """The latest happening kept that told of this revision or one before; 0 without any."""
    query = select(func.max(MapHappeningRow.number)).where(
        MapHappeningRow.map == map_id, MapHappeningRow.revision <= revision
    )
    with database.reading() as session:
        return session.scalar(query) or 0


def _happening(row: MapHappeningRow, change: MapChangeRow | None) -> Happening:
    if change is None:
        return Happening(row.number, row.kind, orjson.loads(row.data))
    return Happening(row.number, row.kind, change_of(change).as_json())


def _person(row: MapPresenceRow) -> dict[str, object]:
    return {
        "client": row.client,
        "user": row.user,
        "name": row.name,
        "initials": initials(row.name),
        "where": orjson.loads(row.place),
    }


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name: “MK” of “Maria von Kern”."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], *([words[-1][0]] if len(words) > 1 else [])] if words else ["?"]
    return "".join(letters).upper()


_lock = Lock()
_hubs: WeakKeyDictionary[Database, LiveHub] = WeakKeyDictionary()


def hub_of(site: Site) -> LiveHub:
    """The hub of this process for the site's database."""
    with _lock:
        hub = _hubs.get(site.database)
        if hub is None:
            source = StoredHappenings(site.database, site.clock, site.workspaces)
            hub = LiveHub(source)
            _hubs[site.database] = hub
        return hub


def close_hub(site: Site) -> None:
    """End the hub of the site's database, before the database is closed."""
    with _lock:
        hub = _hubs.pop(site.database, None)
    if hub is not None:
        hub.close()
