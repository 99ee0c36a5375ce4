"""Comments beside the map, what was undone after a reload, new numbers and ended sessions."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import waypost
from tests.browser.test_editor import editing, new_map, violations  # noqa: F401 - fixtures
from tests.studio_fixtures import (  # noqa: F401 - fixtures that other fixtures ask for
    SLUG,
    built_front_end,
    demo_shop,
    served,
    studio,
)
from waypost.app.studio.permissions import Role
from waypost.app.studio.signing_in import sign_out_everywhere

OWN_RULE = """
touchpoints:
  - id: own_order
    label: Eigene Bestellung
    step: order
    when: {event: order_placed}
"""
pytestmark = pytest.mark.browser


def open_list(one) -> None:
    one.page.locator(".tools").get_by_role("button", name="Kommentare").click()
    expect(one.page.locator("#panel")).to_contain_text("Alle Kommentare")


def test_the_list_is_filtered_and_leads_to_what_a_comment_is_about(new_map, editing, studio):  # noqa: F811
    map_id = new_map()
    api, root = studio.client(Role.EDITOR), f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    step = list(api.get(root).json()["document"]["steps"])[1]
    me = studio.owner.id
    for anchor, text, mentions in (
        ({"kind": "map", "id": ""}, "Zur ganzen Sache", []),
        ({"kind": "steps", "id": step}, "Zum Schritt @Owner", [me]),
    ):
        body = {"anchor": anchor, "text": text, "mentions": mentions}
        assert api.post(f"{root}/comments", json=body).status_code == 201
    one = editing(map_id)
    open_list(one)
    expect(one.page.locator(".listed")).to_have_count(2)
    assert violations(one.page) == []
    one.page.get_by_role("button", name="Erwähnt mich").click()
    expect(one.page.locator(".listed")).to_have_count(1)
    one.page.locator(".listed-to").focus()
    one.page.keyboard.press("Enter")
    expect(one.page.locator(f'[data-kind="steps"][data-id="{step}"]')).to_be_focused()
    expect(one.page.locator("#panel .thread")).to_contain_text("Zum Schritt")
    one.page.get_by_role("button", name="Erledigen").click()
    expect(one.page.locator("#panel .thread")).to_have_count(0)
    one.page.get_by_role("button", name="Alle Kommentare").last.click()
    one.page.get_by_role("button", name="Erledigt", exact=True).click()
    expect(one.page.locator(".listed")).to_have_count(1)


def test_a_comment_on_the_whole_map_is_written_changed_and_taken_back(new_map, editing):  # noqa: F811
    one = editing(new_map("blank"), width=390, has_touch=True)
    open_list(one)
    one.page.get_by_label("Kommentar schreiben").fill("Wer prüft das?")
    one.page.get_by_role("button", name="Kommentieren").click()
    listed = one.page.locator(".listed")
    expect(listed).to_contain_text("Die ganze Karte")
    listed.get_by_role("button", name="Meinen Kommentar ändern").click()
    one.page.keyboard.type("Wer prüft das bis Freitag?")
    one.page.keyboard.press("Enter")
    expect(listed).to_contain_text("bis Freitag?")
    expect(listed).to_contain_text("geändert")
    listed.get_by_role("button", name="Meinen Kommentar löschen").click()
    one.page.get_by_role("button", name="Endgültig löschen").click()
    expect(listed).to_have_count(0)


def test_what_was_done_before_a_reload_is_undone_and_done_again(new_map, editing):  # noqa: F811
    one = editing(new_map("blank"))
    one.write_card("actions", 0, "Erst dies")
    one.write_card("actions", 0, "dann das")
    one.saved()
    for left in (1, 0):
        one.page.reload()
        one.ready()
        undo = one.page.get_by_role("button", name="Rückgängig", exact=True)
        expect(undo).to_be_enabled()
        undo.click()
        expect(one.cards()).to_have_count(left)
        one.saved()
    one.page.reload()
    one.ready()
    again = one.page.get_by_role("button", name="Wiederholen", exact=True)
    expect(again).to_be_enabled()
    again.click()
    again.click()
    expect(one.cards()).to_have_count(2)
    expect(again).to_be_disabled()
    one.saved()


def test_a_build_beside_the_studio_is_told_and_read(new_map, editing, studio):  # noqa: F811
    one = editing(new_map())
    (studio.path / "rules.yaml").write_text(OWN_RULE)
    waypost.open(studio.path).build()
    expect(one.page.locator(".toast")).to_contain_text("Zahlen neu: Stand", timeout=15_000)


def test_who_is_signed_out_elsewhere_can_write_nothing_more(new_map, editing, studio):  # noqa: F811
    one = editing(new_map("blank"), role=Role.EDITOR)
    expect(one.page.locator(".add-lane").first).to_be_visible()
    one.page.wait_for_timeout(500)
    sign_out_everywhere(studio.site, studio.person(Role.EDITOR).id)
    expect(one.page.locator(".toast")).to_contain_text("nicht mehr angemeldet", timeout=8_000)
    expect(one.page.locator(".add-lane")).to_have_count(0)
    one.complaints.clear()


def test_a_condition_is_built_of_rows_counted_and_read_back(new_map, editing):  # noqa: F811
    one = editing(new_map())
    one.step(1).click()
    panel = one.page.locator("#panel")
    expect(panel.locator(".m-live-n b")).not_to_have_text("0")
    whole = panel.locator(".m-live-n b").inner_text()
    panel.get_by_role("button", name="nur wenn").click()
    panel.get_by_label("Feld").select_option("channel")
    panel.get_by_label("Wert", exact=True).fill("app")
    expect(panel.locator(".conds-found")).to_contain_text("Person")
    expect(panel.locator(".conds-found")).to_contain_text("Passt beinahe")
    assert violations(one.page) == []
    panel.get_by_role("button", name="Als Text").click()
    expect(panel.locator(".conds textarea")).to_have_value("channel = 'app'")
    panel.get_by_role("button", name="Anwenden").click()
    expect(panel.locator(".m-rule .cond-words")).to_have_text("Kanal ist „App“")
    expect(panel.locator(".m-live-n b")).not_to_have_text(whole)
    panel.get_by_role("button", name="nur wenn").click()
    expect(panel.get_by_label("Wert", exact=True)).to_have_value("App")


def test_the_segment_of_the_reader_is_built_of_rows(new_map, editing):  # noqa: F811
    one = editing(new_map())
    one.page.locator("summary[aria-label='Segment']").click()
    box = one.page.locator(".m-drop-wide")
    box.get_by_label("Feld").select_option("channel")
    box.get_by_label("Wert", exact=True).fill("store")
    expect(box.locator(".conds-found")).to_contain_text("von")
    box.get_by_role("button", name="Anwenden").click()
    one.step(0).click()
    expect(one.page.locator(".m-follows")).to_contain_text("Kanal ist „Laden“")
