"""Touchpoints that people met and no step binds: how many, and between which steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.maps.discovery.tally import Chosen, distinct
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
    persons = np.zeros(len(wanted), np.int64)
    pairs = np.zeros((len(wanted), size * size), np.int64)
    for one in shards:
        of_codes, of_pairs = _between(one, places, wanted, size)
        persons += of_codes
        pairs += of_pairs
    found = [_undrawn(code, persons, pairs, size) for code in np.flatnonzero(persons).tolist()]
    return sorted(found, key=lambda one: (-one.persons, one.code))


def _undrawn(code: int, persons: NDArray[np.int64], pairs: NDArray[np.int64], size: int) -> Undrawn:
    """With the pair of places that most persons have; ties go to the earlier places."""
    most = int(pairs[code].argmax())
    before, after = divmod(most, size)
    return Undrawn(code, int(persons[code]), before - 1, after - 1, int(pairs[code, most]))


def _is_undrawn(touchpoint: Touchpoint) -> bool:
    return (
        bool(touchpoint.id)
        and not touchpoint.step
        and not any(fact in touchpoint.facts for fact in _NO_STEP_NEEDED)
    )


def _between(
    chosen: Chosen, places: NDArray[np.int64], wanted: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Persons by code, and by code and pair of places (``int64[codes, pairs]``)."""
    shard: ShardView = chosen.events  # type: ignore[assignment]  # the chosen events of a shard
    undrawn = wanted[shard.touchpoint]
    if chosen.mask is not None:
        undrawn &= chosen.mask
    here = np.flatnonzero(undrawn)
    person = np.searchsorted(shard.offsets, here, side="right") - 1
    near = _events_of(distinct(person), shard.offsets)
    codes = shard.touchpoint[near]
    drawn = places[codes] >= 0 if chosen.mask is None else (places[codes] >= 0) & chosen.mask[near]
    steps, told = near[drawn], np.append(places[codes[drawn]], NOWHERE)
    rank = np.searchsorted(steps, here)
    edges = np.concatenate([[NOWHERE], steps, [shard.at.size]])
    earlier = np.where(edges[rank] >= shard.offsets[person], told[rank - 1], NOWHERE)
    later = np.where(edges[rank + 1] < shard.offsets[person + 1], told[rank], NOWHERE)
    pair = (earlier + 1) * size + later + 1
    persons = max(1, shard.offsets.size - 1)
    whose = shard.touchpoint[here].astype(np.int64) * persons + person
    return _by_code(distinct(whose * size**2 + pair), persons, (len(wanted), size**2))


def _events_of(persons: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all events of some persons, rising as these do."""
    first, count = offsets[persons], offsets[persons + 1] - offsets[persons]
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    found: NDArray[np.int64] = np.repeat(first, count) + within
    return found


def _by_code(
    keys: NDArray[np.int64], persons: int, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Counts of the different keys ``(code * persons + person) * pairs + pair``, which rise."""
    whose, pair = np.divmod(keys, shape[1])
    code = whose // persons
    pairs = np.bincount(code * shape[1] + pair, minlength=shape[0] * shape[1]).reshape(shape)
    is_new = np.ones(whose.size, np.bool_)
    np.not_equal(whose[1:], whose[:-1], out=is_new[1:])
    return np.bincount(code[is_new], minlength=shape[0]), pairs
