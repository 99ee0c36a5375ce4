"""Order keys for new or moved entities: after which sibling they shall stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ordering import keys_between

__all__ = ["keys_after", "last_key", "respaced", "siblings"]


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


def respaced(document: MapDocument) -> list[dict[str, Any]]:
    """The change that tells apart entities of one place with the same key, keeping their order.

    Two people who put something at the same place at the same time make the same key, and between
    equal keys there is no room. Empty where all keys differ.
    """
    ops: list[dict[str, Any]] = []
    for kind, fields in _PLACED.items():
        families: dict[tuple[str, ...], dict[str, str]] = {}
        found: dict[str, Any] = dict(document.collection(kind))
        for name, entity in found.items():
            family = tuple(getattr(entity, field) for field in fields)
            families.setdefault(family, {})[name] = entity.order
        for family in sorted(families):
            ops += _told_apart(kind, families[family])
    return ops


def _told_apart(kind: str, orders: Mapping[str, str]) -> list[dict[str, Any]]:
    ops = []
    for key in sorted(set(orders.values())):
        _, *others = sorted(name for name, order in orders.items() if order == key)
        following = min((order for order in orders.values() if order > key), default=None)
        for name, value in zip(others, keys_between(key, following, len(others)), strict=True):
            named = {"op": "set", "kind": kind, "id": name, "field": "order"}
            ops.append({**named, "was": key, "value": value})
    return ops


_PLACED = {
    "personas": (),
    "stages": (),
    "steps": ("stage",),
    "lanes": (),
    "cards": ("step", "lane"),
}
