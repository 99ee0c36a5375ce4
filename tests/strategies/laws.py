"""Small stores with everything that a real one has, questions of every kind, and named laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from tests.strategies.journeys_in_memory import NO_VALUE, MemorySnapshot
from waypost.engines import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.engines.units import counted_units
from waypost.kernels.coded import ALL
from waypost.model import Stage, Step, Touchpoint
from waypost.questions import (
    EMPTY_SHARD,
    Abandonment,
    ArrayShard,
    Attribution,
    Cohorts,
    Composed,
    Conformance,
    DropOff,
    Flow,
    Funnel,
    Groups,
    HandOvers,
    Loops,
    MicroConversions,
    Only,
    Paths,
    Patterns,
    Piece,
    Repeat,
    Retention,
    Sessions,
    StepFlow,
    TimeBetween,
    Transitions,
    Volumes,
    selection_of,
)

__all__ = [
    "EXAMPLES",
    "Event",
    "World",
    "ask",
    "column",
    "contributions",
    "counts_of",
    "few",
    "fewer",
    "filters",
    "find",
    "forget_masks",
    "law",
    "plain",
    "snapshot_from",
    "told",
    "worlds",
]

HOUR = 3600
CODES = 4
NAMES = ("a", "b", "c", "d")
TOUCHPOINTS = (
    Touchpoint("", {}),
    Touchpoint("tb", {}, stage="first", step="sb"),
    Touchpoint("tc", {}, stage="first", step="sc"),
    Touchpoint("td", {}, stage="second", step="sd"),
)
STAGES = (Stage("", {}), Stage("first", {}), Stage("second", {}))
STEPS = (
    Step("", {}, ""),
    Step("sb", {}, "first"),
    Step("sc", {}, "first"),
    Step("sd", {}, "second"),
)
STAGE_OF = np.array([0, 1, 1, 2], np.uint8)

few = settings(deadline=None, max_examples=25)
"""Many small stores say more than one large one."""

fewer = settings(deadline=None, max_examples=8)
"""For laws that every kind of question is tried with."""


def law(name):
    """Mark a test as the one that holds the law of that name in ``docs/laws.md``."""

    def marked(test):
        test.law = name
        return test

    return marked


@dataclass(frozen=True)
class Event:
    """One event; code 0 is bound to no touchpoint."""

    at: int
    code: int
    channel: int = 0
    value: int = NO_VALUE


@dataclass(frozen=True)
class World:
    """Visible journeys, in which shard each lies, older journeys that are hidden, and the rest.

    ``stale``: for some persons a journey that an overlay replaces; ``nobody``: events without a
    person; ``until``: the latest instant of the data in seconds.
    """

    persons: list
    place: list
    stale: dict
    nobody: list
    until: int

    @property
    def snapshot(self):
        """The store: shards 0 to 2, of which the last is the overlay of hidden persons."""
        return snapshot_from(self._shards(), self.nobody, self.until)

    @property
    def alone(self):
        """The same persons in one shard, with nothing hidden."""
        return snapshot_from([(self.persons, [])], self.nobody, self.until)

    def _shards(self):
        shards = []
        for number in range(3):
            stored = [
                (self.stale[place], 1) if hides else (person, 0)
                for place, person in enumerate(self.persons)
                for hides in self._stored(place, number)
            ]
            journeys = [journey for journey, _ in stored]
            shards.append((journeys, [hidden for _, hidden in stored]))
        return shards

    def _stored(self, place, shard):
        """Whether the shard holds the person, and if so whether it hides a stale journey."""
        home = self.place[place]
        if place in self.stale:
            return {home: [True], 2: [False]}.get(shard, [])
        return [False] if shard == home else []


def shard_from(persons, hidden=(), first_person=0):
    """A shard of ``Event`` journeys."""
    flat = [event for person in persons for event in person]
    code = np.array([event.code for event in flat], np.uint8)
    offsets = np.concatenate([[0], np.cumsum([len(person) for person in persons])])
    return ArrayShard(
        offsets.astype(np.int64),
        np.array([event.at for event in flat], np.int32),
        code,
        touchpoint=code,
        stage=STAGE_OF[code],
        channel=np.array([event.channel for event in flat], np.uint8),
        value=np.array([event.value for event in flat], np.int64),
        rating=np.where(code > 1, code - 3.0, np.nan).astype(np.float32),
        hidden=np.array(hidden, np.uint8) if any(hidden) else ALL,
        first_person=first_person,
    )


def snapshot_from(shards, nobody=(), until=20 * 24 * HOUR, **other):
    """A snapshot of (journeys, hidden) pairs; person numbers rise through the shards."""
    laid, first = [], 0
    for persons, hidden in shards:
        laid.append(shard_from(persons, hidden, first))
        first += len(persons)
    volume = shard_from([list(nobody)]) if nobody else EMPTY_SHARD
    given = {
        "events": NAMES,
        "touchpoints": TOUCHPOINTS,
        "stages": STAGES,
        "steps": STEPS,
        "zone": "UTC",
        "volume": volume,
        "data_until_us": until * 1_000_000,
    }
    return MemorySnapshot(laid, **(given | other))


def _event(number):
    """One number for each of 10 instants, 4 codes, 2 channels and 3 values; ties are frequent."""
    number, code = divmod(number, CODES)
    number, channel = divmod(number, 2)
    at, value = divmod(number, 3)
    return Event(at * 6 * HOUR, code, channel, (NO_VALUE, 100, 2_50)[value])


@st.composite
def worlds(draw, *, most_persons=5, most_events=7):
    """Any world: several shards, ties, persons with one event or none, overlays, volume."""
    numbers = st.lists(st.integers(0, 10 * CODES * 2 * 3 - 1), max_size=most_events)
    drawn = draw(st.lists(numbers, max_size=most_persons))
    persons = [sorted(map(_event, one), key=lambda event: event.at) for one in drawn]
    places = st.lists(st.integers(0, 1), min_size=len(persons), max_size=len(persons))
    moved = draw(st.lists(st.booleans(), min_size=len(persons), max_size=len(persons)))
    stale = {
        place: [replace(event, code=CODES - 1 - event.code) for event in persons[place]]
        + [Event(60 * HOUR, 0)]
        for place in np.flatnonzero(moved).tolist()
    }
    nobody = draw(st.lists(st.integers(0, 239), max_size=2))
    until = draw(st.sampled_from([60, 66, 100, 20 * 24])) * HOUR
    return World(
        persons, draw(places), stale, sorted(map(_event, nobody), key=lambda e: e.at), until
    )


def filters(*, period=True, units=True):
    """Fields of any question that say what exists; often nothing."""
    given = {
        "where": st.sampled_from([None, "channel = 'web'", "event != 'c'", "value > 2"]),
        "segment": st.sampled_from(
            [None, "event = 'a'", "never: event = 'd'", ("channel = 'email'", "event = 'b'")]
        ),
        "only": st.sampled_from(
            [None, Only("channel", ("web",)), Only("event", ("a", "b", "d"), "event")]
        ),
    }
    if period:
        given["since"] = st.sampled_from([None, "1970-01-01T06:00:00+00:00"])
        given["until"] = st.sampled_from([None, "1970-01-02"])
    if units:
        given["unit"] = st.sampled_from([None, "session:7h"])
    one = st.sampled_from(sorted(given)).flatmap(
        lambda name: st.fixed_dictionaries({name: given[name]})
    )
    return st.one_of(st.just({}), one, st.fixed_dictionaries(given))


plain = filters(period=False, units=False)
"""Filters that leave the meaning of entries and of units alone."""

EXAMPLES = {
    question.name: question
    for question in (
        Abandonment(["a", "c"], "b", within="12h", recovery="2d"),
        Attribution("event:d", by="event", within="12h", markov_order=2, level=0),
        Cohorts(first="a", then="b", by="day", every="day", periods=3),
        Conformance(["a", "b", "d"], optional=["b"], by="event"),
        DropOff(by="event", quiet="12h"),
        Flow(by="event", length=3, top=9, quiet="12h"),
        Funnel(["a", "b", "d"], within="1d"),
        Groups("event", of="event"),
        HandOvers(by="event", within="12h", goal="event:d", goal_within="1d"),
        Loops(by="event", visits=3),
        MicroConversions("event:d", by="event", landmark="6h", within="1d"),
        Paths(by="event", length=3, top=5_000),
        Repeat("b", most=3, within="12h"),
        Retention(first="a", every="day", periods=3),
        Patterns(["a -> b", "a -> !c -> d", "b => b"]),
        Sessions(gap="7h", by="event", goal="d"),
        StepFlow(quiet="12h"),
        TimeBetween("a", "b"),
        Transitions(by="event", persons=True),
        Volumes(by="event"),
    )
}
"""One of every kind of question, with everything listed and times that the worlds reach."""


@cache
def _masks():
    """Masks read dictionaries only, and all stores here have the same."""
    return SnapshotMasks(snapshot_from([]))


def _masks_of(snapshot):
    usual = (snapshot.events, snapshot.epoch_us, snapshot.ticks_per_second) == (NAMES, 0, 1)
    return _masks() if usual else None


def forget_masks():
    """Close what ``ask`` evaluates conditions with; it is opened again when needed."""
    _masks.cache_clear()


def ask(question, snapshot, **fields):
    """The answer on one thread; ``fields`` are set before, on the question or the one inside."""
    if isinstance(question, Composed):
        question = replace(question, question=replace(question.question, **fields))
    else:
        question = replace(question, **fields)
    return LocalEngine(threads=1).run(question, snapshot, _masks_of(snapshot))


def find(question, cell, snapshot):
    """Who is behind a cell of the answer."""
    return LocalEngine(threads=1).find(question, cell, snapshot, _masks_of(snapshot))


def contributions(name, snapshot, fields):
    """A task of the example, what each person contributes, and what nobody does."""
    if name == "sessions":
        fields = {key: value for key, value in fields.items() if key != "unit"}
    question, masks = replace(EXAMPLES[name], **fields), _masks_of(snapshot)
    view, masks = counted_units(question, snapshot, masks)
    task = question.plan(view)
    chosen = {id(shard): selection_of(question, task, shard, masks) for shard in view.shards}
    parts = [
        task.run(Piece(shard, first, first + 1), chosen[id(shard)].of_persons(first, first + 1))
        for shard in view.shards
        for first in range(shard.offsets.size - 1)
    ]
    return task, parts, task.run(EMPTY_SHARD, selection_of(question, task, EMPTY_SHARD, masks))


def column(result, key, values):
    """Two columns of an answer as a mapping without zeros."""
    pairs = zip(result.columns[key], result.columns[values], strict=True)
    return {str(name): int(value) for name, value in pairs if value}


def counts_of(result, share):
    """The units that an answer counts in a share, by key and without zeros."""
    counted = {key: count for key, (count, _) in share.read(result).items()}
    return {key: count for key, count in counted.items() if count}


def told(result):
    """All that an answer says, without the question."""
    return {name: part for name, part in result.to_dict().items() if name != "question"}
