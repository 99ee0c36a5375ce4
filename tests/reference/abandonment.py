"""Abandonment, slowly: split a person's events into attempts, then judge each."""

from __future__ import annotations

from itertools import groupby

__all__ = ["attempts", "recovery_of"]


def attempts(events, starts, goal, window, data_until):
    """(begin, furthest start, fate, value or None, latest start) of each attempt of one person.

    ``events``: (at, code, value), value None for none; ``starts``: sets of codes; ``goal``: a set.
    """
    found, running = [], []
    for at, group in groupby(events, key=lambda event: event[0]):
        members = list(group)
        if running and at - running[-1][0] > window:
            found.append(_judged(running, "abandoned"))
            running = []
        for _, code, value in members:
            kinds = [place for place, codes in enumerate(starts) if code in codes]
            if kinds:
                running.append((at, kinds[-1], value))
        if running and any(code in goal for _, code, _ in members):
            found.append(_judged(running, "converted"))
            running = []
    if running:
        fate = "open" if running[-1][0] + window > data_until else "abandoned"
        found.append(_judged(running, fate))
    return found


def _judged(running, fate):
    kinds = sorted({kind for _, kind, value in running if value is not None})
    value = sum(v for _, kind, v in running if kinds and kind == kinds[0] and v is not None)
    furthest = max(kind for _, kind, _ in running)
    return running[0][0], furthest, fate, value if kinds else None, running[-1][0]


def recovery_of(events, goal, latest, recovery, data_until):
    """``recovered``, ``still`` or None of an attempt abandoned after its ``latest`` start."""
    goals = [at for at, code, _ in events if code in goal and at > latest]
    if goals and goals[0] <= latest + recovery:
        return "recovered"
    return "still" if not goals and latest + recovery > data_until else None
