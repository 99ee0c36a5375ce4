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


def counts_of(persons, rules, day_of, nodes):
    """What ``SessionCounts`` holds, from persons' events (at, begins, node, is_goal).

    ``node`` is None where an event has none. Returns rows by name of node (None = without, ``all``)
    as dicts, durations, sizes, and per row and measure the places of persons behind it.
    """
    rows = {
        node: dict.fromkeys(("sessions", "starts", "ends", "bounces", "events", "converting"), 0)
        for node in [*range(nodes), None, "all"]
    }
    durations, sizes, behind = [], [], {}
    for place, events in enumerate(persons):
        for session in sessions_of(events, rules, day_of):
            durations.append(session[-1][0] - session[0][0])
            sizes.append(len(session))
            for node, measure, count in _countings(session):
                if measure in rows[node]:
                    rows[node][measure] += count
                behind.setdefault((node, measure), set()).add(place)
    for node, row in rows.items():
        row["persons"] = len(behind.get((node, "persons"), ()))
    return rows, durations, sizes, behind


def _countings(session):
    nodes = [event[2] for event in session]
    for node in [*dict.fromkeys(nodes), "all"]:
        everywhere = node == "all"
        yield node, "sessions", 1
        yield node, "persons", 1
        yield node, "events", len(nodes) if everywhere else nodes.count(node)
        if everywhere or nodes[0] == node:
            yield node, "starts", 1
        if everywhere or nodes[-1] == node:
            yield node, "ends", 1
        if len(nodes) == 1:
            yield node, "bounces", 1
        if any(event[3] for event in session):
            yield node, "converting", 1
