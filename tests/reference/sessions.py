"""Sessions, slowly: every event asks whether it begins one."""

from __future__ import annotations

__all__ = ["sessions_of"]


def sessions_of(events, rules, day_of):
    """A person's sessions as lists of their events.

    ``events``: (at, begins, …) in order; ``begins`` is true where the event begins a session by
    itself. ``rules``: ``gap``, ``at_gap_splits``, ``longest``. ``day_of``: the day of an instant.
    """
    sessions = []
    for event in events:
        if not sessions or _is_new(sessions[-1], event, rules, day_of):
            sessions.append([])
        sessions[-1].append(event)
    return sessions


def _is_new(session, event, rules, day_of):
    silence = event[0] - session[-1][0]
    if silence > rules["gap"] or (silence == rules["gap"] and rules["at_gap_splits"]):
        return True
    if event[0] - session[0][0] > rules["longest"]:
        return True
    return event[1] or day_of(event[0]) != day_of(session[0][0])
