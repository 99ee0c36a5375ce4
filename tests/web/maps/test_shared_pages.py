"""A shared map as somebody without an account sees it, and as nobody else's page can."""

import re

import pytest

from waypost.app.studio.permissions import Role

API = "/api/v1/workspaces/shop"
COUNT = re.compile(r'"persons":\s*([1-4])\b')


@pytest.fixture(scope="module")
def shop_map(studio):
    """A map drawn from the demo's data."""
    return studio.client().post(f"{API}/maps", json={"from": "data", "title": "Reise"}).json()["id"]


def link(client, shop_map, **wishes):
    answer = client.post(f"{API}/maps/{shop_map}/shares", json={"language": "de", **wishes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_shared_page_shows_the_map_in_the_links_language_to_anybody(studio, client, shop_map):
    share = link(client, shop_map)
    assert re.fullmatch(r"https?://[^/]+/s/.+", share["url"])
    guest = studio.anonymous()
    page = guest.get(share["path"])
    assert page.status_code == 200
    assert 'lang="de"' in page.text
    assert page.headers["x-robots-tag"].startswith("noindex")
    assert page.headers["referrer-policy"] == "same-origin"
    drawn = guest.get(share["path"] + "/map")
    assert drawn.status_code == 200
    assert "Reise" in drawn.text


def test_the_drawn_map_runs_only_its_own_script_and_stands_alone(studio, client, shop_map):
    drawn = studio.anonymous().get(link(client, shop_map)["path"] + "/map")
    policy = drawn.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'sha256-" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert "sandbox allow-scripts" in policy
    assert "connect-src" not in policy
    assert "frame-ancestors 'self'" in policy


def test_no_group_under_five_no_identifier_and_no_mail_is_on_the_shared_map(
    studio, client, shop_map
):
    reading = client.get(f"{API}/maps/{shop_map}/numbers").text
    assert COUNT.search(reading), "the demo has small groups to hide"
    drawn = studio.anonymous().get(link(client, shop_map)["path"] + "/map").text
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", drawn, flags=re.DOTALL)
    told = " ".join(words.replace("\xad", "").replace("\u2060", "").split())
    assert "unter 5" in told
    assert not re.search(r"[\w.]+@[\w-]+\.\w+", words)
    assert "anonymous_id" not in drawn


def test_a_wrong_a_revoked_and_a_nonsense_link_get_a_page_that_helps(studio, client, shop_map):
    share = link(client, shop_map)
    client.delete(f"{API}/maps/{shop_map}/shares/{share['id']}")
    guest = studio.anonymous()
    for path in (share["path"], share["path"] + "/map", "/s/x", "/embed/x", "/s/%00"):
        answer = guest.get(path, headers={"accept-language": "de"})
        assert answer.status_code == 404, path
        assert "Link" in answer.text


def test_a_password_is_asked_for_once_and_kept_by_the_browser(studio, client, shop_map):
    share = link(client, shop_map, password="drei nasse schafe")
    guest = studio.anonymous()
    assert 'type="password"' in guest.get(share["path"]).text
    assert guest.get(share["path"] + "/map").status_code == 403
    assert guest.post(share["path"], data={"password": "falsch"}).status_code == 403
    opened = guest.post(share["path"], data={"password": "drei nasse schafe"})
    assert "Reise" in opened.text
    assert guest.get(share["path"] + "/map").status_code == 200
    assert studio.anonymous().get(share["path"] + "/map").status_code == 403


def test_an_embedded_map_shows_on_the_named_sites_only(studio, client, shop_map):
    share = link(client, shop_map, origins=["https://intranet.example", "https://b.example:8443"])
    answer = studio.anonymous().get("/embed/" + share["secret"])
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors https://intranet.example https://b.example:8443" in policy
    assert "x-frame-options" not in answer.headers
    plain = link(client, shop_map)
    assert studio.anonymous().get("/embed/" + plain["secret"]).status_code == 404


def test_a_guest_comments_and_the_words_are_never_taken_for_markup(studio, client, shop_map):
    share = link(client, shop_map, rights="comment")
    guest = studio.anonymous()
    said = {"name": "<b>Gerda</b>", "text": "<script>alert(1)</script>", "step": ""}
    page = guest.post(share["path"] + "/comments", data=said)
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert guest.post(share["path"] + "/comments", data={**said, "name": ""}).status_code == 422


def test_pages_of_a_map_answer_in_both_languages(studio, client, shop_map):
    client.post(f"{API}/maps/{shop_map}/versions", json={"name": "Erste"})
    pages = ["", "/versions", "/compare?old=1&new=0", "/sharing"]
    paths = [f"/w/shop/maps/{shop_map}{page}" for page in pages]
    paths += ["/w/shop/maps", "/w/shop/maps/new", "/w/shop/notices", "/w/shop/notices/bell"]
    paths += ["/w/shop/activity", *(f"/w/shop/maps?shelf={s}" for s in ("trash", "archive"))]
    for path in paths:
        assert client.get(path).status_code == 200, path


def test_a_map_is_made_copied_put_away_and_brought_back_by_forms(studio):
    client = studio.client(Role.EDITOR)
    made = client.post(
        "/w/shop/maps/new",
        data={"start": "template:support", "title": "Mein Rad", "map_language": "de"},
        follow_redirects=False,
    )
    assert made.status_code == 303
    path = made.headers["location"]
    for act in ("copy", "template", "archive", "delete", "undelete"):
        data = {"title": "Kopie"} if act in ("copy", "template") else {}
        assert client.post(f"{path}/{act}", data=data, follow_redirects=False).status_code == 303
    wrong = client.post("/w/shop/maps/new", data={"start": "template:nix", "title": "X"})
    assert wrong.status_code == 404
    assert 'name="title"' in wrong.text


def test_too_many_wrong_passwords_say_when_to_come_back(studio, client, shop_map):
    share = link(client, shop_map, password="drei nasse schafe")
    guest = studio.anonymous()
    answers = [guest.post(share["path"], data={"password": f"falsch{n}"}) for n in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
