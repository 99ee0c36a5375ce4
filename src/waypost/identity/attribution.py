"""Whose event it was: by its most trusted identifier, on a shared device by who was logged in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.identity.identifiers import Identifiers
from waypost.identity.joining import Joined, Standing
from waypost.identity.settings import IdentitySettings
from waypost.kernels.identity_rows import identity_follow, identity_of_rows

__all__ = ["roots_of_rows"]

MICROSECONDS = 1_000_000


def roots_of_rows(
    identifiers: Identifiers, joined: Joined, settings: IdentitySettings, at: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Per row the root of its person, −1 where nobody is known.

    A split identifier is a person of its own; blocked and shared ones are nobody.
    """
    alone = (joined.standing == Standing.FINE) | (joined.standing == Standing.SPLIT)
    root_of_node = np.where(alone, joined.roots, -1).astype(np.int32)
    columns = _by_trust(identifiers, settings)
    rows = np.full(at.size, -1, np.int32)
    for nodes in columns:
        identity_of_rows(rows, nodes, root_of_node)
    known = rows.copy()
    for nodes in columns:
        _follow_logins(rows, known, nodes, joined, at, settings.lead_seconds * MICROSECONDS)
    return rows


def _by_trust(identifiers: Identifiers, settings: IdentitySettings) -> list[NDArray[np.int32]]:
    ranked = sorted(
        identifiers.columns,
        key=lambda column: settings.of(identifiers.kinds[column[0]]).priority,
    )
    return [nodes for _, nodes in ranked]


def _follow_logins(
    rows: NDArray[np.int32],
    known: NDArray[np.int32],
    nodes: NDArray[np.int32],
    joined: Joined,
    at: NDArray[np.int64],
    lead: int,
) -> None:
    """Give rows without a person, on a shared device, the person logged in around them."""
    shared = np.append(joined.standing == Standing.SHARED_DEVICE, False)
    places = np.flatnonzero(shared[nodes])
    if places.size == 0:
        return
    person = known[places]
    order = np.lexsort((person, person < 0, at[places], nodes[places]))
    places = places[order]
    who = identity_follow(nodes[places], at[places], known[places], lead)
    open_rows = rows[places] < 0
    rows[places[open_rows]] = who[open_rows]
