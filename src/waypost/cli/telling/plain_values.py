"""Reports as JSON values."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

__all__ = ["plain"]


def plain(value: Any) -> Any:
    """A dataclass as a dict of JSON values, anything else as it is."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
