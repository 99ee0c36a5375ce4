"""Real data sets the whole way: files, persons, journeys, map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import waypost
from waypost import Settings
from waypost.app import Workspace

pytestmark = pytest.mark.realdata

OLIST: tuple[dict[str, Any], ...] = (
    {
        "name": "orders",
        "moments": {
            "order_placed": "order_purchase_timestamp",
            "order_fulfilled": "order_delivered_carrier_date",
            "order_delivered": "order_delivered_customer_date",
        },
        "identifiers": {"customer_id.olist": "customer_id", "order_id": "order_id"},
        "key": "order_id",
    },
    {
        "name": "reviews",
        "time": "review_answer_timestamp",
        "event": "review_written",
        "identifiers": {"order_id": "order_id"},
        "rating": "review_score",
        "text": ["review_comment_title", "review_comment_message"],
        "key": ["review_id", "order_id"],
    },
    {
        "name": "leads",
        "time": "first_contact_date",
        "event": "lead_submitted",
        "identifiers": {"customer_id.mql": "mql_id"},
        "key": "mql_id",
    },
    {
        "name": "deals",
        "time": "won_date",
        "event": "deal_won",
        "identifiers": {"customer_id.mql": "mql_id"},
        "key": "mql_id",
    },
)


@pytest.fixture
def olist(tmp_path: Path, shared_data: Path) -> Workspace:
    settings = Settings("Olist", zone="America/Sao_Paulo", country="BR", currency="BRL")
    shop = waypost.create(tmp_path / "olist", settings)
    (shop.path / "mappings").mkdir()
    for mapping in OLIST:
        target = shop.path / "mappings" / f"{mapping['name']}.yaml"
        target.write_text(yaml.safe_dump(mapping))
    shop.add(
        shared_data / "olist/olist_orders_sample.csv.gz",
        shared_data / "olist/olist_order_reviews_sample.csv.gz",
        *sorted((shared_data / "olist_funnel").glob("*.csv.gz")),
    )
    shop.build()
    return shop


def test_reviews_find_their_buyers_and_deals_their_leads(olist: Workspace) -> None:
    """8,000 leads of which 842 were won; every order's review joins the order's person."""
    won = olist.ask(waypost.Funnel(("event:lead_submitted", "event:deal_won"), within="3650d"))
    rated = olist.ask(waypost.Funnel(("event:order_placed", "event:review_written"), within="365d"))
    persons = olist.snapshot.meta.persons

    assert next(row["persons"] for row in won.rows()) == 8_000
    assert [row["persons"] for row in won.rows()][1] <= 842
    assert next(row["persons"] for row in rated.rows()) == 4_000
    assert persons >= 12_000
    assert olist.check() == []


def test_a_log_of_another_world_gets_a_map_of_its_own_events(
    tmp_path: Path, shared_data: Path
) -> None:
    """Helpdesk: 4,580 cases, 21,348 events; no shipped rule knows them, so rules are proposed."""
    desk = waypost.create(tmp_path / "desk")
    desk.add(shared_data / "process_logs_xes/Helpdesk.xes.gz")
    report = desk.build()
    document = json.loads(desk.map().to_json())

    assert (report.persons, report.events, report.proposed_rules) == (4_580, 21_348, True)
    assert document["head"]["persons"] == 4_580
    assert document["head"]["events"] + document["head"]["unbound_events"] == 21_348
    assert {"take_in_charge_ticket", "resolve_ticket", "closed"} <= {
        step["id"] for step in document["steps"]
    }
