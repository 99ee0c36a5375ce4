"""The event log: immutable batches in the order of their commits."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waypost.errors import ConflictError, DamagedError, InputError, NotFoundError, nearest
from waypost.journeys.log.commits import (
    IMPORT,
    UNDO,
    Commit,
    Segment,
    describe_file,
    link_commit,
    read_commits,
)
from waypost.journeys.log.fates import EarlierKeys
from waypost.journeys.log.incoming import is_attribute, is_identifier
from waypost.journeys.log.key_runs import open_run
from waypost.journeys.log.scan import Rows, Wanted, scan_segment
from waypost.journeys.log.segment_files import MORE
from waypost.journeys.log.visibility import active_imports, dead_batches, visible_rows
from waypost.journeys.log.writer import QUARANTINE, BatchFacts, BatchPlace, BatchWriter
from waypost.kit import exclusive_lock
from waypost.model import ATTRIBUTE_PREFIX, IDENTIFIER_PREFIX

__all__ = ["EventLog", "QuarantinedRecord"]

_BATCH_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """A record that could not be used: its line in the file, the reason, its raw text."""

    line: int
    reason: str
    raw: str


class EventLog:
    """All events of a workspace. Open it with ``EventLog.open``; it sees later commits too."""

    def __init__(self, workspace: Path) -> None:
        self._log = workspace / "log"
        self._staging = workspace / ".staging" / "log"
        self._commits: list[Commit] = []
        self._visible: NDArray[np.bool_] | None = None

    @classmethod
    def open(cls, workspace: Path) -> EventLog:
        """The log of a workspace; what a killed import left is swept away.

        ``DamagedError`` when a commit file is cut short or missing. Costs one small file per
        import.
        """
        log = cls(workspace)
        log._refresh()
        log._sweep()
        return log

    def commits(self) -> tuple[Commit, ...]:
        """Every import and every taking back, in order."""
        self._refresh()
        return tuple(self._commits)

    def batches(self) -> tuple[Commit, ...]:
        """The imports that were not taken back, in order."""
        return tuple(active_imports(self.commits()))

    def has_batch(self, batch: str) -> bool:
        """Whether the batch was imported and not taken back."""
        return any(commit.batch == batch for commit in self.batches())

    def segments(self) -> tuple[Segment, ...]:
        """Every segment in row order, also those of batches taken back."""
        return tuple(segment for commit in self.commits() for segment in commit.segments)

    def row_count(self) -> int:
        """Rows in all segments, visible or not: one more than the last global row number."""
        return sum(commit.event_rows for commit in self.commits())

    def visible(self) -> NDArray[np.bool_]:
        """Per row of the log, whether it counts: not replaced, not taken back. Read-only."""
        commits = self.commits()
        if self._visible is None:
            self._visible = visible_rows(commits, self._log)
            self._visible.setflags(write=False)
        return self._visible

    def writer(
        self,
        batch: str,
        *,
        source: str,
        facts: Mapping[str, object],
        standing: Callable[[Commit], bool] = lambda _: False,
    ) -> BatchWriter:
        """A writer for one batch; use it as a context manager.

        A row whose key has one of a batch for which ``standing`` holds is a duplicate, also where
        it says something else.

        ``facts`` may name ``file`` (only its last part is kept) and ``format``; all else becomes
        notes. ``InputError`` for a name that is no plain word, ``ConflictError`` for a batch that
        is there.
        """
        self._check_new(batch, source)
        notes = {name: value for name, value in facts.items() if name not in {"file", "format"}}
        described = BatchFacts(
            log=self._log,
            staging=self._staging,
            batch=batch,
            source=source,
            file=Path(str(facts.get("file", ""))).name,
            format=str(facts.get("format", "")),
            notes=notes,
        )
        return BatchWriter(described, lambda: self._place(batch, source, standing))

    def scan(
        self,
        columns: Sequence[str],
        *,
        encoded: Sequence[str] = (),
        segments: Sequence[Segment] | None = None,
        filled: str = "",
    ) -> Iterator[Rows]:
        """The columns, one row group after the other; memory holds one row group at a time.

        Columns that a segment lacks come as null. Columns named in ``encoded`` come as dictionaries
        (codes int32, text). ``segments`` restricts the scan. Segments of batches taken back are
        skipped when none of their rows can count, and row groups where the core column ``filled``
        is null throughout. Attributes inside ``a.more`` are found by name.
        """
        wanted = Wanted(tuple(columns), frozenset(encoded), filled)
        visible = self.visible()
        dead = dead_batches(self._commits, self._log)
        numbers = {s.path: c.number for c in self._commits for s in c.segments}
        for segment in self.segments() if segments is None else segments:
            if numbers[segment.path] not in dead:
                yield from scan_segment(segment, wanted, visible)

    def quarantined(self, batch: str) -> Iterator[QuarantinedRecord]:
        """The records of a batch that could not be used, in the order they were met."""
        commit = self._find(batch)
        if not commit.has_file(QUARANTINE):
            return
        path = self._log / "batches" / commit.directory / QUARANTINE
        try:
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield QuarantinedRecord(**json.loads(line))
        except (OSError, ValueError, TypeError) as error:
            raise DamagedError(
                f"The quarantine of batch {batch} cannot be read.",
                hint=f"Restore {path} from a backup.",
                path=path,
            ) from error

    def identifier_kinds(self) -> tuple[str, ...]:
        """The kinds of identifiers that occur, by name, without ``#2``."""
        names = {c for s in self.segments() for c in s.columns if is_identifier(c)}
        kinds = {name.removeprefix(IDENTIFIER_PREFIX).split("#")[0] for name in names}
        return tuple(sorted(kinds))

    def identifier_columns(self) -> tuple[str, ...]:
        """The columns that hold identifiers, by name: ``id.email``, ``id.email#2``."""
        return tuple(sorted({c for s in self.segments() for c in s.columns if is_identifier(c)}))

    def attribute_names(self) -> tuple[str, ...]:
        """The attributes that occur, by name, also those inside ``a.more``."""
        names = {more for segment in self.segments() for more in segment.more}
        for segment in self.segments():
            columns = (c for c in segment.columns if is_attribute(c) and c != MORE)
            names.update(column.removeprefix(ATTRIBUTE_PREFIX) for column in columns)
        return tuple(sorted(names))

    def undo(self, batch: str) -> Commit:
        """Take an import back by a further commit.

        Its rows no longer count, and what they had replaced counts again; rows that another import
        delivered as well stay. ``NotFoundError`` when the batch is not there.
        """
        with exclusive_lock(self._log / ".lock"):
            taken = self._find(batch)
            commit = Commit(
                number=len(self.commits()) + 1,
                kind=UNDO,
                batch=batch,
                source=taken.source,
                file=taken.file,
                format=taken.format,
                account={},
                rows={},
                segments=(),
                notes={},
                undoes=taken.number,
                first_row=self.row_count(),
            )
            link_commit(self._log, commit, staging=self._staging)
        return commit

    def verify(self) -> tuple[DamagedError, ...]:
        """What is missing or changed among the files of batches; empty when all is well.

        Reads every byte; files of imports taken back are not needed and not looked at.
        """
        found = []
        for commit in self.batches():
            for stored in commit.files:
                path = self._log / "batches" / commit.directory / stored.name
                if describe_file(path) != stored:
                    found.append(_not_as_written(path, commit))
        return tuple(found)

    def _refresh(self) -> None:
        more = read_commits(
            self._log,
            after=len(self._commits),
            first_row=sum(commit.event_rows for commit in self._commits),
        )
        if more:
            self._commits.extend(more)
            self._visible = None

    def _find(self, batch: str) -> Commit:
        known = {commit.batch: commit for commit in self.batches()}
        if batch in known:
            return known[batch]
        like = nearest(batch, known)
        raise NotFoundError(
            f"There is no batch {batch!r} in the event log.",
            hint=f"Did you mean {', '.join(like)}?"
            if like
            else "List the batches to see their names.",
            batch=batch,
        )

    def _check_new(self, batch: str, source: str) -> None:
        if not _BATCH_NAME.fullmatch(batch):
            raise InputError(
                f"{batch!r} cannot name a batch.",
                hint="Use up to 100 letters, digits, hyphens and underscores.",
                batch=batch,
            )
        if not source or "\0" in source:
            raise InputError(f"{source!r} cannot name a source.", source=source)
        if self.has_batch(batch):
            raise ConflictError(
                f"Batch {batch!r} is in the event log already.",
                hint="The same file was imported before; nothing needs to be done.",
                batch=batch,
            )

    def _place(self, batch: str, source: str, standing: Callable[[Commit], bool]) -> BatchPlace:
        """Found under the lock, so that nobody can commit in between."""
        self._refresh()
        self._check_new(batch, source)
        self._remove_leftovers()
        before = sum(c.batch == batch and c.kind == IMPORT for c in self._commits)
        return BatchPlace(
            directory=f"{batch}.{before + 1}" if before else batch,
            number=len(self._commits) + 1,
            first_row=self.row_count(),
            earlier=self._earlier(source, standing),
        )

    def _earlier(self, source: str, standing: Callable[[Commit], bool]) -> EarlierKeys:
        dead = dead_batches(self._commits, self._log)
        runs = [
            open_run(segment.keys_path, first_row=segment.first_row)
            for commit in self._commits
            if commit.source == source and commit.number not in dead
            for segment in commit.segments
        ]
        stays = None
        for commit in self._commits:
            if commit.source == source and standing(commit):
                stays = np.zeros(self.row_count(), np.bool_) if stays is None else stays
                stays[commit.first_row : commit.first_row + commit.event_rows] = True
        return EarlierKeys(runs, self.visible(), stays)

    def _sweep(self) -> None:
        """Remove what a crash left, unless somebody is writing right now."""
        if not self._leftovers():
            return
        try:
            with exclusive_lock(self._log / ".lock"):
                self._refresh()
                self._remove_leftovers()
        except ConflictError:
            return

    def _remove_leftovers(self) -> None:
        for path in self._leftovers():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _leftovers(self) -> list[Path]:
        """Whatever is staged, and directories of batches that no commit names."""
        batches = self._log / "batches"
        known = {commit.directory for commit in self._commits}
        published = batches.iterdir() if batches.is_dir() else ()
        staged = self._staging.iterdir() if self._staging.is_dir() else ()
        return [*staged, *(path for path in published if path.name not in known)]


def _not_as_written(path: Path, commit: Commit) -> DamagedError:
    return DamagedError(
        f"{path.name} of batch {commit.batch} is missing or not as it was written.",
        hint=f"Restore {path} from a backup, or take the batch back and import it again.",
        path=path,
        batch=commit.batch,
    )
