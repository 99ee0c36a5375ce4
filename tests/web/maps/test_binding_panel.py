"""What the panel of a binding shows follows the filters of the reader and of the map."""

from __future__ import annotations

import pytest

from tests.studio_fixtures import SLUG

API = f"/api/v1/workspaces/{SLUG}"


@pytest.fixture
def shop_map(client) -> str:
    body = {"from": "data", "title": "", "language": "de"}
    return client.post(f"{API}/maps", json=body).json()["id"]


def counted(client, **body):
    answer = client.post(f"{API}/binding/count", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def add(client, map_id, kind, name, value):
    revision = client.get(f"{API}/maps/{map_id}").json()["revision"]
    op = {"op": "add", "kind": kind, "id": name, "value": value}
    body = {"id": "0b0e7a52-0d1f-4ba6-9f0c-6a1a3a3a7f01", "base": revision, "ops": [op]}
    told = client.post(f"{API}/maps/{map_id}/changes", json=body)
    assert told.status_code == 200, told.text


def test_touchpoints_follow_the_channel_and_say_which_steps_bind_them(client, shop_map):
    everybody = client.get(f"{API}/touchpoints", params={"map": shop_map}).json()
    in_store = client.get(f"{API}/touchpoints", params={"map": shop_map, "channel": "store"}).json()
    whole = {one["id"]: one["persons"] for one in everybody}
    part = {one["id"]: one["persons"] for one in in_store}
    assert part.keys() == whole.keys()
    assert 0 < sum(part.values()) < sum(whole.values())
    steps = client.get(f"{API}/maps/{shop_map}").json()["document"]["steps"]
    assert {step for one in everybody for step in one["bound_by"]} <= steps.keys()
    assert any(one["bound_by"] for one in everybody)


def test_a_condition_narrows_the_touchpoints_of_a_binding(client):
    busy = client.get(f"{API}/touchpoints").json()[0]["id"]
    whole = counted(client, touchpoints=[busy])
    part = counted(client, touchpoints=[busy], where="at >= '2026-06-01'")
    none = counted(client, touchpoints=[busy], where="at >= '2999-01-01'")
    assert none["events"] == 0 < part["events"] < whole["events"]
    assert none["nearly"][0]["events"] == whole["events"]
    assert part["by_touchpoint"] == {busy: part["persons"]}


def test_the_count_is_that_of_the_persona_that_is_looked_at(client, shop_map):
    persona = "e_aaaaaaaaaaaa"
    add(client, shop_map, "personas", persona, {"order": "a0", "segment": "channel = 'store'"})
    busy = client.get(f"{API}/touchpoints").json()[0]["id"]
    body = {"touchpoints": [busy], "map": shop_map}
    whole = counted(client, **body)
    hers = counted(client, **body, filter={"persona": persona})
    assert 0 < hers["persons"] < whole["persons"]
    told = client.get(f"{API}/touchpoints", params={"map": shop_map, "persona": persona}).json()
    assert next(one["persons"] for one in told if one["id"] == busy) == hers["persons"]
