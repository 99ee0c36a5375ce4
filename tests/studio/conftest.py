"""Fixtures of the studio."""

from tests.studio_fixtures import (
    any_studio,
    built_front_end,
    client,
    database_address,
    demo_shop,
    empty_studio,
    postgres,
    served,
    studio,
)

__all__ = [
    "any_studio",
    "built_front_end",
    "client",
    "database_address",
    "demo_shop",
    "empty_studio",
    "postgres",
    "served",
    "studio",
]
