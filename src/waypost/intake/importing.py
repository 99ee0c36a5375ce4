"""From a file to the event log: recognise, read, account for every record, commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from waypost.errors import NotFoundError, UnreadableFileError
from waypost.intake.context import ReadContext
from waypost.intake.deliveries import Delivery, FormatDelivery
from waypost.intake.format import Format
from waypost.intake.formats import FORMATS
from waypost.intake.generic.delivery import MappedDelivery
from waypost.intake.generic.mapping import Mapping as FileMapping
from waypost.intake.recognition import Recognition, recognise
from waypost.intake.records import Chunk
from waypost.intake.report import ImportReport, Tally
from waypost.intake.stream_delivery import StreamDelivery
from waypost.journeys.log import Commit, EventLog
from waypost.kit import SILENT, Progress
from waypost.model import Flag

__all__ = ["deliver", "import_file", "import_recognised"]

_DAY = 86_400_000_000
_PIECE = 1 << 20
_BATCH_LETTERS = 24
_SHOWN_COLUMNS = 12


def import_file(
    log: EventLog,
    path: Path,
    *,
    context: ReadContext,
    mappings: Sequence[FileMapping] = (),
    progress: Progress = SILENT,
    source: str = "",
) -> list[ImportReport]:
    """Import every table of a file; one report per table, in file order.

    The same file again adds nothing and its report says ``known``. ``source`` replaces the format's
    source name, for a second shop of the same kind. Raises ``UnreadableFileError`` where a table is
    of no known format (tables before it are in by then), ``DamagedError`` where the account of a
    table does not add up; of that table nothing is kept. What ``progress`` raises stops the import
    the same way.
    """
    found = recognise(path, mappings)
    unknown = [one for one in found if one.how is None]
    if len(unknown) == len(found):
        raise unknown_format(unknown[0])
    digest = file_digest(path)
    return [
        import_recognised(
            log, one, context, digest=f"{digest}:{index}", progress=progress, source=source
        )
        if one.how is not None
        else _skipped(one)
        for index, one in enumerate(found)
    ]


def unknown_format(found: Recognition) -> UnreadableFileError:
    """The error for a table that fits nothing: what was seen, what came near, what to do."""
    shown = ", ".join(found.columns[:_SHOWN_COLUMNS])
    more = (
        ""
        if len(found.columns) <= _SHOWN_COLUMNS
        else f" and {len(found.columns) - _SHOWN_COLUMNS} more"
    )
    near = _nearest_format(found.columns)
    return UnreadableFileError(
        f"{found.name} has no format that Waypost knows. Its columns are: {shown}{more}.{near}",
        hint="Look at the mapping that `waypost add --dry-run` proposes, and save it under mappings/.",
        file=found.name,
        columns=found.columns,
    )


def _nearest_format(columns: Sequence[str]) -> str:
    best: tuple[float, Format, list[str]] | None = None
    for form in FORMATS:
        missing = form.signature.missing(columns)
        share = 1 - len(missing) / max(len(form.signature.required), 1)
        if share >= 0.5 and (best is None or share > best[0]):
            best = (share, form, missing)
    if best is None:
        return ""
    return f" For {best[1].label} it lacks: {', '.join(best[2])}."


def _skipped(found: Recognition) -> ImportReport:
    counted = found.table.count_records() if found.table is not None else 0
    return ImportReport(
        file=found.path.name,
        table=found.name,
        format="",
        label="unknown",
        source="",
        batch="",
        confidence=0.0,
        records=counted,
        ignored={"table of unknown format": counted} if counted else {},
        warnings=(unknown_format(found).message,),
    )


def file_digest(path: Path) -> str:
    """SHA-256 over the file's bytes, in hex. Raises ``NotFoundError`` where there is no file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFoundError(f"There is no file {path}.", path=path) from error


def deliver(found: Recognition, context: ReadContext, source: str = "") -> Delivery:
    """The recognised table, ready to be read."""
    if isinstance(found.how, Format) and found.table is not None:
        return FormatDelivery(found.table, found.how, context, source)
    if isinstance(found.how, FileMapping) and found.table is not None:
        return MappedDelivery(found.table, found.how, context, source)
    if found.how is None or isinstance(found.how, Format | FileMapping):
        raise unknown_format(found)
    return StreamDelivery(found.path, found.how, context, source)


