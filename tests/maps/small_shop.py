"""A workspace made of a handful of events written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from waypost.app import Settings, Workspace
from waypost.model import CORE_SCHEMA

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Act:
    """Something a person did, ``hours`` after the start; an empty person is nobody."""

    person: str
    event: str
    hours: float
    channel: str = "web"
    value: int | None = None
    rating: float | None = None
    text: str | None = None


def shop_of(folder: Path, acts: list[Act], *, stages: str = "b2c") -> Workspace:
    """A built workspace with these acts in its log."""
    settings = Settings(name="Small", zone="UTC", language="en", stages=stages)
    workspace = Workspace.create(folder, settings)
    with workspace.log.writer("b1", source="hand", facts={"file": "hand"}) as writer:
        writer.add(_table(acts))
        writer.commit({"records": len(acts), "stored": len(acts)})
    workspace.build()
    return workspace


def _table(acts: list[Act]) -> pa.Table:
    rows = [
        {
            "at": START + timedelta(hours=act.hours),
            "event": act.event,
            "channel": act.channel,
            "source": "hand",
            "key": str(number),
            "seq": number * 16,
            "value": act.value,
            "currency": None if act.value is None else "EUR",
            "rating": act.rating,
            "text": act.text,
            "line": number,
            "flags": 0,
            "id.user_id": act.person or None,
        }
        for number, act in enumerate(acts, 1)
    ]
    return pa.Table.from_pylist(rows, CORE_SCHEMA.append(pa.field("id.user_id", pa.string())))
