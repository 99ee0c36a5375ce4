"""What filters and keys both read of a snapshot: dictionaries, and traits of persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.model.conditions import PERSON
from waypost.questions import EventsView, ShardView, SnapshotView

__all__ = ["dictionary_texts", "of_persons_events", "trait_names", "trait_texts"]

_TRAIT = "trait."
T = TypeVar("T", bound=np.generic)


class _WithPersons(Protocol):
    @property
    def persons(self) -> pa.Table: ...


def dictionary_texts(view: SnapshotView, name: str) -> list[str]:
    """What the codes of a dictionary mean; a step's are those of its touchpoints."""
    by_name: dict[str, Sequence[str]] = {
        "event": view.events,
        "channel": view.channels,
        "source": view.sources,
        "touchpoint": [touchpoint.id for touchpoint in view.touchpoints],
        "step": [touchpoint.step for touchpoint in view.touchpoints],
        "stage": [stage.id for stage in view.stages],
    }
    return list(by_name[name])


def trait_texts(view: SnapshotView, field: str) -> pa.Array | None:
    """The trait ``person.<name>`` of every person number as text; None where there is none."""
    table = cast("_WithPersons", view).persons
    trait = field.removeprefix(PERSON)
    column = next((c for c in (trait, f"{_TRAIT}{trait}") if c in table.column_names), None)
    return None if column is None else table[column].cast(pa.string()).combine_chunks()


def trait_names(view: SnapshotView) -> list[str]:
    """What is known of persons, by name."""
    table = cast("_WithPersons", view).persons
    return [name.removeprefix(_TRAIT) for name in table.column_names]


def of_persons_events(values: NDArray[T], events: EventsView, missing: Any) -> NDArray[T]:
    """A person's value for each of the person's events; ``missing`` for events without persons."""
    if not hasattr(events, "offsets"):
        return np.full(len(events.at), missing, values.dtype)
    shard = cast("ShardView", events)
    lengths = np.diff(shard.offsets)
    return np.repeat(values[shard.first_person : shard.first_person + len(lengths)], lengths)
