"""Two states of a map over one another: what is different is marked, told, and reached."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import editing, new_map, violations
from tests.studio_fixtures import SLUG, built_front_end, demo_shop, served, studio

__all__ = ["built_front_end", "demo_shop", "editing", "new_map", "served", "studio"]

pytestmark = pytest.mark.browser

STAYS, GOES, MOVES, COMES = (f"c_00000000000{n}" for n in range(1, 5))


@pytest.fixture
def changed_map(studio, new_map) -> str:
    """A map with a kept version and one difference of every sort since."""
    map_id = new_map("data")
    client = studio.client()
    address = f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    document = client.get(address).json()["document"]
    stages = document["stages"]
    steps = sorted(
        document["steps"],
        key=lambda one: (
            stages[document["steps"][one]["stage"]]["order"],
            document["steps"][one]["order"],
        ),
    )
    lane = next(name for name, one in document["lanes"].items() if one["kind"] == "actions")

    def change(number: int, ops: list[dict[str, Any]]) -> None:
        base = client.get(address).json()["revision"]
        body = {"id": str(uuid.UUID(int=number)), "base": base, "ops": ops}
        answer = client.post(f"{address}/changes", json=body)
        assert answer.status_code == 200, answer.text

    def card(name: str, text: str, step: int, order: str) -> dict[str, Any]:
        value = {"lane": lane, "step": steps[step], "text": {"de": text}, "order": order}
        return {"op": "add", "kind": "cards", "id": name, "value": value}

    def put(kind: str, name: str, field: str, *, was: Any, value: Any) -> dict[str, Any]:
        told = {"field": field, "was": was, "value": value}
        return {"op": "set", "kind": kind, "id": name, **told}

    change(21, [card(STAYS, "Ruft an", 0, "a1"), card(GOES, "Fragt im Chat", 1, "a2")])
    change(22, [card(MOVES, "Kommt in den Laden", 1, "a3")])
    assert client.post(f"{address}/versions", json={"name": "Für den Beirat"}).status_code == 201
    label = document["steps"][steps[2]]["label"]
    change(
        23,
        [
            put("cards", STAYS, "text", was={"de": "Ruft an"}, value={"de": "Ruft zweimal an"}),
            {"op": "remove", "kind": "cards", "id": GOES},
            put("cards", MOVES, "step", was=steps[1], value=steps[2]),
            card(COMES, "Liest Bewertungen", 0, "a4"),
            put("steps", steps[2], "label", was=label, value={"de": "Zahlen"}),
        ],
    )
    return map_id


@pytest.fixture
def comparing(changed_map, editing):
    """The map compared with its version, from the list of versions."""
    one = editing(changed_map)
    one.page.get_by_role("button", name="Versionen").click()
    one.page.get_by_role("button", name="Was jetzt anders ist").first.click()
    expect(one.page.locator(".cmp-bar")).to_contain_text("5 Unterschiede")
    return one


def card(one, name: str):
    return one.page.locator(f'[data-kind="cards"][data-id="{name}"]')


def test_what_is_different_is_marked_by_word_and_sign(comparing):
    expected = {
        STAYS: ("geändert", "changed"),
        GOES: ("weg", "removed"),
        MOVES: ("verschoben", "moved"),
        COMES: ("neu", "added"),
    }
    for name, (word, look) in expected.items():
        tag = card(comparing, name).locator(".mk-word")
        expect(tag).to_have_text(word)
        expect(tag.locator("svg")).to_have_count(1)
        expect(card(comparing, name)).to_have_class(re.compile(f"mk-{look}"))


def test_an_old_text_is_struck_with_the_new_one_beside_it(comparing):
    expect(card(comparing, STAYS).locator("del")).to_contain_text("Ruft an")
    expect(card(comparing, STAYS).locator("ins")).to_contain_text("Ruft zweimal an")
    expect(comparing.step(2).locator("ins")).to_contain_text("Zahlen")


def test_what_was_moved_says_where_it_was(comparing):
    expect(card(comparing, MOVES).locator(".mk-from")).to_contain_text("vorher:")


def test_the_list_leads_to_the_mark(comparing):
    comparing.page.locator(".cmp-rows button").filter(has_text="Liest Bewertungen").click()
    expect(card(comparing, COMES)).to_be_focused()


def test_from_mark_to_mark_with_the_arrows_of_the_bar(comparing):
    comparing.page.get_by_role("button", name="Nächster Unterschied").click()
    expect(comparing.page.locator(".mk:focus")).to_have_count(1)


def test_nothing_can_be_written_while_states_lie_over_one_another(comparing):
    card(comparing, COMES).dblclick()
    expect(comparing.page.locator("textarea.write")).to_have_count(0)
    expect(comparing.page.locator(".c-add, .link-from, .resize")).to_have_count(0)


def test_closing_the_comparison_gives_the_map_back(comparing):
    comparing.page.get_by_role("button", name="Vergleich schließen").last.click()
    expect(card(comparing, GOES)).to_have_count(0)
    expect(comparing.page.locator(".mk")).to_have_count(0)
    comparing.write_card("actions", 1, "Geht wieder")


def test_restoring_from_the_comparison_brings_the_card_back(comparing):
    comparing.page.get_by_role("button", name="Früheren Stand wiederherstellen").click()
    expect(comparing.page.locator(".cmp-bar")).to_have_count(0)
    expect(card(comparing, GOES)).to_have_count(1)
    expect(card(comparing, COMES)).to_have_count(0)


def test_a_comparison_has_an_address_and_the_page_of_differences_leads_there(
    changed_map, editing, served
):
    one = editing(changed_map)
    one.page.goto(f"{served}/w/{SLUG}/maps/{changed_map}/compare?old=1&new=0")
    one.page.get_by_role("link", name="Auf der Karte zeigen").click()
    expect(one.page.locator(".cmp-bar")).to_contain_text("5 Unterschiede")


def test_on_a_phone_the_marks_come_one_step_at_a_time(changed_map, editing, served):
    one = editing(changed_map, width=390)
    one.page.goto("about:blank")
    one.page.goto(f"{served}/w/{SLUG}/maps/{changed_map}#compare=1,0")
    expect(one.page.locator(".cmp-panel")).to_be_hidden()
    one.page.get_by_role("button", name="Liste").click()
    one.page.locator(".cmp-rows button").filter(has_text="Kommt in den Laden").click()
    expect(card(one, MOVES).locator(".mk-word")).to_have_text("verschoben")


def test_a_comparison_has_no_axe_findings(comparing):
    assert violations(comparing.page) == []
