"""Who, at one step, had their next event through another channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.maps.discovery.tally import Chosen, distinct, tallied
from waypost.questions import ShardView, SnapshotView

__all__ = ["Switch", "channel_switches"]

_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Switch:
    """Persons with two neighbouring events at a step (its place), the second on another channel."""

    step: int
    origin: str
    target: str
    persons: int
    times: int


def channel_switches(view: SnapshotView, shards: Sequence[Chosen]) -> list[Switch]:
    """All of them, most frequent first, as ``HandOvers`` by channel with steps as detail has them.

    O(events), and a sort of the switches.
    """
    number = {step.id: place for place, step in enumerate(step for step in view.steps if step.id)}
    places = np.array([number.get(t.step, _NOWHERE) for t in view.touchpoints], np.int16)
    named = np.array([bool(channel) for channel in view.channels], np.bool_)
    size = len(view.channels)
    found = [_switches(one, places, named) for one in shards]
    keys = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in found)])
    once = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in found)])
    kinds, times = tallied(keys)
    _, persons = tallied(once)
    rows = zip(kinds.tolist(), times.tolist(), persons.tolist(), strict=True)
    switches = [
        Switch(
            kind // size**2,
            view.channels[kind // size % size],
            view.channels[kind % size],
            who,
            often,
        )
        for kind, often, who in rows
    ]
    return sorted(switches, key=lambda one: (-one.times, one.step, one.origin, one.target))


def _switches(
    chosen: Chosen, places: NDArray[np.int16], named: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Step and both channels in one number: once for each switch, and once for each person."""
    shard: ShardView = chosen.events  # type: ignore[assignment]  # the chosen events of a shard
    step, channel, starts = places[shard.touchpoint], shard.channel, shard.offsets
    counted = None if named.all() else named[channel]
    if chosen.mask is not None:
        counted = chosen.mask if counted is None else counted & chosen.mask
    if counted is not None:
        step, channel = step[counted], channel[counted]
        starts = np.concatenate([[0], np.cumsum(counted)])[starts]
    is_switch = (step[1:] == step[:-1]) & (channel[1:] != channel[:-1]) & (step[1:] >= 0)
    here = np.flatnonzero(is_switch) + 1
    person = np.searchsorted(starts, here, side="right") - 1
    here, person = _inside(here, person, starts)
    size = named.size
    key = (step[here].astype(np.int64) * size + channel[here - 1]) * size + channel[here]
    persons = max(1, starts.size)
    return key, distinct(key * persons + person) // persons


def _inside(
    here: NDArray[np.int64], person: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Without the first event of a person, whose neighbour is somebody else's."""
    inside = here > starts[person]
    return here[inside], person[inside]
