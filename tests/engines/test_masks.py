"""Masks: the same truth as looking at every event by hand, wherever it is decided."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from tests.strategies.conditions import conditions, some_rows
from tests.strategies.journeys_in_memory import MemorySnapshot
from waypost.engines.masks import SnapshotMasks
from waypost.errors import RuleError
from waypost.journeys import NO_VALUE, EventLog
from waypost.model import Stage, Step, Touchpoint
from waypost.questions import ArrayShard

CODED = ("event", "channel", "source")
TOUCHPOINTS = (
    Touchpoint("", {}),
    Touchpoint("shop", {"en": "Shop"}, "web", "buy", "pay"),
    Touchpoint("help", {"en": "Help"}, "phone", "use", ""),
)
STAGES = (Stage("", {}), Stage("buy", {"en": "Buy"}), Stage("use", {"en": "Use"}))
STEPS = (Step("", {}, ""), Step("pay", {"en": "Pay"}, "buy"))


@dataclass
class Traits(MemorySnapshot):
    """A snapshot with a table of persons."""

    persons: pa.Table = field(default_factory=lambda: pa.table({"id": ["p0", "p1", "p2"]}))


def written(folder, events):
    """A log of these rows in the order given: one batch per row and source."""
    log = EventLog.open(folder)
    for source in sorted({event["source"] for event in events}):
        chosen = [(i, e) for i, e in enumerate(events) if e["source"] == source]
        with log.writer(f"b{len(log.commits())}", source=source, facts={}) as writer:
            writer.add(_table(chosen))
            writer.commit({"read": len(chosen)})
    return log


def _table(chosen):
    texts = ("event", "channel", "text", "a.kind", "a.page.path", "a.size")
    columns = {n: pa.array([e.get(n) for _, e in chosen], pa.string()) for n in texts}
    numbers = [i for i, _ in chosen]
    return pa.table(
        {
            "at": pa.array([e["at"] for _, e in chosen], pa.timestamp("us", "UTC")),
            "value": pa.array([e["value"] for _, e in chosen], pa.int64()),
            "rating": pa.array([e["rating"] for _, e in chosen], pa.float32()),
            "key": pa.array([str(i) for i in numbers], pa.string()),
            "seq": pa.array([i * 16 for i in numbers], pa.int64()),
            "line": pa.array(numbers, pa.int64()),
            "flags": pa.array([0] * len(chosen), pa.int32()),
            **columns,
        }
    )


def read_back(log):
    """Every row of the log with its number, as dicts."""
    names = [*CODED, "text", "value", "rating", "at", "a.kind", "a.page.path", "a.size"]
    found = []
    for part in log.scan(names):
        for i, row in enumerate(part.batch.to_pylist()):
            at = part.batch["at"][i].value
            found.append({**row, "at": at, "row": part.first_row + i})
    return found


def snapshot_of(events, sizes, **other):
    """One shard with the rows as journeys of the sizes given; codes follow from the rows."""
    words = {n: sorted({event[n] or "" for event in events}) for n in CODED}
    contact = np.array([event["row"] % 3 for event in events], np.uint8)
    shard = ArrayShard(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([event["at"] for event in events], np.int64),
        *(np.array([words[n].index(e[n] or "") for e in events], np.uint8) for n in ("event",)),
        **{
            n: np.array([words[n].index(e[n] or "") for e in events], np.uint8)
            for n in ("channel", "source")
        },
        touchpoint=contact,
        stage=contact,
        value=np.array([NO_VALUE if e["value"] is None else e["value"] for e in events]),
        rating=np.array([np.nan if e["rating"] is None else e["rating"] for e in events], "f4"),
        row=np.array([event["row"] for event in events], np.uint32),
    )
    plain = {
        "events": tuple(words["event"]),
        "channels": tuple(words["channel"]),
        "sources": tuple(words["source"]),
        "touchpoints": TOUCHPOINTS,
        "stages": STAGES,
        "steps": STEPS,
        "ticks_per_second": 1_000_000,
    }
    return Traits([shard], **(plain | other))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A log of 150 rows, two thirds of them in a snapshot in another order."""
    log = written(tmp_path_factory.mktemp("shop"), some_rows(150))
    events = read_back(log)
    chosen = [events[i] for i in np.random.default_rng(7).permutation(len(events))[:100]]
    snapshot = snapshot_of(chosen, [30, 0, 70])
    return snapshot, chosen, SnapshotMasks(snapshot, log), log


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(condition=conditions())
def test_masks_equal_the_slow_twin(world, condition):
    snapshot, events, masks, _ = world
    text, holds = condition
    found = masks.event_mask(text, snapshot.shards[0])
    assert found.dtype == np.uint8
    assert found.tolist() == [int(holds(event)) for event in events]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("touchpoint = 'shop'", {1}),
        ("touchpoint is null", {0}),
        ("touchpoint != 'shop'", {0, 2}),
        ("stage = 'use'", {2}),
        ("stage in ('use', 'buy')", {1, 2}),
        ("step = 'pay'", {1}),
        ("step is null", {0, 2}),
        ("touchpoint like 's%' or stage is null", {0, 1}),
    ],
)
def test_touchpoint_stage_and_step_are_asked_by_their_ids(world, text, codes):
    snapshot, _, masks, _ = world
    shard = snapshot.shards[0]
    expected = [int(code in codes) for code in shard.touchpoint.tolist()]
    assert masks.event_mask(text, shard).tolist() == expected


