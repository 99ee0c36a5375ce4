"""Connections on the map: drawn, told apart, made with pointer and keyboard, and taken off."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import editing, new_map, violations
from tests.studio_fixtures import SLUG, Studio, built_front_end, demo_shop, served, studio

__all__ = ["built_front_end", "demo_shop", "editing", "new_map", "served", "studio"]

pytestmark = pytest.mark.browser

ARROWS = ".links-over .lk[data-link]"
ENDS = """
() => [...document.querySelectorAll('.links-over .lk-line')].map((line) => {
  const at = line.getPointAtLength(line.getTotalLength());
  const to = new DOMPoint(at.x, at.y).matrixTransform(line.getScreenCTM());
  return [Math.round(to.x), Math.round(to.y)];
})
"""


def connected(studio: Studio, map_id: str) -> dict[str, str]:
    """Two cards in the second lane and the map's first connection; the ids of all of it."""
    client = studio.client()
    address = f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    opened = client.get(address).json()
    document = opened["document"]
    steps = sorted(
        document["steps"],
        key=lambda one: (
            document["stages"][document["steps"][one]["stage"]]["order"],
            document["steps"][one]["order"],
        ),
    )
    lane = next(name for name, one in document["lanes"].items() if one["kind"] == "actions")
    ids = {"from": "c_000000000001", "to": "c_000000000002", "link": "k_000000000001"}
    ops: list[dict[str, Any]] = [
        {
            "op": "add",
            "kind": "cards",
            "id": ids[end],
            "value": {"lane": lane, "step": steps[at], "text": {"de": text}, "order": "a1"},
        }
        for end, at, text in (("from", 0, "Rahmen unklar"), ("to", 2, "Ruft noch einmal an"))
    ]
    link = {"source": ids["from"], "target": ids["to"], "kind": "causes"}
    ops.append({"op": "add", "kind": "links", "id": ids["link"], "value": link})
    change = {"id": str(uuid.UUID(int=11)), "base": opened["revision"], "ops": ops}
    assert client.post(f"{address}/changes", json=change).status_code == 200
    return {**ids, "stage": document["steps"][steps[0]]["stage"]}


@pytest.fixture
def one(studio, new_map, editing):
    """A map with one connection, opened."""
    map_id = new_map("data")
    ids = connected(studio, map_id)
    opened = editing(map_id)
    expect(opened.page.locator(ARROWS)).to_have_count(1)
    return opened, ids


def card(opened, name: str):
    return opened.page.locator(f'[data-kind="cards"][data-id="{name}"]')


def test_an_arrow_ends_at_the_card_it_points_to(one):
    opened, ids = one
    box = card(opened, ids["to"]).bounding_box()
    ((x, y),) = opened.page.evaluate(ENDS)
    assert abs(x - box["x"]) <= 4
    assert box["y"] - 2 <= y <= box["y"] + box["height"] + 2


def test_an_arrow_follows_zoom_and_folding(one):
    opened, ids = one
    opened.page.get_by_role("button", name="Kleiner").click()
    opened.page.wait_for_timeout(300)
    box = card(opened, ids["to"]).bounding_box()
    ((x, _),) = opened.page.evaluate(ENDS)
    assert abs(x - box["x"]) <= 4
    opened.page.locator('[data-kind="stages"]').first.locator(".m-fold").click()
    expect(card(opened, ids["from"])).to_have_count(0)
    expect(opened.page.locator(ARROWS)).to_have_count(1)


def test_a_selected_card_lights_its_connections_and_says_them(one):
    opened, ids = one
    card(opened, ids["from"]).click()
    expect(opened.page.locator(f"{ARROWS}.is-hot")).to_have_count(1)
    expect(opened.page.locator(".lk-word")).to_have_text("verursacht")
    expect(card(opened, ids["from"])).to_have_attribute(
        "aria-label", "Notiz, Rahmen unklar, angenommen, verursacht: Ruft noch einmal an"
    )


def test_the_key_tells_the_kinds_in_words_and_takes_the_arrows_off(one):
    opened, _ = one
    key = opened.page.locator(".link-key")
    expect(key).to_contain_text("verursacht 1")
    key.get_by_role("button", name="Verbindungen").click()
    expect(opened.page.locator(ARROWS)).to_have_count(0)


def test_arrows_take_no_room(one):
    opened, ids = one
    before = card(opened, ids["to"]).bounding_box()
    opened.page.locator(".link-key button").click()
    assert card(opened, ids["to"]).bounding_box() == before


def test_a_connection_is_drawn_from_the_handle_with_the_mouse(one):
    opened, ids = one
    page = opened.page
    card(opened, ids["to"]).hover()
    start = card(opened, ids["to"]).locator(".link-from").bounding_box()
    end = opened.step(3).bounding_box()
    page.mouse.move(start["x"] + 6, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] - 20, steps=4)
    page.mouse.move(end["x"] + 20, end["y"] + 12, steps=6)
    expect(page.locator(".lk-over")).to_have_count(1)
    page.mouse.up()
    page.get_by_role("menuitem", name="führt zu").click()
    expect(page.locator(ARROWS)).to_have_count(2)
    opened.saved()


def test_a_connection_is_made_with_the_keyboard_alone(one):
    opened, ids = one
    page = opened.page
    card(opened, ids["to"]).focus()
    page.keyboard.press("Control+l")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".link-prompt")).to_contain_text("beantwortet")
    card(opened, ids["from"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{ARROWS}.lk-answers")).to_have_count(1)
    expect(page.locator(".link-prompt")).to_have_count(0)


def test_a_connection_goes_with_a_click_on_its_arrow(one):
    opened, _ = one
    opened.page.locator(".lk-hit").dispatch_event("click")
    opened.page.get_by_role("menuitem", name="Verbindung lösen").click()
    expect(opened.page.locator(ARROWS)).to_have_count(0)
    expect(opened.page.locator(".link-key")).to_have_count(0)


def test_on_a_phone_the_card_says_what_it_is_connected_with(studio, new_map, editing):
    map_id = new_map("data")
    connected(studio, map_id)
    opened = editing(map_id, width=390)
    line = opened.page.locator(".link-lines button")
    expect(line).to_have_text("verursacht: Ruft noch einmal an")
    line.click()
    expect(opened.page.locator('[data-kind="cards"]')).to_contain_text("Ruft noch einmal an")


def test_a_map_with_connections_has_no_axe_findings(one):
    opened, ids = one
    card(opened, ids["from"]).click()
    assert violations(opened.page) == []
