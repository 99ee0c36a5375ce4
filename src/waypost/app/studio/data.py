"""The state of the data: sources, deliveries, their accounts, quarantine, what an undo changes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow.compute as pc
from sqlalchemy import select

from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import Job, start_job
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.documents.job_tables import JobRow
from waypost.errors import InputError, NotFoundError
from waypost.intake import ImportReport, report_of, still_quarantined
from waypost.journeys import Commit, Snapshot
from waypost.journeys.log import EventLog
from waypost.journeys.log.visibility import visible_rows

__all__ = [
    "DataState",
    "Delivery",
    "Held",
    "HeldRecord",
    "SourceState",
    "Undoing",
    "data_state",
    "deliveries_of",
    "delivery_now",
    "held_as_csv",
    "held_records",
    "mend",
    "mend_many",
    "persons_known",
    "undoing",
]

_UNDO = "undo"
_MOST_HELD = 2_000
_NUMBER = re.compile(r"\d+")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class SourceState:
    """What one source has delivered.

    ``first_at`` and ``last_at`` are its first and latest event, µs since 1970 UTC.
    """

    source: str
    label: str
    files: int
    records: int
    stored: int
    updated: int
    duplicate: int
    quarantined: int
    ignored: int
    last_at: int | None
    first_at: int | None = None


@dataclass(frozen=True, slots=True)
class DataState:
    """Everything at a glance; ``is_stale``: something changed since the last build.

    ``events`` are those of persons; before the first build, all that came in.

    ``persons`` have at least one event, as on maps; ``silent`` are known, by contact data for
    example, without one.
    """

    sources: tuple[SourceState, ...]
    events: int
    persons: int
    silent: int
    data_until_us: int
    is_built: bool
    is_stale: bool
    held: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One import of one table: its account, who made it and when (None: outside of the studio).

    ``held`` counts records that still wait in quarantine; ``mends`` is the delivery whose records
    this one brought in.
    """

    number: int
    batch: str
    report: ImportReport
    is_taken_back: bool
    mends: str
    held: int
    at: datetime | None
    by_name: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a delivery back would change.

    ``leaving`` events count no longer, ``staying`` of it do because another delivery has them too,
    ``returning`` are older ones that it had replaced; ``persons`` have at least one leaving event.
    """

    delivery: Delivery
    leaving: int
    staying: int
    returning: int
    persons: int


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record in quarantine; ``fields`` are its cells by column, empty where it is no record.

    ``column`` is the one the reason is about, empty where none.
    """

    line: int
    reason: str
    raw: str
    column: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """What of a delivery waits in quarantine; at most 2,000 ``records`` of ``count``.

    ``reasons`` are the most frequent columns or reasons with their counts.
    """

    delivery: Delivery
    count: int
    records: tuple[HeldRecord, ...]
    reasons: tuple[tuple[str, int], ...]
    can_mend: bool


def data_state(site: Site, actor: Actor) -> DataState:
    """The state of a workspace's data."""
    require(actor, Right.SEE)
    workspace = site.workspace(actor.workspace)
    deliveries = [one for one in deliveries_of(site, actor) if not one.is_taken_back]
    snapshot = _snapshot(workspace)
    known, silent = persons_known(snapshot) if snapshot else (0, 0)
    return DataState(
        sources=tuple(_sources(deliveries)),
        events=_events_of(snapshot) if snapshot else _new_events(deliveries),
        persons=known - silent,
        silent=silent,
        data_until_us=snapshot.data_until_us if snapshot else 0,
        is_built=snapshot is not None,
        is_stale=_is_stale(workspace, snapshot),
        held=sum(one.held for one in deliveries),
    )


def persons_known(snapshot: Snapshot) -> tuple[int, int]:
    """How many persons the last build knows, and how many of them have no event."""
    table = snapshot.persons
    events = table["events"].filter(pc.is_valid(table["id"]))
    return len(events), int(pc.sum(pc.equal(events, 0)).as_py() or 0)


def _events_of(snapshot: Snapshot) -> int:
    """Events of persons, as on maps."""
    meta = snapshot.meta
    return sum(shard.events for shard in meta.shards) - meta.hidden_events


def _new_events(deliveries: Iterable[Delivery]) -> int:
    return sum(one.report.new_events for one in deliveries)


def _snapshot(workspace: Workspace) -> Snapshot | None:
    try:
        return workspace.snapshot
    except NotFoundError:
        return None


def _is_stale(workspace: Workspace, snapshot: Snapshot | None) -> bool:
    """Whether commits were made after the snapshot's."""
    commits = workspace.log.commits()
    if snapshot is None:
        return bool(workspace.log.batches())
    seen = snapshot.made_from.get("commits")
    known = len(seen) if isinstance(seen, list | tuple) else seen
    return isinstance(known, int) and known != len(commits)


