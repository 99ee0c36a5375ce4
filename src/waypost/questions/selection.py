"""What of a shard counts: masks for persons and events, and conditions already evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import NO_LOOKUP
from waypost.kernels.masks import EventChoice
from waypost.questions.view import EventsView, ShardView

__all__ = [
    "ChoosesEvents",
    "ChoosesPersons",
    "KeyCodes",
    "Masks",
    "ReadsKeys",
    "SegmentsByEvent",
    "Selection",
    "TakesChoice",
]

_NO_MASK: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class KeyCodes:
    """One field's value of every event, as a place in ``texts``, -1 = none.

    ``own[events]`` are numbers of the events, ``lookup: int32[…]`` has the place of each; where it
    is empty, the numbers are the places.
    """

    own: NDArray[np.integer[Any]]
    texts: Sequence[str]
    lookup: NDArray[np.int32] = field(default_factory=lambda: NO_LOOKUP)

    @property
    def codes(self) -> NDArray[np.int32]:
        """``int32[events]``: places in ``texts``, made anew where they are looked up."""
        found = self.lookup[self.own] if self.lookup.size else self.own
        return found.astype(np.int32, copy=False)


@runtime_checkable
class ReadsKeys(Protocol):
    """A task that needs the values of fields beyond those that a shard has."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields, as ``Masks.key_codes`` knows them."""


class Masks(Protocol):
    """Turns a condition text into which events of a shard fulfil it, a field into its values."""

    def event_mask(self, condition: str, shard: EventsView) -> NDArray[np.uint8]:
        """``uint8[events]``, 1 = fulfilled; raises ``RuleError`` for text that does not parse."""

    def key_codes(self, field: str, shard: EventsView) -> KeyCodes:
        """The events' values of a dictionary, an identifier, an attribute or a person's trait.

        Codes of one field are the same in every shard. Raises ``QuestionError`` for a field that
        does not exist, with the nearest names.
        """


@runtime_checkable
class ChoosesPersons(Protocol):
    """Masks that can save work where only some persons' events matter."""

    def persons_with(self, condition: str, shard: ShardView) -> NDArray[np.uint8]:
        """``uint8[persons]``: 1 where at least one event fulfils the condition."""

    def events_of(
        self, condition: str, shard: ShardView, persons: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """As ``event_mask``; events of persons that are 0 in ``persons`` may say anything."""


@runtime_checkable
class ChoosesEvents(Protocol):
    """Masks that can leave it to the kernel to look up which events exist."""

    def event_choice(self, condition: str, events: EventsView) -> EventChoice | None:
        """As ``event_mask``, before any event is looked at; None where no one code decides it."""


@runtime_checkable
class TakesChoice(Protocol):
    """A task that may take ``Selection.choice`` in place of a mask of events."""

    @property
    def takes_choice(self) -> bool:
        """Whether it does."""


@runtime_checkable
class SegmentsByEvent(Protocol):
    """Masks of units that are not parts of one person: a segment chooses events there."""

    def segment_events(
        self, segment: str | tuple[str, ...], events: EventsView
    ) -> NDArray[np.uint8]:
        """``uint8[events]``: those of persons in the segment."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Masks of one shard.

    ``persons: uint8[persons]`` and ``events: uint8[events]``, 1 = counted, empty = all;
    ``matching``: for each condition that a step names, ``uint8[events]``; ``keys``: for each field
    that the task reads, its values. ``choice``: which events count, in place of ``events``; only
    for tasks that take it.
    """

    persons: NDArray[np.uint8] = field(default_factory=lambda: _NO_MASK)
    events: NDArray[np.uint8] = field(default_factory=lambda: _NO_MASK)
    matching: Mapping[str, NDArray[np.uint8]] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, KeyCodes] = field(default_factory=lambda: MappingProxyType({}))
    choice: EventChoice | None = None

    def of_persons(self, first: int, last: int) -> Selection:
        """The same selection for persons ``first`` to ``last`` (exclusive) of the shard."""
        persons = self.persons[first:last] if self.persons.size else self.persons
        return Selection(persons, self.events, self.matching, self.keys, self.choice)

    def key(self, name: str) -> NDArray[np.int32]:
        """``int32[events]``: the code of the event's value of a field, -1 = none."""
        return self.key_codes(name).codes

    def key_texts(self, name: str) -> Sequence[str]:
        """What the codes of ``key`` mean."""
        return self.key_codes(name).texts

    def key_codes(self, name: str) -> KeyCodes:
        """The values of a field that the task reads."""
        if name not in self.keys:
            raise QuestionError(
                f"The field {name!r} was not read on this shard.",
                hint="Run the question through an engine, with masks.",
                field=name,
            )
        return self.keys[name]

    def of(self, condition: str) -> NDArray[np.uint8]:
        """The events that fulfil a step's condition."""
        if condition not in self.matching:
            raise QuestionError(
                f"The condition {condition!r} was not evaluated on this shard.",
                hint="Run the question through an engine, with masks.",
                condition=condition,
            )
        return self.matching[condition]
