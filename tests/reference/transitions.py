"""Transitions, slowly: look at every pair of neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

__all__ = ["edge_durations", "persons_by_edge", "transitions"]


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


def persons_by_edge(persons, *, eventually, fold):
    """(persons by (from, to), persons by node); persons are lists of nodes."""
    edges, visitors = Counter(), Counter()
    for journey in persons:
        nodes = [
            n for place, n in enumerate(journey) if not (fold and place and journey[place - 1] == n)
        ]
        visitors.update(set(nodes))
        if eventually:
            pairs = {(a, b) for place, a in enumerate(nodes) for b in nodes[place + 1 :]}
        else:
            pairs = set(pairwise(nodes))
        edges.update(pairs)
    return edges, visitors
