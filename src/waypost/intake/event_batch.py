"""Events and outcomes as Arrow batches with the columns of the event log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waypost.intake.records import Chunk, Outcome
from waypost.model import ATTRIBUTE_PREFIX, CORE_SCHEMA, IDENTIFIER_PREFIX, RANKS_PER_RECORD, Event

__all__ = ["chunks_of", "event_batch", "with_slow"]

OUTCOMES_PER_CHUNK = 16_384


def event_batch(events: Sequence[Event], source: str) -> pa.RecordBatch:
    """The events as one batch, in their order; identifier and attribute columns sorted by name.

    A second identifier of one kind in an event gets the column ``id.<kind>#2``.
    """
    arrays = _core_arrays(events, source)
    names = list(CORE_SCHEMA.names)
    identifiers = [_numbered(event.identifiers) for event in events]
    for kind in sorted(set().union(*identifiers)):
        names.append(IDENTIFIER_PREFIX + kind)
        arrays.append(pa.array([found.get(kind) for found in identifiers], pa.string()))
    for name in sorted(set().union(*(event.attributes for event in events))):
        names.append(ATTRIBUTE_PREFIX + name)
        arrays.append(pa.array([event.attributes.get(name) for event in events], pa.string()))
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _core_arrays(events: Sequence[Event], source: str) -> list[pa.Array]:
    columns: dict[str, list[object]] = {
        "at": [event.at for event in events],
        "event": [event.event for event in events],
        "channel": [event.channel for event in events],
        "source": [source] * len(events),
        "key": [event.key for event in events],
        "seq": [_sequence(event) for event in events],
        "value": [event.value for event in events],
        "currency": [event.currency if event.value is not None else None for event in events],
        "rating": [event.rating for event in events],
        "text": [event.text for event in events],
        "line": [event.line for event in events],
        "flags": [int(event.flags) for event in events],
    }
    return [pa.array(columns[field.name], field.type) for field in CORE_SCHEMA]


def _sequence(event: Event) -> int:
    return event.line * RANKS_PER_RECORD + min(event.rank, RANKS_PER_RECORD - 1)


def _numbered(identifiers: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = dict(identifiers)
    if len(found) == len(identifiers) and "#" not in "".join(found):
        return found
    found = {}
    for kind, value in identifiers:
        base, _, _ = kind.partition("#")
        if any(value == known and name.partition("#")[0] == base for name, known in found.items()):
            continue
        name, number = base, 1
        while name in found:
            number += 1
            name = f"{base}#{number}"
        found[name] = value
    return found


def with_slow(
    events: pa.Table, owners: npt.NDArray[np.int64], outcomes: Mapping[int, Outcome], source: str
) -> tuple[pa.RecordBatch, npt.NDArray[np.int64]]:
    """Events made by columns and, by ``outcomes``, one by one, in the order of their owners.

    ``owners`` (rising within equal events) numbers the records; events of one stay as they were.
    """
    more = [(owner, event) for owner, one in outcomes.items() for event in one.events]
    if more:
        slow = pa.Table.from_batches([event_batch([event for _, event in more], source)])
        events = pa.concat_tables([events, slow], promote_options="default")
        owners = np.concatenate([owners, np.array([owner for owner, _ in more], np.int64)])
    sorting = np.argsort(owners, kind="stable")
    found = events.take(pa.array(sorting)).combine_chunks().to_batches()
    return found[0] if found else event_batch([], source), owners[sorting]


def chunks_of(outcomes: Iterable[Outcome], source: str) -> Iterator[Chunk]:
    """The outcomes in pieces of at most ``OUTCOMES_PER_CHUNK``, in their order."""
    waiting = iter(outcomes)
    while piece := list(islice(waiting, OUTCOMES_PER_CHUNK)):
        yield _chunk(piece, source)


def _chunk(outcomes: Sequence[Outcome], source: str) -> Chunk:
    made = [outcome for outcome in outcomes if outcome.events]
    events = [event for outcome in made for event in outcome.events]
    ignored: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.ignored:
            ignored[outcome.ignored] += len(outcome.lines)
    return Chunk(
        events=event_batch(events, source),
        owner=np.repeat(np.arange(len(made)), [len(outcome.events) for outcome in made]),
        records=np.array([len(outcome.lines) for outcome in made], dtype=np.int64),
        ignored=dict(sorted(ignored.items())),
        refused=tuple(refusal for outcome in outcomes for refusal in outcome.refused),
    )
