"""Paths, slowly: cut each person's list."""

from __future__ import annotations

__all__ = ["path_of"]


def path_of(events, rules):
    """The path of one person as a tuple of nodes; None without the anchor, () without nodes.

    ``events``: (node or None, is_anchor) of every event that exists.
    """
    if rules["anchored"]:
        anchors = [place for place, (_, is_anchor) in enumerate(events) if is_anchor]
        if not anchors:
            return None
        place = anchors[-1 if rules["last"] else 0]
        events = events[: place + 1] if rules["backward"] else events[place:]
    nodes = [node for node, _ in events if node is not None]
    if rules["fold"]:
        nodes = [n for place, n in enumerate(nodes) if place == 0 or nodes[place - 1] != n]
    return tuple(nodes[-rules["length"] :] if rules["backward"] else nodes[: rules["length"]])
