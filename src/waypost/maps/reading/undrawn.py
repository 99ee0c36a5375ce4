"""Touchpoints that people met and no step binds: how many, and between which steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.maps.discovery.tally import Chosen
from waypost.model import Touchpoint
from waypost.questions import ShardView, SnapshotView

__all__ = ["Undrawn", "undrawn_touchpoints"]

NOWHERE = -1
_NO_STEP_NEEDED = ("repeats", "side")
"""Facts of touchpoints that tell an act a second time, or are the company's own side of it."""


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A touchpoint without a step, by its code, and the persons who met it.

    ``before`` and ``after``: the places of the steps between which most of its persons met it, −1
    for before their first and after their last; ``between`` counts those persons.
    """

    code: int
    persons: int
    before: int
    after: int
    between: int


def undrawn_touchpoints(view: SnapshotView, shards: Sequence[Chosen]) -> list[Undrawn]:
    """All of them, most persons first; O(events), and a sort of the undrawn ones."""
    number = {step.id: place for place, step in enumerate(step for step in view.steps if step.id)}
    places = np.array([number.get(t.step, NOWHERE) for t in view.touchpoints], np.int64)
    wanted = np.array([_is_undrawn(touchpoint) for touchpoint in view.touchpoints], np.bool_)
    if not wanted.any():
        return []
    found = [_between(one, places, wanted) for one in shards]
    rows = np.unique(np.concatenate([np.zeros((0, 4), np.int64), *found]), axis=0)
    return sorted(_counted(rows), key=lambda one: (-one.persons, one.code))


def _is_undrawn(touchpoint: Touchpoint) -> bool:
    return (
        bool(touchpoint.id)
        and not touchpoint.step
        and not any(fact in touchpoint.facts for fact in _NO_STEP_NEEDED)
    )


def _between(
    chosen: Chosen, places: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """``int64[undrawn events, 4]``: code, place before, place after, person; each one once."""
    shard: ShardView = chosen.events  # type: ignore[assignment]  # the chosen events of a shard
    codes = shard.touchpoint
    drawn, undrawn = (places >= 0)[codes], wanted[codes]
    if chosen.mask is not None:
        drawn, undrawn = drawn & chosen.mask, undrawn & chosen.mask
    here = np.flatnonzero(undrawn)
    steps = np.flatnonzero(drawn)
    person = np.searchsorted(shard.offsets, here, side="right") - 1
    rank = np.searchsorted(steps, here)
    edges = np.concatenate([[NOWHERE], steps, [shard.at.size]])
    before, after = edges[rank], edges[rank + 1]
    wide = np.concatenate([places[codes[steps]], [NOWHERE]])
    earlier = np.where(before >= shard.offsets[person], wide[rank - 1], NOWHERE)
    later = np.where(after < shard.offsets[person + 1], wide[rank], NOWHERE)
    number = person + shard.first_person
    return np.unique(
        np.stack([codes[here], earlier, later, number], axis=1).astype(np.int64), axis=0
    )


def _counted(rows: NDArray[np.int64]) -> list[Undrawn]:
    """Per code the persons, and the most frequent pair of places; ties go to the earlier places."""
    found = []
    for code in np.unique(rows[:, 0]).tolist():
        mine = rows[rows[:, 0] == code]
        pairs, counts = np.unique(mine[:, 1:3], axis=0, return_counts=True)
        most = int(counts.argmax())
        before, after = (int(place) for place in pairs[most])
        persons = len(np.unique(mine[:, 3]))
        found.append(Undrawn(int(code), persons, before, after, int(counts[most])))
    return found
