"""The store follows the log: whatever is reused, the journeys are those of a full build."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import journeys_by_id, volume_of
from waypost.errors import InputError
from waypost.journeys import NO_VALUE, EventLog, Snapshot
from waypost.journeys.binding import bind, parse_rules
from waypost.journeys.store import LogState, Place, snapshot_from_log

RULES = """
extends: none
stages: [{id: buy, label: {en: Buy}}, {id: use, label: {en: Use}}]
steps: [{id: pay, stage: buy, label: {en: Pay}}]
touchpoints:
  - {id: shop, step: pay, label: {en: Shop}, when: {event: order placed}}
"""
OTHER_RULES = (
    RULES + "  - {id: help, stage: use, label: {en: Help}, when: {event: ticket created}}\n"
)
NAMES = ("order placed", "ticket created", "$profile")


@dataclass
class Shop:
    """A workspace with a log; persons are groups of addresses."""

    workspace: Path
    same: dict[str, str] = field(default_factory=dict)
    rules: str = RULES
    imports: int = 0

    def add(self, events: list[tuple], source: str = "shop") -> str:
        """Import ``(second, event, key, e-mail, value, currency, channel, flags)``."""
        columns = list(zip(*events, strict=True)) if events else [()] * 8
        names = ("at", "event", "key", "id.email", "value", "currency", "channel", "flags")
        types = (pa.int64(), *[pa.string()] * 3, pa.int64(), *[pa.string()] * 2, pa.int32())
        arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
        table = pa.table(dict(zip(names, arrays, strict=True)))
        at = pa.array([1_000_000 * s for s in columns[0]], pa.timestamp("us", "UTC"))
        line = pa.array(range(len(events)), pa.int64())
        table = table.set_column(0, "at", at).append_column("line", line)
        seq = pa.array([16 * (len(events) - i) for i in range(len(events))], pa.int64())
        self.imports += 1
        batch = f"batch-{self.imports}"
        with self.log.writer(batch, source=source, facts={}) as writer:
            writer.add(table.append_column("seq", seq))
            writer.commit({"read": len(events)})
        return batch

    @property
    def log(self) -> EventLog:
        return EventLog.open(self.workspace)

    def rows(self) -> list[dict]:
        """Every row of the log, plainly."""
        names = ["at", "seq", "event", "channel", "source", "value", "currency", "id.email"]
        found = []
        for part in self.log.scan([*names, "rating", "flags"]):
            for number, row in enumerate(part.batch.to_pylist()):
                row |= {"row": part.first_row + number, "visible": bool(part.visible[number])}
                row["person"] = self.same.get(row["id.email"], row["id.email"])
                found.append(row)
        return found

    def state(self) -> LogState:
        rows = self.rows()
        ids = sorted({row["person"] for row in rows if row["person"]})
        number = {person: i for i, person in enumerate(ids)}
        persons = np.full(self.log.row_count(), -1, dtype=np.int32)
        for row in rows:
            persons[row["row"]] = number.get(row["person"], -1)
        binding = bind(parse_rules(self.rules))
        return LogState(self.log, persons, pa.table({"id": ids}), binding, Place("UTC", "EUR"))

    def build(self, **options) -> Snapshot:
        return snapshot_from_log(self.workspace, self.state(), **options)

    def expected(self) -> tuple[dict, list]:
        """Journeys by person and volume, in words."""
        journeys: dict[str, list] = {}
        counted = [r for r in self.rows() if r["visible"] and not r["event"].startswith("$")]
        for row in sorted(counted, key=lambda r: (r["at"], r["seq"], r["row"])):
            value = row["value"] if row["currency"] in (None, "EUR") else None
            bound = {"order placed": ("shop", "buy")}
            if self.rules == OTHER_RULES:
                bound["ticket created"] = ("help", "use")
            touchpoint, stage = bound.get(row["event"], ("", ""))
            second = int(row["at"].timestamp())
            told = (second, row["event"], row["channel"] or "", row["source"], touchpoint, stage)
            journeys.setdefault(row["person"], []).append((*told, value))
        volume = journeys.pop(None, [])
        return journeys, volume


def told(snapshot: Snapshot) -> tuple[dict, list]:
    """What a snapshot holds, in words."""

    def words(event: tuple) -> tuple:
        at, _, name, channel, touchpoint, stage, source, value, _ = event
        return (
            at // 1_000_000,
            snapshot.events[name],
            snapshot.channels[channel],
            snapshot.sources[source],
            snapshot.touchpoints[touchpoint].id,
            snapshot.stages[stage].id,
            None if value == NO_VALUE else value,
        )

    journeys = journeys_by_id(snapshot)
    return (
        {person: [words(e) for e in journey] for person, journey in journeys.items()},
        [words(e) for e in volume_of(snapshot)],
    )


EVENT = st.tuples(
    st.integers(0, 9),
    st.sampled_from(NAMES),
    st.sampled_from([f"key {i}" for i in range(12)]),
    st.sampled_from(["a@x", "b@x", "c@x", None]),
    st.sampled_from([None, 0, 1999]),
    st.sampled_from([None, "EUR", "USD"]),
    st.sampled_from([None, "web", "store"]),
    st.just(0),
)
EVENTS = st.lists(EVENT, min_size=1, max_size=8, unique_by=lambda event: event[2])
ACTION = st.one_of(
    st.tuples(st.just("add"), EVENTS, st.sampled_from(["shop", "till"])),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("merge"), st.sampled_from(["a@x", "b@x"]), st.sampled_from(["a@x", "c@x"])),
    st.tuples(st.just("rules"), st.sampled_from([RULES, OTHER_RULES])),
)


def act(shop: Shop, action: tuple) -> None:
    match action:
        case ("add", events, source):
            shop.add(events, source)
        case ("undo", number):
            batches = [commit.batch for commit in shop.log.batches()]
            if batches:
                shop.log.undo(batches[number % len(batches)])
        case ("merge", one, other):
            shop.same = {one: other}
        case ("rules", rules):
            shop.rules = rules


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTION, min_size=1, max_size=5), share=st.sampled_from([0.2, 1.0]))
def test_after_every_change_the_store_holds_what_the_log_says(
    new_workspace, monkeypatch, actions, share
):
    monkeypatch.setattr("waypost.journeys.store.from_log.OVERLAY_SHARE", share)
    shop = Shop(new_workspace())
    for action in actions:
        act(shop, action)
        snapshot = shop.build()
        assert told(snapshot) == shop.expected()
        assert snapshot.verify() == []


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Twenty buyers, two anonymous receipts, a profile."""
    shop = Shop(tmp_path)
    buyers = [(s, NAMES[0], f"k{s}", f"{s}@x", 100, "EUR", "web", 0) for s in range(20)]
    receipts = [(s, NAMES[0], f"r{s}", None, 100, None, "store", 0) for s in (3, 7)]
    shop.add([*buyers, *receipts, (5, "$profile", "p", "5@x", None, None, None, 0)])
    return shop


