"""The worker process: takes the jobs of one lane of one workspace, one after the other.

Started by ``job_house`` with what it needs as one line of JSON on its standard input. When that
input ends, the server is gone, and the worker stops between two pieces of its work. Its limits of
memory are set before it opens the first foreign file.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from waypost.app.studio.files_in import has_own_mapping, uploads_folder
from waypost.app.studio.job_kinds import DOERS, Work
from waypost.app.studio.job_store import Job, JobState, end_job, has_job, interrupt_jobs, take_job
from waypost.app.workspace import Workspace
from waypost.documents.database import Database
from waypost.documents.job_tables import JobRow, UploadRow
from waypost.errors import CancelledError, ConflictError, InputError, WaypostError
from waypost.kit import exclusive_lock

__all__ = ["Orders", "lane_lock", "limit_memory", "run_worker"]

_POLL_SECONDS = 0.08
_IDLE_SECONDS = 120.0
_TELL_SECONDS = 0.25
_GRACE_SECONDS = 10.0
_POLITENESS = 5  # pages come first


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told: which lane of which workspace, and what it may use."""

    database: str
    workspace: str
    path: str
    lane: str
    memory_bytes: int
    idle_seconds: float = _IDLE_SECONDS

    def as_line(self) -> bytes:
        """The orders as the worker reads them."""
        return json.dumps(asdict(self)).encode() + b"\n"


def lane_lock(workspace: Path, lane: str) -> Path:
    """Whoever holds this lock works in the lane; the kernel frees it when the process dies."""
    return workspace / ".staging" / "jobs" / f"{lane}.lock"


def _now() -> datetime:
    return datetime.now(UTC)


class _Server:
    """Whether the server is still there: its end of our standard input is open."""

    def __init__(self) -> None:
        self.is_gone = threading.Event()
        threading.Thread(target=self._wait, daemon=True, name="server-gone").start()

    def _wait(self) -> None:
        while sys.stdin.buffer.read(1):
            pass
        self.is_gone.set()
        time.sleep(_GRACE_SECONDS)
        os._exit(1)


class RowProgress:
    """Progress into the job's row, at most four times a second; raises when it shall stop."""

    def __init__(self, database: Database, job: int, server: _Server) -> None:
        self._database = database
        self._job = job
        self._server = server
        self._last = 0.0
        self._told: dict[str, Any] = {}
        self._done = 0

    def step(self, number: int, of: int, *, task: str) -> None:
        """Begin a piece of work."""
        self._told |= {"step": number, "steps": of}
        self.start(task, None)

    def start(self, task: str, total: int | None) -> None:
        """Begin a task within the piece."""
        self._done = 0
        self._told |= {"task": task, "total": total, "done": 0}
        self._tell()

    def advance(self, amount: int) -> None:
        """Count; tell now and then."""
        self._done += amount
        if time.monotonic() - self._last >= _TELL_SECONDS:
            self._told["done"] = self._done
            self._tell()

    def finish(self) -> None:
        """The task is done to its total."""
        if self._told.get("total"):
            self._told["done"] = self._told["total"]

    def check(self) -> None:
        """Raise ``CancelledError`` where somebody cancelled or the server is gone."""
        with self._database.reading() as session:
            wanted = select(JobRow.is_cancelling).where(JobRow.id == self._job)
            cancelled = session.scalar(wanted)
        if cancelled or self._server.is_gone.is_set():
            raise CancelledError("Stopped. Nothing is half done.")

    def _tell(self) -> None:
        self._last = time.monotonic()
        with self._database.session() as session:
            session.execute(update(JobRow).where(JobRow.id == self._job).values(**self._told))
        self.check()


def run_worker(orders: Orders) -> None:
    """Work until nobody wants anything for a while, or the server is gone."""
    path = Path(orders.path)
    try:
        with exclusive_lock(lane_lock(path, orders.lane)):
            _work(orders, Database.open(orders.database))
    except ConflictError:
        return  # another worker has the lane, and takes what is in line


def _work(orders: Orders, database: Database) -> None:
    server = _Server()
    with database.session() as session:
        interrupt_jobs(session, orders.workspace, orders.lane, _now())
    idle_since = time.monotonic()
    while not server.is_gone.is_set():
        job = _next(database, orders)
        if job is not None:
            _do(database, job, Path(orders.path), server)
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > orders.idle_seconds:
            return
        else:
            time.sleep(_POLL_SECONDS)


def _next(database: Database, orders: Orders) -> Job | None:
    """The next job, taken; looks first, so that an idle worker never takes the writer's place."""
    with database.reading() as session:
        waits = has_job(session, orders.workspace, orders.lane)
    if not waits:
        return None
    with database.writing() as session:
        return take_job(session, orders.workspace, orders.lane, _now())


