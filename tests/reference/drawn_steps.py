"""The slow, obvious twin of reading a drawn map: one person after the other, event by event."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from waypost.errors import RuleError
from waypost.maps.reading.drawing import Bound

__all__ = ["SlowFlow", "slow_flow", "steps_by_person"]

NOWHERE = -1


def steps_by_person(source, bound: list[Bound]):
    """Per visible person: (tick, step or −1, touchpoint id) of every event, in time order."""
    snapshot = source.snapshot
    usable = [Bound(b.touchpoints, b.where if _works(source, b.where) else "") for b in bound]
    journeys = []
    for shard in snapshot.shards:
        fits = {b.where: source.masks.event_mask(b.where, shard) for b in usable if b.where}
        for person in range(shard.offsets.size - 1):
            if shard.hidden.size and shard.hidden[person]:
                continue
            events = []
            for i in range(shard.offsets[person], shard.offsets[person + 1]):
                touchpoint = snapshot.touchpoints[shard.touchpoint[i]].id
                step = next(
                    (
                        place
                        for place, b in enumerate(usable)
                        if b
                        and (not b.touchpoints or touchpoint in b.touchpoints)
                        and (not b.where or fits[b.where][i])
                    ),
                    NOWHERE,
                )
                events.append((int(shard.at[i]), step, touchpoint))
            journeys.append(events)
    return journeys


def _works(source, where: str) -> bool:
    try:
        return bool(where) and source.masks.event_mask(where, source.snapshot.shards[0]) is not None
    except RuleError:
        return False


@dataclass
class SlowFlow:
    """Counts per step; ``jumps`` by (from, to), ``skipped`` persons who passed a step by."""

    persons: Counter = field(default_factory=Counter)
    events: Counter = field(default_factory=Counter)
    returned: Counter = field(default_factory=Counter)
    jumps: Counter = field(default_factory=Counter)
    skipped: Counter = field(default_factory=Counter)
    reached: Counter = field(default_factory=Counter)
    undrawn: dict = field(default_factory=lambda: defaultdict(Counter))


def slow_flow(journeys, steps: int) -> SlowFlow:
    """All counts of one pass over the journeys."""
    found = SlowFlow()
    for events in journeys:
        drawn = [step for _, step, _ in events if step != NOWHERE]
        found.events.update(drawn)
        runs = [step for n, step in enumerate(drawn) if n == 0 or drawn[n - 1] != step]
        for step in set(runs):
            found.persons[step] += 1
            found.returned[step] += runs.count(step) > 1
            later = runs[runs.index(step) + 1 :]
            if later:
                found.jumps[step, later[0]] += 1
        _forward(found, drawn, steps)
        _undrawn(found, events)
    return found


def _forward(found: SlowFlow, drawn, steps: int) -> None:
    furthest = []
    for step in drawn:
        if not furthest or step > furthest[-1]:
            furthest.append(step)
    for step in furthest:
        found.reached[step] += 1
    for here, there in pairwise(furthest):
        for step in range(here + 1, there):
            found.skipped[step] += 1


def _undrawn(found: SlowFlow, events) -> None:
    between = set()
    for n, (_, step, touchpoint) in enumerate(events):
        if step == NOWHERE and touchpoint:
            before = next((s for _, s, _ in reversed(events[:n]) if s != NOWHERE), NOWHERE)
            after = next((s for _, s, _ in events[n + 1 :] if s != NOWHERE), NOWHERE)
            between.add((touchpoint, before, after))
    for touchpoint, before, after in between:
        found.undrawn[touchpoint][before, after] += 1
    for touchpoint in {one[0] for one in between}:
        found.undrawn[touchpoint]["persons"] += 1
