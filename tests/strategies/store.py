"""Event blocks as a log may hold them: ties, late events, rows without a person, several blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from waypost.journeys import NO_VALUE, Dictionaries, EventBlock, StoreInputs
from waypost.journeys.store import Change
from waypost.model import Stage, Step, Touchpoint

__all__ = [
    "DICTIONARIES",
    "LogState",
    "SmallLog",
    "block_of",
    "histories",
    "ids_of",
    "inputs_of",
    "small_logs",
]

DICTIONARIES = Dictionaries(
    events=("seen", "bought", "asked"),
    channels=("", "web", "store"),
    touchpoints=(
        Touchpoint("", {}),
        Touchpoint("shop", {"en": "Shop", "de": "Laden"}, "web", "buy", "pay"),
        Touchpoint("help", {"en": "Help"}, "store", "use", "", {"owner": "service"}),
    ),
    stages=(Stage("", {}), Stage("buy", {"en": "Buy"}), Stage("use", {"en": "Use"})),
    steps=(Step("", {}, ""), Step("pay", {"en": "Pay"}, "buy")),
    sources=("a", "b"),
)

_EVENT = st.tuples(
    st.integers(-1, 5),  # person
    st.integers(0, 12),  # instant, in steps
    st.integers(0, 3),  # seq
    st.integers(0, 2),  # event, channel, touchpoint and source follow from it and the row
    st.sampled_from([NO_VALUE, 0, -5, 1999]),
    st.sampled_from([float("nan"), -2.0, 0.5]),
)


@dataclass(frozen=True)
class SmallLog:
    """Blocks in log order and how many persons there are."""

    blocks: tuple[EventBlock, ...]
    persons: int


def block_of(events: list[tuple], *, first_row: int = 0, step_us: int = 1_000_000) -> EventBlock:
    """A block of ``(person, instant, seq, event, value, rating)``."""
    n = len(events)
    person, instant, seq, event, value, rating = zip(*events, strict=True) if n else [()] * 6
    event = np.array(event, dtype=np.uint8)
    row = np.arange(first_row, first_row + n)
    touchpoint = ((event + row) % 3).astype(np.uint8)
    return EventBlock(
        person=np.array(person, dtype=np.int32),
        at=np.array(instant, dtype=np.int64) * step_us,
        seq=np.array(seq, dtype=np.int64),
        row=row,
        event=event,
        channel=((event + 1) % 3).astype(np.uint8),
        touchpoint=touchpoint,
        stage=DICTIONARIES.stage_of_touchpoint()[touchpoint],
        source=(row % 2).astype(np.uint8),
        value=np.array(value, dtype=np.int64),
        rating=np.array(rating, dtype=np.float32),
    )


def ids_of(persons: int) -> list[str]:
    """Stable ids."""
    return [f"person-{number}" for number in range(persons)]


def inputs_of(log: SmallLog, snapshot_id: str = "one", **more) -> StoreInputs:
    """What a build of this log takes."""
    table = pa.table({"id": ids_of(log.persons)})
    return StoreInputs(log.blocks, table, DICTIONARIES, snapshot_id, **more)


@st.composite
def small_logs(draw) -> SmallLog:
    """Up to three blocks of up to 30 events of up to 6 persons, with many ties."""
    step_us = draw(st.sampled_from([1_000_000, 1_000, 1, 86_400_000_000, 10**15]))
    blocks, row = [], 0
    for events in draw(st.lists(st.lists(_EVENT, max_size=30), max_size=3)):
        blocks.append(block_of(events, first_row=row, step_us=step_us))
        row += len(events)
    return SmallLog(tuple(blocks), 6 + draw(st.integers(0, 2)))


@dataclass(frozen=True)
class LogState:
    """Who owns each row of a log at some time (−1 nobody, −2 not in the store), and the ids."""

    block: EventBlock
    owner: np.ndarray
    ids: tuple[str, ...]

    def blocks(self) -> tuple[EventBlock, ...]:
        """The rows in the store, with their owners."""
        owned = replace(self.block.part(0, len(self.owner)), person=self.owner)
        return (owned.where(self.owner >= -1),)

    def inputs(self, snapshot_id: str) -> StoreInputs:
        """What a full build takes."""
        table = pa.table({"id": list(self.ids), "note": [f"of {i}" for i in self.ids]})
        return StoreInputs(self.blocks(), table, DICTIONARIES, snapshot_id)

    def change_since(self, known: set[int], snapshot_id: str) -> Change:
        """What an append takes, on a snapshot that holds the rows ``known``."""
        new = np.array([o >= -1 and row not in known for row, o in enumerate(self.owner)], bool)
        inputs = self.inputs(snapshot_id)
        return Change(
            owner=self.owner,
            persons=inputs.persons,
            blocks=[self.block.part(0, len(new)).where(new)],
            dictionaries=DICTIONARIES,
            seq_of_rows=lambda rows: self.block.seq[rows],
            snapshot_id=snapshot_id,
        )


@st.composite
def histories(draw) -> list[LogState]:
    """Two to four states of one growing log whose persons are merged, split, renumbered."""
    persons = 6
    events = draw(st.lists(_EVENT, max_size=40))
    block = block_of(events, step_us=draw(st.sampled_from([1_000_000, 1])))
    owners = draw(st.lists(st.integers(-2, persons - 1), min_size=40, max_size=40))
    states = []
    lengths = sorted(draw(st.lists(st.integers(0, len(events)), min_size=2, max_size=4)))
    for length in lengths:
        places = draw(st.lists(st.integers(0, 39), max_size=4))
        for place in places:
            owners[place] = draw(st.integers(-2, persons - 1))
        turn = draw(st.permutations(range(persons)))
        number = np.array([*turn, -2, -1])
        ids = np.empty(persons, dtype=object)
        ids[list(turn)] = ids_of(persons)
        owner = number[np.array(owners[:length], dtype=np.int64)].astype(np.int32)
        states.append(LogState(block, owner, tuple(ids)))
    return states
