"""Rules for events that nobody foresaw: one step per kind of event, in the order they happen.

A log of another world (a loan, a hospital, a machine) is bound by no shipped rule. So that its map
is not empty, the first build proposes rules and says so; they are the user's to edit from then on.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    events: int
    place: float


def propose_rules(snapshot: Snapshot) -> str:
    """A rule file: the most frequent kinds of events (twelve at most) as steps of one stage.

    Kinds that make up less than 0.2 % of the events are left unbound.
    """
    kinds = sorted(_kinds(snapshot), key=lambda kind: (-kind.events, kind.name))[:_MOST_STEPS]
    least = _LEAST_SHARE * sum(kind.events for kind in kinds)
    kinds = [kind for kind in kinds if kind.events >= least]
    kinds.sort(key=lambda kind: (kind.place, kind.name))
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
    for shard in snapshot.shards:
        place = _places(shard.offsets)
        if len(shard.hidden):
            place[np.repeat(shard.hidden != 0, np.diff(shard.offsets))] = np.nan
        seen = ~np.isnan(place)
        counts += np.bincount(shard.event[seen], minlength=size)
        places += np.bincount(shard.event[seen], weights=place[seen], minlength=size)
    return [
        _Kind(name, int(count), float(total / count))
        for name, count, total in zip(snapshot.events, counts, places, strict=True)
        if count
    ]


def _places(offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each event's place in its journey, 0 = first, 1 = last; 0.5 where it is the only one."""
    lengths = np.diff(offsets)
    starts = np.repeat(offsets[:-1], lengths)
    last = np.repeat(lengths - 1, lengths)
    number = np.arange(offsets[0], offsets[-1]) - starts
    return np.where(last > 0, number / np.maximum(last, 1), 0.5)
