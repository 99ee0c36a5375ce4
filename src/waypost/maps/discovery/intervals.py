"""Shares with their interval, as the map document holds them."""

from __future__ import annotations

from waypost.maps.document import Share
from waypost.questions.intervals import wilson

__all__ = ["share_between"]


def share_between(part: int, whole: int) -> Share:
    """``part`` of ``whole`` with its 95 % Wilson interval; no bounds when nobody is counted."""
    if whole <= 0:
        return Share(part=int(part), whole=0)
    low, high = wilson(part, whole)
    return Share(part=int(part), whole=int(whole), low=float(low), high=float(high))
