"""Identity by its definition: slow, in plain Python, on lists of (second, {(kind, value), …})."""

from __future__ import annotations

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


def persons_by_definition(observations: list[Observation]) -> set[frozenset[Identifier]]:
    """Persons as sets of identifiers, guarded; shared ones stand alone."""
    first: dict[tuple[Identifier, Identifier], int] = {}
    for at, seen in observations:
        for a, b in combinations(sorted(seen), 2):
            first[a, b] = min(first.get((a, b), at), at)
    everything = {one for _, seen in observations for one in seen}
    shared = {one for one in everything if _sharers(one, first) > SHARED_ABOVE[one[0]]}
    while True:
        groups, devices = _joined(everything - shared, first)
        if not devices:
            return {frozenset(group) for group in groups} | {frozenset({one}) for one in shared}
        shared |= devices


def _sharers(one: Identifier, first: dict[tuple[Identifier, Identifier], int]) -> int:
    others = [a if b == one else b for a, b in first if one in (a, b)]
    return max(sum(o[0] == kind for o in others) if kind != one[0] else 0 for kind in NAMES)


def _joined(
    nodes: set[Identifier], first: dict[tuple[Identifier, Identifier], int]
) -> tuple[list[set[Identifier]], set[Identifier]]:
    group = {one: {one} for one in nodes}
    refused = []
    for a, b in sorted((e for e in first if set(e) <= nodes), key=lambda e: _rank(e, first[e])):
        if group[a] is group[b]:
            continue
        broken = _broken(group[a], group[b], bridge="order_id" in {a[0], b[0]})
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


def _rank(edge: tuple[Identifier, Identifier], at: int) -> tuple[int, int, int]:
    ranks = sorted((PRIORITY[edge[0][0]], PRIORITY[edge[1][0]]), reverse=True)
    return (ranks[0], ranks[1], at)


def _broken(one: set[Identifier], other: set[Identifier], *, bridge: bool) -> str:
    for kind in sorted(LIMITS):
        counts = [sum(member[0] == kind for member in side) for side in (one, other)]
        if all(counts) and (sum(counts) > LIMITS[kind] or (bridge and kind in NAMES)):
            return kind
    return ""
