"""The changes of a map as they were accepted: rows of the log as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from waypost.documents.map_tables import MapChangeRow

__all__ = ["Json", "MapChange", "change_of", "operations_in"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MapChange:
    """A change of the log. ``by`` 0: a guest or the studio itself."""

    revision: int
    id: str
    by: int
    by_name: str
    at: datetime
    title: str
    ops: tuple[Json, ...]

    def as_json(self) -> Json:
        """As the API tells it."""
        return {
            "revision": self.revision,
            "id": self.id,
            "by": self.by_name,
            "by_user": self.by,
            "at": self.at.isoformat(),
            "title": self.title,
            "ops": list(self.ops),
        }


def change_of(row: MapChangeRow) -> MapChange:
    """A row of the log as a value."""
    return MapChange(
        revision=row.revision,
        id=row.id,
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        title=row.title,
        ops=operations_in(row.ops),
    )


def operations_in(text: str) -> tuple[Json, ...]:
    """The operations in a stored text."""
    return tuple(orjson.loads(text))