def _do(database: Database, job: Job, path: Path, server: _Server) -> None:
    progress = RowProgress(database, job.id, server)
    try:
        work = Work(Workspace.open(path), job.asked, progress, _names(database, job))
        outcome: Mapping[str, Any] = DOERS[job.kind](work)
        state = JobState.DONE
    except CancelledError as error:
        gone = server.is_gone.is_set()
        state = JobState.INTERRUPTED if gone else JobState.CANCELLED
        outcome = error.as_dict()
    except WaypostError as error:
        state, outcome = JobState.FAILED, error.as_dict()
    except MemoryError:
        state, outcome = JobState.FAILED, _too_large().as_dict()
    except OSError as error:
        state, outcome = JobState.FAILED, _from_system(error).as_dict()
    except Exception as error:  # noqa: BLE001 - a foreign file must not stop the jobs behind it
        state, outcome = JobState.FAILED, _unforeseen(error).as_dict()
    with database.session() as session:
        _keep_look(session, job, state, outcome)
        end_job(session, job.id, state, now=_now(), outcome=outcome)
    if job.kind == "import" and state is JobState.DONE:
        _remove_bytes(path, outcome["files"])
    if job.kind == "undo" and state is JobState.DONE:
        _forget_file(database, job, path)


def _remove_bytes(workspace: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    """What was imported is in the log; only files read by a mapping may be needed again."""
    for upload, said in files.items():
        if "error" not in said and not has_own_mapping(said):
            shutil.rmtree(uploads_folder(workspace) / upload, ignore_errors=True)


def _forget_file(database: Database, job: Job, workspace: Path) -> None:
    """Remove the kept file of an import that was taken back."""
    batch = str(job.asked["batch"])
    mine = (UploadRow.workspace == job.workspace, UploadRow.state == "imported")
    with database.session() as session:
        for row in session.scalars(select(UploadRow).where(*mine)):
            reports = json.loads(row.imported or "{}").get("reports", ())
            if reports and all(one.get("batch") == batch for one in reports):
                session.delete(row)
                shutil.rmtree(uploads_folder(workspace) / row.id, ignore_errors=True)


def _too_large() -> InputError:
    return InputError(
        "This needs more memory than a job may use.",
        hint="Split the file into smaller ones and try again.",
    )


def _from_system(error: OSError) -> WaypostError:
    return WaypostError(
        f"The computer refused: {error.strerror or error}.",
        hint="Look for room on the disk and for the rights of the workspace's folder.",
    )


def _unforeseen(error: Exception) -> WaypostError:
    return WaypostError(
        f"Something unforeseen went wrong: {type(error).__name__}: {str(error)[:300]}",
        hint="Nothing is half done. Please report it with the file's first lines.",
    )


def _names(database: Database, job: Job) -> dict[str, str]:
    """The names of the uploads that the job is about, by id."""
    wanted = [*job.asked.get("uploads", ()), *filter(None, [job.asked.get("upload")])]
    if not wanted:
        return {}
    with database.reading() as session:
        mine = UploadRow.workspace == job.workspace
        rows = session.scalars(select(UploadRow).where(mine, UploadRow.id.in_(wanted)))
        return {row.id: row.name for row in rows}


def _keep_look(session: Any, job: Job, state: JobState, outcome: Mapping[str, Any]) -> None:
    """What was recognised or imported, beside its upload."""
    if job.kind == "look":
        said = outcome if state is JobState.DONE else {"error": outcome}
        _set_uploads(session, job, str(job.asked["upload"]), "looked", look=_text(said))
    if job.kind == "import" and state is JobState.DONE:
        for upload, said in outcome["files"].items():
            then = "failed" if "error" in said else "imported"
            _set_uploads(session, job, upload, then, imported=_text(said))


def _set_uploads(session: Any, job: Job, upload: str, state: str, **values: str) -> None:
    mine = (UploadRow.id == upload, UploadRow.workspace == job.workspace)
    session.execute(update(UploadRow).where(*mine).values(state=state, changed_at=_now(), **values))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def limit_memory(memory_bytes: int) -> None:
    """Let the process own at most so many bytes of data.

    Mapped files do not count (``RLIMIT_DATA``, not ``RLIMIT_AS``): journeys are mapped, and the
    allocators of Arrow and DuckDB reserve far more addresses than they use.
    """
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def main() -> None:
    """Read the orders and work."""
    orders = Orders(**json.loads(sys.stdin.buffer.readline()))
    os.nice(_POLITENESS)
    limit_memory(orders.memory_bytes)
    run_worker(orders)


if __name__ == "__main__":
    main()
