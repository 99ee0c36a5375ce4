"""Chunks into a batch of the event log, counted on the way; and the report of a finished batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from waypost.intake.records import Chunk
from waypost.intake.report import ImportReport, Tally
from waypost.journeys.log import BatchWriter, Commit
from waypost.kit import SILENT, Progress

__all__ = ["fill", "finished_report", "report_of"]


def fill(
    writer: BatchWriter, chunks: Iterable[Chunk], tally: Tally, *, progress: Progress = SILENT
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
