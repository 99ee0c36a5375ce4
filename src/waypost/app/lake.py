"""Tables of a data lake into a workspace: Spark's workers read, this process keeps the log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from waypost.app.building import binding_of, persons_of
from waypost.app.importing import context_of
from waypost.app.lake_reading import Reading, Staged, chunks_of
from waypost.app.lake_tables import LakeFile, LakeTable, open_lake_table
from waypost.intake import ImportReport, Mapping
from waypost.intake.importing import retire_earlier_readings
from waypost.intake.report import Tally
from waypost.intake.writing import fill, finished_report
from waypost.journeys import EventLog, Place, Snapshot
from waypost.journeys.store import LogState
from waypost.kit import SILENT, Progress, exclusive_lock

if TYPE_CHECKING:
    from waypost.app.workspace import Workspace
    from waypost.engines.spark import SparkEngine

__all__ = ["add_table", "build_on_spark"]

READ_FILE: Final = "waypost.app.lake_reading:read_file"
FILES_PER_CORE: Final = 4
"""Files that wait beside the log at once, per core: more would only need more room."""


def add_table(
    workspace: Workspace,
    table: str | Path,
    mapping: Mapping,
    *,
    spark: SparkEngine,
    source: str = "",
    progress: Progress = SILENT,
) -> list[ImportReport]:
    """Import a folder of Parquet files or a Delta table; one report per file, in order of paths.

    A file becomes the batch that ``workspace.add`` would make of it. Files that were imported
    before are not read again. Of a Delta table, batches of files that its newest version no longer
    has are taken back, so that the log follows updates, merges and deletions. The workers read and
    normalise; this process looks keys up and writes the log. Raises ``NotFoundError`` for no table,
    ``InputError`` for Delta features that cannot be read, ``RuleError`` for a mapping that does not
    fit; what was committed by then stays.
    """
    found = open_lake_table(Path(table).resolve())
    reports: list[ImportReport] = []
    with exclusive_lock(workspace.path / ".lock"), _waiting(workspace.path) as folder:
        there = spark.there(workspace.path)
        reading = Reading(mapping, context_of(workspace.settings), there, source, found.delta_id)
        progress.start(found.path.name, len(found.files))
        for files in _in_turn(found.files, FILES_PER_CORE * spark.cores):
            waiting = [folder / f"{number:03d}.arrow" for number in range(len(files))]
            tasks = [_task(spark, *pair) for pair in zip(files, waiting, strict=True)]
            for staged, path in zip(spark.spread(READ_FILE, reading, tasks), waiting, strict=True):
                reports.append(_written(workspace.log, staged, path))
                path.unlink(missing_ok=True)
                progress.advance(1)
        _follow(workspace.log, found, [report.batch for report in reports])
        progress.finish()
    return reports


def build_on_spark(
    workspace: Workspace, *, spark: SparkEngine, shards: int | None = None
) -> Snapshot:
    """The journey store of all that was imported, coded and laid by Spark's workers.

    It has the bytes of a full ``workspace.build()``, and the next build there goes on from it. Who
    is who is decided in this process. ``shards`` defaults to one per two million events, 1 to 16;
    more of them spread a large store over more workers. No rules are proposed.
    """
    from waypost.engines.spark.building import snapshot_on_spark  # noqa: PLC0415 - an extra

    log, settings = workspace.log, workspace.settings
    with exclusive_lock(workspace.path / ".lock"):
        persons = persons_of(workspace.path, log, SILENT)
        state = LogState(
            log,
            persons.person_of_rows,
            pa.table({"id": persons.ids()}),
            binding_of(workspace.path, settings, log),
            Place(zone=settings.zone, currency=settings.currency),
        )
        return snapshot_on_spark(workspace.path, state, spark, shards=shards)


@contextmanager
def _waiting(workspace: Path) -> Iterator[Path]:
    """An empty folder on the workspace's storage; what a killed import left there is removed."""
    folder = workspace / ".staging" / "lake"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_turn(files: Sequence[LakeFile], count: int) -> Iterator[Sequence[LakeFile]]:
    for first in range(0, len(files), count):
        yield files[first : first + count]


def _task(
    spark: SparkEngine, file: LakeFile, waiting: Path
) -> tuple[str, tuple[tuple[str, str | None], ...], str]:
    return str(spark.there(file.path)), file.constants, str(spark.there(waiting))


def _written(log: EventLog, staged: Staged, path: Path) -> ImportReport:
    """The report of a file whose events wait at ``path``, now a batch of the log."""
    tally = Tally()
    if not staged.known:
        facts = dict(staged.facts)
        with log.writer(staged.batch, source=staged.source, facts=facts) as writer:
            fill(writer, chunks_of(staged, path), tally)
            writer.commit(tally.account(staged.records))
    commit = next(one for one in log.batches() if one.batch == staged.batch)
    retire_earlier_readings(log, commit)
    return finished_report(commit, tally=tally, known=staged.known)


def _follow(log: EventLog, table: LakeTable, present: Sequence[str]) -> None:
    """Take back the files that the newest version of a Delta table no longer has."""
    for commit in log.batches():
        is_of_table = table.delta_id and commit.notes.get("delta") == table.delta_id
        if is_of_table and commit.batch not in present:
            log.undo(commit.batch)
