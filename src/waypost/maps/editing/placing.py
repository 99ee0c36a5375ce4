"""Order keys for new or moved entities: after which sibling they shall stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ordering import keys_between

__all__ = ["keys_after", "last_key", "siblings"]


def siblings(document: MapDocument, kind: str, *, within: Mapping[str, str]) -> dict[str, str]:
    """Order keys by id of the entities whose fields say what ``within`` says."""
    found: dict[str, Any] = dict(document.collection(kind))
    return {
        name: entity.order
        for name, entity in found.items()
        if all(getattr(entity, field) == value for field, value in within.items())
    }


def last_key(orders: Mapping[str, str]) -> str | None:
    """The highest key; None where there is nothing."""
    return max(orders.values(), default=None)


def keys_after(orders: Mapping[str, str], name: str, count: int) -> list[str]:
    """``count`` keys in rising order directly after the entity ``name``; at the end without one.

    Where others have the same key as ``name``, the new ones stand after all of those.
    """
    if name not in orders:
        return keys_between(last_key(orders), None, count)
    mine = orders[name]
    following = min((key for key in orders.values() if key > mine), default=None)
    return keys_between(mine, following, count)