def _sources(deliveries: Iterable[Delivery]) -> list[SourceState]:
    found: dict[str, SourceState] = {}
    for one in deliveries:
        report = one.report
        known = found.get(report.source) or SourceState(
            report.source, report.label, 0, 0, 0, 0, 0, 0, 0, None
        )
        latest = max((at for at in (known.last_at, report.last_at) if at), default=None)
        first = min((at for at in (known.first_at, report.first_at) if at), default=None)
        found[report.source] = replace(
            known,
            files=known.files + (not one.mends),
            records=known.records + (0 if one.mends else report.records),
            stored=known.stored + report.stored,
            updated=known.updated + report.updated,
            duplicate=known.duplicate + report.duplicate,
            quarantined=known.quarantined + one.held,
            ignored=known.ignored + sum(report.ignored.values()),
            last_at=latest,
            first_at=first,
        )
    return sorted(found.values(), key=lambda source: (-source.records, source.source))


def deliveries_of(site: Site, actor: Actor) -> list[Delivery]:
    """Every import, newest first, also those taken back."""
    require(actor, Right.SEE)
    log = site.workspace(actor.workspace).log
    made = _made_by(site, actor)
    active = {commit.number for commit in log.batches()}
    imports = [commit for commit in log.commits() if commit.kind != _UNDO]
    return [_delivery(log, one, active, made) for one in reversed(imports)]


def _made_by(site: Site, actor: Actor) -> dict[str, tuple[datetime, str]]:
    """Who brought each delivery in and when, by batch; the latest job that says so."""
    wanted = (
        select(JobRow.result, JobRow.finished_at, JobRow.by_name)
        .where(
            JobRow.workspace == actor.workspace,
            JobRow.kind.in_(("import", "replay")),
            JobRow.state == "done",
        )
        .order_by(JobRow.id)
    )
    found: dict[str, tuple[datetime, str]] = {}
    with site.database.reading() as session:
        for result, at, name in session.execute(wanted):
            for report in _reports(json.loads(result or "{}")):
                if at is not None and not report.get("known"):
                    found[str(report["batch"])] = (at, name)
    return found