def import_recognised(
    log: EventLog,
    found: Recognition,
    context: ReadContext,
    *,
    digest: str,
    progress: Progress = SILENT,
    source: str = "",
) -> ImportReport:
    """Import one table; ``digest`` stands for its bytes in the batch's name."""
    delivery = deliver(found, context, source)
    facts = _facts(found, delivery, context)
    batch = _batch_name(digest, delivery, facts)
    if log.has_batch(batch):
        return _known_report(log, batch, found)
    counted = delivery.count()
    tally = Tally()
    progress.start(found.name, counted)
    with log.writer(batch, source=delivery.source, facts=facts) as writer:
        for chunk in _flagged(delivery.chunks(), context):
            tally.add(chunk, writer.add(chunk.events))
            for refusal in chunk.refused:
                writer.quarantine(refusal.line, refusal.reason, refusal.raw)
            progress.advance(
                int(chunk.records.sum()) + len(chunk.refused) + sum(chunk.ignored.values())
            )
        writer.commit(tally.account(counted))
    progress.finish()
    return _report(found, delivery, tally, facts=facts, counted=counted, batch=batch)


def _facts(found: Recognition, delivery: Delivery, context: ReadContext) -> dict[str, object]:
    return {
        "file": found.path.name,
        "format": found.format,
        "label": found.label,
        "table": found.name,
        "confidence": found.confidence,
        "zone": context.zone.key,
        "country": context.country,
        "currency": context.currency,
        "case_objects": list(context.case_objects),
        "recipe": dict(delivery.recipe),
        "assumptions": list(delivery.warnings()),
    }


_ASIDE = ("file", "label", "table", "confidence", "assumptions", "format")


def _batch_name(digest: str, delivery: Delivery, facts: Mapping[str, object]) -> str:
    parts = {name: value for name, value in facts.items() if name not in _ASIDE}
    text = json.dumps([digest, delivery.source, parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_BATCH_LETTERS]


def _flagged(chunks: Iterable[Chunk], context: ReadContext) -> Iterator[Chunk]:
    """The chunks, with events later than a day after ``as_of`` flagged as future."""
    if context.as_of is None:
        yield from chunks
        return
    for chunk in chunks:
        yield replace(chunk, events=_flag_future(chunk.events, context.as_of + _DAY))


def _flag_future(events: pa.RecordBatch, limit: int) -> pa.RecordBatch:
    at = events["at"].cast(pa.int64()).to_numpy()
    flags = events["flags"].to_numpy(zero_copy_only=False)
    late = np.where(at > limit, flags | int(Flag.FUTURE), flags).astype(np.int32)
    return events.set_column(events.schema.get_field_index("flags"), "flags", pa.array(late))


def _known_report(log: EventLog, batch: str, found: Recognition) -> ImportReport:
    commit = next(one for one in log.batches() if one.batch == batch)
    return replace(report_of(commit), file=found.path.name, table=found.name, known=True)


def report_of(commit: Commit) -> ImportReport:
    """The report of an earlier import, from what its commit keeps."""
    account, notes = dict(commit.account), commit.notes
    ignored = {
        name.removeprefix("ignored: "): count
        for name, count in account.items()
        if name.startswith("ignored: ")
    }
    spans = [(one.min_at, one.max_at) for one in commit.segments]
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
        first_at=min((low for low, _ in spans), default=None),
        last_at=max((high for _, high in spans), default=None),
        warnings=tuple(_as_list(notes.get("assumptions"))),
        known=True,
    )


def _as_float(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _as_list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _report(
    found: Recognition,
    delivery: Delivery,
    tally: Tally,
    *,
    facts: Mapping[str, object],
    counted: int,
    batch: str,
) -> ImportReport:
    stored, updated, duplicate = (int(count) for count in tally.records)
    return ImportReport(
        file=found.path.name,
        table=found.name,
        format=found.format,
        label=found.label,
        source=delivery.source,
        batch=batch,
        confidence=found.confidence,
        records=counted,
        stored=stored,
        updated=updated,
        duplicate=duplicate,
        quarantined=tally.quarantined,
        ignored=dict(sorted(tally.ignored.items())),
        new_events=int(tally.fates[0]),
        updated_events=int(tally.fates[2]),
        duplicate_events=int(tally.fates[1]),
        events=dict(sorted(tally.events.items())),
        first_at=tally.first_at,
        last_at=tally.last_at,
        warnings=(*delivery.warnings(), *tally.warnings(str(facts["zone"]))),
        unused_columns=delivery.unused_columns(),
    )
