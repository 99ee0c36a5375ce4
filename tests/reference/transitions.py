"""Transitions, slowly: look at every pair of neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

__all__ = ["edge_durations", "transitions"]


def transitions(persons):
    """Counts of (from, to), of starts and of ends; persons are lists of (at, node)."""
    edges, starts, ends = Counter(), Counter(), Counter()
    for person in persons:
        nodes = [node for _, node in person]
        edges.update(pairwise(nodes))
        starts.update(nodes[:1])
        ends.update(nodes[-1:])
    return edges, starts, ends


def edge_durations(persons):
    """All durations by (from, to)."""
    found = defaultdict(list)
    for person in persons:
        for (at, node), (later, other) in pairwise(person):
            found[node, other].append(later - at)
    return found
