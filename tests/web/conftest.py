"""Fixtures of the studio's pages and API."""

from tests.studio_fixtures import (
    built_front_end,
    client,
    demo_shop,
    empty_studio,
    served,
    studio,
)

__all__ = ["built_front_end", "client", "demo_shop", "empty_studio", "served", "studio"]