def test_an_unchanged_state_gives_the_snapshot_that_is_there(shop: Shop):
    first = shop.build()
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    assert shop.build().id == first.id
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == before


def test_new_rules_keep_the_files_of_the_events(shop: Shop):
    first = shop.build()
    shop.rules = OTHER_RULES
    second = shop.build()
    at = "shard-000/at.npy"
    assert second.id != first.id
    assert (second.folder / at).samefile(first.folder / at)
    assert told(second) == shop.expected()


def test_few_new_events_go_into_an_overlay(shop: Shop):
    shop.build()
    shop.add([(30, NAMES[1], "new", "7@x", None, None, "web", 0)], "desk")
    second = shop.build()
    assert [entry.overlay for entry in second.meta.shards] == [False, True]
    assert second.meta.hidden_persons == 1
    assert second.data_until_us == 30_000_000
    assert second.sources == ("shop", "desk")
    assert told(second) == shop.expected()


def test_many_new_events_lay_the_store_anew(shop: Shop):
    shop.build()
    shop.add([(s, NAMES[1], f"n{s}", f"{s}@x", None, None, "web", 0) for s in range(20)], "desk")
    second = shop.build()
    assert [entry.overlay for entry in second.meta.shards] == [False]
    assert told(second) == shop.expected()


def test_taking_an_import_back_takes_its_end_of_data_back(shop: Shop):
    shop.build()
    batch = shop.add([(30, NAMES[1], "new", "7@x", None, None, "web", 0)], "desk")
    assert shop.build().data_until_us == 30_000_000
    shop.log.undo(batch)
    third = shop.build()
    assert third.data_until_us == 19_000_000
    assert told(third) == shop.expected()


def test_events_from_the_future_do_not_move_the_end_of_data(shop: Shop):
    shop.add([(10**9, NAMES[1], "late", "7@x", None, None, "web", 2)], "desk")
    snapshot = shop.build(shards=1)
    assert snapshot.data_until_us == 19_000_000
    assert told(snapshot) == shop.expected()


def test_a_damaged_snapshot_is_replaced(shop: Shop):
    first = shop.build()
    (first.folder / "meta.json").write_bytes(b"{")
    shop.add([(30, NAMES[1], "new", "7@x", None, None, "web", 0)], "desk")
    assert told(shop.build()) == shop.expected()


def test_an_empty_log_gives_an_empty_snapshot(tmp_path: Path):
    snapshot = Shop(tmp_path).build()
    assert told(snapshot) == ({}, [])
    assert snapshot.verify() == []


def test_persons_for_another_number_of_rows_are_refused(shop: Shop):
    state = shop.state()
    wrong = LogState(state.log, state.person_of_rows[:-1], state.persons, state.binding)
    with pytest.raises(InputError, match="persons are known for 22"):
        snapshot_from_log(shop.workspace, wrong)
