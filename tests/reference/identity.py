"""Identity by its definition: slow, in plain Python, on lists of (second, {(kind, value), …})."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

__all__ = ["Observation", "persons_by_definition", "plain_components"]

Identifier = tuple[str, ...]
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
    observations: list[Observation],
    recorders: Mapping[int, str] | None = None,
    names: Mapping[int, str] | None = None,
) -> set[frozenset[Identifier]]:
    """Persons as sets of identifiers, guarded; shared ones stand alone.

    ``recorders``: the source of the observations, by second, that systems recorded. ``names``: the
    name of the observations, by second, that have one: a given and a family name in one letter
    each, “A M”; two conflict when their given names differ.
    """
    first = _first(observations)
    everything = {one for _, seen in observations for one in seen}
    shared = {one for one in everything if _sharers(one, first) > SHARED_ABOVE[one[0]]}
    named = _named(observations, names or {}, everything - shared)
    parts = {one: _parts(found) for one, found in named.items() if _conflicting(found)}
    known = {one: set(found) for one, found in named.items() if one not in parts}
    for one in [one for one in parts if one[0] != "email"]:
        del parts[one]  # conflicting names of what is not parted say nothing
    known |= {
        (*one, str(place)): set(part)
        for one, mine in parts.items()
        for place, part in enumerate(mine)
    }
    observations = [(at, _parted(seen, parts, (names or {}).get(at))) for at, seen in observations]
    first = _first(observations)
    everything = {one for _, seen in observations for one in seen} | known.keys() | parts.keys()
    while True:
        kept = [(at, seen - shared - parts.keys()) for at, seen in observations]
        recorded = _recorded(kept, recorders or {}, first)
        guards = (known, recorded)
        groups, devices = _joined(everything - shared, first, guards, parts)
        if not devices:
            alone = [frozenset({one}) for one in shared]
            return {_plain(group) for group in (*groups, *alone)}
        shared |= devices


def _plain(group: Iterable[Identifier]) -> frozenset[Identifier]:
    return frozenset((one[0], one[1]) for one in group)


def _first(observations: list[Observation]) -> dict[tuple[Identifier, Identifier], int]:
    first: dict[tuple[Identifier, Identifier], int] = {}
    for at, seen in observations:
        for a, b in combinations(sorted(seen), 2):
            first[a, b] = min(first.get((a, b), at), at)
    return first


def _named(
    observations: list[Observation], names: Mapping[int, str], fine: set[Identifier]
) -> dict[Identifier, list[str]]:
    """The names that each fine naming identifier was seen with, once per observation."""
    found: dict[Identifier, list[str]] = {}
    for at, seen in observations:
        for one in seen & fine:
            if at in names and one[0] in NAMES:
                found.setdefault(one, []).append(names[at])
    return found


def _conflict(name: str, other: str) -> bool:
    return name[0] != other[0]


def _conflicting(names: Iterable[str]) -> bool:
    return any(_conflict(a, b) for a, b in combinations(names, 2))


def _parts(names: list[str]) -> list[list[str]]:
    """Names by their given name, those of most observations first, then of the earliest."""
    given = dict.fromkeys(name[0] for name in names)
    mine = [[name for name in names if name[0] == one] for one in given]
    return sorted(mine, key=lambda part: -len(part))


def _parted(
    seen: frozenset[Identifier], parts: Mapping[Identifier, list[list[str]]], name: str | None
) -> frozenset[Identifier]:
    """The identifiers with the part of the name in a parted one's stead, if there is a name."""
    return frozenset(
        next((*one, str(place)) for place, part in enumerate(parts[one]) if name in part)
        if name and one in parts
        else one
        for one in seen
    )


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
    guards: tuple[dict[Identifier, set[str]], set[tuple[Identifier, Identifier]]],
    parts: Mapping[Identifier, list[list[str]]],
) -> tuple[list[set[Identifier]], set[Identifier]]:
    _, recorded = guards
    group = {one: {one} for one in nodes}
    refused = []
    usable = [edge for edge in first if set(edge) <= nodes]
    ordered = sorted(usable, key=lambda e: _rank(e, first[e], e in recorded))
    for a, b in (edge for edge in ordered if not set(edge) & parts.keys()):
        broken = _refusal(group[a], group[b], (a, b), guards)
        if broken and group[a] is not group[b]:
            refused.append((a, b, broken))
        elif group[a] is not group[b]:
            _merge(group, a, b)
    for a, b in (edge for edge in ordered if len(set(edge) & parts.keys()) == 1):
        base, far = (a, b) if a in parts else (b, a)
        mine = [(*base, str(place)) for place in range(len(parts[base]))]
        possible = [one for one in mine if not _refusal(group[far], group[one], (a, b), guards)]
        if not any(group[one] is group[far] for one in mine) and len(possible) == 1:
            _merge(group, far, possible[0])
    devices = {
        end
        for a, b, broken in refused
        for end in (a, b)
        if end[0] == "anonymous_id" and broken in {*NAMES, "name"} and group[a] is not group[b]
    }
    return list({id(members): members for members in group.values()}.values()), devices


def _merge(group: dict[Identifier, set[Identifier]], a: Identifier, b: Identifier) -> None:
    merged = group[a] | group[b]
    group.update(dict.fromkeys(merged, merged))


def _refusal(
    one: set[Identifier],
    other: set[Identifier],
    edge: tuple[Identifier, Identifier],
    guards: tuple[dict[Identifier, set[str]], set[tuple[Identifier, Identifier]]],
) -> str:
    known, recorded = guards
    bridge = "order_id" in {edge[0][0], edge[1][0]}
    broken = _broken(one, other, bridge=bridge, recorded=edge in recorded)
    names = [{name for member in side for name in known.get(member, ())} for side in (one, other)]
    conflict = any(_conflict(a, b) for a in names[0] for b in names[1])
    return broken or ("name" if conflict else "")


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
