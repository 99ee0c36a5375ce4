"""Join identifiers to persons, guarded: what is shared or contradicts is demoted, not merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.identity.bridges import bridges_of
from waypost.identity.edges import Edges
from waypost.identity.identifiers import Identifiers
from waypost.identity.junk import role_mailboxes
from waypost.identity.parting import Parts
from waypost.identity.settings import IdentitySettings, KindSettings
from waypost.kernels.identity_rows import identity_neighbours
from waypost.kernels.union_find import (
    BRIDGE,
    CONTRADICTION,
    FIRST,
    KEPT_APART,
    NAME,
    NEXT,
    OTHER_NAME,
    OVER_LIMIT,
    union_edges,
    union_guarded,
    union_parted,
    union_roots,
)

__all__ = ["Aside", "Fate", "Joined", "Standing", "join", "set_aside"]

ROUNDS = 8
NEVER_SHARED = np.iinfo(np.int32).max


class Standing:
    """What an identifier counts for, a uint8 per node."""

    FINE = 0
    BLOCKED = 1  # names nobody
    SHARED_DEVICE = 2  # joins nobody; its events follow who was logged in
    SHARED = 3  # joins nobody, like the mailbox of an office
    SPLIT = 4  # taken out by hand
    PARTED = 5  # people with different names use it; each name has its part


class Fate:
    """What became of an edge, a uint8 per edge."""

    JOINED = 0
    OVER_LIMIT = OVER_LIMIT
    CONTRADICTION = CONTRADICTION
    KEPT_APART = KEPT_APART
    SHARED = 4
    BLOCKED = 5
    SPLIT = 6
    OTHER_NAME = OTHER_NAME


@dataclass(frozen=True, slots=True)
class Joined:
    """Per node its root (the smallest node of its person), its standing, and how many share it.

    Per edge its fate and the kind whose limit it would break (−1 = none).
    """

    roots: NDArray[np.int32]
    standing: NDArray[np.uint8]
    sharers: NDArray[np.int32]
    fates: NDArray[np.uint8]
    broken: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Aside:
    """Per node its standing before anything is joined, and with how many of a kind it was seen."""

    standing: NDArray[np.uint8]
    sharers: NDArray[np.int32]

    def of(self, origin: NDArray[np.int64]) -> Aside:
        """The same for nodes that are numbered anew."""
        return Aside(self.standing[origin], self.sharers[origin])


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The settings of every kind as arrays."""

    limit: NDArray[np.int32]
    priority: NDArray[np.int32]
    naming: NDArray[np.uint8]
    bridge: NDArray[np.bool_]
    time_bound: NDArray[np.bool_]
    shared_above: NDArray[np.int32]


def join(
    identifiers: Identifiers,
    edges: Edges,
    settings: IdentitySettings,
    *,
    aside: Aside,
    apart: Sequence[tuple[int, int]],
    parts: Parts,
) -> Joined:
    """Persons as sets of nodes; the answer depends on nodes, edges and their first instants only.

    What is not set aside is joined at once where no guard can break,
    and edge by edge, most trusted and earliest first, where one might. A device whose edges then
    contradict is shared, and the joining starts again without it. A parted identifier is
    nobody's; what was seen with it without a name joins, at the end, the only one of its parts that
    no guard forbids.
    """
    kinds = _kinds(identifiers, settings)
    standing = aside.standing.copy()
    standing[parts.bases] = Standing.PARTED
    meeting = np.array(list(apart), np.int32).reshape(-1, 2).T.copy()
    for remaining in range(ROUNDS, -1, -1):
        bridges = bridges_of(identifiers, edges, _usable(edges, standing), settings)
        guards = _Guards(kinds, bridges, meeting, parts)
        attempt = _attempt(identifiers, edges, standing, guards)
        devices = _contradicted(identifiers, edges, attempt, kinds, standing)
        if devices.size == 0 or remaining == 0:
            break
        standing[devices] = Standing.SHARED_DEVICE
    return _judged(edges, standing, aside.sharers, attempt)


