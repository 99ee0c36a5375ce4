"""How reality differs from what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waypost.maps.document import RealityNote

if TYPE_CHECKING:
    from waypost.maps.reading.reading import Reading

__all__ = ["reality_of"]


def reality_of(reading: Reading) -> tuple[RealityNote, ...]:
    """All notes, by kind and then by step."""
    return ()
