"""Chunks into a batch of the event log, counted on the way; and the report of a finished batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.intake.records import Chunk
from waypost.intake.report import ImportReport, Tally
from waypost.journeys.log import Commit
from waypost.kit import SILENT, Progress

__all__ = ["Batch", "Log", "fill", "finished_report", "report_of"]


class Batch(Protocol):
    """Where the events of an import go: the log's ``BatchWriter``, or what stands for it."""

    def add(self, events: pa.RecordBatch) -> NDArray[np.uint8]:
        """The fate of each row."""

    def quarantine(self, line: int, reason: str, raw: str) -> None:
        """Keep a record that could not be used."""

    def commit(self, account: Mapping[str, int]) -> Commit:
        """The batch is whole."""


class Log(Protocol):
    """What an import needs of the ``EventLog``; a worker elsewhere puts its own in that place."""

    def has_batch(self, batch: str) -> bool:
        """Whether it was imported before."""

    def batches(self) -> Sequence[Commit]:
        """What stands in the log."""

    def undo(self, batch: str) -> Commit:
        """Take an import back."""

    def writer(
        self,
        batch: str,
        *,
        source: str,
        facts: Mapping[str, object],
        standing: Callable[[Commit], bool],
    ) -> AbstractContextManager[Batch]:
        """A new batch."""


def fill(
    writer: Batch, chunks: Iterable[Chunk], tally: Tally, *, progress: Progress = SILENT
) -> None:
    """Write the chunks, count what became of each record, and report how far it is."""
    for chunk in chunks:
        tally.add(chunk, writer.add(chunk.events))
        for refusal in chunk.refused:
            writer.quarantine(refusal.line, refusal.reason, refusal.raw)
        progress.advance(_records_in(chunk) if chunk.done is None else chunk.done)


def _records_in(chunk: Chunk) -> int:
    return int(chunk.records.sum()) + len(chunk.refused) + sum(chunk.ignored.values())


def finished_report(commit: Commit, *, tally: Tally, known: bool) -> ImportReport:
    """The report of a batch: what the commit says, and what only the tally of this run knows."""
    report = report_of(commit)
    if known:
        return replace(report, known=True)
    warnings = tally.warnings(str(commit.notes.get("zone", "")))
    return replace(
        report,
        events=dict(sorted(tally.events.items())),
        first_at=tally.first_at,
        last_at=tally.last_at,
        warnings=(*report.warnings, *warnings),
    )


def report_of(commit: Commit) -> ImportReport:
    """The report of an earlier import, from what its commit keeps."""
    account, notes = dict(commit.account), commit.notes
    ignored = {
        name.removeprefix("ignored: "): count
        for name, count in account.items()
        if name.startswith("ignored: ")
    }
    return ImportReport(
        file=commit.file,
        table=str(notes.get("table", commit.file)),
        format=commit.format,
        label=str(notes.get("label", commit.format)),
        source=commit.source,
        batch=commit.batch,
        confidence=_as_float(notes.get("confidence")),
        records=account.get("records", 0),
        stored=account.get("stored", 0),
        updated=account.get("updated", 0),
        duplicate=account.get("duplicate", 0),
        quarantined=account.get("quarantined", 0),
        ignored=ignored,
        new_events=commit.rows.get("new", 0),
        updated_events=commit.rows.get("updated", 0),
        duplicate_events=commit.rows.get("duplicate", 0),
        first_at=min((one.min_at for one in commit.segments), default=None),
        last_at=max((one.max_at for one in commit.segments), default=None),
        warnings=tuple(_as_texts(notes.get("assumptions"))),
    )


def _as_float(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _as_texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
