"""Loops, slowly: list the visits, then look at each and at every run of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

__all__ = ["loops"]


def visits_of(events):
    """(node, first, last, events) of each run of events at one node."""
    runs = [(node, [at for at, _ in run]) for node, run in groupby(events, key=lambda one: one[1])]
    return [(node, times[0], times[-1], len(times)) for node, times in runs]


def alternating(nodes, begin, end):
    two = set(nodes[begin:end])
    return len(two) == 2


def runs_of(nodes):
    """(begin, end) of the runs of alternating nodes that cannot be made longer."""
    found = [
        (begin, end)
        for begin in range(len(nodes))
        for end in range(begin + 2, len(nodes) + 1)
        if alternating(nodes, begin, end)
    ]
    return [
        (begin, end)
        for begin, end in found
        if (begin - 1, end) not in found and (begin, end + 1) not in found
    ]


def loops(persons, least):
    """By (kind, node, other): one (person, events, ticks) per loop; and persons with events."""
    found = defaultdict(list)
    for person, events in enumerate(persons):
        visits = visits_of(events)
        for place, (node, first, last, size) in enumerate(visits):
            if size > 1:
                found["repeated", node, None].append((person, size - 1, last - first))
            before = [visit for visit in visits[:place] if visit[0] == node]
            if before:
                found["returned", node, None].append((person, size, first - before[-1][2]))
        for begin, end in runs_of([visit[0] for visit in visits]):
            if end - begin >= least:
                pair = sorted({visit[0] for visit in visits[begin:end]})
                extra = visits[begin + 2 : end]
                ticks = visits[end - 1][2] - visits[begin + 1][2]
                found["back_and_forth", *pair].append((person, sum(v[3] for v in extra), ticks))
    return found, sum(bool(events) for events in persons)
