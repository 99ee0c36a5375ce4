"""What a worker does with one file of a table: read it by the mapping, and leave the events."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.app.lake_tables import LakeFile
from waypost.engines.spark.carrier import Outcome
from waypost.engines.spark.worker import guarded, unseen
from waypost.intake import Mapping as FileMapping
from waypost.intake import ReadContext, Recognition
from waypost.intake.event_batch import event_batch
from waypost.intake.importing import file_digest, import_recognised
from waypost.intake.records import Chunk, Refusal
from waypost.intake.tables import Table, TextBatch, open_tables
from waypost.journeys import Commit, EventLog

__all__ = ["Reading", "Staged", "chunks_of", "read_file"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How all files of a table are read; the workspace's path is that of the workers."""

    mapping: FileMapping
    context: ReadContext
    workspace: Path
    source: str = ""
    delta_id: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was read: the batch it becomes, its account, and where its events wait.

    ``known``: the log has the batch, and nothing was read.
    """

    batch: str
    source: str
    facts: Mapping[str, Any]
    records: int
    ignored: Mapping[str, int]
    refused: tuple[Refusal, ...]
    known: bool = False


def read_file(work: bytes, task: tuple[str, tuple[tuple[str, str | None], ...], str]) -> Outcome:
    """The ``Staged`` of one file; ``task``: its path, its constants, and where events shall go."""
    path, constants, staged = task
    reading: Reading = pickle.loads(work)  # noqa: S301 - our own driver wrote it
    return guarded(lambda: _read(reading, LakeFile(Path(path), constants), Path(staged)))


def _read(reading: Reading, file: LakeFile, staged: Path) -> Staged:
    if not file.path.is_file():
        raise unseen(file.path)
    table = open_tables(file.path)[0]
    if file.constants:
        table = _WithConstants(table, dict(file.constants))
    found = Recognition(file.path, table.name, reading.mapping, 1.0, tuple(table.columns), table)
    digest = f"{file_digest(file.path)}:0"
    if file.constants:
        digest += f":{json.dumps(file.constants)}"
    recorder = _Recorder(EventLog(reading.workspace), staged)
    import_recognised(recorder, found, reading.context, digest=digest, source=reading.source)
    marks = {"delta": reading.delta_id} if reading.delta_id else {}
    return replace(recorder.staged, facts={**recorder.staged.facts, **marks})


class _WithConstants:
    """A table with further columns that have one value each."""

    def __init__(self, table: Table, constants: Mapping[str, str | None]) -> None:
        self._table = table
        self._constants = {n: v for n, v in constants.items() if n not in table.columns}
        self.columns = (*table.columns, *self._constants)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """The table's batches, each with the further columns."""
        for batch in self._table.batches(rows):
            columns = batch.columns
            for name, value in self._constants.items():
                same = pa.repeat(pa.scalar(value, pa.string()), columns.num_rows)
                columns = columns.append_column(name, same)
            yield replace(batch, columns=columns)


class _Recorder:
    """Takes what an import writes, in the log's and the writer's place, and keeps it in a file."""

    def __init__(self, log: EventLog, path: Path) -> None:
        self._log = log
        self._path = path
        self._stream: pa.ipc.RecordBatchStreamWriter | None = None
        self._commits: list[Commit] = []
        self._refused: list[Refusal] = []
        self.staged = Staged("", "", {}, 0, {}, ())

    def has_batch(self, batch: str) -> bool:
        """As the log; what it has need not be read."""
        known = self._log.has_batch(batch)
        if known:
            self._commits = [one for one in self._log.batches() if one.batch == batch]
            self.staged = replace(self.staged, batch=batch, known=True)
        return known

    def batches(self) -> tuple[Commit, ...]:
        """The import under way alone: what else the log has is the driver's affair."""
        return tuple(self._commits)

    def undo(self, batch: str) -> Commit:
        """Never asked: it says of no import but the one under way."""
        return self._log.undo(batch)

    def writer(
        self,
        batch: str,
        *,
        source: str,
        facts: Mapping[str, Any],
        standing: Callable[[Commit], bool],
    ) -> Self:
        """Itself; ``standing`` is of formats, and a lake's files come by a mapping."""
        del standing
        self.staged = replace(self.staged, batch=batch, source=source, facts=dict(facts))
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, events: pa.RecordBatch) -> NDArray[np.uint8]:
        """Keep them; that all are new is decided by nobody yet."""
        if self._stream is None:
            self._stream = pa.ipc.new_stream(self._path, events.schema)
        self._stream.write_batch(events)
        return np.zeros(events.num_rows, np.uint8)

    def quarantine(self, line: int, reason: str, raw: str) -> None:
        """Keep the record for the driver."""
        self._refused.append(Refusal(line, reason, raw))

    def commit(self, account: Mapping[str, int]) -> Commit:
        """The account is whole; what the log will say follows on the driver."""
        ignored = {
            name.removeprefix("ignored: "): count
            for name, count in account.items()
            if name.startswith("ignored: ")
        }
        self.staged = replace(
            self.staged, records=account["records"], ignored=ignored, refused=tuple(self._refused)
        )
        commit = Commit(
            number=0,
            kind="import",
            batch=self.staged.batch,
            source=self.staged.source,
            file="",
            format="",
            account=account,
            rows={},
            segments=(),
            notes=self.staged.facts,
        )
        self._commits = [commit]
        return commit


def chunks_of(staged: Staged, path: Path) -> Iterator[Chunk]:
    """What ``read_file`` left, as the chunks it had; refused and ignored records come last."""
    none = np.zeros(0, np.int64)
    if path.is_file():
        with pa.ipc.open_stream(pa.memory_map(str(path))) as stream:
            for events in stream:
                different, owner = np.unique(events["line"].to_numpy(), return_inverse=True)
                yield Chunk(events, owner, np.ones(different.size, np.int64), {})
    nothing = event_batch([], staged.source)
    yield Chunk(nothing, none, none, staged.ignored, staged.refused)
