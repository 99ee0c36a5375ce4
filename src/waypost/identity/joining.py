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
from waypost.identity.settings import IdentitySettings, KindSettings
from waypost.kernels.identity_rows import identity_neighbours
from waypost.kernels.union_find import (
    BRIDGE,
    CONTRADICTION,
    KEPT_APART,
    OVER_LIMIT,
    union_edges,
    union_guarded,
    union_roots,
)

__all__ = ["Joined", "Standing", "join"]

ROUNDS = 8
NEVER_SHARED = np.iinfo(np.int32).max


class Standing:
    """What an identifier counts for, a uint8 per node."""

    FINE = 0
    BLOCKED = 1  # names nobody
    SHARED_DEVICE = 2  # joins nobody; its events follow who was logged in
    SHARED = 3  # joins nobody, like the mailbox of an office
    SPLIT = 4  # taken out by hand


class Fate:
    """What became of an edge, a uint8 per edge."""

    JOINED = 0
    OVER_LIMIT = OVER_LIMIT
    CONTRADICTION = CONTRADICTION
    KEPT_APART = KEPT_APART
    SHARED = 4
    BLOCKED = 5
    SPLIT = 6


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
    split: Sequence[int] = (),
    apart: Sequence[tuple[int, int]] = (),
) -> Joined:
    """Persons as sets of nodes; the answer depends on nodes, edges and their first instants only.

    Shared identifiers are set aside first. What remains is joined at once where no guard can break,
    and edge by edge, most trusted and earliest first, where one might. A device whose edges then
    contradict is shared, and the joining starts again without it.
    """
    kinds = _kinds(identifiers, settings)
    standing = np.where(identifiers.blocked, Standing.BLOCKED, Standing.FINE).astype(np.uint8)
    standing[list(split)] = Standing.SPLIT
    sharers = _set_shared_aside(identifiers, edges, standing, kinds, settings)
    meeting = np.array(list(apart), np.int32).reshape(-1, 2).T.copy()
    for remaining in range(ROUNDS, -1, -1):
        bridges = bridges_of(identifiers, edges, _usable(edges, standing), settings)
        attempt = _attempt(identifiers, edges, standing, (kinds, bridges), meeting)
        devices = _contradicted(identifiers, edges, attempt, kinds)
        if devices.size == 0 or remaining == 0:
            break
        standing[devices] = Standing.SHARED_DEVICE
    return _judged(edges, standing, sharers, attempt)


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


def _attempt(
    identifiers: Identifiers,
    edges: Edges,
    standing: NDArray[np.uint8],
    guards: tuple[_Kinds, NDArray[np.uint8]],
    apart: NDArray[np.int32],
) -> _Attempt:
    kinds, bridges = guards
    usable = _usable(edges, standing)
    roots = np.arange(identifiers.count, dtype=np.int32)
    union_edges(roots, edges.a, edges.b, usable)
    union_roots(roots)
    doubtful = _doubtful(identifiers, roots, kinds, apart)[roots]
    chosen = np.flatnonzero((usable == 1) & doubtful[edges.a])
    if chosen.size == 0:
        return _Attempt(roots, chosen, np.empty(0, np.uint8), np.empty(0, np.int32))
    chosen = _trusted_first(identifiers, edges, guards, chosen)
    nodes = np.flatnonzero(doubtful)
    local = np.zeros(identifiers.count, np.int32)
    local[nodes] = np.arange(nodes.size, dtype=np.int32)
    parent = np.arange(nodes.size, dtype=np.int32)
    counts = np.zeros((nodes.size, len(identifiers.kinds)), np.int32)
    counts[parent, identifiers.kind[nodes]] = 1
    ends = np.stack([local[edges.a[chosen]], local[edges.b[chosen]]])
    inside = apart[:, doubtful[apart].all(axis=0)] if apart.size else apart
    limits = np.stack([kinds.limit, kinds.naming])
    fates, broken = union_guarded(parent, ends, bridges[chosen], counts, limits, local[inside])
    union_roots(parent)
    roots[nodes] = nodes[parent]
    refused = (fates != Fate.JOINED) & (roots[edges.a[chosen]] != roots[edges.b[chosen]])
    return _Attempt(roots, chosen[refused], fates[refused], broken[refused])


def _doubtful(
    identifiers: Identifiers,
    roots: NDArray[np.int32],
    kinds: _Kinds,
    apart: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Per root, whether joining everything there might break a guard."""
    size = identifiers.count
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
    met = roots[apart[0]] == roots[apart[1]]
    doubtful[roots[apart[0][met]]] = True
    return doubtful


def _trusted_first(
    identifiers: Identifiers,
    edges: Edges,
    guards: tuple[_Kinds, NDArray[np.uint8]],
    chosen: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The edges by the less trusted end, then the other, then first instant, then their nodes.

    Mentioned bridges come last of all: a number typed wrongly before the order was recorded would
    else take its place.
    """
    kinds, bridges = guards
    one = kinds.priority[identifiers.kind[edges.a[chosen]]]
    other = kinds.priority[identifiers.kind[edges.b[chosen]]]
    mentioned = bridges[chosen] == BRIDGE
    order = np.lexsort(
        (edges.first_at[chosen], np.minimum(one, other), np.maximum(one, other), mentioned)
    )
    return chosen[order]


def _contradicted(
    identifiers: Identifiers, edges: Edges, attempt: _Attempt, kinds: _Kinds
) -> NDArray[np.int32]:
    """Devices that were refused because they would join two names: they are shared."""
    named = (attempt.broken >= 0) & (kinds.naming[attempt.broken] == 1)
    refused = attempt.refused[named]
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
