"""The data pages, as somebody with each role sees them."""

import re

import pytest

from waypost.app.studio import data, timeline
from waypost.app.studio.permissions import Role
from waypost.documents.account_tables import UserRow

BASE = "/w/shop"


def test_an_empty_workspace_is_told_what_to_do(empty_studio):
    page = empty_studio.client().get(f"{BASE}/data").text
    assert "Drop your files here." in page
    assert 'type="file"' in page


def test_a_viewer_sees_the_state_and_nothing_to_press(studio):
    page = studio.client(Role.VIEWER).get(f"{BASE}/data").text
    assert "Shopify, orders" in page
    assert 'type="file"' not in page
    assert "Import" not in re.sub(r"<title>.*?</title>", "", page)


def test_the_page_speaks_german(studio):
    user = studio.new_user("greta", role=Role.EDITOR)
    with studio.site.database.writing() as session:
        session.get(UserRow, user.id).language = "de"
    page = studio.client_of(user).get(f"{BASE}/data").text
    assert "Datensätze gelesen" in page
    assert "records read" not in page


@pytest.mark.parametrize(
    "path",
    ["/data", "/data/jobs", "/rules", "/rules/new", "/rules/order", "/rules/text", "/people"],
)
def test_every_page_opens(studio, path):
    answer = studio.client().get(BASE + path)
    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert " style=" not in answer.text
    assert not re.search(r"<[^>]+\son\w+=", answer.text)


def test_a_delivery_says_what_taking_it_back_changes(studio):
    batch = data.deliveries_of(studio.site, studio.actor())[0].batch
    page = studio.client().get(f"{BASE}/data/deliveries/{batch}").text
    assert "would count no longer" in page


def test_quarantine_is_downloaded_as_csv(studio):
    held = next(d for d in data.deliveries_of(studio.site, studio.actor()) if d.held)
    answer = studio.client().get(f"{BASE}/data/deliveries/{held.batch}/quarantine.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) > held.held


def test_what_did_not_change_is_not_read_again(studio):
    held = next(d for d in data.deliveries_of(studio.site, studio.actor()) if d.held)
    answer = studio.client().post(f"{BASE}/data/deliveries/{held.batch}/quarantine", data={})
    assert answer.status_code == 422


def test_a_rule_that_cannot_be_used_is_told_beside_its_form(studio):
    form = {"id": "", "label_en": "X", "place": "nowhere", "way.0": "1", "event.0": "order_placed"}
    digest = studio.client().get("/api/v1/workspaces/shop/rules").json()["file"]["digest"]
    answer = studio.client().post(f"{BASE}/rules", data={**form, "was": digest})
    assert answer.status_code == 422
    assert "there is no step" in answer.text
    assert 'value="order_placed"' in answer.text


def test_names_of_files_and_cells_are_escaped(studio):
    name = '<img src=x onerror="alert(1)">.csv'
    client = studio.client()
    client.post(
        "/api/v1/workspaces/shop/uploads", json={"files": [{"name": name, "size": 10}]}
    ).raise_for_status()
    page = client.get(f"{BASE}/data/incoming").text
    assert "<img src=x" not in page


def test_who_it_is_stands_on_the_page_only_after_asking(studio):
    person = timeline.find_persons(studio.site, studio.actor(), order="events")[0][0].person
    line = timeline.timeline(studio.site, studio.actor(), person, reveal=True)
    values = {v for one in line.happenings for k, v in one.identifiers.items() if k == "email"}
    assert values
    client = studio.client()
    plain = client.get(f"{BASE}/people/{person}").text
    assert not [value for value in values if value in plain]
    shown = client.post(f"{BASE}/people/{person}").text
    assert [value for value in values if value in shown]


def test_a_person_that_is_not_there_is_told_calmly(studio):
    answer = studio.client().get(f"{BASE}/people/p_0000000000000000")
    assert answer.status_code == 404
    assert "p_0000000000000000" in answer.text
