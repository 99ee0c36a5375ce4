"""Every router of the studio, one line each; the first that matches answers."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute

from waypost.web.api import comments, images, live, map_reading, maps, shares, versions
from waypost.web.pages import maps as map_pages
from waypost.web.pages import signing_in, start

__all__ = ["ROUTERS", "routes"]

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    start.router,
    map_pages.router,
    maps.router,
    map_reading.router,
    live.router,
    comments.router,
    versions.router,
    shares.router,
    images.router,
)


def routes() -> Iterator[APIRoute]:
    """Every route of every router."""
    for router in ROUTERS:
        yield from (route for route in router.routes if isinstance(route, APIRoute))
