"""Long work over HTTP: how far it is, cancel, run again; and the house that does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query
from starlette.concurrency import run_in_threadpool

from waypost.app.studio.actor import Actor
from waypost.app.studio.job_house import JobHouse
from waypost.app.studio.jobs import cancel_job, job_now, jobs_of, run_again, start_job
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.uploads import sweep_uploads
from waypost.web.access import needs, site_of

__all__ = ["router"]

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Changer = Annotated[Actor, Depends(needs(Right.CHANGE_DATA))]
TheSite = Annotated[Site, Depends(site_of)]
JobNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


@asynccontextmanager
async def _open_house(app: FastAPI) -> AsyncIterator[None]:
    """Workers live as long as the application."""
    site: Site = app.state.site
    for workspace in site.workspaces:
        await run_in_threadpool(sweep_uploads, site, workspace)
    house = JobHouse(site.database, workspaces=site.workspaces)
    with house:
        app.state.job_house = house
        yield
        app.state.job_house = None
        await run_in_threadpool(house.close)


router = APIRouter(prefix="/api/v1/workspaces/{slug}/jobs", tags=["jobs"], lifespan=_open_house)


@router.get("")
def list_jobs(
    site: TheSite, actor: Seer, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[dict[str, Any]]:
    """The latest jobs, newest first."""
    return [job.as_dict() for job in jobs_of(site, actor, limit)]


@router.post("/build", status_code=202)
def build(site: TheSite, actor: Changer) -> dict[str, Any]:
    """Compute persons, touchpoints and journeys of all that was imported; a job."""
    return start_job(site, actor, "build").as_dict()


@router.get("/{job}")
def one_job(site: TheSite, actor: Seer, job: JobNumber) -> dict[str, Any]:
    """How far a job is, and how it ended."""
    return job_now(site, actor, job).as_dict()


@router.post("/{job}/cancel")
def cancel(site: TheSite, actor: Changer, job: JobNumber) -> dict[str, Any]:
    """Stop a job; what was finished before stays."""
    return cancel_job(site, actor, job).as_dict()


@router.post("/{job}/again", status_code=202)
def again(site: TheSite, actor: Changer, job: JobNumber) -> dict[str, Any]:
    """The same work as a new job."""
    return run_again(site, actor, job).as_dict()
