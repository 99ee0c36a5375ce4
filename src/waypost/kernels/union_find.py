"""Union-find with path halving; the smallest member is the root, so the result has no order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.identity_names import name_conflict
from waypost.kernels.jit import kernel

__all__ = ["union_edges", "union_find", "union_guarded", "union_parted", "union_roots"]

JOINED = 0
OVER_LIMIT = 1
CONTRADICTION = 2
KEPT_APART = 3
SHARED = 4
OTHER_NAME = 7

FIRST, NAME, NEXT = 0, 1, 2

NameArrays = tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]
"""Names, letters and facts as ``identity_names`` has them."""
UnionState = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
UnionRules = tuple[NDArray[np.int32], NDArray[np.int32], NameArrays]

NO_BRIDGE = 0
BRIDGE = 1
RECORDED_BRIDGE = 2


@kernel
def union_find(parent: NDArray[np.int32], node: int) -> int:
    """The root of a node; halves the path on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def union_edges(
    parent: NDArray[np.int32],
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    usable: NDArray[np.uint8],
) -> None:
    """Join both ends of every usable edge."""
    for edge in range(a.size):
        if usable[edge]:
            one, other = union_find(parent, a[edge]), union_find(parent, b[edge])
            if one < other:
                parent[other] = one
            elif other < one:
                parent[one] = other


@kernel
def union_roots(parent: NDArray[np.int32]) -> None:
    """Point every node straight at its root."""
    for node in range(parent.size):
        parent[node] = union_find(parent, node)


@kernel
def _broken(
    counts: NDArray[np.int32], guards: NDArray[np.int32], one: int, other: int, bridge: int
) -> tuple[int, int]:
    """Why two roots may not be joined, and the kind that it would break; 0 and −1 if they may."""
    for kind in range(guards.shape[1]):
        both = counts[one, kind] > 0 and counts[other, kind] > 0
        if both and counts[one, kind] + counts[other, kind] > guards[0, kind]:
            return OVER_LIMIT, kind
        alone = counts[one, kind] == 1 and counts[other, kind] == 1
        recorded = bridge == RECORDED_BRIDGE and alone
        if both and bridge != NO_BRIDGE and guards[1, kind] and not recorded:
            return CONTRADICTION, kind
    return JOINED, -1


@kernel
def _kept_apart(parent: NDArray[np.int32], apart: NDArray[np.int32], one: int, other: int) -> bool:
    for pair in range(apart.shape[1]):
        left = union_find(parent, apart[0, pair])
        right = union_find(parent, apart[1, pair])
        if (left == one and right == other) or (left == other and right == one):
            return True
    return False


@kernel
def _other_names(entries: NDArray[np.int32], table: NameArrays, one: int, other: int) -> bool:
    names, letters, facts = table
    mine = entries[FIRST, one]
    while mine >= 0:
        their = entries[FIRST, other]
        while their >= 0:
            if name_conflict(entries[NAME, mine], entries[NAME, their], names, letters, facts):
                return True
            their = entries[NEXT, their]
        mine = entries[NEXT, mine]
    return False


@kernel
def _take_names(entries: NDArray[np.int32], one: int, other: int) -> None:
    """Give a root the names of another that it does not have."""
    their = entries[FIRST, other]
    while their >= 0:
        following = entries[NEXT, their]
        mine = entries[FIRST, one]
        while mine >= 0 and entries[NAME, mine] != entries[NAME, their]:
            mine = entries[NEXT, mine]
        if mine < 0:
            entries[NEXT, their] = entries[FIRST, one]
            entries[FIRST, one] = their
        their = following


@kernel
def _forbidden(
    state: UnionState, rules: UnionRules, one: int, other: int, bridge: int
) -> tuple[int, int]:
    """Why two roots may not be joined, and the kind that it would break."""
    parent, counts, entries = state
    guards, apart, table = rules
    fate, kind = _broken(counts, guards, one, other, bridge)
    if fate == JOINED and _other_names(entries, table, one, other):
        fate = OTHER_NAME
    if _kept_apart(parent, apart, one, other):
        fate, kind = KEPT_APART, -1
    return fate, kind


@kernel
def _join(state: UnionState, one: int, other: int) -> None:
    parent, counts, entries = state
    if other < one:
        one, other = other, one
    parent[other] = one
    counts[one] += counts[other]
    _take_names(entries, one, other)


@kernel
def union_guarded(
    state: UnionState, rules: UnionRules, edges: NDArray[np.int32], bridges: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Join edges in their order unless that breaks a guard; per edge its fate and the kind broken.

    ``state``, all changed: the parent of each node; int32[nodes, kinds], identifiers per kind of
    each root; int32[3, e ≥ nodes], lists of names: the first entry of each root (−1 = none), of
    each entry its name and the next one. ``rules``: int32[2, kinds] of the limit and whether the
    kind names; int32[2, m] of nodes that must not meet; the names that may conflict.
    ``edges``: int32[2, n]. ``bridges``: 0 none, 1 mentioned, 2 recorded; a bridge may not join two
    sides that both have a naming kind, a recorded one only if each has one of the kind. Fates:
    0 joined, 1 over the limit, 2 contradiction, 3 kept apart, 7 another name; the kind is −1 where
    none broke.
    """
    parent = state[0]
    fates = np.zeros(bridges.size, np.uint8)
    broken = np.full(bridges.size, -1, np.int32)
    for edge in range(bridges.size):
        one, other = union_find(parent, edges[0, edge]), union_find(parent, edges[1, edge])
        if one != other:
            fates[edge], broken[edge] = _forbidden(state, rules, one, other, bridges[edge])
            if fates[edge] == JOINED:
                _join(state, one, other)
    return fates, broken


@kernel
def union_parted(
    state: UnionState,
    rules: UnionRules,
    edges: NDArray[np.int32],
    bridges: NDArray[np.uint8],
    starts: NDArray[np.int64],
    parts: NDArray[np.int32],
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Join nodes with the only part of an identifier that no guard forbids; as ``union_guarded``.

    ``edges``: int32[2, n] of a node and the number of a parted identifier, whose parts are the
    nodes ``parts[starts[i]:starts[i + 1]]``, one at least. An edge with several possible parts has
    the fate 4, one without any that of the last part.
    """
    parent = state[0]
    fates = np.full(bridges.size, SHARED, np.uint8)
    broken = np.full(bridges.size, -1, np.int32)
    for edge in range(bridges.size):
        one = union_find(parent, edges[0, edge])
        possible, only, why, what = 0, -1, SHARED, -1
        for part in parts[starts[edges[1, edge]] : starts[edges[1, edge] + 1]]:
            other = union_find(parent, part)
            if other == one:
                possible, only = 1, one
                break
            fate, kind = _forbidden(state, rules, one, other, bridges[edge])
            if fate == JOINED:
                possible, only = possible + 1, other
            else:
                why, what = fate, kind
        if possible == 0:
            fates[edge], broken[edge] = why, what
        if possible == 1:
            fates[edge] = JOINED
            if only != one:
                _join(state, one, only)
    return fates, broken
