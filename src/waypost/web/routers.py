"""Every router of the studio, one line each; the first that matches answers."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute

from waypost.web.api import accounts as accounts_api
from waypost.web.api import (
    comments,
    conditions,
    images,
    kept_questions,
    live,
    map_reading,
    maps,
    overview,
    rules,
    shares,
    versions,
    work,
)
from waypost.web.api import data as data_api
from waypost.web.api import jobs as jobs_api
from waypost.web.api import people as people_api
from waypost.web.api import personas as personas_api
from waypost.web.api import questions as questions_api
from waypost.web.api import segments as segments_api
from waypost.web.pages import account, components, settings, shared, sharing, signing_in, start
from waypost.web.pages import data as data_pages
from waypost.web.pages import journeys as journey_pages
from waypost.web.pages import journeys_overview as journeys_overview_pages
from waypost.web.pages import mapping as mapping_pages
from waypost.web.pages import maps as map_pages
from waypost.web.pages import people as people_pages
from waypost.web.pages import personas as persona_pages
from waypost.web.pages import question_members as question_members_pages
from waypost.web.pages import rules as rules_pages
from waypost.web.pages import segments as segment_pages
from waypost.web.pages import versions as version_pages
from waypost.web.pages import work as work_pages

__all__ = ["ROUTERS", "routes"]

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    start.router,
    account.router,
    settings.router,
    components.router,
    accounts_api.router,
    overview.router,
    shared.router,
    version_pages.router,
    sharing.router,
    map_pages.router,
    maps.router,
    map_reading.router,
    live.router,
    comments.router,
    conditions.router,
    versions.router,
    shares.router,
    images.router,
    persona_pages.router,
    personas_api.router,
    work_pages.router,
    work.router,
    jobs_api.router,
    data_api.router,
    rules.router,
    people_api.router,
    data_pages.router,
    mapping_pages.router,
    rules_pages.router,
    people_pages.router,
    journeys_overview_pages.router,
    question_members_pages.router,
    journey_pages.router,
    kept_questions.router,
    questions_api.router,
    segment_pages.router,
    segments_api.router,
)


def routes() -> Iterator[APIRoute]:
    """Every route of every router."""
    for router in ROUTERS:
        yield from (route for route in router.routes if isinstance(route, APIRoute))