def _reports(result: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield from (one for file in result.get("files", {}).values() for one in file.get("reports", ()))
    if "report" in result:
        yield result["report"]


def _delivery(
    log: EventLog,
    commit: Commit,
    active: set[int],
    made: Mapping[str, tuple[datetime, str]],
) -> Delivery:
    is_active = commit.number in active
    report = report_of(commit)
    waits = is_active and report.quarantined > 0
    at, name = made.get(commit.batch, (None, ""))
    return Delivery(
        number=commit.number,
        batch=commit.batch,
        report=report,
        is_taken_back=not is_active,
        mends=str(commit.notes.get("mends", "")),
        held=sum(1 for _ in still_quarantined(log, commit.batch)) if waits else 0,
        at=at,
        by_name=name,
    )


def delivery_now(site: Site, actor: Actor, batch: str) -> Delivery:
    """One delivery; ``NotFoundError`` where there is none or it was taken back."""
    for one in deliveries_of(site, actor):
        if one.batch == batch and not one.is_taken_back:
            return one
    raise NotFoundError(
        "This delivery is not there any more.",
        hint="It was taken back, or imported anew under another mapping.",
        batch=batch,
    )


def undoing(site: Site, actor: Actor, batch: str) -> Undoing:
    """What taking the delivery back would change; nothing is changed yet."""
    require(actor, Right.CHANGE_DATA)
    workspace = site.workspace(actor.workspace)
    delivery = delivery_now(site, actor, batch)
    log, commits = workspace.log, workspace.log.commits()
    mine = next(one for one in commits if one.number == delivery.number)
    before = log.visible()
    after = visible_rows([*commits, _undone(mine, len(commits) + 1)], workspace.path / "log")
    gone = before & ~after
    rows = slice(mine.first_row, mine.first_row + mine.event_rows)
    own = int(np.count_nonzero(gone[rows]))
    snapshot = _snapshot(workspace)
    return Undoing(
        delivery=delivery,
        leaving=own,
        staying=mine.event_rows - own,
        returning=int(np.count_nonzero(after & ~before)),
        persons=_persons_with(snapshot, gone) if snapshot else 0,
    )


def _undone(commit: Commit, number: int) -> Commit:
    return replace(
        commit,
        number=number,
        kind=_UNDO,
        account={},
        rows={},
        segments=(),
        notes={},
        files=(),
        undoes=commit.number,
        first_row=commit.first_row + commit.event_rows,
        event_rows=0,
    )


def _persons_with(snapshot: Snapshot, gone: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    persons = 0
    for shard in snapshot.shards:
        known = shard.row < len(gone)
        hit = np.zeros(len(shard.row), np.bool_)
        hit[known] = gone[shard.row[known]]
        places = np.searchsorted(shard.offsets, np.flatnonzero(hit), side="right") - 1
        persons += len(np.unique(places))
    return persons


def held_records(site: Site, actor: Actor, batch: str) -> Held:
    """The records of a delivery that wait to be mended."""
    require(actor, Right.CHANGE_DATA)
    log = site.workspace(actor.workspace).log
    delivery = delivery_now(site, actor, batch)
    commit = next(one for one in log.batches() if one.batch == batch)
    memory = _memory(commit)
    records: list[HeldRecord] = []
    reasons: Counter[str] = Counter()
    for found in still_quarantined(log, batch):
        fields = _fields(found.raw, memory)
        column = _column_of(found.reason, fields)
        reasons[column or _NUMBER.sub("…", found.reason)] += 1
        if len(records) < _MOST_HELD:
            records.append(HeldRecord(found.line, found.reason, found.raw, column, fields))
    ranked = tuple(reasons.most_common(12))
    return Held(delivery, sum(reasons.values()), tuple(records), ranked, "kind" in memory)


def _memory(commit: Commit) -> Mapping[str, Any]:
    memory = commit.notes.get("memory")
    return memory if isinstance(memory, dict) else {}


def _fields(raw: str, memory: Mapping[str, Any]) -> dict[str, str]:
    """The cells by column; empty for a text that is no whole record."""
    try:
        found = json.loads(raw)
    except ValueError:
        found = _cut(raw, memory)
    if not isinstance(found, dict):
        return {}
    return {name: _cell(value) for name, value in found.items()}


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(raw: str, memory: Mapping[str, Any]) -> dict[str, str] | None:
    columns = memory.get("columns") or []
    rows = list(csv.reader(io.StringIO(raw), delimiter=str(memory.get("delimiter", ","))))
    if len(rows) != 1 or len(rows[0]) != len(columns):
        return None
    return dict(zip(columns, rows[0], strict=True))


def _column_of(reason: str, fields: Mapping[str, str]) -> str:
    found = [name for name in fields if reason.startswith(f"{name}: ")]
    return max(found, key=len, default="")


def mend(site: Site, actor: Actor, batch: str, mended: Mapping[int, Any]) -> Job:
    """Read mended records once more: by line their text, or their cells by column; a job.

    ``InputError`` where none is given or a line is not in the quarantine.
    """
    held = {record.line: record for record in held_records(site, actor, batch).records}
    if not mended:
        raise InputError("No record was mended.", hint="Change at least one.")
    lines = []
    for line, told in mended.items():
        if line not in held:
            raise InputError(f"Line {line} does not wait in this quarantine.", line=line)
        lines.append([line, _raw(held[line], told)])
    return start_job(site, actor, "replay", {"batch": batch, "mended": lines})


def _raw(record: HeldRecord, told: Any) -> str:
    """The mended text; cells keep the kind they had where their text is as before."""
    if isinstance(told, str):
        return told
    if not isinstance(told, Mapping) or not record.fields:
        raise InputError(f"Line {record.line}: a text or cells by column are needed.")
    before: dict[str, Any] = {}
    try:
        before = json.loads(record.raw)
    except ValueError:
        before = dict(record.fields)
    for name, cell in told.items():
        if record.fields.get(name) != cell:
            before[name] = cell
    return json.dumps(before, ensure_ascii=False)


def mend_many(held: Held, *, column: str, find: str, put: str) -> dict[int, dict[str, str]]:
    """The records in which one replacement changes the cell of a column, by line, with the cell.

    An empty ``find`` replaces whole cells, else every occurrence within them. ``column`` empty: the
    column that each record's reason is about.
    """
    changed: dict[int, dict[str, str]] = {}
    for record in held.records:
        name = column or record.column
        if name not in record.fields:
            continue
        cell = record.fields[name]
        then = cell.replace(find, put) if find else put
        if then != cell:
            changed[record.line] = {name: then}
    return changed


def held_as_csv(held: Held) -> str:
    """The waiting records as CSV with line and reason; cells that a spreadsheet would run disarmed.

    A cell beginning with a sign that starts a formula gets an apostrophe before it.
    """
    columns: list[str] = []
    for record in held.records:
        columns += [name for name in record.fields if name not in columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_disarmed(["line", "reason", *columns, "raw"]))
    for record in held.records:
        cells = [record.fields.get(name, "") for name in columns]
        raw = "" if record.fields else record.raw
        writer.writerow(_disarmed([str(record.line), record.reason, *cells, raw]))
    return "\ufeff" + text.getvalue()


def _disarmed(cells: Sequence[str]) -> list[str]:
    return [f"'{cell}" if _runs(cell) else cell for cell in cells]


def _runs(cell: str) -> bool:
    return cell.startswith(_DANGEROUS) and not _PLAIN_NUMBER.fullmatch(cell)
