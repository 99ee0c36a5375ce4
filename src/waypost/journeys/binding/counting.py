"""How often each event, channel and source occurs in the log, and what the binding makes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from waypost.journeys.binding.compiling import Binding
from waypost.journeys.binding.matching import COMBO, FACT, Combo, combos_in
from waypost.journeys.log import EventLog

__all__ = ["BoundCounts", "count_bound", "count_combos"]


@dataclass(frozen=True, slots=True)
class BoundCounts:
    """Events by (event, channel, source) and by touchpoint code; facts (``$…``) are left out."""

    combos: dict[Combo, int]
    unbound: dict[Combo, int]
    touchpoints: dict[int, int]

    @property
    def events(self) -> int:
        """All events that could be bound."""
        return sum(self.combos.values())


def count_combos(log: EventLog) -> dict[Combo, int]:
    """Events per (event, channel, source) that count, most frequent first; without facts."""
    counted: Counter[Combo] = Counter()
    for rows in log.scan(COMBO, encoded=COMBO):
        which, combos = combos_in(rows.batch)
        found = np.bincount(which[rows.visible], minlength=len(combos))
        counted.update({c: int(n) for c, n in zip(combos, found, strict=True) if n})
    return _sorted(counted)


def count_bound(log: EventLog, binding: Binding) -> BoundCounts:
    """What the binding makes of every event that counts, in one pass over the log."""
    combos: Counter[Combo] = Counter()
    unbound: Counter[Combo] = Counter()
    touchpoints: Counter[int] = Counter()
    for rows in log.scan([*COMBO, *sorted(binding.needs)], encoded=COMBO):
        which, names = combos_in(rows.batch)
        codes = binding.touchpoint_codes(rows.batch)[rows.visible]
        which = which[rows.visible]
        every = np.bincount(which, minlength=len(names))
        free = np.bincount(which[codes == 0], minlength=len(names))
        combos.update({c: int(n) for c, n in zip(names, every, strict=True) if n})
        unbound.update({c: int(n) for c, n in zip(names, free, strict=True) if n})
        touchpoints.update({c: int(n) for c, n in enumerate(np.bincount(codes)) if n and c})
    return BoundCounts(_sorted(combos), _sorted(unbound), dict(sorted(touchpoints.items())))


def _sorted(counted: Counter[Combo]) -> dict[Combo, int]:
    kept = {c: n for c, n in counted.items() if c[0] and not c[0].startswith(FACT)}
    ranked = sorted(kept.items(), key=lambda item: (-item[1], [part or "" for part in item[0]]))
    return dict(ranked)
