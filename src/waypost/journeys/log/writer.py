"""Write one batch: staged beside the log, published by one rename and one link, or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.errors import InputError
from waypost.journeys.log.commits import (
    IMPORT,
    Commit,
    Segment,
    StoredFile,
    describe_file,
    link_commit,
)
from waypost.journeys.log.fates import Arrivals, EarlierKeys
from waypost.journeys.log.fingerprint import Fingerprints, fingerprints
from waypost.journeys.log.incoming import accept
from waypost.journeys.log.segment_files import fold_attributes, write_segment
from waypost.journeys.log.visibility import CONFIRMED, SUPERSEDED, ranges_of
from waypost.kit import exclusive_lock, publish_directory
from waypost.kit.array_files import save_array

__all__ = ["BatchPlace", "BatchWriter"]

SEGMENT_ROWS = 1 << 19
SEGMENT_BYTES = 64 << 20  # up to two segments are in memory at once
QUARANTINE = "quarantine.jsonl"


@dataclass(frozen=True, slots=True)
class BatchPlace:
    """Where a batch goes: directory, number of its commit, first row, and what came before."""

    directory: str
    number: int
    first_row: int
    earlier: EarlierKeys


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What the caller says about a batch, and the folders it is written to."""

    log: Path
    staging: Path
    batch: str
    source: str
    file: str
    format: str
    notes: Mapping[str, object]


