"""What a question may see of a snapshot: dictionaries and, per shard, arrays.

``waypost.journeys.Snapshot`` satisfies ``SnapshotView``; tests use arrays in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.postings import Postings
from waypost.model import Stage, Step, Touchpoint

__all__ = ["EventsView", "PartsOfPersons", "ShardView", "SnapshotView"]


class EventsView(Protocol):
    """Events as parallel arrays in time order (in a shard: of each person).

    ``at: int32|int64[events]`` in ticks since the epoch; codes are ``uint8|uint16[events]``;
    ``value: int64[events]`` minor units, −2^63 = none; ``rating: float32[events]``, NaN = none;
    ``row`` is the row number in the event log.
    """

    @property
    def at(self) -> NDArray[np.signedinteger[Any]]: ...
    @property
    def event(self) -> NDArray[np.unsignedinteger[Any]]: ...
    @property
    def channel(self) -> NDArray[np.unsignedinteger[Any]]: ...
    @property
    def touchpoint(self) -> NDArray[np.unsignedinteger[Any]]: ...
    @property
    def stage(self) -> NDArray[np.unsignedinteger[Any]]: ...
    @property
    def source(self) -> NDArray[np.unsignedinteger[Any]]: ...
    @property
    def value(self) -> NDArray[np.int64]: ...
    @property
    def rating(self) -> NDArray[np.float32]: ...
    @property
    def row(self) -> NDArray[np.integer[Any]]: ...


class ShardView(EventsView, Protocol):
    """Some persons' whole journeys; a person's events are contiguous and in time order.

    ``offsets: int64[persons + 1]``; ``hidden: uint8[persons]``, 1 = counted in another shard,
    empty = nobody hidden.
    """

    @property
    def offsets(self) -> NDArray[np.int64]: ...
    @property
    def hidden(self) -> NDArray[np.uint8]: ...
    @property
    def first_person(self) -> int:
        """The person number of this shard's first person; numbers rise within the shard."""

    def postings(self, axis: str) -> Postings | None:
        """Where each code of ``touchpoint`` or ``event`` occurs; None where that is not kept."""


@runtime_checkable
class PartsOfPersons(Protocol):
    """A shard whose units are parts of persons' journeys, such as sessions."""

    @property
    def whole(self) -> ShardView:
        """The shard with whole persons; same event arrays."""

    def per_part(self, persons: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """``uint8[parts]`` of ``uint8[persons]``; empty stays empty."""

    def persons_of(self, parts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """The person, counted within the shard, of each of these parts."""


class SnapshotView(Protocol):
    """A whole journey store; code ``i`` of an array means entry ``i`` of its dictionary.

    ``touchpoints[0]`` and ``stages[0]`` stand for unbound (empty id). ``steps`` is ordered by stage
    and place in the stage; ``steps[0]`` too stands for unbound.
    """

    @property
    def events(self) -> Sequence[str]: ...
    @property
    def channels(self) -> Sequence[str]: ...
    @property
    def touchpoints(self) -> Sequence[Touchpoint]: ...
    @property
    def stages(self) -> Sequence[Stage]: ...
    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def sources(self) -> Sequence[str]: ...
    @property
    def epoch_us(self) -> int:
        """Microseconds since 1970 UTC at which tick 0 lies."""

    @property
    def ticks_per_second(self) -> int:
        """1, 1,000 or 1,000,000."""

    @property
    def data_until_us(self) -> int:
        """The latest instant in the data; what is younger than a window counts as open."""

    @property
    def zone(self) -> str:
        """IANA name of the workspace's time zone."""

    @property
    def currency(self) -> str:
        """ISO 4217 code that ``value`` is in."""

    @property
    def shards(self) -> Sequence[ShardView]: ...
    @property
    def volume(self) -> EventsView:
        """Events without a person; they belong to touchpoints, not to journeys."""
