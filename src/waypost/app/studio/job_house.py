"""The house of the workers: starts them, restarts them, ends those that hang or are cancelled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import select

from waypost.app.studio.job_store import JobState, end_job
from waypost.app.studio.job_worker import Orders
from waypost.app.studio.jobs import KINDS
from waypost.documents.database import Database
from waypost.documents.job_tables import JobRow
from waypost.errors import CancelledError, InputError, WaypostError

__all__ = ["JobHouse", "memory_for_jobs"]

_ROUND_SECONDS = 0.2
_CANCEL_GRACE_SECONDS = 4.0
_END_GRACE_SECONDS = 8.0
_STILLBORN = 3
_LEAST_MEMORY = 2 * 1024**3
_SHARE_OF_MEMORY = 0.6

Place = tuple[str, str]
"""Workspace and lane."""


def memory_for_jobs() -> int:
    """Bytes that one worker may own: 60 % of the machine's, at least 2 GiB."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(_LEAST_MEMORY, int(whole * _SHARE_OF_MEMORY))


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    cancelling: dict[int, float] = field(default_factory=dict)


class JobHouse:
    """Keeps a worker process for every lane where somebody waits; use it as a context manager.

    Jobs whose worker died are marked as interrupted, with words, and the next one is taken by a new
    worker. A job that is cancelled and does not stop, or takes longer than its kind may, is ended
    with its process.
    """

    def __init__(
        self,
        database: Database,
        *,
        workspaces: Mapping[str, Path],
        memory_bytes: int = -1,
    ) -> None:
        self._database = database
        self._url = database.engine.url.render_as_string(hide_password=False)
        self._workspaces = workspaces
        self._memory = memory_for_jobs() if memory_bytes < 0 else memory_bytes
        self._workers: dict[Place, _Worker] = {}
        self._stillborn: dict[Place, int] = {}
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="job-house", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ask the workers to stop between two pieces; end those that do not."""
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(_END_GRACE_SECONDS)
        for worker in self._workers.values():
            if worker.process.stdin:
                with suppress(BrokenPipeError):
                    worker.process.stdin.close()
        until = time.monotonic() + _END_GRACE_SECONDS
        for worker in self._workers.values():
            try:
                worker.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._workers.clear()

    def _keep(self) -> None:
        while not self._is_closing.wait(_ROUND_SECONDS):
            self._round()

    def _round(self) -> None:
        wanted = self._open_jobs()
        for place in list(self._workers):
            self._look_after(place, wanted.get(place, []))
        for place, rows in wanted.items():
            if place not in self._workers and place[0] in self._workspaces and rows:
                self._workers[place] = self._started(place)

    def _open_jobs(self) -> dict[Place, list[JobRow]]:
        """Jobs in line or at work, by place, oldest first."""
        wanted = select(JobRow).where(JobRow.state.in_(("queued", "running"))).order_by(JobRow.id)
        found: dict[Place, list[JobRow]] = {}
        with self._database.reading() as session:
            for row in session.scalars(wanted):
                session.expunge(row)
                found.setdefault((row.workspace, row.lane), []).append(row)
        return found

    def _started(self, place: Place) -> _Worker:
        orders = Orders(
            database=self._url,
            workspace=place[0],
            path=str(self._workspaces[place[0]].resolve()),
            lane=place[1],
            memory_bytes=self._memory,
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "waypost.app.studio.job_worker"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        try:
            process.stdin.write(orders.as_line())
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it died at once; the next round sees that
        return _Worker(process)

    def _look_after(self, place: Place, rows: list[JobRow]) -> None:
        worker = self._workers[place]
        running = [row for row in rows if row.state == JobState.RUNNING]
        code = worker.process.poll()
        if code is not None:
            self._forget(place)
            for row in running or self._hopeless(place, rows, code):
                self._end(row, *_death(row, code))
            return
        if running:
            self._stillborn.pop(place, None)
        for row in running:
            reason = self._reason_to_end(worker, row)
            if reason:
                worker.process.kill()
                worker.process.wait()
                self._forget(place)
                self._end(row, *reason)
                return

    def _forget(self, place: Place) -> None:
        """Its process is gone; give its pipe back."""
        stdin = self._workers.pop(place).process.stdin
        if stdin is not None:
            with suppress(BrokenPipeError):
                stdin.close()

    def _hopeless(self, place: Place, rows: list[JobRow], code: int) -> list[JobRow]:
        """All that waits, after several workers in a row died before they took anything."""
        if code == 0:
            return []
        self._stillborn[place] = self._stillborn.get(place, 0) + 1
        if self._stillborn[place] < _STILLBORN:
            return []
        del self._stillborn[place]
        return rows

    def _reason_to_end(self, worker: _Worker, row: JobRow) -> tuple[JobState, WaypostError] | None:
        if row.is_cancelling:
            since = worker.cancelling.setdefault(row.id, time.monotonic())
            if time.monotonic() - since > _CANCEL_GRACE_SECONDS:
                return JobState.CANCELLED, CancelledError("Stopped. Nothing is half done.")
        limit = KINDS[row.kind].seconds if row.kind in KINDS else None
        if limit and row.started_at and _seconds_since(row.started_at) > limit:
            return JobState.FAILED, InputError(
                f"It took longer than {limit} seconds and was stopped.",
                hint="Split the file into smaller ones and try again. Nothing is half done.",
            )
        return None

    def _end(self, row: JobRow, state: JobState, error: WaypostError) -> None:
        with self._database.session() as session:
            now = datetime.now(UTC)
            end_job(session, row.id, state, now=now, outcome=error.as_dict())


def _seconds_since(instant: datetime) -> float:
    return (datetime.now(UTC) - instant).total_seconds()


def _death(row: JobRow, code: int) -> tuple[JobState, WaypostError]:
    """What to say of a job whose worker is gone; negative codes are signals."""
    if row.is_cancelling:
        return JobState.CANCELLED, CancelledError("Stopped. Nothing is half done.")
    if code < 0:
        said = "The work was ended from outside, or it needed more memory than there is."
        return JobState.INTERRUPTED, WaypostError(
            said, hint="Nothing is half done. Run it again.", signal=-code
        )
    return JobState.INTERRUPTED, WaypostError(
        "The work broke off.", hint="Nothing is half done. Run it again.", exit_code=code
    )
