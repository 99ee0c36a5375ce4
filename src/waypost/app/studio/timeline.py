"""One person's events over all channels, in their order; and finding persons.

Everything is pseudonymous. Who may reveal gets identifiers and attributes too, and each time that
is written down: who, when, whose.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import select

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.text_masking import (
    NAME_COLUMN,
    Known,
    hidden_text,
    known_of,
    names_in,
)
from waypost.app.workspace import Workspace
from waypost.documents.job_tables import RevealRow
from waypost.journeys import EventLog, Snapshot
from waypost.journeys.log.commits import Segment
from waypost.model import ATTRIBUTE_PREFIX, IDENTIFIER_PREFIX, Touchpoint

__all__ = [
    "Found",
    "Happening",
    "PersonLine",
    "Reveal",
    "find_persons",
    "names_of_all",
    "note_reveal",
    "reveals_of",
    "timeline",
]

_MOST = 50
_SHOWN = 1_000
_PROFILE = "$profile"
_NONE = np.iinfo(np.int64).min
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a person; ``value`` in minor units of ``currency``, ``rating`` −2 to +2.

    ``text`` is without addresses and long numbers unless revealed; ``attributes`` and
    ``identifiers`` are empty unless revealed. ``gap``: time since the event before.
    """

    at: datetime
    event: str
    channel: str
    source: str
    touchpoint: Touchpoint | None
    stage: Mapping[str, str]
    value: int | None
    currency: str
    rating: float | None
    text: str
    gap: timedelta | None
    attributes: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person's events, oldest first, at most the latest 1,000 of ``events``."""

    person: str
    events: int
    first_at: datetime
    last_at: datetime
    value: int
    currency: str
    channels: Mapping[str, int]
    happenings: tuple[Happening, ...]
    is_revealed: bool

    @property
    def left_out(self) -> int:
        """How many older events are not among ``happenings``."""
        return self.events - len(self.happenings)


@dataclass(frozen=True, slots=True)
class Found:
    """A person in a list."""

    person: str
    events: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Reveal:
    """Somebody saw identifiers: who, when, whose (a person's id), by which way, and why."""

    by_name: str
    at: datetime
    person: str
    way: str
    reason: str


def find_persons(
    site: Site, actor: Actor, *, begins: str = "", order: str = "latest"
) -> tuple[list[Found], int, int]:
    """At most 50 persons whose id begins so, how many there are, and how many without an event.

    ``order`` is ``latest`` (last event first) or ``events`` (most events first); ties by id.
    """
    require(actor, Right.SEE)
    table = site.workspace(actor.workspace).snapshot.persons
    table = table.select(["id", "events", "first_at", "last_at"])
    table = table.filter(pc.is_valid(table["id"]))
    wanted = begins.strip().lower()
    if wanted:
        wanted = wanted if wanted.startswith("p_") else f"p_{wanted}"
        table = table.filter(pc.starts_with(table["id"], wanted))
    by = "events" if order == "events" else "last_at"
    places = pc.select_k_unstable(
        table, min(_MOST, len(table)), sort_keys=[(by, "descending"), ("id", "ascending")]
    )
    silent = int(pc.sum(pc.equal(table["events"], 0)).as_py() or 0)
    return [_found(row) for row in table.take(places).to_pylist()], len(table), silent


def _found(row: Mapping[str, Any]) -> Found:
    return Found(
        str(row["id"]), int(row["events"]), _as_at(row["first_at"]), _as_at(row["last_at"])
    )


