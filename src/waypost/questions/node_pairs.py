"""Journeys through places: nodes, or nodes told apart by a second grouping."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import SKIP, CodedJourneys
from waypost.kernels.hand_overs import Places, code_pairs
from waypost.questions.coding import journeys_of
from waypost.questions.naming import Nodes, codes_along
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView

__all__ = ["placed_journeys"]

_MOST_PLACES = 2_000


def placed_journeys(
    shard: ShardView, nodes: Nodes, detail: Nodes | None, *, selection: Selection
) -> tuple[CodedJourneys, Places]:
    """Journeys whose lookup gives places, and the places.

    Without ``detail`` every node is a place. With it, a place is a node with one of the
    ``len(detail) + 1`` details, the last for events that have none; its id is ``node * (len(detail)
    + 1) + detail``, and only those that occur are places. Writes two bytes per event then. Raises
    ``QuestionError`` for more than 2,000 places.
    """
    if detail is None:
        whole = np.arange(len(nodes), dtype=np.int64)
        return journeys_of(shard, nodes, selection), Places(whole, whole, len(nodes))
    begin, end = int(shard.offsets[0]), int(shard.offsets[-1])
    details = len(detail) + 1
    ids, coded = code_pairs(
        (codes_along(shard, nodes.axis)[begin:end], _coded(shard, nodes, -1, times=details)),
        (codes_along(shard, detail.axis)[begin:end], _coded(shard, detail, details - 1)),
        len(nodes) * details,
    )
    if ids.size > _MOST_PLACES:
        raise QuestionError(
            f"There are {ids.size} pairs of {nodes.by} and {detail.by}; hand-overs are told "
            f"between {_MOST_PLACES} at most.",
            hint="Give a detail with fewer names, such as touchpoint or step.",
            places=int(ids.size),
        )
    codes = coded
    if coded.size < shard.at.size:
        codes = np.empty(shard.at.size, np.uint16)
        codes[begin:end] = coded
    lookup = np.arange(SKIP + 1, dtype=np.uint16)
    journeys = CodedJourneys(
        shard.offsets, codes, lookup, ids.size, selection.persons, selection.events
    )
    return journeys, Places(ids, ids // details, len(nodes))


def _coded(shard: ShardView, nodes: Nodes, rest: int, *, times: int = 1) -> NDArray[np.int64]:
    """The node of every code, ``times`` so much; ``rest`` for codes that are none."""
    dtype: np.dtype[Any] = codes_along(shard, nodes.axis).dtype
    wide = np.full(int(np.iinfo(dtype).max) + 1, rest, np.int64)
    known = nodes.lookup.astype(np.int64) * times
    wide[: nodes.lookup.size] = np.where(nodes.lookup == SKIP, rest, known)
    return wide
