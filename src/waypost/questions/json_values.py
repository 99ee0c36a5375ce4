"""Fields of questions as JSON has them."""

from __future__ import annotations

import dataclasses
from typing import Any

__all__ = ["as_json"]


def as_json(value: Any) -> Any:
    """Frozen values as objects without what is None, tuples as lists, all else as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        content = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
        return {name: as_json(item) for name, item in content.items() if item is not None}
    return [as_json(item) for item in value] if isinstance(value, tuple) else value
