"""Several personas side by side: figures and counted cards in a row for each."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import editing, new_map, violations
from tests.studio_fixtures import SLUG, built_front_end, demo_shop, served, studio

__all__ = ["built_front_end", "demo_shop", "editing", "new_map", "served", "studio"]

pytestmark = pytest.mark.browser

STORE, WEB = "e_000000000001", "e_000000000002"


@pytest.fixture
def two(studio, new_map, editing):
    """A map of the demo shop with two personas, side by side."""
    map_id = new_map("data")
    client = studio.client()
    address = f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    personas = [(STORE, "Ladenkundin", "store", "7"), (WEB, "Onlinekäufer", "web", "1")]
    ops = [
        {
            "op": "add",
            "kind": "personas",
            "id": name,
            "value": {
                "order": f"a{colour}",
                "label": {"de": label},
                "segment": f"channel = '{channel}'",
                "colour": colour,
            },
        }
        for name, label, channel, colour in personas
    ]
    base = client.get(address).json()["revision"]
    body = {"id": str(uuid.UUID(int=31)), "base": base, "ops": ops}
    assert client.post(f"{address}/changes", json=body).status_code == 200
    one = editing(map_id)
    one.page.get_by_role("button", name="Nebeneinander").click()
    one.page.wait_for_function(
        "() => document.querySelectorAll('.lane-touchpoints.is-strip .k-tp').length > 3"
    )
    return one, client, address


def test_each_counted_lane_has_a_row_per_persona(two):
    one, _, _ = two
    names = one.page.locator(".lane-touchpoints .whose")
    expect(names).to_have_text(["Onlinekäufer", "Ladenkundin"])


def test_a_row_shows_what_was_counted_for_its_persona(two):
    one, client, address = two
    lanes = client.get(address).json()["document"]["lanes"].items()
    lane = next(name for name, kept in lanes if kept["kind"] == "touchpoints")
    for at, persona in enumerate((WEB, STORE)):
        reading = client.get(f"{address}/numbers?persona={persona}").json()
        reading = reading.get("reading", reading)
        wanted = [
            card["persons"]
            for card in reading["steps"][0]["cells"].get(lane, [])
            if card["kind"] == "touchpoint"
        ][:3]
        row = one.page.locator(".lane-touchpoints").nth(at)
        shown = row.locator('[data-kind="cells"]').first.locator(".k-tp b").all_inner_texts()
        assert [int(text.replace(".", "")) for text in shown[: len(wanted)]] == wanted


def test_every_step_says_how_many_of_each_persona_came(two):
    one, _, _ = two
    expect(one.page.locator(".step-who").first.locator("li")).to_have_count(2)


def test_a_card_written_in_a_row_belongs_to_its_persona(two):
    one, client, address = two
    row = one.page.locator(".lane-actions").nth(1)
    row.locator('[data-kind="cells"]').first.click(position={"x": 4, "y": 4})
    row.locator('[data-kind="cells"]').first.focus()
    one.page.keyboard.press("Enter")
    one.page.keyboard.type("Kommt mit dem Rad")
    one.page.keyboard.press("Enter")
    expect(row.locator('[data-kind="cards"]')).to_contain_text("Kommt mit dem Rad")
    one.saved()
    cards = client.get(address).json()["document"]["cards"].values()
    assert [card["persona"] for card in cards] == [STORE]


def test_arrows_walk_from_row_to_row(two):
    one, _, _ = two
    lane = one.page.locator(".lane-touchpoints")
    lane.first.locator('[data-kind="cells"]').first.locator(".k-tp").last.focus()
    one.page.keyboard.press("ArrowDown")
    expect(lane.nth(1).locator(":focus")).to_have_count(1)


def test_the_evidence_of_a_row_is_its_persona_s(two):
    one, _, _ = two
    line = one.page.locator(".lane-touchpoints").nth(1).locator(".k-tp").first
    figure = line.locator("b").inner_text()
    line.click()
    expect(one.page.locator("#panel")).to_contain_text(figure)


def test_pressed_again_the_lanes_are_one(two):
    one, _, _ = two
    one.page.get_by_role("button", name="Nebeneinander").click()
    expect(one.page.locator(".lane-touchpoints")).to_have_count(1)
    expect(one.page.locator(".step-who")).to_have_count(0)


def test_side_by_side_has_no_axe_findings(two):
    one, _, _ = two
    assert violations(one.page) == []
