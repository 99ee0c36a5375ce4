"""What pages can do, programs can: kept questions, templates, rules, figures on maps, reveals."""

from __future__ import annotations

import time

from waypost.app.studio.job_house import JobHouse
from waypost.app.studio.permissions import Role

BASE = "/api/v1/workspaces/shop"
TEXT = (
    "touchpoints:\n- id: cart_by_mail\n  label: {en: Cart}\n  step: cart\n"
    "  when: cart_product_added\n"
)


def test_a_question_is_kept_under_a_name_and_forgotten(studio):
    client = studio.client()
    body = {"name": "Bis zur Kasse", "question": "funnel", "asked": "steps=cart&steps=order"}
    kept = client.post(f"{BASE}/kept-questions", json=body)
    assert kept.status_code == 201
    assert [one["name"] for one in client.get(f"{BASE}/kept-questions").json()] == ["Bis zur Kasse"]
    assert client.delete(f"{BASE}/kept-questions/{kept.json()['id']}").status_code == 204
    assert client.get(f"{BASE}/kept-questions").json() == []


def test_a_question_without_meaning_is_not_kept(studio):
    body = {"name": "Leer", "question": "funnel", "asked": ""}
    answer = studio.client().post(f"{BASE}/kept-questions", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "question"


def test_every_template_of_the_list_makes_a_map(studio):
    client = studio.client()
    found = client.get(f"{BASE}/templates").json()
    assert {"shop", "b2b", "saas", "blueprint"} <= {one["template"] for one in found}
    for one in found:
        body = {"from": "template", "template": one["template"], "language": "de"}
        assert client.post(f"{BASE}/maps", json=body).status_code == 201, one


def test_a_rule_is_tried_before_it_holds(studio):
    client = studio.client()
    asked = client.post(f"{BASE}/rules/try", json={"text": TEXT, "touchpoint": "cart_by_mail"})
    assert asked.status_code == 202, asked.text
    with JobHouse(studio.site.database, workspaces=studio.site.workspaces):
        job = _over(client, asked.json()["id"])
    assert job["state"] == "done", job
    assert job["result"]["events"] > 0


def _over(client, job):
    for _ in range(300):
        found = client.get(f"{BASE}/jobs/{job}").json()
        if found["state"] in {"done", "failed"}:
            break
        time.sleep(0.1)
    return found


def test_one_rule_is_written_moved_and_removed(studio):
    client = studio.client()
    was = client.get(f"{BASE}/rules").json()["file"]
    for name in ("one", "two"):
        body = {"label_de": name, "ways": [{"events": ["cart_product_added"]}]}
        digest = client.get(f"{BASE}/rules").json()["file"]["digest"]
        answer = client.put(f"{BASE}/rules/touchpoints/{name}", json={**body, "was": digest})
        assert answer.status_code == 200, answer.text
    order = {"order": ["two", "one"], "was": answer.json()["digest"]}
    moved = client.put(f"{BASE}/rules/order", json=order).json()
    assert moved["text"].index("two") < moved["text"].index("one")
    assert client.put(f"{BASE}/rules/order", json=order).status_code == 409
    for name in ("one", "two"):
        digest = client.get(f"{BASE}/rules").json()["file"]["digest"]
        gone = client.delete(f"{BASE}/rules/touchpoints/{name}?was={digest}")
        assert gone.status_code == 200, gone.text
    client.put(f"{BASE}/rules", json={"text": was["text"], "was": gone.json()["digest"]})


def test_a_figure_is_put_on_a_map_with_what_it_rests_on(studio):
    client = studio.client()
    made = client.post(f"{BASE}/maps", json={"from": "template", "template": "shop"}).json()
    question = {"question": "volumes", "by": "channel"}
    row = client.post(f"{BASE}/questions/volumes", json=question).json()["columns"]
    channel = row["channel"][0]
    body = {"question": question, "cell": {"channel": channel}, "map": made["id"]}
    put = client.post(f"{BASE}/questions/volumes/card", json=body)
    assert put.status_code == 201, put.text
    card = client.get(f"{BASE}/maps/{made['id']}").json()["document"]["cards"][put.json()["card"]]
    assert card["persons"] == row["persons"][0]
    assert card["evidence"]["cell"] == {"channel": channel}


def test_a_definition_is_told_in_the_readers_language(studio):
    told = studio.client().get(f"{BASE}/questions/funnel/definition").json()
    assert "=" in told["formula"]
    assert len(told["lines"]) > 2


def test_who_reveals_a_person_is_written_down(studio):
    client = studio.client()
    person = client.get(f"{BASE}/people").json()["persons"][0]["person"]
    told = client.post(f"{BASE}/people/{person}/reveal").json()
    assert any(one["identifiers"] for one in told["happenings"])
    assert client.get(f"{BASE}/people/reveals").json()[0]["person"] == person
    assert studio.client(Role.VIEWER).post(f"{BASE}/people/{person}/reveal").status_code == 403


def test_the_overview_tells_the_state_of_the_data(studio):
    told = studio.client().get(f"{BASE}/overview").json()
    assert told["data"]["is_built"]
    assert told["data"]["persons"] > 0
    assert 0 <= told["unbound"] <= 1