class BatchWriter:
    """Takes rows of one source, decides the fate of each, and commits them together.

    A context manager: it holds the log's lock inside; leaving without ``commit`` leaves nothing.
    """

    def __init__(self, facts: BatchFacts, find_place: Callable[[], BatchPlace]) -> None:
        self._facts = facts
        self._find_place = find_place
        self._pending: list[pa.Table] = []
        self._segments: list[Future[Segment]] = []
        self._written = 0
        self._counts = np.zeros(3, np.int64)
        self._quarantined = 0

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(exclusive_lock(self._facts.log / ".lock"))
            self._place = self._find_place()
            self._arrivals = Arrivals(self._place.earlier)
            self._staged = self._facts.staging / self._place.directory
            self._staged.mkdir(parents=True)
            opening.callback(shutil.rmtree, self._staged, ignore_errors=True)
            self._background = opening.enter_context(ThreadPoolExecutor(1, "waypost-segments"))
            self._quarantine: IO[str] = opening.enter_context(
                (self._staged / QUARANTINE).open("w", encoding="utf-8")
            )
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, events: pa.RecordBatch | pa.Table) -> NDArray[np.uint8]:
        """The fate of each row: 0 new, 1 duplicate, 2 updated (it replaces an older row).

        ``InputError`` when the rows do not fit the log; then none of them was added.
        """
        table = accept(events, source=self._facts.source)
        if table.num_rows == 0:
            return np.zeros(0, np.uint8)
        prints = fingerprints(table, source=self._facts.source)
        fates = self._arrivals.judge(prints)
        self._counts += np.bincount(fates, minlength=3)
        self._keep(table, prints, fates)
        while self._is_full():
            self._flush()
        return fates

    def quarantine(self, line: int, reason: str, raw: str) -> None:
        """Keep a record that could not be used, with the reason."""
        record = {"line": line, "reason": reason, "raw": raw}
        self._quarantine.write(json.dumps(record) + "\n")
        self._quarantined += 1

    def commit(self, account: Mapping[str, int]) -> Commit:
        """Publish the batch; ``account`` is the caller's account of the file's records."""
        while self._pending:
            self._flush()
        self._save_rows()
        wait(self._segments)
        self._quarantine.close()
        if not self._quarantined:
            (self._staged / QUARANTINE).unlink()
        commit = self._describe(account)
        if commit.files:
            publish_directory(self._staged, self._facts.log / "batches" / commit.directory)
        link_commit(self._facts.log, commit, staging=self._facts.staging)
        return commit

    def _keep(self, table: pa.Table, prints: Fingerprints, fates: NDArray[np.uint8]) -> None:
        stored = fates != 1
        if not stored.any():
            return
        hashes = {"key_hi": prints.hi, "key_lo": prints.lo, "content": prints.content}
        for name, values in hashes.items():
            table = table.append_column(name, pa.array(values))
        table = table.drop_columns(["key"])
        self._pending.append(table if stored.all() else table.filter(pa.array(stored)))

    def _is_full(self) -> bool:
        rows = sum(table.num_rows for table in self._pending)
        size: int = sum(table.nbytes for table in self._pending)
        return rows >= SEGMENT_ROWS or size >= SEGMENT_BYTES

    def _flush(self) -> None:
        table = pa.concat_tables(self._pending, promote_options="default")
        rest = table.slice(SEGMENT_ROWS)
        self._pending = [rest] if rest.num_rows else []
        self._write(table.slice(0, SEGMENT_ROWS))

    def _write(self, table: pa.Table) -> None:
        """Settle the keys now and write the rows beside the next ones' arrival.

        Waits for the segment before, so that no more than two are in memory.
        """
        if self._segments:
            self._segments[-1].result()
        path = self._staged / f"part-{len(self._segments):03d}.parquet"
        place = Segment(
            path=self._facts.log / "batches" / self._place.directory / path.name,
            first_row=self._place.first_row + self._written,
            rows=table.num_rows,
            columns=(),
            min_at=0,
            max_at=0,
            batch=self._facts.batch,
        )
        keys = path.with_name(place.keys_path.name)
        self._arrivals.settle(self._written, stop=self._written + table.num_rows, path=keys)
        self._segments.append(self._background.submit(_written, table, path, place))
        self._written += table.num_rows

    def _described(self) -> Iterator[StoredFile]:
        for path in sorted(self._staged.iterdir()):
            described = describe_file(path)
            assert described is not None, path
            yield described

    def _save_rows(self) -> None:
        superseded = self._arrivals.superseded(self._place.first_row)
        if superseded.size:
            save_array(self._staged / SUPERSEDED, superseded)
        confirmed = ranges_of(self._arrivals.confirmed())
        if confirmed.size:
            save_array(self._staged / CONFIRMED, np.ascontiguousarray(confirmed))

    def _describe(self, account: Mapping[str, int]) -> Commit:
        facts = self._facts
        return Commit(
            number=self._place.number,
            kind=IMPORT,
            batch=facts.batch,
            source=facts.source,
            file=facts.file,
            format=facts.format,
            account=_checked(account),
            rows={
                "new": int(self._counts[0]),
                "duplicate": int(self._counts[1]),
                "updated": int(self._counts[2]),
                "quarantined": self._quarantined,
            },
            segments=tuple(segment.result() for segment in self._segments),
            notes=facts.notes,
            directory=self._place.directory,
            files=tuple(self._described()),
            first_row=self._place.first_row,
            event_rows=self._written,
        )


def _written(table: pa.Table, path: Path, place: Segment) -> Segment:
    """Write the rows; the segment with what is known of it then."""
    folded, more = fold_attributes(_ordered(table))
    write_segment(folded, path)
    bounds = pc.min_max(table["at"].cast(pa.int64()))
    return replace(
        place,
        columns=tuple(folded.column_names),
        min_at=bounds["min"].as_py(),
        max_at=bounds["max"].as_py(),
        more=more,
    )


def _ordered(table: pa.Table) -> pa.Table:
    """Core columns, hashes, then identifiers and attributes by name; without columns all null."""
    names = table.column_names
    fixed = [name for name in names if "." not in name]
    free = [n for n in sorted(set(names) - set(fixed)) if table[n].null_count < table.num_rows]
    return table.select([*fixed, *free])


def _checked(account: Mapping[str, int]) -> dict[str, int]:
    for name, count in account.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise InputError(f"The account's {name!r} is {count!r}, not a count.", name=name)
    return dict(account)
