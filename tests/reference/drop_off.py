"""What came instead, slowly: one person at a time."""

from __future__ import annotations

__all__ = ["fate"]


def fate(events, window, data_until):
    """The next node, ``nothing``, ``went_on``, ``open``, or None for who never began.

    ``events``: (at, node or None, begins, goes on) of every event that exists.
    """
    begins = [place for place, event in enumerate(events) if event[2]]
    if not begins:
        return None
    begin = events[begins[0]][0]
    later = [event for event in events[begins[0] + 1 :] if event[0] - begin <= window]
    if any(goes_on for *_, goes_on in later):
        return "went_on"
    if begin + window > data_until:
        return "open"
    return next((node for _, node, begin, _ in later if node is not None and not begin), "nothing")
