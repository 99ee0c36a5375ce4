"""A journey store whose steps and stages are those that a document draws.

All questions run on it unchanged. Filters and conditions keep the words of the workspace: its own
touchpoints, steps and stages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.journeys import Snapshot
from waypost.kernels.masks import EventChoice
from waypost.kernels.postings import Postings
from waypost.maps.reading.drawing import Drawing
from waypost.maps.reading.recoding import Codes, Recoding
from waypost.model import Stage, Step, Touchpoint
from waypost.questions import EventsView, KeyCodes, Piece, ShardView
from waypost.questions.selection import ChoosesEvents, ChoosesPersons, Masks

__all__ = ["DrawnEvents", "DrawnMasks", "DrawnView", "stored"]


class DrawnEvents(Piece):
    """A shard, or the volume, with other touchpoints and stages; all else is the shard's own."""

    def __init__(self, events: EventsView, touchpoint: Codes | None, stages: Codes) -> None:
        shard = cast("ShardView", events)
        persons = shard.offsets.size - 1 if hasattr(shard, "offsets") else 0
        super().__init__(shard, 0, persons)
        self.stored = shard
        self._recoded = touchpoint
        self._stages = stages

    @property
    def touchpoint(self) -> Codes:
        """Codes of the drawing's touchpoints."""
        return self.stored.touchpoint if self._recoded is None else self._recoded

    @cached_property
    def stage(self) -> Codes:
        """Codes of the drawn stages."""
        codes = self.touchpoint
        wide = np.zeros(int(np.iinfo(codes.dtype).max) + 1, self._stages.dtype)
        wide[: self._stages.size] = self._stages
        return wide[codes]

    def postings(self, axis: str) -> Postings | None:
        """The shard's own, unless rules gave the touchpoints other codes."""
        if axis == "touchpoint" and self._recoded is not None:
            return None
        return self.stored.postings(axis)


class DrawnView:
    """A snapshot with the stages and steps of a drawing."""

    def __init__(self, snapshot: Snapshot, drawing: Drawing, recoding: Recoding) -> None:
        self._snapshot = snapshot
        self.drawing = drawing
        self.touchpoints: Sequence[Touchpoint] = recoding.touchpoints
        self.bases = recoding.bases
        self.stages: Sequence[Stage] = (Stage("", {}), *drawing.stages)
        self.steps: Sequence[Step] = (Step("", {}, ""), *drawing.steps)
        *shards, volume = (
            DrawnEvents(events, codes, recoding.stages)
            for events, codes in zip(
                (*snapshot.shards, snapshot.volume), recoding.codes, strict=True
            )
        )
        self.shards: Sequence[DrawnEvents] = tuple(shards)
        self.volume: EventsView = volume

    @property
    def id(self) -> str:
        """The snapshot's name."""
        return self._snapshot.id

    @property
    def events(self) -> Sequence[str]:
        """Event names by code."""
        return self._snapshot.events

    @property
    def channels(self) -> Sequence[str]:
        """Channels by code."""
        return self._snapshot.channels

    @property
    def sources(self) -> Sequence[str]:
        """Sources by code."""
        return self._snapshot.sources

    @property
    def epoch_us(self) -> int:
        """Microseconds since 1970 UTC at tick 0."""
        return self._snapshot.epoch_us

    @property
    def ticks_per_second(self) -> int:
        """1, 1,000 or 1,000,000."""
        return self._snapshot.ticks_per_second

    @property
    def data_until_us(self) -> int:
        """The latest instant in the data."""
        return self._snapshot.data_until_us

    @property
    def zone(self) -> str:
        """IANA name of the workspace's time zone."""
        return self._snapshot.zone

    @property
    def currency(self) -> str:
        """ISO 4217 code that values are in."""
        return self._snapshot.currency

    @property
    def persons(self) -> pa.Table:
        """The snapshot's persons."""
        return self._snapshot.persons


def stored(events: Any) -> Any:
    """The events as the snapshot has them."""
    return events.stored if isinstance(events, DrawnEvents) else events


class DrawnMasks:
    """Masks of the workspace, for shards that are drawn."""

    def __init__(self, masks: Callable[[], Masks]) -> None:
        self._of = masks

    @property
    def _masks(self) -> Masks:
        return self._of()

    def event_mask(self, condition: str, shard: EventsView) -> NDArray[np.uint8]:
        """As the workspace's masks."""
        return self._masks.event_mask(condition, stored(shard))

    def key_codes(self, field: str, shard: EventsView) -> KeyCodes:
        """As the workspace's masks."""
        return self._masks.key_codes(field, stored(shard))

    def persons_with(self, condition: str, shard: ShardView) -> NDArray[np.uint8]:
        """As the workspace's masks."""
        return cast("ChoosesPersons", self._masks).persons_with(condition, stored(shard))

    def events_of(
        self, condition: str, shard: ShardView, persons: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """As the workspace's masks."""
        return cast("ChoosesPersons", self._masks).events_of(condition, stored(shard), persons)

    def event_choice(self, condition: str, events: EventsView) -> EventChoice | None:
        """As the workspace's masks."""
        return cast("ChoosesEvents", self._masks).event_choice(condition, stored(events))