def _kinds(identifiers: Identifiers, settings: IdentitySettings) -> _Kinds:
    own: list[KindSettings] = [settings.of(kind) for kind in identifiers.kinds]
    return _Kinds(
        limit=np.array([kind.limit for kind in own], np.int32),
        priority=np.array([kind.priority for kind in own], np.int32),
        naming=np.array([kind.names for kind in own], np.uint8),
        bridge=np.array([kind.bridge for kind in own], np.bool_),
        time_bound=np.array([kind.time_bound for kind in own], np.bool_),
        shared_above=np.array([kind.shared_above or NEVER_SHARED for kind in own], np.int32),
    )


def set_aside(
    identifiers: Identifiers,
    edges: Edges,
    settings: IdentitySettings,
    *,
    split: Sequence[int] = (),
) -> Aside:
    """What identifiers count for before they are joined.

    Blocked and split ones are no one's, and neither is what is seen with too many of a naming kind.
    """
    kinds = _kinds(identifiers, settings)
    standing = np.where(identifiers.blocked, Standing.BLOCKED, Standing.FINE).astype(np.uint8)
    standing[list(split)] = Standing.SPLIT
    sharers = _set_shared_aside(identifiers, edges, standing, kinds, settings)
    return Aside(standing, sharers)


def _set_shared_aside(
    identifiers: Identifiers,
    edges: Edges,
    standing: NDArray[np.uint8],
    kinds: _Kinds,
    settings: IdentitySettings,
) -> NDArray[np.int32]:
    """Mark what is seen with too many of a naming kind; per node the most it is seen with."""
    sharers = np.zeros(identifiers.count, np.int32)
    usable = _usable(edges, standing)
    for number in np.flatnonzero(kinds.naming):
        counted = ((identifiers.kind == number) & (standing == Standing.FINE)).astype(np.uint8)
        counts = np.zeros(identifiers.count, np.int32)
        identity_neighbours(counts, edges.a, edges.b, counted, usable)
        counts[identifiers.kind == number] = 0
        np.maximum(sharers, counts, out=sharers)
    above = sharers > _thresholds(identifiers, kinds, settings)
    device = kinds.time_bound[identifiers.kind]
    standing[above & device] = Standing.SHARED_DEVICE
    standing[above & ~device] = Standing.SHARED
    return sharers


def _thresholds(
    identifiers: Identifiers, kinds: _Kinds, settings: IdentitySettings
) -> NDArray[np.int32]:
    thresholds = kinds.shared_above[identifiers.kind]
    for number, kind in enumerate(identifiers.kinds):
        if kind.split(".", 1)[0] == "email":
            first = identifiers.starts[number]
            roles = first + np.flatnonzero(role_mailboxes(identifiers.values[number], settings))
            thresholds[roles] = np.minimum(thresholds[roles], 1)
    return thresholds


