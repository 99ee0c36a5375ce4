"""Flow between columns, slowly: one person's path at a time."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from tests.reference.paths import paths_of

__all__ = ["column_flow", "forward_flow"]


def column_flow(persons, rules, *, anchored, latest, open_after):
    """Links (column, from, to), ends (column, node, end) and persons without the anchor.

    ``persons``: (node or None, is_anchor) of every event; ``latest``: each one's last tick.
    """
    links, ends, missing = Counter(), Counter(), 0
    for events, last in zip(persons, latest, strict=True):
        found = paths_of(events, rules, anchored=anchored)
        if found is None:
            missing += 1
            continue
        if not found:
            continue
        nodes = list(found[0][1])
        nodes = nodes[::-1] if rules.backward else nodes
        shown = nodes[: rules.length]
        links.update((k, a, b) for k, (a, b) in enumerate(pairwise(shown)))
        is_open = last > open_after and not rules.backward
        end = "beyond" if len(nodes) > rules.length else "open" if is_open else "left"
        ends[len(shown) - 1, shown[-1], end] += 1
    return links, ends, missing


def forward_flow(persons, *, latest, open_after):
    """Links, starts, ends (node, end) between nodes that lie further than all before."""
    links, starts, ends = Counter(), Counter(), Counter()
    for nodes, last in zip(persons, latest, strict=True):
        path = [n for place, n in enumerate(nodes) if all(other < n for other in nodes[:place])]
        links.update(pairwise(path))
        starts.update(path[:1])
        ends.update((node, "open" if last > open_after else "left") for node in path[-1:])
    return links, starts, ends