def test_a_touchpoint_that_is_not_there_is_refused_with_its_neighbour(world):
    snapshot, _, masks, _ = world
    with pytest.raises(RuleError, match=r"There is no touchpoint “shoop”.*Did you mean shop"):
        masks.event_mask("touchpoint = 'shoop'", snapshot.shards[0])


def test_an_attribute_that_is_not_there_is_refused_with_its_neighbour(world):
    snapshot, _, masks, _ = world
    with pytest.raises(RuleError, match=r"No event has “knd”.*Did you mean kind"):
        masks.event_mask("knd = 'a'", snapshot.shards[0])
    with pytest.raises(RuleError, match=r"No event has “chanel”.*Did you mean channel"):
        masks.event_mask("chanel = 'a'", snapshot.shards[0])


def test_a_channel_that_does_not_occur_keeps_nothing(world):
    snapshot, _, masks, _ = world
    assert masks.event_mask("channel = 'telepathy'", snapshot.shards[0]).sum() == 0


def test_attributes_need_the_log(world):
    snapshot, _, _, _ = world
    masks = SnapshotMasks(snapshot)
    assert masks.event_mask("value > 3", snapshot.shards[0]).sum() > 0
    with pytest.raises(RuleError, match="“kind” can only be asked where the event log is"):
        masks.event_mask("kind = 'a'", snapshot.shards[0])


@settings(max_examples=30, deadline=None)
@given(condition=conditions())
def test_persons_with_an_event_that_fulfils_a_condition_are_found(world, condition):
    snapshot, events, masks, _ = world
    text, holds = condition
    parts = (events[:30], [], events[30:])
    found = masks.persons_with(text, snapshot.shards[0])
    assert found.tolist() == [int(any(map(holds, part))) for part in parts]


@pytest.mark.parametrize("ticks_per_second", [1, 1_000, 1_000_000])
def test_instants_are_compared_in_the_snapshots_ticks(world, ticks_per_second):
    snapshot, _, _, _ = world
    epoch = 1_711_000_000_000_000
    tick_us = 1_000_000 // ticks_per_second
    shard = ArrayShard(
        np.array([0, 4]),
        (np.array([899, 900, 901, 100_000_000]) * ticks_per_second).astype(np.int64),
        np.zeros(4, np.uint8),
    )
    later = replace(snapshot, shards=[shard], epoch_us=epoch, ticks_per_second=ticks_per_second)
    instants = (shard.at * tick_us + epoch).tolist()
    moment = "2024-03-21 07:01:40+01:00"  # 900 seconds after the epoch of the snapshot
    assert instants[1] == 1_711_000_900_000_000
    masks = SnapshotMasks(later)
    assert masks.event_mask(f"at >= '{moment}'", shard).tolist() == [0, 1, 1, 1]
    assert masks.event_mask(f"at > '{moment}'", shard).tolist() == [0, 0, 1, 1]
    assert masks.event_mask(f"at = '{moment}'", shard).tolist() == [0, 1, 0, 0]
    assert masks.event_mask("at = '2024-03-21'", shard).tolist() == [1, 1, 1, 0]


def test_values_follow_the_snapshots_currency(world):
    snapshot, _, _, _ = world
    shard = ArrayShard(
        np.array([0, 2]), np.zeros(2, np.int64), np.zeros(2, np.uint8), value=np.array([150, 15000])
    )
    found = {
        currency: SnapshotMasks(replace(snapshot, currency=currency))
        .event_mask("value > 100", shard)
        .tolist()
        for currency in ("EUR", "JPY")
    }
    assert found == {"EUR": [0, 1], "JPY": [1, 1]}


def test_traits_belong_to_all_of_a_persons_events(world):
    snapshot, _, _, _ = world
    persons = pa.table({"id": ["a", "b", "c"], "trait.city": ["Kiel", None, "Ulm"]})
    masks = SnapshotMasks(replace(snapshot, persons=persons))
    shard = snapshot.shards[0]
    assert masks.persons_with("person.city = 'Kiel'", shard).tolist() == [1, 0, 0]
    assert masks.event_mask("person.city is not null", shard).sum() == 100
    with pytest.raises(RuleError, match=r"Persons have no trait “citi”.*Did you mean city"):
        masks.event_mask("person.citi = 'x'", shard)


def test_many_threads_see_the_same_truth_while_the_memory_is_small(world, monkeypatch):
    snapshot, events, _, log = world
    monkeypatch.setattr("waypost.engines.masks.KEPT_BYTES", 200)
    masks = SnapshotMasks(snapshot, log)
    texts = ["kind = 'a'", "kind like 'a%' and size > 3", "text is null", "size = 3 or kind = 'ab'"]
    shard = snapshot.shards[0]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: masks.event_mask(texts[i % 4], shard).tolist(), range(40)))
    assert all(found[i] == found[i % 4] for i in range(40))
    assert found[0] == [int(event["a.kind"] == "a") for event in events]


def test_text_that_is_no_condition_is_refused(world):
    snapshot, _, masks, _ = world
    with pytest.raises(RuleError, match="cannot be used"):
        masks.event_mask("channel = ", snapshot.shards[0])
