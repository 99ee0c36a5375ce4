"""Long work: start it, see how far it is, cancel it, run it again.

A job is a row of the document database. A worker process of ours takes it (``job_worker``), watched
by the server (``job_house``). Foreign files are opened only there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.job_store import (
    READ,
    WRITE,
    Job,
    JobState,
    add_job,
    find_job,
    job_of,
)
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.job_tables import JobRow
from waypost.errors import ConflictError, NotFoundError, nearest

__all__ = [
    "KINDS",
    "Job",
    "JobKind",
    "JobState",
    "add_job_row",
    "cancel_job",
    "forget_job",
    "job_now",
    "jobs_at_work",
    "jobs_of",
    "run_again",
    "start_job",
]

_HOUR = 3600
_KEPT_LOOKS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job needs: its lane, who may ask for it, how long it may take.

    ``is_shown``: it stands in the history. ``again``: it may be run again after it failed.
    """

    lane: str
    right: Right
    seconds: int
    is_shown: bool = True
    again: bool = True


KINDS: Mapping[str, JobKind] = MappingProxyType(
    {
        "look": JobKind(READ, Right.CHANGE_DATA, 600, is_shown=False),
        "preview": JobKind(READ, Right.CHANGE_DATA, 120, is_shown=False, again=False),
        "coverage": JobKind(READ, Right.SEE, 600, is_shown=False, again=False),
        "try-rule": JobKind(READ, Right.SEE, 300, is_shown=False, again=False),
        "who": JobKind(READ, Right.SEE, 600, is_shown=False, again=False),
        "merges": JobKind(READ, Right.SEE, 600, is_shown=False, again=False),
        "import": JobKind(WRITE, Right.CHANGE_DATA, 12 * _HOUR),
        "build": JobKind(WRITE, Right.CHANGE_DATA, 12 * _HOUR),
        "undo": JobKind(WRITE, Right.CHANGE_DATA, _HOUR, again=False),
        "replay": JobKind(WRITE, Right.CHANGE_DATA, _HOUR),
        "split": JobKind(WRITE, Right.CHANGE_DATA, _HOUR),
        "block": JobKind(WRITE, Right.CHANGE_DATA, _HOUR),
        "apart": JobKind(WRITE, Right.CHANGE_DATA, _HOUR),
        "undo-decision": JobKind(WRITE, Right.CHANGE_DATA, _HOUR, again=False),
    }
)
"""What can be done in a worker, by name."""


def start_job(site: Site, actor: Actor, kind: str, asked: Mapping[str, Any] | None = None) -> Job:
    """Put a job in line; ``ForbiddenError`` without its right, ``NotFoundError`` for no kind."""
    require(actor, _kind(kind).right)
    with site.database.session() as session:
        return add_job_row(session, site, actor, kind=kind, asked=asked or {})


def add_job_row(
    session: Session,
    site: Site,
    actor: Actor,
    *,
    kind: str,
    asked: Mapping[str, Any],
    again_of: int | None = None,
) -> Job:
    """Put a job in line within a transaction of the caller, who has checked the right."""
    known = _kind(kind)
    row = JobRow(
        workspace=actor.workspace,
        lane=known.lane,
        kind=kind,
        state=JobState.QUEUED.value,
        is_shown=known.is_shown,
        asked=json.dumps(dict(asked), ensure_ascii=False),
        by=actor.user,
        by_name=actor.name,
        created_at=site.clock(),
        again_of=again_of,
    )
    return add_job(session, row)


def _kind(kind: str) -> JobKind:
    if kind not in KINDS:
        like = nearest(kind, KINDS)
        hint = f"Did you mean {like[0]}?" if like else f"There are: {', '.join(KINDS)}."
        raise NotFoundError(f"There is no kind of job {kind!r}.", hint=hint, kind=kind)
    return KINDS[kind]


def job_now(site: Site, actor: Actor, job: int) -> Job:
    """How far the job is.

    ``NotFoundError`` where this workspace has none of that number, or only for who may do more.
    """
    require(actor, Right.SEE)
    with site.database.reading() as session:
        found = job_of(find_job(session, actor.workspace, job))
    if not _needed(found) <= actor.rights:
        raise NotFoundError(f"There is no job {job}.", hint="It may have been cleared away.")
    return found


def _needed(job: Job) -> frozenset[Right]:
    """What somebody must be allowed to see a job: what it needs, and who asked for a person."""
    asked_for = str(job.asked.get("identifier", "p_"))
    reveals = bool(job.asked.get("reveal")) or not asked_for.startswith("p_")
    right = KINDS[job.kind].right if KINDS[job.kind].is_shown is False else Right.SEE
    return frozenset({right, Right.REVEAL} if reveals else {right})


def jobs_of(site: Site, actor: Actor, limit: int = 50) -> list[Job]:
    """The latest jobs of the workspace that a history shows, newest first."""
    require(actor, Right.SEE)
    wanted = (
        select(JobRow)
        .where(JobRow.workspace == actor.workspace, JobRow.is_shown)
        .order_by(JobRow.id.desc())
        .limit(limit)
    )
    with site.database.reading() as session:
        return [job_of(row) for row in session.scalars(wanted)]


def jobs_at_work(site: Site, actor: Actor) -> list[Job]:
    """What waits or runs now, oldest first."""
    require(actor, Right.SEE)
    wanted = (
        select(JobRow)
        .where(
            JobRow.workspace == actor.workspace,
            JobRow.is_shown,
            JobRow.state.in_(("queued", "running")),
        )
        .order_by(JobRow.id)
    )
    with site.database.reading() as session:
        return [job_of(row) for row in session.scalars(wanted)]


def cancel_job(site: Site, actor: Actor, job: int) -> Job:
    """Stop a job: at once where it waits, between two pieces where it runs.

    A worker that does not come to a next piece is ended. A job that is over stays as it is.
    """
    with site.database.session() as session:
        row = find_job(session, actor.workspace, job)
        require(actor, KINDS[row.kind].right)
        if row.state == JobState.QUEUED:
            row.state, row.finished_at = JobState.CANCELLED.value, site.clock()
        elif row.state == JobState.RUNNING:
            row.is_cancelling = True
        session.flush()
        return job_of(row)


def run_again(site: Site, actor: Actor, job: int) -> Job:
    """The same work as a new job. ``ConflictError`` while the earlier one is not over."""
    with site.database.session() as session:
        row = find_job(session, actor.workspace, job)
        kind = KINDS[row.kind]
        require(actor, kind.right)
        earlier = job_of(row)
        if not earlier.is_over or not kind.again:
            raise ConflictError(
                "This job cannot be run again.",
                hint="Only imports and builds that are over can." if earlier.is_over else "Wait.",
                job=job,
            )
        return add_job_row(
            session, site, actor, kind=row.kind, asked=earlier.asked, again_of=row.id
        )


def forget_job(site: Site, actor: Actor, job: int) -> None:
    """Remove a look whose answer was taken, and looks that nobody came back for."""
    old = site.clock() - _KEPT_LOOKS
    with site.database.session() as session:
        row = find_job(session, actor.workspace, job)
        mine = JobRow.workspace == actor.workspace
        if not row.is_shown:
            session.delete(row)
        session.execute(delete(JobRow).where(mine, ~JobRow.is_shown, JobRow.created_at < old))
