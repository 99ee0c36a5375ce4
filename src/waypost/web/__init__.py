"""The studio: pages and API over HTTP; translation only."""

from waypost.web.application import create_app

__all__ = ["create_app"]
