"""Quarantined records, mended by a person and read once more."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import yaml

from waypost.errors import InputError, NotFoundError
from waypost.intake.context import ReadContext
from waypost.intake.deliveries import Delivery, FormatDelivery
from waypost.intake.format import TREES
from waypost.intake.formats import FORMATS
from waypost.intake.generic.delivery import MappedDelivery
from waypost.intake.generic.mapping import parse_mapping
from waypost.intake.report import ImportReport, Tally
from waypost.intake.tables import Dialect, Reject, TextBatch
from waypost.intake.writing import fill, finished_report
from waypost.journeys.log import Commit, EventLog, QuarantinedRecord

__all__ = ["Mended", "replay", "still_quarantined"]

_BATCH_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Mended:
    """A quarantined record, mended: a JSON object, or a line as in the file."""

    line: int
    raw: str


def replay(log: EventLog, batch: str, mended: Sequence[Mended]) -> ImportReport:
    """Read mended records of a batch as their file was read, into a batch of their own.

    What still cannot be used goes into that batch's quarantine. The same mended records again add
    nothing. Raises ``NotFoundError`` for a batch that is not there, ``InputError`` for a line that
    is not in its quarantine, a text that is no record, and for formats whose records cannot be
    mended one by one.
    """
    commit = _commit(log, batch)
    _check_lines(log, batch, mended)
    delivery = _delivery(commit, mended)
    rows = [[one.line, one.raw] for one in mended]
    text = json.dumps([batch, rows], ensure_ascii=False)
    name = hashlib.sha256(text.encode()).hexdigest()[:_BATCH_LETTERS]
    facts = {**commit.notes, "file": commit.file, "format": commit.format, "mends": batch}
    facts["lines"] = [one.line for one in mended]
    tally = Tally()
    known = log.has_batch(name)
    if not known:
        with log.writer(name, source=commit.source, facts=facts) as writer:
            fill(writer, delivery.chunks(), tally)
            writer.commit(tally.account(len(mended)))
    return finished_report(_commit(log, name), tally=tally, known=known)


def still_quarantined(log: EventLog, batch: str) -> Iterator[QuarantinedRecord]:
    """The records of a batch that no replay has brought in yet, as they were first quarantined."""
    done: set[int] = set()
    for commit in log.batches():
        if commit.notes.get("mends") == batch:
            lines = commit.notes.get("lines")
            failed = {record.line for record in log.quarantined(commit.batch)}
            done |= set(lines if isinstance(lines, list) else ()) - failed
    for record in log.quarantined(batch):
        if record.line not in done:
            yield record


def _commit(log: EventLog, batch: str) -> Commit:
    for commit in log.batches():
        if commit.batch == batch:
            return commit
    raise NotFoundError(f"There is no batch {batch!r} in the event log.", batch=batch)


def _check_lines(log: EventLog, batch: str, mended: Sequence[Mended]) -> None:
    known = {record.line for record in log.quarantined(batch)}
    for one in mended:
        if one.line not in known:
            raise InputError(
                f"Line {one.line} is not in the quarantine of batch {batch}.",
                hint=f"It holds {len(known):,} records." if known else "It is empty.",
                line=one.line,
            )


def _delivery(commit: Commit, mended: Sequence[Mended]) -> Delivery:
    notes: Mapping[str, Any] = commit.notes
    memory = notes.get("memory") or {}
    recipe = notes.get("recipe") or {}
    if "kind" not in memory:
        raise InputError(
            f"Records of the format {commit.format} cannot be mended one by one.",
            hint="Mend the file and import it again; what is known already stays as it is.",
        )
    table = _MendedTable(tuple(mended), memory)
    context = ReadContext(
        zone=ZoneInfo(notes["zone"]), country=notes["country"], currency=notes["currency"]
    )
    if "mapping" in recipe:
        mapping = parse_mapping(yaml.safe_load(recipe["mapping"]))
        return MappedDelivery(table, mapping, context, source=commit.source, memory=memory)
    form = next((one for one in FORMATS if one.id == recipe.get("format")), None)
    if form is None:
        raise InputError(
            f"The format {commit.format!r} is not known any more.", format=commit.format
        )
    return FormatDelivery(table, form, context, source=commit.source, memory=memory)


@dataclass(frozen=True, slots=True)
class _MendedTable:
    """Mended records as a table of the shape their file had."""

    mended: tuple[Mended, ...]
    memory: Mapping[str, Any]
    name: str = "mended records"

    @property
    def kind(self) -> str:
        """As the file's."""
        return str(self.memory["kind"])

    @property
    def columns(self) -> tuple[str, ...]:
        """As the file's."""
        return tuple(self.memory["columns"])

    @property
    def dialect(self) -> Dialect | None:
        """The file's delimiter."""
        return None if self.kind in TREES else Dialect(delimiter=str(self.memory["delimiter"]))

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first records as text."""
        return [{k: str(v) for k, v in one.items()} for one in self._records()[:rows]]

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """All records in one batch or several."""
        records = self._records()
        for first in range(0, len(records), rows):
            part = records[first : first + rows]
            arrays = [
                pa.array([_cell(one.get(name)) for one in part], pa.string())
                for name in self.columns
            ]
            lines = np.array([one.line for one in self.mended[first : first + rows]], np.int64)
            yield TextBatch(lines, pa.RecordBatch.from_arrays(arrays, names=list(self.columns)))

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as objects."""
        for one, record in zip(self.mended, self._records(), strict=True):
            yield one.line, record

    def count_records(self) -> int:
        """How many were mended."""
        return len(self.mended)

    def _records(self) -> list[dict[str, Any]]:
        return [self._parsed(one) for one in self.mended]

    def _parsed(self, one: Mended) -> dict[str, Any]:
        try:
            record = json.loads(one.raw)
        except ValueError:
            record = self._cut(one)
        if not isinstance(record, dict):
            raise _no_record(one)
        return record

    def _cut(self, one: Mended) -> dict[str, Any] | None:
        if self.kind in TREES:
            return None
        rows = list(csv.reader(io.StringIO(one.raw), delimiter=str(self.memory["delimiter"])))
        if len(rows) != 1 or len(rows[0]) != len(self.columns):
            return None
        return dict(zip(self.columns, rows[0], strict=True))


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _no_record(one: Mended) -> InputError:
    return InputError(
        f"The mended text of line {one.line} is no record.",
        hint="Write a JSON object, or a line with as many cells as the file has columns.",
        line=one.line,
    )
