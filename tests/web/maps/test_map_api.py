"""The map over HTTP: opened, changed, counted, exported; heard live by other browsers."""

import json
import threading
import time
import uuid

import httpx
import pytest

from tests.studio_fixtures import csrf_of_secret
from waypost.app.studio.map_numbers import read_ahead
from waypost.app.studio.permissions import Role
from waypost.web.access import COOKIE

API = "/api/v1/workspaces/shop"


@pytest.fixture(scope="module")
def shop_map(studio):
    """A map drawn from the demo's data."""
    told = {"from": "data", "title": "Die Reise", "language": "de"}
    answer = studio.client().post(f"{API}/maps", json=told)
    assert answer.status_code == 201
    return answer.json()["id"]


def rename(client, map_id, value):
    opened = client.get(f"{API}/maps/{map_id}").json()
    was = opened["document"]["head"]["title"]
    op = {"op": "set", "kind": "head", "id": "head", "field": "title", "was": was, "value": value}
    body = {"id": str(uuid.uuid4()), "base": opened["revision"], "title": "Titel", "ops": [op]}
    return client.post(f"{API}/maps/{map_id}/changes", json=body)


def test_a_map_is_opened_with_all_that_the_editor_needs(client, shop_map):
    opened = client.get(f"{API}/maps/{shop_map}").json()
    assert opened["document"]["schema_version"] == 2
    assert {"see", "comment", "edit-maps", "share"} <= set(opened["rights"])
    assert set(opened["me"]) == {"user", "name", "initials"}
    assert opened["revision"] == 1


def test_the_numbers_of_a_map_are_read_ahead_and_then_at_hand(studio, client, shop_map):
    read_ahead(studio.site, "shop")
    answer = client.get(f"{API}/maps/{shop_map}/numbers?patience=0")
    assert answer.status_code == 200
    first = answer.json()
    took = []
    while len(took) < 10 and min(took, default=1) >= 0.5:
        began = time.monotonic()
        again = client.get(f"{API}/maps/{shop_map}/numbers")
        took.append(time.monotonic() - began)
    assert min(took) < 0.5
    assert again.json() == first
    assert first["reading"]["head"]["persons"] > 0
    (listed,) = [m for m in client.get(f"{API}/maps").json() if m["id"] == shop_map]
    assert listed["persons"] == first["reading"]["head"]["persons"]
    assert listed["assumed_share"] is not None


def test_a_filter_changes_all_numbers_and_a_wrong_one_is_explained(client, shop_map):
    numbers = f"{API}/maps/{shop_map}/numbers"
    whole = client.get(numbers).json()["reading"]["head"]["persons"]
    web = client.get(numbers, params={"channel": "web"}).json()["reading"]["head"]["persons"]
    assert 0 < web < whole
    wrong = client.get(numbers, params={"where": "kanal = 'web'"})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["hint"]


def test_a_stale_write_is_answered_with_both_texts(client, shop_map):
    assert rename(client, shop_map, {"de": "Neu"}).status_code == 200
    op = {"op": "set", "kind": "head", "id": "head", "field": "title"}
    body = {"id": str(uuid.uuid4()), "base": 1, "ops": [{**op, "was": {"de": "x"}, "value": {}}]}
    refused = client.post(f"{API}/maps/{shop_map}/changes", json=body)
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert error["code"] == "conflict"
    assert error["conflicts"][0]["theirs"] == {"de": "Neu"}
    assert error["revision"] == client.get(f"{API}/maps/{shop_map}").json()["revision"]


@pytest.mark.parametrize("form", ["json", "html", "svg", "xml", "xlsx", "csv", "pptx"])
def test_a_map_is_had_as_a_file(client, shop_map, form):
    answer = client.get(f"{API}/maps/{shop_map}/export.{form}", params={"language": "de"})
    assert answer.status_code == 200, answer.text[:300]
    assert len(answer.content) > 1000
    assert "attachment" in answer.headers["content-disposition"]


def test_a_map_exported_as_json_and_brought_back_is_the_same(client, shop_map):
    told = client.get(f"{API}/maps/{shop_map}/export.json").content
    answer = client.post(f"{API}/maps/file", files={"file": ("map.json", told)})
    assert answer.status_code == 201
    copy = answer.json()["id"]
    assert client.get(f"{API}/maps/{copy}/export.json").content == told


