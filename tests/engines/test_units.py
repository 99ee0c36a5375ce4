"""One question, counted per person, session, order or account."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import waypost
from tests.strategies.journeys_in_memory import MemorySnapshot, journeys, shard_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Breakdown, Comparison, Groups, Transitions

EVENTS = """time,customer,event,order,firm
2026-01-01T09:00,ann,view,,acme
2026-01-01T09:01,ann,order,o1,
2026-01-02T10:00,bob,view,,acme
2026-01-02T10:01,bob,order,o2,
2026-01-03T09:00,ann,receive,o1,
2026-01-03T09:00,bob,receive,o2,
2026-01-04T09:00,cem,order,o3,zeta
2026-01-04T09:30,cem,view,,
"""
MAPPING = {
    "name": "example",
    "time": {"column": "time", "style": "iso", "zone": "UTC"},
    "event": {"column": "event"},
    "identifiers": {"user_id": "customer", "order_id": "order"},
    "attributes": {"account": "firm"},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("units") / "shop"
    workspace = waypost.create(folder, waypost.Settings(name="Shop", zone="UTC", stages="none"))
    rows = list(csv.reader(EVENTS.splitlines()))
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (folder / "example.yaml").write_text(yaml.safe_dump(MAPPING), encoding="utf-8")
    workspace.add(folder / "events.csv", mappings=[folder / "example.yaml"])
    workspace.build()
    return workspace


def pairs(shop, unit, **options):
    result = shop.ask(Transitions(by="event", times=False, unit=unit, **options))
    return {(row["from"], row["to"]): row["count"] for row in result.rows()}


def test_a_person_is_the_unit_by_default(shop):
    whole = {("view", "order"): 2, ("order", "receive"): 2, ("order", "view"): 1}
    assert pairs(shop, None) == pairs(shop, "person") == whole


def test_a_session_ends_with_half_an_hour_of_silence(shop):
    assert pairs(shop, "session") == {("view", "order"): 2}
    assert pairs(shop, "session:31m") == {("view", "order"): 2, ("order", "view"): 1}


def test_an_order_has_the_events_that_name_it(shop):
    assert pairs(shop, "order") == {("order", "receive"): 2}


def test_an_account_has_all_events_of_its_persons_in_time_order(shop):
    assert pairs(shop, "account") == {
        ("view", "order"): 2,
        ("order", "view"): 2,
        ("order", "receive"): 1,
        ("receive", "receive"): 1,
    }


def test_columns_and_facts_say_what_was_counted(shop):
    result = shop.ask(Groups("event", unit="order"))
    assert result.facts["orders"] == 3
    assert result.columns["orders"].tolist() == [3]
    assert result.units["orders"] == "orders"


def test_a_segment_means_persons_whatever_is_counted(shop):
    assert pairs(shop, "account", segment="account = 'zeta'") == {("order", "view"): 1}
    assert pairs(shop, "session", segment="never: event = 'receive'") == {}


def test_behind_a_session_cell_are_persons_and_behind_an_order_cell_orders(shop):
    sessions = shop.members(Groups("event", unit="session"), group="receive")
    assert sessions.num_rows == 2
    orders = shop.members(Groups("event", unit="order"), group="order")
    assert orders["id"].to_pylist() == ["O1", "O2", "O3"]


def test_groups_of_sessions_are_broken_down_and_compared(shop):
    broken = shop.ask(Breakdown(Groups("event", of="event", unit="session"), "event"))
    assert broken.facts["sessions"] == sum(broken.facts["group_sizes"].values())
    compared = shop.ask(Comparison(Groups("event", unit="session"), "account = 'acme'"))
    assert set(compared.columns["measure"]) == {"sessions"}


def test_a_unit_that_events_do_not_have_is_refused_with_near_names(shop):
    with pytest.raises(QuestionError, match="order_id"):
        shop.ask(Groups("event", unit="orderid"))


@pytest.mark.parametrize("gap", ["session:0m", "session:-5m", "session:soon"])
def test_a_gap_that_is_no_duration_is_refused(gap):
    with pytest.raises(QuestionError, match="session:45m"):
        Groups("event", unit=gap)


def test_without_a_workspace_there_are_persons_and_sessions_only():
    with pytest.raises(QuestionError, match="workspace"):
        LocalEngine().run(Groups("event", unit="order"), MemorySnapshot([shard_of([[(1, 0)]])]))


@settings(max_examples=40)
@given(journeys(latest=200), st.integers(1, 60))
def test_sessions_are_those_of_plain_cutting(persons, gap):
    expected: dict[str, int] = {}
    for person in persons:
        before = None
        for at, code in person:
            if before is None or at - before >= gap:
                expected["abcd"[code]] = expected.get("abcd"[code], 0) + 1
            before = at
    shop = MemorySnapshot([shard_of(persons[:2]), shard_of(persons[2:], first_person=2)])
    result = LocalEngine().run(Groups("event", unit=f"session:{gap}s"), shop)
    found = dict(zip(result.columns["group"], result.columns["sessions"].tolist(), strict=True))
    assert found == expected


def test_hidden_persons_have_no_sessions():
    shard = shard_of([[(1, 0), (9_999, 1)], [(5, 2)]], hidden=np.array([1, 0], np.uint8))
    result = LocalEngine().run(Groups("event", unit="session"), MemorySnapshot([shard]))
    assert result.facts["sessions"] == 1
