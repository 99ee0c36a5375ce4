"""A small workspace to import into, with the events it holds afterwards."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from waypost.intake import ImportReport, Mapping, ReadContext, import_file
from waypost.journeys.log import EventLog

_CORE = ("at", "event", "channel", "seq", "value", "currency", "rating", "text", "line", "flags")


@dataclass
class Desk:
    """Writes files, imports them and looks at the log."""

    folder: Path
    log: EventLog
    context: ReadContext

    def write(self, content: str | bytes | list | dict, name: str = "file") -> Path:
        path = self.folder / name
        if isinstance(content, list):
            content = "\n".join(json.dumps(one) for one in content) + "\n"
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def add(self, content: Any, *mappings: Mapping, name: str = "file") -> ImportReport:
        path = content if isinstance(content, Path) else self.write(content, name)
        (report, *_) = import_file(self.log, path, context=self.context, mappings=mappings)
        ignored = sum(report.ignored.values())
        used = report.stored + report.updated + report.duplicate
        assert report.records == used + report.quarantined + ignored
        return report

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """Visible events in row order, each with its filled columns."""
        attributes = [f"a.{one}" for one in self.log.attribute_names()]
        columns = [*_CORE, *self.log.identifier_columns(), *attributes]
        found = []
        for rows in self.log.scan(columns):
            shown = [
                one for one, seen in zip(rows.batch.to_pylist(), rows.visible, strict=True) if seen
            ]
            found += [{k: v for k, v in one.items() if v is not None} for one in shown]
        return [one for one in found if not name or one["event"] == name]

    def event(self, name: str) -> dict[str, Any]:
        """The only event of this name."""
        (found,) = self.events(name)
        return found

    def names(self) -> dict[str, int]:
        """How many visible events each name has."""
        return dict(sorted(Counter(one["event"] for one in self.events()).items()))


def at(text: str) -> datetime:
    """The instant that an ISO text in UTC names."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    workspace = tmp_path / "shop"
    workspace.mkdir()
    return Desk(tmp_path, EventLog.open(workspace), ReadContext())
