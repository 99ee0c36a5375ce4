"""Which person each row belongs to, also where a device is shared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["identity_follow", "identity_neighbours", "identity_of_rows", "identity_smallest"]


@kernel
def identity_neighbours(
    counts: NDArray[np.int32],
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    counted: NDArray[np.uint8],
    usable: NDArray[np.uint8],
) -> None:
    """Add to each node how many of its neighbours over usable edges are ``counted`` (per node)."""
    for edge in range(a.size):
        if usable[edge]:
            counts[a[edge]] += counted[b[edge]]
            counts[b[edge]] += counted[a[edge]]


@kernel
def identity_of_rows(
    persons: NDArray[np.int32], nodes: NDArray[np.int32], person_of_node: NDArray[np.int32]
) -> None:
    """Give rows that have no person yet (−1) the person of their node, if both exist."""
    for row in range(persons.size):
        if persons[row] < 0 and nodes[row] >= 0:
            persons[row] = person_of_node[nodes[row]]


@kernel
def identity_follow(
    device: NDArray[np.int32],
    at: NDArray[np.int64],
    person: NDArray[np.int32],
    lead: int,
) -> NDArray[np.int32]:
    """Who used a shared device at each row: the last login before, until the next.

    Rows are sorted by device and time, logins (person ≥ 0) first within an instant. Before the
    first login of a device, whoever logs in within ``lead``; −1 where nobody.
    """
    who = person.copy()
    for row in range(1, who.size):
        if who[row] < 0 and device[row] == device[row - 1]:
            who[row] = who[row - 1]
    login = -1
    for row in range(who.size - 1, -1, -1):
        if person[row] >= 0:
            login = row
        elif who[row] < 0 and login >= 0 and device[login] == device[row]:
            if at[login] - at[row] <= lead:
                who[row] = person[login]
    return who


@kernel
def identity_smallest(
    smallest: NDArray[np.uint64], roots: NDArray[np.int32], hashes: NDArray[np.uint64]
) -> None:
    """Lower each root's entry to the smallest hash among its nodes."""
    for node in range(roots.size):
        root = roots[node]
        smallest[root] = min(smallest[root], hashes[node])
