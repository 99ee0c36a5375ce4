"""Jobs as rows: put in line, taken, told how far they are, ended. One small transaction each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from waypost.documents.job_tables import JobRow
from waypost.errors import NotFoundError

__all__ = [
    "ENDED",
    "READ",
    "WRITE",
    "Job",
    "JobState",
    "add_job",
    "end_job",
    "find_job",
    "has_job",
    "interrupt_jobs",
    "job_of",
    "take_job",
]

READ, WRITE = "read", "write"


class JobState(StrEnum):
    """Where a job is in its life; ``INTERRUPTED``: its worker was gone before it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Job:
    """A job as others see it.

    ``task`` says what is being done, ``done`` of ``total`` how far (None = unknown), ``step`` of
    ``steps`` in which of several pieces (from 1). ``error`` is the one JSON shape of errors.
    """

    id: int
    workspace: str
    lane: str
    kind: str
    state: JobState
    by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    task: str = ""
    step: int = 0
    steps: int = 0
    done: int = 0
    total: int | None = None
    is_cancelling: bool = False
    asked: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state in ENDED

    @property
    def share(self) -> float | None:
        """How much of the task is done, 0 to 1; None where nobody knows."""
        return None if not self.total else min(self.done / self.total, 1.0)

    def as_dict(self) -> dict[str, Any]:
        """The job for programs; times in ISO 8601."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state.value,
            "by": self.by_name,
            "created_at": self.created_at.isoformat(),
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "task": self.task,
            "step": self.step,
            "steps": self.steps,
            "done": self.done,
            "total": self.total,
            "cancelling": self.is_cancelling,
            "result": dict(self.result),
            "error": dict(self.error),
        }


def job_of(row: JobRow) -> Job:
    """The frozen value of a row."""
    return Job(
        id=row.id,
        workspace=row.workspace,
        lane=row.lane,
        kind=row.kind,
        state=JobState(row.state),
        by_name=row.by_name,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        task=row.task,
        step=row.step,
        steps=row.steps,
        done=row.done,
        total=row.total,
        is_cancelling=row.is_cancelling,
        asked=_read(row.asked),
        result=_read(row.result),
        error=_read(row.error),
    )


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def find_job(session: Session, workspace: str, job: int) -> JobRow:
    """The row; ``NotFoundError`` where this workspace has no such job."""
    row = session.get(JobRow, job)
    if row is None or row.workspace != workspace:
        raise NotFoundError(f"There is no job {job}.", hint="It may have been cleared away.")
    return row


def add_job(session: Session, row: JobRow) -> Job:
    """Put the job in line."""
    session.add(row)
    session.flush()
    return job_of(row)


def has_job(session: Session, workspace: str, lane: str) -> bool:
    """Whether somebody waits in the lane."""
    mine = (JobRow.workspace == workspace, JobRow.lane == lane, JobRow.state == "queued")
    return session.scalar(select(JobRow.id).where(*mine).limit(1)) is not None


def take_job(session: Session, workspace: str, lane: str, now: datetime) -> Job | None:
    """The oldest job in line, now running; None where nobody waits or it was cancelled just now."""
    wanted = (
        select(JobRow)
        .where(JobRow.workspace == workspace, JobRow.lane == lane, JobRow.state == "queued")
        .order_by(JobRow.id)
        .limit(1)
    )
    row = session.scalars(wanted).first()
    if row is None:
        return None
    taken = session.execute(
        update(JobRow)
        .where(JobRow.id == row.id, JobRow.state == "queued")
        .values(state=JobState.RUNNING.value, started_at=now)
    )
    session.refresh(row)
    return job_of(row) if taken.rowcount == 1 else None  # type: ignore[attr-defined]  # an update's result has it


def end_job(
    session: Session,
    job: int,
    state: JobState,
    *,
    now: datetime,
    outcome: Mapping[str, Any] | None = None,
) -> None:
    """Write down how a running job ended; one that has ended already keeps its end.

    ``outcome`` is the result of a job that is done, else its error.
    """
    column = "result" if state is JobState.DONE else "error"
    said = json.dumps(outcome, ensure_ascii=False, default=str) if outcome else ""
    session.execute(
        update(JobRow)
        .where(JobRow.id == job, JobRow.state.in_(("queued", "running")))
        .values({"state": state.value, "finished_at": now, column: said})
    )


def interrupt_jobs(session: Session, workspace: str, lane: str, now: datetime) -> None:
    """Mark what is said to run as interrupted: whoever ran it is gone.

    Cancelling ones count as cancelled, and looks that nobody will ask for again are removed.
    """
    running = select(JobRow).where(
        JobRow.workspace == workspace, JobRow.lane == lane, JobRow.state == "running"
    )
    for row in session.scalars(running):
        row.state = JobState.CANCELLED if row.is_cancelling else JobState.INTERRUPTED
        row.finished_at = now
