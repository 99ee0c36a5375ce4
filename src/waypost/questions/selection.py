"""What of a shard counts: masks for persons and events, and conditions already evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.questions.view import EventsView

__all__ = ["Masks", "Selection"]

_NO_MASK: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)


class Masks(Protocol):
    """Turns a condition text into which events of a shard fulfil it."""

    def event_mask(self, condition: str, shard: EventsView) -> NDArray[np.uint8]:
        """``uint8[events]``, 1 = fulfilled; raises ``RuleError`` for text that does not parse."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Masks of one shard.

    ``persons: uint8[persons]`` and ``events: uint8[events]``, 1 = counted, empty = all;
    ``matching``: for each condition that a step names, ``uint8[events]``.
    """

    persons: NDArray[np.uint8] = field(default_factory=lambda: _NO_MASK)
    events: NDArray[np.uint8] = field(default_factory=lambda: _NO_MASK)
    matching: Mapping[str, NDArray[np.uint8]] = field(default_factory=lambda: MappingProxyType({}))

    def of_persons(self, first: int, last: int) -> Selection:
        """The same selection for persons ``first`` to ``last`` (exclusive) of the shard."""
        persons = self.persons[first:last] if self.persons.size else self.persons
        return Selection(persons, self.events, self.matching)

    def of(self, condition: str) -> NDArray[np.uint8]:
        """The events that fulfil a step's condition."""
        if condition not in self.matching:
            raise QuestionError(
                f"The condition {condition!r} was not evaluated on this shard.",
                hint="Run the question through an engine, with masks.",
                condition=condition,
            )
        return self.matching[condition]