def _usable(edges: Edges, standing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    fine = standing == Standing.FINE
    usable: NDArray[np.uint8] = (fine[edges.a] & fine[edges.b]).astype(np.uint8)
    return usable


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Roots of the nodes, and the refused edges with why and the kind that they would break."""

    roots: NDArray[np.int32]
    refused: NDArray[np.int64]
    fates: NDArray[np.uint8]
    broken: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Guards:
    """What the joining must respect; ``apart``: int32[2, m] of nodes."""

    kinds: _Kinds
    bridges: NDArray[np.uint8]
    apart: NDArray[np.int32]
    parts: Parts


def _attempt(
    identifiers: Identifiers, edges: Edges, standing: NDArray[np.uint8], guards: _Guards
) -> _Attempt:
    usable = _usable(edges, standing)
    loose = _meeting_parted(edges, standing)
    roots = np.arange(identifiers.count, dtype=np.int32)
    union_edges(roots, edges.a, edges.b, usable)
    if loose.any():
        union_edges(roots, edges.a, edges.b, loose)
        every = np.ones(guards.parts.base.size, np.uint8)
        union_edges(roots, guards.parts.base, guards.parts.part, every)
    union_roots(roots)
    doubtful = _doubtful(identifiers, roots, guards)[roots]
    chosen = np.flatnonzero((usable == 1) & doubtful[edges.a])
    later = np.flatnonzero(loose == 1)
    if not doubtful.any():
        none = np.empty(0, np.int64)
        return _Attempt(roots, none, np.empty(0, np.uint8), np.empty(0, np.int32))
    chosen, later = (_trusted_first(identifiers, edges, guards, some) for some in (chosen, later))
    nodes = np.flatnonzero(doubtful)
    local = np.zeros(identifiers.count, np.int32)
    local[nodes] = np.arange(nodes.size, dtype=np.int32)
    parent, fates, broken = _guarded(identifiers, edges, guards, (nodes, local), (chosen, later))
    roots[nodes] = nodes[parent]
    roots[guards.parts.base] = guards.parts.base
    chosen = np.concatenate([chosen, later])
    refused = (fates != Fate.JOINED) & (roots[edges.a[chosen]] != roots[edges.b[chosen]])
    return _Attempt(roots, chosen[refused], fates[refused], broken[refused])


def _meeting_parted(edges: Edges, standing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Edges of one parted identifier and one that may join."""
    parted, fine = standing == Standing.PARTED, standing == Standing.FINE
    found = (parted[edges.a] & fine[edges.b]) | (fine[edges.a] & parted[edges.b])
    return np.asarray(found, np.uint8)


def _guarded(
    identifiers: Identifiers,
    edges: Edges,
    guards: _Guards,
    among: tuple[NDArray[np.int64], NDArray[np.int32]],
    ordered: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]:
    """Edge by edge: the parent of each doubtful node, and of each edge fate and broken kind.

    ``among``: the doubtful nodes, and per node its place among them. ``ordered``: edges to join,
    and those that meet a parted identifier.
    """
    nodes, local = among
    chosen, later = ordered
    kinds, parts, apart = guards.kinds, guards.parts, guards.apart
    parent = np.arange(nodes.size, dtype=np.int32)
    counts = np.zeros((nodes.size, len(identifiers.kinds)), np.int32)
    counts[parent, identifiers.kind[nodes]] = 1
    doubtful = np.zeros(identifiers.count, np.bool_)
    doubtful[nodes] = True
    inside = local[apart[:, doubtful[apart].all(axis=0)]] if apart.size else apart
    state = (parent, counts, _entries(parts, doubtful, local, nodes.size))
    rules = (np.stack([kinds.limit, kinds.naming]), inside, parts.table.arrays())
    ends = np.stack([local[edges.a[chosen]], local[edges.b[chosen]]])
    fates, broken = union_guarded(state, rules, ends, guards.bridges[chosen])
    if later.size:
        bases, starts = np.unique(parts.base, return_index=True)
        starts = np.append(starts, parts.base.size).astype(np.int64)
        one, other = edges.a[later], edges.b[later]
        at_a = np.isin(one, bases)
        base, far = np.where(at_a, one, other), np.where(at_a, other, one)
        ends = np.stack([local[far], np.searchsorted(bases, base).astype(np.int32)])
        more = union_parted(state, rules, ends, guards.bridges[later], starts, local[parts.part])
        fates = np.concatenate([fates, more[0]])
        broken = np.concatenate([broken, more[1]])
    union_roots(parent)
    return parent, fates, broken


def _entries(
    parts: Parts, doubtful: NDArray[np.bool_], local: NDArray[np.int32], count: int
) -> NDArray[np.int32]:
    """Lists of names as ``union_guarded`` has them."""
    mine = doubtful[parts.named]
    node, name = local[parts.named[mine]], parts.name[mine]
    entries = np.full((3, max(count, node.size)), -1, np.int32)
    order = np.argsort(node, kind="stable")
    node, name = node[order], name[order]
    entries[NAME, : node.size] = name
    following = np.arange(1, node.size + 1, dtype=np.int32)
    following[np.append(node[1:] != node[:-1], True)[: node.size]] = -1
    entries[NEXT, : node.size] = following
    distinct, first = np.unique(node, return_index=True)
    entries[FIRST, distinct] = first
    return entries


def _doubtful(
    identifiers: Identifiers,
    roots: NDArray[np.int32],
    guards: _Guards,
) -> NDArray[np.bool_]:
    """Per root, whether joining everything there might break a guard."""
    size, kinds, apart, parts = identifiers.count, guards.kinds, guards.apart, guards.parts
    doubtful = np.zeros(size, np.bool_)
    bridged = np.zeros(size, np.bool_)
    several = np.zeros(size, np.bool_)
    for number in range(len(identifiers.kinds)):
        mine = slice(identifiers.starts[number], identifiers.starts[number + 1])
        counts = np.bincount(roots[mine], minlength=size)
        doubtful |= counts > kinds.limit[number]
        if kinds.bridge[number]:
            bridged |= counts > 0
        if kinds.naming[number]:
            several |= counts > 1
    doubtful |= bridged & several
    pairs = np.unique((roots[parts.named].astype(np.int64) << 32) | parts.name)
    doubtful |= np.bincount((pairs >> 32).astype(np.int64), minlength=size) > 1
    doubtful[roots[parts.base]] = True
    met = roots[apart[0]] == roots[apart[1]]
    doubtful[roots[apart[0][met]]] = True
    return doubtful


def _trusted_first(
    identifiers: Identifiers,
    edges: Edges,
    guards: _Guards,
    chosen: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The edges by the less trusted end, then the other, then first instant, then their nodes.

    Mentioned bridges come last of all: a number typed wrongly before the order was recorded would
    else take its place.
    """
    kinds, bridges = guards.kinds, guards.bridges
    one = kinds.priority[identifiers.kind[edges.a[chosen]]]
    other = kinds.priority[identifiers.kind[edges.b[chosen]]]
    mentioned = bridges[chosen] == BRIDGE
    order = np.lexsort(
        (edges.first_at[chosen], np.minimum(one, other), np.maximum(one, other), mentioned)
    )
    return chosen[order]


def _contradicted(
    identifiers: Identifiers,
    edges: Edges,
    attempt: _Attempt,
    kinds: _Kinds,
    standing: NDArray[np.uint8],
) -> NDArray[np.int32]:
    """Devices that were refused because they would join two names: they are shared.

    Not for what they met at a parted identifier without a name: there the identifier is the shared
    one.
    """
    named = (attempt.broken >= 0) & (kinds.naming[attempt.broken] == 1)
    named |= attempt.fates == Fate.OTHER_NAME
    parted = _meeting_parted(edges, standing)[attempt.refused] == 1
    refused = attempt.refused[named & ~parted]
    ends = np.concatenate([edges.a[refused], edges.b[refused]])
    bound = kinds.time_bound[identifiers.kind[ends]]
    return np.unique(ends[bound])


def _judged(
    edges: Edges, standing: NDArray[np.uint8], sharers: NDArray[np.int32], attempt: _Attempt
) -> Joined:
    worst = np.zeros(edges.count, np.uint8)
    for state, fate in (
        (Standing.SHARED, Fate.SHARED),
        (Standing.SHARED_DEVICE, Fate.SHARED),
        (Standing.SPLIT, Fate.SPLIT),
        (Standing.BLOCKED, Fate.BLOCKED),
    ):
        marked = standing == state
        worst[marked[edges.a] | marked[edges.b]] = fate
    broken = np.full(edges.count, -1, np.int32)
    worst[attempt.refused] = attempt.fates
    broken[attempt.refused] = attempt.broken
    return Joined(attempt.roots, standing, sharers, worst, broken)
