"""Whether a value offers what a protocol asks for, answered once per class."""

from __future__ import annotations

from typing import Any

__all__ = ["offers"]

_KNOWN: dict[tuple[type, type], bool] = {}


def offers(value: object, protocol: Any) -> bool:
    """``isinstance(value, protocol)`` of a runtime-checkable protocol, remembered by class.

    Python asks for every member anew, some 20 µs, which every piece of every answer would pay.
    """
    key = (type(value), protocol)
    known = _KNOWN.get(key)
    if known is None:
        known = _KNOWN[key] = isinstance(value, protocol)
    return known
