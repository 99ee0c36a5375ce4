"""Rules for events that nobody foresaw: one step per kind of event, in the order they happen.

A log of another world (a loan, a hospital, a machine) is bound by no shipped rule, and a product's
own events by none either. So that its map is not empty, the first build proposes rules and says so;
they are the user's to edit from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from waypost.journeys import Snapshot
from waypost.kit import write_atomically

__all__ = ["propose_rules", "write_rules"]

_MOST_STEPS = 12
_LEAST_SHARE = 0.002
_HEAD = """\
# Proposed by `waypost build`, because no rule bound most of these events.
# One step per kind of event, in the order in which they happen on average. Edit freely:
# rename, merge steps, add stages. `waypost coverage` shows what is not bound yet.
"""


_ADDED = """\
# Proposed by `waypost build`, because the shipped rules bind less than half of these events.
# They stay; below stands one step per further kind of event, in the order in which they happen on
# average. Edit freely. `waypost coverage` shows what is not bound yet.
"""
_KNOWN_SHARE = 0.25
_LEAST_KNOWN = 3
_OWN_STAGES = {"saas": "use"}  # what a product itself tells is its use


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of event; ``bound`` of its events have a touchpoint, most of them of ``stage``."""

    name: str
    events: int
    place: float
    bound: int
    stage: str


def propose_rules(snapshot: Snapshot, *, stages: str) -> str:
    """A rule file: the most frequent kinds of events (twelve at most) as steps.

    Where the shipped rulebook ``stages`` knows three kinds and a quarter of all, it stays, and the
    other kinds become steps of its stages; else all are steps of one stage. Kinds that make up
    less than 0.2 % of the events are left unbound.
    """
    kinds = _kinds(snapshot)
    known = [kind for kind in kinds if kind.bound]
    if len(known) >= max(_LEAST_KNOWN, _KNOWN_SHARE * len(kinds)):
        return _added_to(stages, known, [kind for kind in kinds if not kind.bound])
    return _of_another_world(kinds)


def _frequent(kinds: Sequence[_Kind]) -> list[_Kind]:
    """Those that get a step, in the order in which they happen."""
    kept = sorted(kinds, key=lambda kind: (-kind.events, kind.name))[:_MOST_STEPS]
    least = _LEAST_SHARE * sum(kind.events for kind in kept)
    found = [kind for kind in kept if kind.events >= least]
    return sorted(found, key=lambda kind: (kind.place, kind.name))


def _added_to(stages: str, known: Sequence[_Kind], strange: Sequence[_Kind]) -> str:
    """Steps for what is strange, each in the stage of the known kind that happens nearest to it."""
    staged = [kind for kind in known if kind.stage]
    steps, touchpoints = [], []
    for kind in _frequent(strange):
        near = min(staged, key=lambda one: (abs(one.place - kind.place), one.name), default=None)
        stage = _OWN_STAGES.get(stages) or (near.stage if near else "")
        step = {"id": f"own_{kind.name}", "label": _label(kind.name)}
        steps.append(step | ({"stage": stage} if stage else {}))
        touchpoints.append(
            {
                "id": f"own_{kind.name}",
                "label": _label(kind.name),
                "step": f"own_{kind.name}",
                "when": kind.name,
            }
        )
    content = {"extends": stages, "steps": steps, "touchpoints": touchpoints}
    return _ADDED + yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def _of_another_world(kinds: Sequence[_Kind]) -> str:
    kinds = _frequent(kinds)
    steps = [{"id": kind.name, "stage": "journey", "label": _label(kind.name)} for kind in kinds]
    touchpoints = [
        {"id": kind.name, "label": _label(kind.name), "step": kind.name, "when": kind.name}
        for kind in kinds
    ]
    content = {
        "extends": "none",
        "stages": [{"id": "journey", "label": {"en": "Journey", "de": "Reise"}}],
        "steps": steps,
        "touchpoints": touchpoints,
    }
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def write_rules(path: Path, text: str) -> None:
    """Write the rule file in one rename."""
    write_atomically(path, text.encode())


def _label(name: str) -> dict[str, str]:
    words = name.replace("_", " ").strip()
    return {"en": words[:1].upper() + words[1:]}


def _kinds(snapshot: Snapshot) -> list[_Kind]:
    size = len(snapshot.events)
    counts, places = np.zeros(size, np.int64), np.zeros(size)
    contacts = np.zeros((size, len(snapshot.touchpoints)), np.int64)
    for shard in snapshot.shards:
        place = _places(shard.offsets)
        if len(shard.hidden):
            place[np.repeat(shard.hidden != 0, np.diff(shard.offsets))] = np.nan
        seen = ~np.isnan(place)
        counts += np.bincount(shard.event[seen], minlength=size)
        places += np.bincount(shard.event[seen], weights=place[seen], minlength=size)
        np.add.at(contacts, (shard.event[seen], shard.touchpoint[seen]), 1)
    contacts[:, 0] = 0
    stages = [snapshot.touchpoints[code].stage for code in contacts.argmax(axis=1)]
    told = zip(snapshot.events, counts, places, contacts.sum(axis=1), stages, strict=True)
    return [
        _Kind(name, int(count), float(total / count), int(bound), stage)
        for name, count, total, bound, stage in told
        if count
    ]


def _places(offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each event's place in its journey, 0 = first, 1 = last; 0.5 where it is the only one."""
    lengths = np.diff(offsets)
    starts = np.repeat(offsets[:-1], lengths)
    last = np.repeat(lengths - 1, lengths)
    number = np.arange(offsets[0], offsets[-1]) - starts
    return np.where(last > 0, number / np.maximum(last, 1), 0.5)