def test_a_proposal_is_accepted_once_and_a_rejected_one_is_not_made_again(client, shop_map):
    made = client.get(f"{API}/maps/{shop_map}/proposals").json()
    assert made
    first, *others = made
    accept = {"verdict": "accept"}
    address = f"{API}/maps/{shop_map}/proposals"
    assert client.post(f"{address}/{first['id']}", json=accept).json()["ops"]
    assert client.post(f"{address}/{first['id']}", json=accept).status_code in {404, 409}
    for other in others[:1]:
        client.post(f"{address}/{other['id']}", json={"verdict": "reject"})
    left = {one["id"] for one in client.get(address).json()}
    assert not left & {one["id"] for one in [first, *others[:1]]}


def test_checks_come_in_the_readers_language(client, shop_map):
    findings = client.get(f"{API}/maps/{shop_map}/lint").json()
    assert {"check", "severity", "where", "reason", "fix", "fix_label"} <= set(findings[0])


def test_a_binding_is_counted_before_it_is_made(client):
    touchpoints = client.get(f"{API}/touchpoints").json()
    busiest = touchpoints[0]
    body = {"touchpoints": [busiest["id"]], "where": ""}
    told = client.post(f"{API}/binding/count", json=body).json()
    assert (told["persons"], told["events"]) == (busiest["persons"], busiest["events"])
    assert told["examples"]
    assert not any("@" in str(example) for example in told["examples"])
    wrong = client.post(f"{API}/binding/count", json={"touchpoints": [], "where": "a = ="})
    assert wrong.status_code == 422


def test_what_one_browser_changes_another_hears_within_half_a_second(studio, served, shop_map):
    heard: list[tuple[float, dict]] = []
    ready = threading.Event()

    def listen():
        with browser(studio, served, Role.VIEWER) as viewer:
            revision = viewer.get(f"{API}/maps/{shop_map}").json()["revision"]
            address = f"{API}/maps/{shop_map}/live?since={revision}"
            with viewer.stream("GET", address) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                for line in answer.iter_lines():
                    ready.set()
                    if line.startswith("data:"):
                        heard.append((time.monotonic(), json.loads(line[5:])))
                    if len(heard) == 5:
                        return

    listener = threading.Thread(target=listen)
    listener.start()
    assert ready.wait(60)
    waited = []
    with browser(studio, served, Role.EDITOR) as editor:
        for number in range(5):
            began = time.monotonic()
            assert rename(editor, shop_map, {"de": f"Titel {number}"}).status_code == 200
            until = began + 60
            while len(heard) <= number and time.monotonic() < until:
                time.sleep(0.002)
            waited.append(heard[number][0] - began)
    listener.join(60)
    assert [one["ops"][0]["value"]["de"] for _, one in heard] == [f"Titel {n}" for n in range(5)]
    assert min(waited) < 0.5


def test_a_browser_that_comes_back_goes_on_from_the_event_it_saw_last(studio, served, shop_map):
    with browser(studio, served, Role.EDITOR) as editor:
        happened = editor.get(f"{API}/maps/{shop_map}").json()["happened"]
        rename(editor, shop_map, {"de": "Verpasst"})
        headers = {"Last-Event-ID": str(happened)}
        with editor.stream("GET", f"{API}/maps/{shop_map}/live", headers=headers) as answer:
            lines = answer.iter_lines()
            told = next(line for line in lines if line.startswith("data:"))
    assert json.loads(told[5:])["ops"][0]["value"] == {"de": "Verpasst"}


def browser(studio, address, role) -> httpx.Client:
    secret = studio.session_secret(studio.person(role))
    headers = {"X-CSRF-Token": csrf_of_secret(secret)}
    return httpx.Client(base_url=address, cookies={COOKIE: secret}, headers=headers, timeout=60)


def test_a_sheet_that_comes_back_unchanged_changes_nothing(client, shop_map):
    sheet = client.get(f"{API}/maps/{shop_map}/export.xlsx").content
    answer = client.post(f"{API}/maps/{shop_map}/sheet", files={"file": ("karte.xlsx", sheet)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["revision"] is None


def test_a_sheet_can_begin_a_map(client, shop_map):
    sheet = client.get(f"{API}/maps/{shop_map}/export.csv").content
    answer = client.post(f"{API}/maps/file", files={"file": ("karte.csv", sheet)})
    assert answer.status_code == 201, answer.text
    steps = client.get(f"{API}/maps/{shop_map}").json()["document"]["steps"]
    made = client.get(f"{API}/maps/{answer.json()['id']}").json()["document"]["steps"]
    assert len(made) == len(steps)
