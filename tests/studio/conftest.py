"""Fixtures of the studio."""

from tests.studio_fixtures import (
    any_studio,
    built_front_end,
    cheap_passwords,
    client,
    database_address,
    demo_shop,
    empty_studio,
    migrated_address,
    postgres_server,
    served,
    studio,
)

__all__ = [
    "any_studio",
    "built_front_end",
    "cheap_passwords",
    "client",
    "database_address",
    "demo_shop",
    "empty_studio",
    "migrated_address",
    "postgres_server",
    "served",
    "studio",
]
