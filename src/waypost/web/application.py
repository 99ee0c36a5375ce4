"""The application: routers, guards and error pages around one site."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from waypost import __version__
from waypost.app.studio.site import Site
from waypost.web import errors, security, statics
from waypost.web.api_description import describe
from waypost.web.routers import ROUTERS, routes

__all__ = ["create_app"]


class _Studio(FastAPI):
    def openapi(self) -> dict[str, Any]:
        return describe(self)


def create_app(site: Site) -> FastAPI:
    """The studio over HTTP for this site; the site stays the caller's to close."""
    app = _Studio(
        title="Waypost",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.site = site
    app.state.statics = statics.read_statics()
    app.state.paths = frozenset(route.path for route in routes())
    app.include_router(statics.router)
    for router in ROUTERS:
        app.include_router(router)
    errors.register(app)
    security.register(app, site)
    return app
