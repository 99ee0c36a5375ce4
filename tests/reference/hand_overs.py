"""Hand-overs, slowly: cut every journey into visits and look at what comes after each."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

__all__ = ["visits_of", "what_happened"]


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


def what_happened(events, gap):
    """How one person's visits end: Counter of (end, node[, next node]), and times of hand-overs.

    ``events``: (at, node, place).
    """
    ends, times = Counter(), {}
    visits = visits_of(events, gap)
    for number, visit in enumerate(visits):
        here = visit[-1]
        if number + 1 == len(visits):
            ends["ends", here[1]] += 1
            continue
        after = visits[number + 1][0]
        if after[0] - here[0] > gap:
            kind = "resumed" if after[1] == here[1] else "moved_later"
            ends[kind, here[1]] += 1
        else:
            ends["hand_over", here[1]] += 1
            times.setdefault((here[2], after[2]), []).append((after[0] - here[0], after[0]))
    return ends, times, visits


def first_stays(events, gap):
    """By node, when the person's first event came that follows one at the same node in time."""
    found = {}
    for (at, node, _), (later, after, _) in pairwise(events):
        if node == after and later - at <= gap:
            found.setdefault(node, later)
    return found


def fate(arrived, goals, window, until):
    """``open``, ``in_time`` or ``late`` of the goal after an arrival.

    ``goals``: instants of goal events that lie at the arrival's place in the journey or behind it.
    """
    if until - arrived < window:
        return "open"
    return "in_time" if any(goal - arrived <= window for goal in goals) else "late"
