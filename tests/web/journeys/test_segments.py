"""Segments: builder, live count, saved rules, conflicts."""

from __future__ import annotations

import pytest

import waypost
from waypost.app.studio.permissions import Role
from waypost.app.studio.segment_rules import RuleRow, with_personas
from waypost.errors import InputError
from waypost.questions import Groups

RULES = ["step = 'cart'", "never: step = 'order'"]
FORM = {"rules": "\n".join(RULES)}


def test_the_live_count_is_the_number_that_questions_give(studio):
    client = studio.client()
    shop = waypost.open(studio.path)
    found = shop.ask(Groups(by="channel", of="event", segment=tuple(RULES))).facts["persons"]
    over_http = client.post("/api/v1/workspaces/shop/segments/count", json={"rules": RULES}).json()
    assert over_http["persons"] == found > 5


def test_a_segment_is_made_used_and_deleted(studio):
    client = studio.client()
    page = client.post("/w/shop/segments/new", data={**FORM, "name": "Cart without order"})
    assert "Cart without order" in page.text
    one = client.get("/api/v1/workspaces/shop/segments").json()[0]
    assert one["rules"] == RULES
    narrowed = client.get(
        f"/api/v1/workspaces/shop/questions/volumes?by=channel&group={one['id']}"
    ).json()
    assert narrowed["question"]["segment"] == RULES
    edit = client.get(f"/w/shop/segments/{one['id']}").text
    assert ">step = &#39;cart&#39;\nnever: step = &#39;order&#39;</textarea>" in edit
    client.post(f"/w/shop/segments/{one['id']}/remove")
    assert client.get("/api/v1/workspaces/shop/segments").json() == []


def test_a_stale_write_shows_both_texts(studio):
    client = studio.client()
    made = client.post(
        "/api/v1/workspaces/shop/segments", json={"name": "One", "rules": RULES}
    ).json()
    address = f"/w/shop/segments/{made['id']}"
    client.post(address, data={**FORM, "name": "Theirs", "revision": "1"})
    answer = client.post(address, data={**FORM, "name": "Mine", "revision": "1"})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text


def test_a_segment_without_a_rule_or_name_is_refused(client):
    nameless = client.post("/api/v1/workspaces/shop/segments", json={"rules": RULES})
    without = client.post("/api/v1/workspaces/shop/segments", json={"name": "x", "rules": []})
    unread = client.post("/api/v1/workspaces/shop/segments", json={"name": "x", "rules": ["a ="]})
    assert [one.status_code for one in (nameless, without, unread)] == [422, 422, 422]


def test_a_viewer_makes_no_segment(studio):
    client = studio.client(Role.VIEWER)
    answer = client.post("/api/v1/workspaces/shop/segments", json={"name": "x", "rules": RULES})
    assert answer.status_code == 403


def test_a_persona_in_a_row_stands_for_its_conditions():
    personas = {"Caller": ("channel = 'phone'", "never: event = 'order'"), "Buyer": ("x = 'y'",)}
    rows = [RuleRow("persona", value="Caller"), RuleRow("persona", value="Buyer", did=False)]
    assert with_personas(rows, personas) == (
        "channel = 'phone'",
        "never: event = 'order'",
        "never: x = 'y'",
    )


def test_a_persona_with_several_conditions_cannot_be_denied_as_one():
    with pytest.raises(InputError):
        with_personas([RuleRow("persona", value="C", did=False)], {"C": ("a = '1'", "b = '2'")})


def test_an_unknown_persona_is_answered_with_the_nearest_name():
    with pytest.raises(InputError) as caught:
        with_personas([RuleRow("persona", value="Callr")], {"Caller": ()})
    assert "Caller" in caught.value.hint
