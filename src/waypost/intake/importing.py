"""From a file to the event log: recognise, read, account for every record, commit."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from waypost.errors import InputError, UnreadableFileError
from waypost.intake.ahead import ahead
from waypost.intake.context import ReadContext
from waypost.intake.deliveries import Delivery, FormatDelivery
from waypost.intake.first_look import read_through
from waypost.intake.format import Format
from waypost.intake.formats import FORMATS
from waypost.intake.generic.delivery import MappedDelivery
from waypost.intake.generic.mapping import Mapping as FileMapping
from waypost.intake.generic.propose import propose_mapping
from waypost.intake.recognition import Recognition, recognise
from waypost.intake.records import Chunk
from waypost.intake.report import ImportReport, Tally
from waypost.intake.stream_delivery import StreamDelivery
from waypost.intake.writing import Log, fill, finished_report
from waypost.journeys.log import Commit
from waypost.kit import SILENT, Progress
from waypost.model import Flag

__all__ = ["deliver", "import_file", "import_recognised", "retire_earlier_readings"]

_DAY = 86_400_000_000
_BATCH_LETTERS = 24
_SHOWN_COLUMNS = 12
_NEAR = 0.5
_LINKS = frozenset({"rel", "href"})
"""Columns of the addresses with which web interfaces point to each other: no data."""


def import_file(
    log: Log,
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
    with ThreadPoolExecutor(1, "waypost-digest") as beside:
        looking = beside.submit(read_through, path)
        found = recognise(path, mappings, letters=lambda: looking.result().letters)
    unknown = [one for one in found if one.how is None]
    if len(unknown) == len(found):
        raise unknown_format(unknown[0])
    digest = looking.result().digest
    aside = tuple(_left_aside(one) for one in unknown if not _LINKS.issubset(one.columns))
    reports = [
        import_recognised(
            log, one, context, digest=f"{digest}:{index}", progress=progress, source=source
        )
        for index, one in enumerate(found)
        if one.how is not None
    ]
    first = replace(reports[0], warnings=(*reports[0].warnings, *aside))
    return [first, *reports[1:]]


def _left_aside(found: Recognition) -> str:
    counted = found.table.count_records() if found.table is not None else 0
    shown = ", ".join(found.columns[:_SHOWN_COLUMNS])
    what = f"{found.name} (records: {counted:,}; columns: {shown})"
    return f"{what} is of no known format and was not read."


def unknown_format(found: Recognition) -> UnreadableFileError:
    """The error for a table that fits nothing: what was seen, what came near, what to do.

    Where not even a mapping can be proposed, why.
    """
    try:
        if found.table is not None:
            propose_mapping(found.table)
    except InputError as error:
        return UnreadableFileError(
            f"{found.name} has no format that Waypost knows. {error.message}",
            hint=error.hint,
            file=found.name,
            columns=found.columns,
        )
    shown = ", ".join(found.columns[:_SHOWN_COLUMNS])
    shown += " …" if len(found.columns) > _SHOWN_COLUMNS else ""
    near = _nearest_format(found.columns)
    return UnreadableFileError(
        f"{found.name} has no format that Waypost knows. Its columns are: {shown}.{near}",
        hint="`waypost add --dry-run` shows a proposed mapping; "
        "`--accept` keeps it and reads the file.",
        file=found.name,
        columns=found.columns,
    )


def _nearest_format(columns: Sequence[str]) -> str:
    best: tuple[float, Format, list[str]] | None = None
    for form in FORMATS:
        missing = form.signature.missing(columns)
        share = 1 - len(missing) / max(len(form.signature.required), 1)
        if share >= _NEAR and (best is None or share > best[0]):
            best = (share, form, missing)
    if best is None:
        return ""
    return f" For {best[1].label} it lacks: {', '.join(best[2])}."


def file_digest(path: Path) -> str:
    """SHA-256 over the file's bytes, in hex. Raises ``NotFoundError`` where there is no file."""
    return read_through(path).digest


def deliver(found: Recognition, context: ReadContext, source: str = "") -> Delivery:
    """The recognised table, ready to be read."""
    if isinstance(found.how, Format) and found.table is not None:
        return FormatDelivery(found.table, found.how, context, source=source)
    if isinstance(found.how, FileMapping) and found.table is not None:
        return MappedDelivery(found.table, found.how, context, source=source)
    if found.how is None or isinstance(found.how, Format | FileMapping):
        raise unknown_format(found)
    return StreamDelivery(found.path, found.how, context, source)


def import_recognised(
    log: Log,
    found: Recognition,
    context: ReadContext,
    *,
    digest: str,
    progress: Progress = SILENT,
    source: str = "",
) -> ImportReport:
    """Import one table; ``digest`` stands for its bytes in the batch's name."""
    stamp = _stamp(found.path)
    delivery = deliver(found, context, source)
    facts = _facts(found, delivery, context) | {"bytes": digest}
    batch = _batch_name(digest, delivery, facts)
    tally = Tally()
    known = log.has_batch(batch)
    if not known:
        progress.start(found.name, delivery.work())
        standing = _fuller_than(found, digest)
        with log.writer(batch, source=delivery.source, facts=facts, standing=standing) as writer:
            with _objects_set_aside():
                fill(writer, ahead(_flagged(delivery.chunks(), context)), tally, progress=progress)
            _check_unchanged(found.path, stamp)
            writer.commit(tally.account(delivery.count()))
        progress.finish()
    retire_earlier_readings(log, _commit_of(log, batch))
    report = finished_report(_commit_of(log, batch), tally=tally, known=known)
    unused = () if known else delivery.unused_columns()
    return replace(report, file=found.path.name, table=found.name, unused_columns=unused)


def _fuller_than(found: Recognition, digest: str) -> Callable[[Commit], bool]:
    """Whether an import of other bytes holds more of the same records than what was found."""
    fuller = found.how.yields_to if isinstance(found.how, Format) else ()
    return lambda commit: commit.format in fuller and commit.notes.get("bytes") != digest


@contextmanager
def _objects_set_aside() -> Iterator[None]:
    """Inside, the garbage collector does not walk through what was there before.

    Records come as many small objects, and each full collection would walk through all modules: a
    quarter of the time of reading JSON. Left alone where the process has set objects aside itself.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def retire_earlier_readings(log: Log, latest: Commit) -> None:
    """Take back what the same bytes gave the same source under another mapping, format or zone.

    Else a mapping whose keys were mended would count the file twice. What both readings have in
    common stays; mended records of an earlier quarantine stay too.
    """
    read = latest.notes.get("bytes", latest.batch)
    for commit in log.batches():
        is_earlier = commit.batch != latest.batch and "mends" not in commit.notes
        if is_earlier and commit.source == latest.source and commit.notes.get("bytes") == read:
            log.undo(commit.batch)


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when somebody writes to the file or puts another in its place."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _check_unchanged(path: Path, stamp: tuple[int, int, int]) -> None:
    if _stamp(path) != stamp:
        raise UnreadableFileError(
            f"{path.name} was changed while it was being read; nothing of it was imported.",
            hint="Wait until it is written completely, then add it again.",
            path=path,
        )


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
        "memory": dict(delivery.memory),
    }


_ASIDE = ("file", "label", "table", "confidence", "assumptions", "format", "memory", "bytes")


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


def _commit_of(log: Log, batch: str) -> Commit:
    return next(one for one in log.batches() if one.batch == batch)
