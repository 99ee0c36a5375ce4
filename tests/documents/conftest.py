"""Databases of both kinds."""

from tests.studio_fixtures import database_address, postgres_server

__all__ = ["database_address", "postgres_server"]
