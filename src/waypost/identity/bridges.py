"""Which numbers of orders are recorded by systems, and which only mentioned by people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.identity.edges import SOURCE_BITS, Edges
from waypost.identity.identifiers import Identifiers
from waypost.identity.settings import IdentitySettings
from waypost.kernels.union_find import BRIDGE, NO_BRIDGE, RECORDED_BRIDGE

__all__ = ["bridges_of"]

DAY = 86_400_000_000
RECORDED_NAMES = 2


def bridges_of(
    identifiers: Identifiers, edges: Edges, usable: NDArray[np.uint8], settings: IdentitySettings
) -> NDArray[np.uint8]:
    """Per edge whether an end is a bridge, and whether systems recorded it: uint8.

    0 = no bridge, 1 = mentioned, 2 = recorded. A bridge is recorded by the sources that its kind
    names in ``recorded_by``, and all of its recorded edges count as mentioned unless they tell of
    one thing: first seen within a day of each other, of no naming kind two values from one source,
    nor more than two from all. So two shops that number alike glue nobody.
    """
    found = np.full(edges.count, NO_BRIDGE, np.uint8)
    own = [settings.of(kind) for kind in identifiers.kinds]
    bridging = np.array([kind.bridge for kind in own], np.bool_)
    one, other = (bridging[identifiers.kind[end]] for end in (edges.a, edges.b))
    found[one | other] = BRIDGE
    for number, kind in enumerate(own):
        mask = _mask(edges, kind.recorded_by) if kind.bridge else 0
        mine = (identifiers.kind[edges.a] == number) | (identifiers.kind[edges.b] == number)
        candidates = np.flatnonzero(
            mine & (one ^ other) & (usable == 1) & ((edges.sources & mask) != 0)
        )
        if candidates.size:
            named = np.array([kind.names for kind in own], np.bool_)
            at_a = identifiers.kind[edges.a[candidates]] == number
            bridge = np.where(at_a, edges.a[candidates], edges.b[candidates])
            far = np.where(at_a, edges.b[candidates], edges.a[candidates])
            partner = identifiers.kind[far].astype(np.int64)
            partner[~named[partner]] = -1
            sources = edges.sources[candidates] & mask
            sound = _of_one_thing(bridge, partner, sources, edges.first_at[candidates])
            found[candidates[sound]] = RECORDED_BRIDGE
    return found


def _mask(edges: Edges, recorded_by: tuple[str, ...]) -> int:
    """The bits of these sources; the last bit stands for several and is none of them."""
    known = enumerate(edges.source_names[: SOURCE_BITS - 1])
    return sum(1 << bit for bit, name in known if name in recorded_by)


def _of_one_thing(
    bridge: NDArray[np.int32],
    partner: NDArray[np.int64],
    sources: NDArray[np.int64],
    first_at: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Per recorded edge whether its bridge is sound; ``partner`` is the naming kind or −1."""
    distinct, place = np.unique(bridge, return_inverse=True)
    earliest = np.full(distinct.size, np.iinfo(np.int64).max)
    latest = np.full(distinct.size, np.iinfo(np.int64).min)
    np.minimum.at(earliest, place, first_at)
    np.maximum.at(latest, place, first_at)
    sound: NDArray[np.bool_] = latest - earliest <= DAY
    bits = [1 << bit for bit in range(SOURCE_BITS - 1) if (sources & (1 << bit)).any()]
    for kind in np.unique(partner[partner >= 0]):
        mine = partner == kind
        sound &= np.bincount(place[mine], minlength=distinct.size) <= RECORDED_NAMES
        for bit in bits:
            seen = mine & ((sources & bit) != 0)
            sound &= np.bincount(place[seen], minlength=distinct.size) <= 1
    return sound[place]
