"""Hand-overs, slowly: cut every journey into visits and look at what comes after each."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

__all__ = ["arrivals_of", "ends_of", "fate_of", "visits_of"]


def visits_of(events, gap):
    """Runs of (at, node, …) events at one node without a silence longer than ``gap``."""
    visits = []
    for event in events:
        last = visits[-1][-1] if visits else None
        if last is not None and last[1] == event[1] and event[0] - last[0] <= gap:
            visits[-1].append(event)
        else:
            visits.append([event])
    return visits


def ends_of(events, gap):
    """How one person's visits end and begin: Counter of (kind, node)."""
    found = Counter()
    visits = visits_of(events, gap)
    for visit in visits:
        found["visits", visit[0][1]] += 1
    if visits:
        found["starts", visits[0][0][1]] += 1
        found["ends", visits[-1][-1][1]] += 1
    for visit, after in pairwise(visits):
        here, there = visit[-1][1], after[0][1]
        if after[0][0] - visit[-1][0] <= gap:
            found["handed_out", here] += 1
        elif here == there:
            found["resumed", here] += 1
        else:
            found["moved_later", here] += 1
            found["came_later", there] += 1
    return found


def arrivals_of(events, gap):
    """(from place, to place, wait, at, number) of hand-overs and (node, at, number) of stays.

    ``events``: (at, node, place, number of the event among all).
    """
    changes, stays = [], []
    for (at, node, place, _), (later, after, target, number) in pairwise(events):
        if later - at > gap:
            continue
        if node == after:
            stays.append((node, later, number))
        else:
            changes.append((place, target, later - at, later, number))
    return changes, stays


def fate_of(arrived, number, goals, rules):
    """``open``, ``in_time`` or ``late``. ``goals``: (at, number) of a person's goal events."""
    window, until = rules
    if until - arrived < window:
        return "open"
    after = [at for at, own in goals if own >= number]
    return "in_time" if any(at - arrived <= window for at in after) else "late"
