"""Union-find with path halving; the smallest member is the root, so the result has no order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["union_edges", "union_find", "union_guarded", "union_roots"]

JOINED = 0
OVER_LIMIT = 1
CONTRADICTION = 2
KEPT_APART = 3

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
def union_guarded(
    parent: NDArray[np.int32],
    edges: NDArray[np.int32],
    bridges: NDArray[np.uint8],
    counts: NDArray[np.int32],
    guards: NDArray[np.int32],
    apart: NDArray[np.int32],
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Join edges in their order unless that breaks a guard; per edge its fate and the kind broken.

    ``edges``: int32[2, n]. ``counts``: int32[nodes, kinds], identifiers per kind of each root, is
    changed. ``guards``: int32[2, kinds] of the limit and whether the kind names; a bridge may not
    join two sides that both have a naming kind, a recorded one only if each has one of the kind.
    ``bridges``: 0 none, 1 mentioned, 2 recorded. ``apart``: int32[2, m] of nodes that must not
    meet. Fates: 0 joined, 1 over the limit, 2 contradiction, 3 kept apart; the kind is −1 where
    none broke.
    """
    fates = np.zeros(bridges.size, np.uint8)
    broken = np.full(bridges.size, -1, np.int32)
    for edge in range(bridges.size):
        one, other = union_find(parent, edges[0, edge]), union_find(parent, edges[1, edge])
        if one == other:
            continue
        if other < one:
            one, other = other, one
        for kind in range(guards.shape[1]):
            both = counts[one, kind] > 0 and counts[other, kind] > 0
            if both and counts[one, kind] + counts[other, kind] > guards[0, kind]:
                fates[edge], broken[edge] = OVER_LIMIT, kind
                break
            alone = counts[one, kind] == 1 and counts[other, kind] == 1
            recorded = bridges[edge] == RECORDED_BRIDGE and alone
            if both and bridges[edge] != NO_BRIDGE and guards[1, kind] and not recorded:
                fates[edge], broken[edge] = CONTRADICTION, kind
                break
        for pair in range(apart.shape[1]):
            left = union_find(parent, apart[0, pair])
            right = union_find(parent, apart[1, pair])
            if (left == one and right == other) or (left == other and right == one):
                fates[edge], broken[edge] = KEPT_APART, -1
        if fates[edge] == JOINED:
            parent[other] = one
            counts[one] += counts[other]
    return fates, broken
