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
    size = len(number) + 1
    found = [_between(one, places, wanted, size) for one in shards]
    codes = [part[0] for part in found]
    return sorted(
        _counted(np.concatenate(codes), np.concatenate([part[1] for part in found]), size),
        key=lambda one: (-one.persons, one.code),
    )


def _is_undrawn(touchpoint: Touchpoint) -> bool:
    return (
        bool(touchpoint.id)
        and not touchpoint.step
        and not any(fact in touchpoint.facts for fact in _NO_STEP_NEEDED)
    )


def _between(
    chosen: Chosen, places: NDArray[np.int64], wanted: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Code, place before and place after in one number, and the same with the person told once.

    The first: one entry per person and code; the second: one per person, code and pair of places.
    """
    shard: ShardView = chosen.events  # type: ignore[assignment]  # the chosen events of a shard
    codes = shard.touchpoint
    drawn, undrawn = (places >= 0)[codes], wanted[codes]
    if chosen.mask is not None:
        drawn, undrawn = drawn & chosen.mask, undrawn & chosen.mask
    here, steps = np.flatnonzero(undrawn), np.flatnonzero(drawn)
    person = np.searchsorted(shard.offsets, here, side="right") - 1
    rank = np.searchsorted(steps, here)
    edges = np.concatenate([[NOWHERE], steps, [shard.at.size]])
    told = np.concatenate([places[codes[steps]], [NOWHERE]])
    earlier = np.where(edges[rank] >= shard.offsets[person], told[rank - 1], NOWHERE)
    later = np.where(edges[rank + 1] < shard.offsets[person + 1], told[rank], NOWHERE)
    code = codes[here].astype(np.int64)
    pairs = (code * size + earlier + 1) * size + later + 1
    persons = max(1, shard.offsets.size - 1)
    return _once(code, person, persons), _once(pairs, person, persons)


def _once(key: NDArray[np.int64], person: NDArray[np.int64], persons: int) -> NDArray[np.int64]:
    """The keys, each as often as there are different persons with it."""
    found: NDArray[np.int64] = np.unique(key * persons + person) // persons
    return found


def _counted(codes: NDArray[np.int64], pairs: NDArray[np.int64], size: int) -> list[Undrawn]:
    """Per code the persons, and the most frequent pair of places; ties go to the earlier places."""
    keys, counts = np.unique(pairs, return_counts=True)
    of_code = keys // size**2
    found = []
    for code, persons in zip(*np.unique(codes, return_counts=True), strict=True):
        mine = np.flatnonzero(of_code == code)
        most = mine[counts[mine].argmax()]
        before, after = divmod(int(keys[most] % size**2), size)
        found.append(Undrawn(int(code), int(persons), before - 1, after - 1, int(counts[most])))
    return found
