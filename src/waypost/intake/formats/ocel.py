"""OCEL 2.0 event logs, as JSON and as SQLite: events that touch objects of several types."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from waypost.errors import InputError, UnreadableFileError, nearest
from waypost.intake.context import ReadContext
from waypost.intake.event_batch import chunks_of
from waypost.intake.normalise import parse_time, snake_case
from waypost.intake.records import Chunk, Outcome, Refusal
from waypost.intake.streams import open_bytes
from waypost.model import Event

__all__ = ["OCEL_JSON", "OCEL_SQLITE"]

_MAX_DOCUMENT = 1 << 30
_PEOPLE = re.compile(
    r"customer|client|kunde|person|user|patient|member|guest|applicant|mitglied|nutzer",
    re.IGNORECASE,
)
_MOST_IDENTIFIERS = 8
_NOT_CASE = "object of a type not taken as case"
_WITHOUT_EVENTS = "object of a case type, described by its events"


@dataclass(frozen=True, slots=True)
class _Happening:
    id: str
    type: str
    time: str
    attributes: Mapping[str, str]
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Log:
    happenings: list[_Happening]
    types: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _OcelJson:
    id: str = "ocel2"
    label: str = "OCEL 2.0 event log (JSON)"
    source: str = "ocel"
    version: int = 1

    def recognise(self, path: Path, head: bytes) -> float:
        """Certain where the parts of such a log are named in the first or in all bytes."""
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return 0.0
        marks = (b'"eventTypes"', b'"objectTypes"', b'"objects"', b'"events"')
        found = sum(mark in head for mark in marks)
        if found in (2, 3) or (found == 1 and marks[0] in head):
            found = sum(mark in _whole(path) for mark in marks)
        return 1.0 if found == len(marks) else 0.0

    def chunks(self, path: Path, context: ReadContext, source: str) -> Iterator[Chunk]:
        """Events in file order, then the objects, which are accounted for as ignored."""
        yield from chunks_of(_outcomes(_read_json(path), context), source)

    def count(self, path: Path) -> int:
        """Events and objects that the document lists."""
        document = _document(path)
        return len(document["events"]) + len(document["objects"])


@dataclass(frozen=True, slots=True)
class _OcelSqlite:
    id: str = "ocel2_sqlite"
    label: str = "OCEL 2.0 event log (SQLite)"
    source: str = "ocel"
    version: int = 1

    def recognise(self, path: Path, head: bytes) -> float:
        """Certain for an SQLite file with the tables of such a log."""
        if not head.startswith(b"SQLite format 3\0"):
            return 0.0
        try:
            with closing(_connect(path)) as database:
                names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError:
            return 0.0
        return 1.0 if {"event", "object", "event_object", "event_map_type"} <= names else 0.0

    def chunks(self, path: Path, context: ReadContext, source: str) -> Iterator[Chunk]:
        """Events by time and id, then the objects, which are accounted for as ignored."""
        try:
            with closing(_connect(path)) as database:
                log = _read_sqlite(database)
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from error
        yield from chunks_of(_outcomes(log, context), source)

    def count(self, path: Path) -> int:
        """Rows of the tables ``event`` and ``object``."""
        with closing(_connect(path)) as database:
            query = 'SELECT (SELECT COUNT(*) FROM "event") + (SELECT COUNT(*) FROM "object")'
            return int(database.execute(query).fetchone()[0])


OCEL_JSON = _OcelJson()
OCEL_SQLITE = _OcelSqlite()


def _whole(path: Path) -> bytes:
    parts, size = [], 0
    with open_bytes(path) as stream:
        while piece := stream.read(1 << 20):
            parts.append(piece)
            size += len(piece)
            if size > _MAX_DOCUMENT:
                raise UnreadableFileError(
                    f"{path.name} is too large to be read as one JSON document.",
                    hint="Export the log as SQLite (OCEL 2.0) instead.",
                    path=path,
                )
    return b"".join(parts)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(_whole(path))
    except ValueError as error:
        raise _damaged(path, error) from error
    if not isinstance(document, dict) or not all(
        isinstance(document.get(part), list) for part in ("events", "objects")
    ):
        raise _damaged(path, "events or objects are missing")
    return document


def _damaged(path: Path, why: object) -> UnreadableFileError:
    return UnreadableFileError(f"{path.name} is no OCEL 2.0 log: {why}.", path=path)


def _read_json(path: Path) -> _Log:
    document = _document(path)
    happenings = [
        _Happening(
            id=str(one.get("id", "")),
            type=str(one.get("type", "")),
            time=str(one.get("time", "")),
            attributes={
                str(a.get("name")): str(a.get("value"))
                for a in one.get("attributes") or ()
                if a.get("value") is not None
            },
            objects=tuple(str(r.get("objectId")) for r in one.get("relationships") or ()),
        )
        for one in document["events"]
    ]
    return _Log(
        happenings, {str(one.get("id")): str(one.get("type")) for one in document["objects"]}
    )


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _read_sqlite(database: sqlite3.Connection) -> _Log:
    objects: defaultdict[str, list[str]] = defaultdict(list)
    links = "SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"
    for event, target in database.execute(links):
        objects[str(event)].append(str(target))
    happenings: list[_Happening] = []
    for name, table in database.execute(
        "SELECT ocel_type, ocel_type_map FROM event_map_type ORDER BY 1"
    ):
        happenings.extend(_of_type(database, str(name), str(table), objects))
    happenings.sort(key=lambda one: (one.time, one.id))
    known = {one.id for one in happenings}
    lost = database.execute('SELECT ocel_id, ocel_type FROM "event" ORDER BY 1')
    happenings += [_Happening(str(i), str(t), "", {}, ()) for i, t in lost if str(i) not in known]
    types = {
        str(i): str(t)
        for i, t in database.execute('SELECT ocel_id, ocel_type FROM "object" ORDER BY 1')
    }
    return _Log(happenings, types)


def _of_type(
    database: sqlite3.Connection, name: str, table: str, objects: Mapping[str, list[str]]
) -> Iterator[_Happening]:
    source = exp.to_identifier(f"event_{table}", quoted=True)
    query = exp.select("*").from_(exp.Table(this=source)).sql(dialect="sqlite")
    try:
        cursor = database.execute(query)
    except sqlite3.OperationalError:
        return
    columns = [column[0] for column in cursor.description]
    for row in cursor:
        cells = {
            key: str(value) for key, value in zip(columns, row, strict=True) if value is not None
        }
        identity = cells.pop("ocel_id", "")
        time = cells.pop("ocel_time", "")
        yield _Happening(identity, name, time, cells, tuple(objects.get(identity, ())))


def _outcomes(log: _Log, context: ReadContext) -> Iterator[Outcome]:
    cases = _case_types(log, context.case_objects)
    for number, one in enumerate(log.happenings, 1):
        try:
            yield Outcome(
                (number,), (_event(one, number, log.types, cases=cases, context=context),)
            )
        except InputError as error:
            raw = json.dumps({"id": one.id, "type": one.type, "time": one.time}, ensure_ascii=False)
            yield Outcome((number,), refused=(Refusal(number, error.message, raw),))
    for number, kind in enumerate(log.types.values(), len(log.happenings) + 1):
        yield Outcome((number,), ignored=_WITHOUT_EVENTS if kind in cases else _NOT_CASE)


def _case_types(log: _Log, wanted: tuple[str, ...]) -> frozenset[str]:
    """The object types taken as case: those asked for, else the one that stands for people.

    Without a type whose name says so, the type that most events touch with exactly one object;
    ties go to the first name.
    """
    known = sorted(set(log.types.values()))
    for name in wanted:
        if name not in known:
            like = nearest(name, known) or known
            raise InputError(
                f"The log has no object type {name!r}.", hint=f"It has: {', '.join(like)}."
            )
    if wanted:
        return frozenset(wanted)
    people = [name for name in known if _PEOPLE.search(name)]
    candidates = people or known
    single: Counter[str] = Counter()
    for one in log.happenings:
        touched = Counter(log.types.get(target, "") for target in one.objects)
        single.update(kind for kind, count in touched.items() if count == 1)
    best = max(candidates, key=lambda name: single[name], default=None)
    return frozenset() if best is None else frozenset({best})


def _event(
    one: _Happening,
    number: int,
    types: Mapping[str, str],
    *,
    cases: frozenset[str],
    context: ReadContext,
) -> Event:
    if not one.id or not one.type:
        raise InputError("The event has no id or no type.")
    moment = parse_time(one.time, context.zone)
    if moment is None:
        raise InputError("The event has no time.")
    touched: defaultdict[str, list[str]] = defaultdict(list)
    for target in one.objects:
        touched[types.get(target, "unknown")].append(target)
    identifiers = [
        (f"object_{snake_case(kind)}", target)
        for kind in sorted(cases & set(touched))
        for target in list(dict.fromkeys(touched[kind]))[:_MOST_IDENTIFIERS]
    ]
    attributes = {"activity": one.type}
    attributes |= {
        snake_case(name) or name: value for name, value in one.attributes.items() if value
    }
    attributes |= {
        f"object.{snake_case(kind)}": "; ".join(targets)
        for kind, targets in touched.items()
        if kind not in cases
    }
    return Event(
        at=moment.at,
        event=snake_case(one.type) or "unnamed",
        key=one.id,
        line=number,
        identifiers=tuple(identifiers),
        attributes=attributes,
        flags=moment.flags,
    )
