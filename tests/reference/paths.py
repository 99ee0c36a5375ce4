"""Paths, slowly: cut each person's list."""

from __future__ import annotations

from itertools import groupby

__all__ = ["collapsed", "left_out", "paths_of"]


def paths_of(events, rules, *, anchored):
    """(nodes shown, all nodes) of each path of one person; None without the anchor.

    ``events``: (node or None, is_anchor) of every event that exists.
    """
    places = [place for place, (_, is_anchor) in enumerate(events) if is_anchor]
    if anchored and not places:
        return None
    if not anchored:
        windows = [events]
    else:
        chosen = {"first": places[:1], "last": places[-1:], "every": places}[rules.occurrence]
        windows = [events[: p + 1] if rules.backward else events[p:] for p in chosen]
    paths = []
    for window in windows:
        nodes = left_out([node for node, _ in window if node is not None], rules)
        nodes = collapsed(nodes, rules.collapse)
        shown = nodes[-rules.length :] if rules.backward else nodes[: rules.length]
        if shown:
            paths.append((tuple(shown), tuple(nodes)))
    return paths


def left_out(nodes, rules):
    """Without the node to drop, unless there is no other."""
    if all(node == rules.drop for node in nodes):
        return nodes
    if not rules.only_last:
        return [node for node in nodes if node != rules.drop]
    while nodes[-1] == rules.drop:
        nodes = nodes[:-1]
    return nodes


def collapsed(nodes, collapse):
    """With repeats in a row, or all repeats, made one."""
    if collapse == "none":
        return nodes
    if collapse == "repeats":
        return [node for node, _ in groupby(nodes)]
    return list(dict.fromkeys(nodes))
