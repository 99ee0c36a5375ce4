"""Is what lies on disk a journey store?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.journeys.store.layout import CODE_ARRAYS, EVENT_ARRAYS, ShardEntry
from waypost.journeys.store.posted import POSTED
from waypost.journeys.store.shard import EventArrays, Shard
from waypost.kernels.postings import Postings

if TYPE_CHECKING:
    from waypost.journeys.store.snapshot import Snapshot

__all__ = ["problems_of"]

_RATING_LIMIT = 2
_DTYPES = {
    "at": ("<i4", "<i8"),
    **dict.fromkeys(CODE_ARRAYS, ("|u1", "<u2")),
    "value": ("<i8",),
    "rating": ("<f4",),
    "row": ("<u4", "<i8"),
}


def problems_of(snapshot: Snapshot) -> list[str]:
    """One sentence per problem: shapes, types, order, codes, lists, counts, persons, the hidden.

    Reads every array once. Persons and hidden journeys are only looked at where arrays are sound.
    """
    problems: list[str] = []
    limits = {name: len(getattr(snapshot, f"{name}s")) for name in CODE_ARRAYS}
    for entry, shard in zip(snapshot.meta.shards, snapshot.shards, strict=True):
        problems += _guarded(entry.name, _shard_problems(entry, shard, limits))
    volume = _volume_problems(snapshot, limits)
    problems += _guarded("volume", volume)
    problems += _number_problems(snapshot.meta.shards)
    if not problems:  # else there is nothing sound to compare with
        problems += _guarded("persons", _person_problems(snapshot))
        problems += _guarded("hidden", _hidden_problems(snapshot))
    return problems


def _guarded(place: str, found: Iterator[str]) -> list[str]:
    problems: list[str] = []
    try:
        problems.extend(f"{place}: {problem}" for problem in found)
    except DamagedError as error:
        problems.append(f"{place}: {error.message}")
    return problems


def _shard_problems(entry: ShardEntry, shard: Shard, limits: dict[str, int]) -> Iterator[str]:
    yield from _array_problems(shard, entry.events, limits)
    offsets = shard.offsets
    if offsets.dtype != np.dtype("<i8") or offsets.shape != (entry.persons + 1,):
        yield f"offsets is {_shape(offsets)}, expected int64[{entry.persons + 1}]"
        return
    if offsets[0] != 0 or offsets[-1] != entry.events:
        yield f"offsets run from {offsets[0]} to {offsets[-1]}, expected 0 to {entry.events}"
        return
    if (np.diff(offsets) < 0).any():
        yield f"offsets fall at person {entry.first_person + int(np.argmax(np.diff(offsets) < 0))}"
        return
    if len(shard.at) == entry.events:
        yield from _order_problems(shard, offsets, entry)
    if len(shard.hidden) not in (0, entry.persons):
        yield f"hidden has {len(shard.hidden)} entries, expected 0 or {entry.persons}"
    elif len(shard.hidden) and shard.hidden.max() > 1:
        yield f"hidden has {shard.hidden.max()}, allowed are 0 and 1"
    for axis in POSTED:
        postings = shard.postings(axis)
        if postings is not None:
            yield from _posting_problems(axis, postings, getattr(shard, axis), limits[axis])


def _posting_problems(
    axis: str, postings: Postings, codes: NDArray[Any], limit: int
) -> Iterator[str]:
    starts, positions = postings.starts, postings.positions
    if starts.dtype != np.dtype("<i8") or not 1 <= starts.size <= limit + 1:
        yield f"{axis}.starts is {_shape(starts)}, expected int64 of at most {limit + 1}"
    elif positions.dtype != np.dtype("<u4") or positions.shape != codes.shape:
        yield f"{axis}.postings is {_shape(positions)}, expected uint32[{len(codes)}]"
    elif starts[0] != 0 or starts[-1] != len(codes) or (np.diff(starts) < 0).any():
        yield f"{axis}.starts does not rise from 0 to {len(codes)}"
    elif positions.max(initial=0) >= max(len(codes), 1):
        yield f"{axis}.postings names event {positions.max()}, but there are {len(codes)}"
    else:
        yield from _misplaced(axis, postings, codes)


def _misplaced(axis: str, postings: Postings, codes: NDArray[Any]) -> Iterator[str]:
    """Rising positions that all have their code are a permutation: none can be there twice."""
    for code in range(postings.starts.size - 1):
        positions = postings.of(code)
        if (codes[positions] != code).any():
            yield f"{axis}.postings has an event of another code under code {code}"
            return
        if (positions[1:] <= positions[:-1]).any():
            yield f"{axis}.postings does not rise under code {code}"
            return


def _order_problems(shard: Shard, offsets: NDArray[np.int64], entry: ShardEntry) -> Iterator[str]:
    falls = shard.at[1:] < shard.at[:-1]
    starts = offsets[(offsets > 0) & (offsets < entry.events)]
    falls[starts - 1] = False
    if falls.any():
        place = int(np.argmax(falls)) + 1
        person = int(np.searchsorted(offsets, place, side="right")) - 1 + entry.first_person
        yield f"person {person} goes back in time at event {place}"


def _array_problems(arrays: EventArrays, events: int, limits: dict[str, int]) -> Iterator[str]:
    for name in EVENT_ARRAYS:
        array: NDArray[Any] = getattr(arrays, name)
        if array.dtype.str not in _DTYPES[name] or array.shape != (events,):
            yield f"{name} is {_shape(array)}, expected {events} of {' or '.join(_DTYPES[name])}"
        elif name in limits and len(array) and int(array.max()) >= limits[name]:
            yield f"{name} has code {int(array.max())}, but there are only {limits[name]} {name}s"
    if len(arrays.rating) and np.nanmax(np.abs(arrays.rating), initial=0) > _RATING_LIMIT:
        yield "rating leaves the scale from -2 to +2"


def _volume_problems(snapshot: Snapshot, limits: dict[str, int]) -> Iterator[str]:
    yield from _array_problems(snapshot.volume, snapshot.meta.volume_events, limits)
    if (np.diff(snapshot.volume.at) < 0).any():
        yield "events without a person are not in time order"


def _person_problems(snapshot: Snapshot) -> Iterator[str]:
    table = snapshot.persons
    if len(table) != snapshot.meta.persons:
        yield f"there are {len(table)} rows, but {snapshot.meta.persons} person numbers"
        return
    counts = [_visible_counts(shard) for shard in snapshot.shards]
    expected = np.concatenate([np.empty(0, dtype=np.int64), *counts])
    wrong = np.flatnonzero(table["events"].to_numpy() != expected)
    if len(wrong):
        yield f"the number of events is wrong for {len(wrong)} persons, first for {wrong[0]}"
    ids = table["id"].drop_null()
    if len(ids.unique()) != len(ids):
        yield "two person numbers have the same id"


def _visible_counts(shard: Shard) -> NDArray[np.int64]:
    counts = np.diff(shard.offsets)
    if len(shard.hidden) == len(counts):
        counts[shard.hidden == 1] = 0
    return counts


def _hidden_problems(snapshot: Snapshot) -> Iterator[str]:
    persons = events = 0
    for shard in snapshot.shards:
        if len(shard.hidden) == shard.persons:
            persons += int(shard.hidden.sum())
            events += int(np.diff(shard.offsets)[shard.hidden == 1].sum())
    known = (snapshot.meta.hidden_persons, snapshot.meta.hidden_events)
    if (persons, events) != known:
        yield f"hidden are {persons} persons, {events} events; expected {known[0]}, {known[1]}"
    everything = np.concatenate([r.astype(np.int64) for r in snapshot.visible_rows()])
    if len(np.unique(everything)) != len(everything):
        yield "a row of the event log is there twice"


def _number_problems(shards: Sequence[ShardEntry]) -> list[str]:
    expected = 0
    for entry in shards:
        if entry.first_person != expected:
            return [f"{entry.name}: begins with person {entry.first_person}, expected {expected}"]
        expected += entry.persons
    return []


def _shape(array: NDArray[Any]) -> str:
    return f"{array.dtype.str}{list(array.shape)}"