def _as_at(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return _EPOCH + timedelta(microseconds=int(value))


def timeline(site: Site, actor: Actor, person: str, *, reveal: bool = False) -> PersonLine:
    """The person's events. ``NotFoundError`` for an id that the last build does not know.

    With ``reveal`` the right is checked and the look is written down before anything is read.
    """
    require(actor, Right.REVEAL if reveal else Right.SEE)
    workspace = site.workspace(actor.workspace)
    snapshot = workspace.snapshot
    number = snapshot.person_number(person)
    if reveal:
        note_reveal(site, actor, person=person, way="timeline")
    journey = snapshot.person_rows(number)
    first = max(0, len(journey) - _SHOWN)
    rows = journey.row[first:].astype(np.int64)
    details = _details(workspace.log, rows, everything=reveal)
    known = Known() if reveal else _known(workspace, details)
    at = journey.at.astype("datetime64[us]").astype(np.int64)
    names = {stage.id: stage.label for stage in snapshot.stages}
    happenings = []
    for place, detail in zip(range(first, len(journey)), details, strict=True):
        touchpoint = snapshot.touchpoints[int(journey.touchpoint[place])]
        value = int(journey.value[place])
        rating = float(journey.rating[place])
        text = str(detail.get("text") or "")
        happenings.append(
            Happening(
                at=_EPOCH + timedelta(microseconds=int(at[place])),
                event=snapshot.events[int(journey.event[place])],
                channel=snapshot.channels[int(journey.channel[place])],
                source=snapshot.sources[int(journey.source[place])],
                touchpoint=touchpoint if touchpoint.id else None,
                stage=names.get(touchpoint.stage, {}),
                value=None if value == _NONE else value,
                currency=snapshot.currency,
                rating=None if np.isnan(rating) else rating,
                text=text if reveal else hidden_text(text, known),
                gap=timedelta(microseconds=int(at[place] - at[place - 1])) if place else None,
                attributes=_named(detail, ATTRIBUTE_PREFIX) if reveal else {},
                identifiers=_named(detail, IDENTIFIER_PREFIX) if reveal else {},
            )
        )
    values = journey.value[journey.value != _NONE]
    return PersonLine(
        person=person,
        events=len(journey),
        first_at=_EPOCH + timedelta(microseconds=int(at[0])),
        last_at=_EPOCH + timedelta(microseconds=int(at[-1])),
        value=int(values.sum()),
        currency=snapshot.currency,
        channels=_channels(snapshot, journey.channel),
        happenings=tuple(happenings),
        is_revealed=reveal,
    )


def _channels(snapshot: Snapshot, codes: NDArray[Any]) -> dict[str, int]:
    counted = Counter(snapshot.channels[int(code)] for code in codes)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _named(detail: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(value)
        for name, value in detail.items()
        if name.startswith(prefix) and value is not None
    }


def _details(
    log: EventLog, rows: NDArray[np.int64], *, everything: bool
) -> list[Mapping[str, Any]]:
    """What the log keeps of some rows, in their order: the text, or all columns."""
    found: dict[int, Mapping[str, Any]] = {}
    for segment in log.segments():
        mine = rows[(rows >= segment.first_row) & (rows < segment.first_row + segment.rows)]
        if mine.size:
            found |= _rows_of(segment, np.unique(mine), everything=everything)
    return [found.get(row, {}) for row in rows.tolist()]


def _rows_of(
    segment: Segment, rows: NDArray[np.int64], *, everything: bool
) -> dict[int, Mapping[str, Any]]:
    """Only row groups that hold one of the rows are read."""
    file = pq.ParquetFile(segment.path, memory_map=True)
    known = file.schema_arrow.names
    hidden = {"key_hi", "key_lo", "content"}
    telling = ("text", *(name for name in known if _tells_who(name)))
    columns = [name for name in known if name not in hidden] if everything else list(telling)
    found: dict[int, Mapping[str, Any]] = {}
    first = segment.first_row
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        mine = rows[(rows >= first) & (rows < first + count)]
        if mine.size:
            table = file.read_row_group(group, columns=columns).take(pa.array(mine - first))
            found |= dict(zip(mine.tolist(), table.to_pylist(), strict=True))
        first += count
    return found


def _tells_who(column: str) -> bool:
    if column.startswith(IDENTIFIER_PREFIX):
        return True
    return column.startswith(ATTRIBUTE_PREFIX) and NAME_COLUMN.search(column) is not None


def _known(workspace: Workspace, details: Sequence[Mapping[str, Any]]) -> Known:
    """Names and identifiers in the person's events, and in profiles with one of its identifiers.

    The names of everybody else are read from the log once for each build.
    """
    log = workspace.log
    values: dict[str, set[str]] = {}
    for detail in details:
        for name, value in detail.items():
            if name.startswith(IDENTIFIER_PREFIX) and value is not None:
                values.setdefault(name, set()).add(str(value))
    return replace(known_of([*details, *_profiles(log, values)]), others=names_of_all(workspace))


def names_of_all(workspace: Workspace) -> frozenset[str]:
    """Words of the names of everybody, as attributes of the log hold them; kept with the data."""
    return workspace.source.kept.get("names of all", lambda: _all_names(workspace.log))


def _all_names(log: EventLog) -> frozenset[str]:
    """Words of all names that attributes hold; segments without such an attribute are not read."""
    found: dict[str, set[str]] = {}
    for segment in log.segments():
        named = [c for c in segment.columns if c.startswith(ATTRIBUTE_PREFIX) and _tells_who(c)]
        for name in named:
            values = pq.read_table(segment.path, columns=[name]).column(0)
            found.setdefault(name, set()).update(pc.drop_null(pc.unique(values)).to_pylist())
    return names_in(found)


def _profiles(log: EventLog, values: Mapping[str, set[str]]) -> list[Mapping[str, Any]]:
    """Rows of contact data that have one of the identifiers; others are not read to the end."""
    found: list[Mapping[str, Any]] = []
    for segment in log.segments():
        shared = [name for name in values if name in segment.columns]
        named = [name for name in segment.columns if _tells_who(name)]
        if not shared or not any(name.startswith(ATTRIBUTE_PREFIX) for name in named):
            continue
        ours = pc.field("event") == _PROFILE
        mine = [pc.field(name).isin(sorted(values[name])) for name in shared]
        asked = ours & functools.reduce(operator.or_, mine)
        found += pq.read_table(segment.path, columns=named, filters=asked).to_pylist()
    return found


def note_reveal(site: Site, actor: Actor, *, person: str, way: str, reason: str = "") -> None:
    """Write down, before it happens, that somebody sees identifiers.

    ``ForbiddenError`` without the right.
    """
    require(actor, Right.REVEAL)
    with site.database.session() as session:
        session.add(
            RevealRow(
                workspace=actor.workspace,
                by=actor.user,
                by_name=actor.name,
                at=site.clock(),
                person=person,
                way=way,
                reason=reason[:500],
            )
        )


def reveals_of(site: Site, actor: Actor, person: str = "") -> Sequence[Reveal]:
    """Who saw identifiers, of one person or of all, latest first; at most 200."""
    require(actor, Right.REVEAL)
    wanted = select(RevealRow).where(RevealRow.workspace == actor.workspace)
    if person:
        wanted = wanted.where(RevealRow.person == person)
    with site.database.reading() as session:
        rows = session.scalars(wanted.order_by(RevealRow.id.desc()).limit(200))
        return [Reveal(row.by_name, row.at, row.person, row.way, row.reason) for row in rows]
