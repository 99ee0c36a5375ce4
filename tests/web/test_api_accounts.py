"""The API of members, invitations, tokens, settings and the audit log."""

from __future__ import annotations

import pytest

from tests.studio_fixtures import SLUG, Studio
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.tokens import make_token

BASE = f"/api/v1/workspaces/{SLUG}"


@pytest.fixture
def studio(empty_studio: Studio) -> Studio:
    return empty_studio


def test_who_asks_is_told_with_rights(studio: Studio):
    told = studio.client(Role.COMMENTER).get(f"{BASE}/me").json()
    assert (told["role"], told["rights"], told["via"]) == (
        "commenter",
        ["comment", "see"],
        "session",
    )


def test_a_token_asks_in_its_owner_s_name(studio: Studio):
    made = make_token(studio.site, studio.actor(), name="x", scopes=[Right.SEE], days=1)
    headers = {"Authorization": f"Bearer {made.secret}"}
    told = studio.anonymous().get(f"{BASE}/me", headers=headers).json()
    assert (told["name"], told["rights"], told["via"]) == ("Owner", ["see"], "token")


def test_settings_are_read_and_changed(studio: Studio):
    client = studio.client()
    assert client.patch(f"{BASE}/settings", json={"currency": "CHF"}).json()["currency"] == "CHF"
    assert client.get(f"{BASE}/settings").json()["currency"] == "CHF"
    wrong = client.patch(f"{BASE}/settings", json={"currency": "Franken"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "input")
    page = client.get(f"/w/{SLUG}/settings/workspace").text
    assert '<option value="CHF" selected>Swiss Franc (CHF)</option>' in page


def test_a_field_that_is_not_known_is_refused_by_name(studio: Studio):
    wrong = studio.client().patch(f"{BASE}/settings", json={"colour": "red"})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["faults"][0]["field"] == "body.colour"


def test_an_invitation_s_secret_is_told_once_and_opens_the_door(studio: Studio):
    client = studio.client()
    made = client.post(f"{BASE}/invitations", json={"role": "editor"})
    assert made.status_code == 201
    listed = client.get(f"{BASE}/invitations").json()
    assert [one["secret"] for one in listed] == [""]
    door = studio.anonymous().get(f"/invite/{made.json()['secret']}")
    assert door.status_code == 200
    assert client.delete(f"{BASE}/invitations/{made.json()['id']}").status_code == 204
    assert client.get(f"/invite/{made.json()['secret']}").status_code == 404


def test_roles_are_changed_and_the_last_owner_kept(studio: Studio):
    client, editor = studio.client(), studio.person(Role.EDITOR)
    assert client.put(f"{BASE}/members/{editor.id}", json={"role": "viewer"}).status_code == 204
    roles = {one["name"]: one["role"] for one in client.get(f"{BASE}/members").json()}
    assert roles == {"Owner": "owner", "Editor": "viewer"}
    kept = client.delete(f"{BASE}/members/{studio.owner.id}")
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "conflict")


def test_what_was_done_is_in_the_log(studio: Studio):
    client = studio.client()
    client.post(f"{BASE}/invitations", json={"email": "a@example.org"})
    newest = client.get(f"{BASE}/audit?limit=1").json()[0]
    assert (newest["act"], newest["about"], newest["name"]) == ("invited", "a@example.org", "Owner")
    table = client.get(f"/w/{SLUG}/settings/audit.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "invited,a@example.org,a@example.org" in table.text


def test_the_description_of_the_api_can_be_read(studio: Studio):
    told = studio.anonymous().get("/api/v1/openapi.json").json()
    asked = told["paths"]["/api/v1/workspaces/{workspace}/me"]["get"]
    assert asked["x-right"] == "see"
    assert asked["responses"]["403"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Error"
    }
    assert told["security"] == [{"token": []}]


def test_every_operation_has_a_right_a_summary_and_a_described_tag(studio: Studio):
    told = studio.anonymous().get("/api/v1/openapi.json").json()
    tags = {tag["name"] for tag in told["tags"]}
    for path, operations in told["paths"].items():
        assert path.startswith("/api/v1/workspaces/{workspace}/"), path
        for operation in operations.values():
            assert operation["x-right"], path
            assert operation["summary"], path
            assert set(operation["tags"]) <= tags, path


def test_the_description_is_a_page_too(studio: Studio):
    page = studio.client().get(f"/w/{SLUG}/settings/tokens/reference")
    assert page.status_code == 200
    assert "POST /workspaces/{workspace}/personas/merge" in page.text
    assert "Needs the right <code>edit-maps</code>" in page.text
