"""Identity by its definition: slow, in plain Python, on lists of (second, {(kind, value), …})."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

__all__ = ["Observation", "persons_by_definition", "plain_components"]

Identifier = tuple[str, str]
Observation = tuple[int, frozenset[Identifier]]

LIMITS = {"user_id": 1, "email": 5, "anonymous_id": 500, "order_id": 1_000_000}
PRIORITY = {"user_id": 10, "email": 40, "anonymous_id": 90, "order_id": 100}
NAMES = {"user_id", "email"}
SHARED_ABOVE = {"user_id": 20, "email": 5, "anonymous_id": 3, "order_id": 3}


def plain_components(observations: list[Observation]) -> set[frozenset[Identifier]]:
    """Connected identifiers, without any guard."""
    groups: list[set[Identifier]] = []
    for _, seen in observations:
        if seen:
            touching = [group for group in groups if group & seen]
            groups = [group for group in groups if not group & seen]
            groups.append(set(seen).union(*touching))
    return {frozenset(group) for group in groups}


def persons_by_definition(
    observations: list[Observation], recorders: Mapping[int, str] | None = None
) -> set[frozenset[Identifier]]:
    """Persons as sets of identifiers, guarded; shared ones stand alone.

    ``recorders``: the source of the observations, by second, that systems recorded.
    """
    first: dict[tuple[Identifier, Identifier], int] = {}
    for at, seen in observations:
        for a, b in combinations(sorted(seen), 2):
            first[a, b] = min(first.get((a, b), at), at)
    everything = {one for _, seen in observations for one in seen}
    shared = {one for one in everything if _sharers(one, first) > SHARED_ABOVE[one[0]]}
    while True:
        kept = [(at, seen - shared) for at, seen in observations]
        recorded = _recorded(kept, recorders or {}, first)
        groups, devices = _joined(everything - shared, first, recorded)
        if not devices:
            return {frozenset(group) for group in groups} | {frozenset({one}) for one in shared}
        shared |= devices


def _sharers(one: Identifier, first: dict[tuple[Identifier, Identifier], int]) -> int:
    others = [a if b == one else b for a, b in first if one in (a, b)]
    return max(sum(o[0] == kind for o in others) if kind != one[0] else 0 for kind in NAMES)


def _recorded(
    observations: list[Observation],
    recorders: Mapping[int, str],
    first: dict[tuple[Identifier, Identifier], int],
) -> set[tuple[Identifier, Identifier]]:
    """Edges of orders that systems recorded, where these agree on what the order is."""
    of_order: dict[Identifier, set[tuple[Identifier, str]]] = {}
    for at, seen in observations:
        for order in seen:
            if at in recorders and order[0] == "order_id":
                mine = of_order.setdefault(order, set())
                mine |= {(one, recorders[at]) for one in seen if one[0] != "order_id"}
    return {
        tuple(sorted((order, one)))
        for order, told in of_order.items()
        if _agree(told, [first[tuple(sorted((order, one)))] for one, _ in told])
        for one, _ in told
    }


def _agree(told: set[tuple[Identifier, str]], instants: list[int]) -> bool:
    for kind in NAMES:
        named = {(one, source) for one, source in told if one[0] == kind}
        sources = [source for _, source in named]
        if len(set(sources)) < len(sources) or len({one for one, _ in named}) > 2:
            return False
    return not instants or max(instants) - min(instants) <= 86_400


def _joined(
    nodes: set[Identifier],
    first: dict[tuple[Identifier, Identifier], int],
    recorded: set[tuple[Identifier, Identifier]],
) -> tuple[list[set[Identifier]], set[Identifier]]:
    group = {one: {one} for one in nodes}
    refused = []
    usable = [edge for edge in first if set(edge) <= nodes]
    for a, b in sorted(usable, key=lambda e: _rank(e, first[e], e in recorded)):
        if group[a] is group[b]:
            continue
        bridge = "order_id" in {a[0], b[0]}
        broken = _broken(group[a], group[b], bridge=bridge, recorded=(a, b) in recorded)
        if broken:
            refused.append((a, b, broken))
            continue
        merged = group[a] | group[b]
        group.update(dict.fromkeys(merged, merged))
    devices = {
        end
        for a, b, broken in refused
        for end in (a, b)
        if end[0] == "anonymous_id" and broken in NAMES and group[a] is not group[b]
    }
    return list({id(members): members for members in group.values()}.values()), devices


def _rank(
    edge: tuple[Identifier, Identifier], at: int, is_recorded: bool
) -> tuple[bool, int, int, int]:
    ranks = sorted((PRIORITY[edge[0][0]], PRIORITY[edge[1][0]]), reverse=True)
    mentioned = "order_id" in {edge[0][0], edge[1][0]} and not is_recorded
    return (mentioned, ranks[0], ranks[1], at)


def _broken(one: set[Identifier], other: set[Identifier], *, bridge: bool, recorded: bool) -> str:
    for kind in sorted(LIMITS):
        counts = [sum(member[0] == kind for member in side) for side in (one, other)]
        guarded = bridge and kind in NAMES and not (recorded and counts == [1, 1])
        if all(counts) and (sum(counts) > LIMITS[kind] or guarded):
            return kind
    return ""
