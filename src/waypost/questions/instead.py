"""What those did who did not go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.instead import (
    NOTHING,
    STILL_OPEN,
    WENT_ON,
    InsteadCounts,
    count_instead,
    persons_instead,
)
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.intervals import share_of, wilson
from waypost.questions.naming import Nodes, StepRule, conditions_of
from waypost.questions.period import Period
from waypost.questions.result import Notice, Result
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView

__all__ = ["InsteadTask"]

_FATES = {"went_on": WENT_ON, "open": STILL_OPEN}


@dataclass(frozen=True, slots=True)
class InsteadTask:
    """``DropOff`` with a target.

    ``shape``: what nodes are, and the question's JSON; ``steps``: from where and to where;
    ``details``: lengths of the axes, then window and end of the data in ticks.
    """

    shape: tuple[str, dict[str, Any]]
    nodes: Nodes
    period: Period
    steps: tuple[StepRule, ...]
    details: tuple[dict[str, int], tuple[int, int]]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Condition texts among the two steps."""
        return conditions_of(self.steps)

    def run(self, shard: ShardView, selection: Selection) -> InsteadCounts:
        """What came next in one shard."""
        window, _ = self.details[1]
        return count_instead(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            self._bits(shard, selection),
            window=window,
            data_until=self._seen_until,
        )

    @property
    def _seen_until(self) -> int:
        """The last tick at which anything could be seen; the end of the period lies outside."""
        return min(self.details[1][1], self.period.end - 1)

    def _bits(self, shard: ShardView, selection: Selection) -> NDArray[np.uint8]:
        coded = step_journeys(shard, self.steps, selection=selection, sizes=self.details[0])
        return np.asarray(coded.lookup.astype(np.uint8)[coded.codes])

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons by next node, ``""`` = nothing; or by ``measure`` ``went_on`` and ``open``."""
        measure = measure_in(cell, self.shape[1].get("unit"), ("persons", *_FATES))
        name = str(cell.get(self.shape[0], ""))
        fate = _FATES.get(measure, self.nodes.place(name) if name else NOTHING)
        window, _ = self.details[1]
        return persons_instead(
            journeys_of(shard, self.nodes, selection),
            shard.at,
            self._bits(shard, selection),
            limits=(window, self._seen_until),
            fate=fate,
        )

    def finish(self, partial: InsteadCounts) -> Result:
        """One row per next node, most persons first, then one row for nothing at all."""
        order = np.argsort(-partial.nodes, kind="stable")
        order = order[partial.nodes[order] > 0]
        nothing, went_on, still_open = (int(count) for count in partial.others)
        persons = np.append(partial.nodes[order], nothing)
        total = int(persons.sum())
        low, high = wilson(persons, total)
        columns: dict[str, Any] = {
            self.shape[0]: [*(self.nodes.ids[place] for place in order), ""],
            "persons": persons,
            "share": share_of(persons, total),
            "low": low,
            "high": high,
            "is_nothing": [*(False for _ in order), True],
        }
        decided = total + went_on
        facts = {
            "persons": decided + still_open,
            "went_on": went_on,
            "not_gone_on": total,
            "open": still_open,
            "share_not_gone_on": float(share_of(total, decided)),
            "nothing": nothing,
            "read_as": {step.name: step.kind for step in self.steps},
        }
        warnings = self._warnings(decided + still_open, still_open)
        return Result(self.shape[1], columns, facts, _UNITS, warnings)

    def _warnings(self, persons: int, still_open: int) -> tuple[Notice, ...]:
        if persons == 0:
            return (Notice("nobody", N_("Nobody was at any of them in this period.")),)
        if still_open:
            message = N_("Open: {open}. They still have time and are not counted.")
            return (Notice("open", message, {"open": still_open}),)
        return ()


_UNITS = {
    "persons": "persons",
    "share": "share of those who did not go on",
    "low": "95 % interval",
    "high": "95 % interval",
}
