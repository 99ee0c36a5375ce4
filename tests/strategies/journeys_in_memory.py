"""Small journeys in memory, as snapshots that questions and engines can read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from waypost.model import Stage, Step, Touchpoint
from waypost.questions import EMPTY_SHARD, ArrayShard

__all__ = ["MemorySnapshot", "events_of", "journeys", "shard_of", "snapshot_of"]

NO_VALUE = np.iinfo(np.int64).min


@dataclass
class MemorySnapshot:
    """A snapshot whose parts are given; times are seconds since 1970 UTC."""

    shards: list
    events: tuple = ("a", "b", "c", "d")
    channels: tuple = ("web", "email")
    touchpoints: tuple = (Touchpoint("", {}),)
    stages: tuple = (Stage("", {}),)
    steps: tuple = (Step("", {}, ""),)
    sources: tuple = ("test",)
    epoch_us: int = 0
    ticks_per_second: int = 1
    data_until_us: int = 10**15
    zone: str = "Europe/Berlin"
    currency: str = "EUR"
    volume: object = field(default_factory=lambda: EMPTY_SHARD)


def shard_of(persons, *, codes=np.uint8, ticks=np.int32, **other):
    """A shard from one list of (at, code) per person; the code is also touchpoint and stage."""
    sizes = [len(person) for person in persons]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    flat = [event for person in persons for event in person]
    at = np.array([event[0] for event in flat], dtype=ticks)
    code = np.array([event[1] for event in flat], dtype=codes)
    same = {"touchpoint": code, "stage": code, "channel": code % 2}
    return ArrayShard(offsets, at, code, **(same | other))


def snapshot_of(*persons, names="abcd", **other):
    """One shard with the persons' (at, name) events; ``data_until`` is the latest unless given."""
    codes = {name: place for place, name in enumerate(names)}
    coded = [[(at, codes[name]) for at, name in person] for person in persons]
    latest = max((at for person in persons for at, _ in person), default=0)
    settings = {"events": tuple(names), "data_until_us": latest * 1_000_000} | other
    return MemorySnapshot([shard_of(coded)], **settings)


def events_of(text):
    """``"A1 B2"`` as [(1, "A"), (2, "B")]."""
    return [(int(word[1:]), word[0]) for word in text.split()]


def journeys(*, codes=4, most_persons=6, most_events=9, latest=30):
    """Lists of persons; a person is a list of (at, code) in time order, ties are frequent."""
    event = st.tuples(st.integers(0, latest), st.integers(0, codes - 1))
    person = st.lists(event, max_size=most_events).map(
        lambda events: sorted(events, key=lambda one: one[0])
    )
    return st.lists(person, max_size=most_persons)
