"""Guards: headers, origins, hosts, sizes, errors without traces, texts that are only text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from tests.studio_fixtures import PASSWORD, SLUG, Studio
from waypost.app.studio.accounts import change_profile
from waypost.app.studio.permissions import Role
from waypost.app.studio.secret_keys import fingerprint
from waypost.app.studio.site import Site
from waypost.documents.account_tables import FailedSignInRow
from waypost.web import create_app
from waypost.web.access import COOKIE
from waypost.web.csv_answers import csv_text, disarmed

NAUGHTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${7*7}",
    '=HYPERLINK("http://evil")',
    "../../etc/passwd",
    "Robert'); DROP TABLE users;--",
    "\u202egnirts desrever",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "👩‍👩‍👧‍👦 表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
    "%s %d %(name)s {0} {name}",
    "NULL",
    "&lt;b&gt;&amp;",
    "a" * 80,
]
PAGES = [
    f"/w/{SLUG}",
    f"/w/{SLUG}/settings/account",
    f"/w/{SLUG}/settings/tokens",
    f"/w/{SLUG}/settings/members",
    f"/w/{SLUG}/settings/workspace",
    f"/w/{SLUG}/settings/audit",
    f"/w/{SLUG}/components",
]


@pytest.fixture
def studio(empty_studio: Studio) -> Studio:
    return empty_studio


@pytest.mark.parametrize(
    "path", ["/login", f"/w/{SLUG}", "/nix", "/api/v1/openapi.json", "/static/x/y"]
)
def test_every_answer_has_the_headers(studio: Studio, path: str):
    headers = studio.client().get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize("path", [*PAGES, "/login"])
def test_no_page_needs_inline_script_or_style(studio: Studio, path: str):
    client = studio.anonymous() if path == "/login" else studio.client()
    text = client.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+=", text)
    assert " style=" not in text
    assert "<style" not in text


def test_the_cookie_is_for_this_site_and_no_script(studio: Studio):
    form = {"email": studio.owner.email, "password": PASSWORD}
    set_cookie = (
        studio.anonymous().post("/login", data=form, follow_redirects=False).headers["set-cookie"]
    )
    assert "HttpOnly" in set_cookie
    assert "SameSite=lax" in set_cookie
    assert "Secure" not in set_cookie


def test_behind_https_the_cookie_is_secure_and_browsers_stay_with_https(studio: Studio):
    site = Site(studio.site.database, studio.site.workspaces, address="https://maps.example.org")
    client = type(studio.anonymous())(create_app(site), base_url="https://maps.example.org")
    form = {"email": studio.owner.email, "password": PASSWORD}
    answer = client.post("/login", data=form, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_request_of_another_site_changes_nothing(studio: Studio, headers):
    client = studio.client()
    assert client.post("/logout", headers=headers).status_code == 403
    form = {"email": studio.owner.email, "password": PASSWORD}
    assert studio.anonymous().post("/login", data=form, headers=headers).status_code == 403
    assert client.get(f"/w/{SLUG}").status_code == 200


def test_the_form_token_of_another_session_does_not_count(studio: Studio):
    mine, theirs = studio.client(), studio.client(Role.EDITOR)
    token = theirs.headers["X-CSRF-Token"]
    assert mine.post("/logout", headers={"X-CSRF-Token": token}).status_code == 403


def test_a_form_brings_its_token_as_a_field(studio: Studio):
    client = studio.client()
    token = client.headers.pop("X-CSRF-Token")
    here = f"/w/{SLUG}/settings/theme"
    assert client.post(here, data={"theme": "dark"}).status_code == 403
    assert client.post(here, data={"theme": "dark", "csrf": token}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8642"]
)
def test_a_foreign_host_name_leads_nowhere(studio: Studio, host: str):
    answer = studio.client().get("/login", headers={"Host": host})
    assert answer.status_code in {400, 421}


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:9", "[::1]:8642", "192.168.1.7"])
def test_the_machine_s_own_names_lead_here(studio: Studio, host: str):
    assert studio.anonymous().get("/login", headers={"Host": host}).status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(studio: Studio):
    big = b"x" * (5 << 20)
    answer = studio.client().post("/login", content=big)
    assert answer.status_code == 413
    assert "too large" in answer.json()["error"]["message"]


def test_what_grows_too_large_on_the_way_is_refused(studio: Studio):
    def pieces():
        for _ in range(6):
            yield b"x" * (1 << 20)

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert studio.client().post("/login", content=pieces(), headers=headers).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "many"])
def test_a_length_that_is_no_number_is_refused(studio: Studio, length: str):
    answer = studio.client().post("/login", headers={"Content-Length": length}, content=b"")
    assert answer.status_code == 400


def test_an_unexpected_error_says_nothing_about_the_code(studio: Studio, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("waypost.web.pages.start.overview", broken)
    answer = studio.client().get(f"/w/{SLUG}")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers
    assert "secret detail" in caplog.text


def test_errors_speak_the_reader_s_language(studio: Studio):
    change_profile(studio.site, studio.owner.id, language="de")
    client = studio.client()
    assert "Unter dieser Adresse gibt es nichts." in client.get(f"/w/{SLUG}/nix").text
    told = client.get("/api/v1/workspaces/nix/me").json()["error"]
    assert told["message"].startswith("Diesen Arbeitsbereich gibt es hier nicht")
    assert '<html lang="de"' in client.get(f"/w/{SLUG}").text


@pytest.mark.parametrize("text", NAUGHTY)
def test_texts_of_users_are_only_text(studio: Studio, text: str):
    client = studio.client()
    for path, form in [
        ("settings/account", {"name": text, "language": "en"}),
        ("settings/tokens", {"name": text, "days": "1", "scopes": "see"}),
        ("settings/workspace", {"name": text}),
        ("settings/members/invite", {"email": text, "role": "viewer"}),
        ("settings/audit", {}),
    ]:
        answer = (
            client.post(f"/w/{SLUG}/{path}", data=form)
            if form
            else client.get(f"/w/{SLUG}/{path}?who={text[:20]}")
        )
        assert answer.status_code < 500
    for path in PAGES:
        shown = client.get(path).text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "' onmouseover='" not in shown


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_name_comes_back_as_it_was_written(studio: Studio, text: str):
    client = studio.client()
    answer = client.post(
        f"/w/{SLUG}/settings/tokens", data={"name": text, "days": 1, "scopes": "see"}
    )
    if answer.status_code == 200:
        names = [one["name"] for one in client.get(f"/api/v1/workspaces/{SLUG}/tokens").json()]
        assert names == [" ".join(text.split())]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd", "@x", "\t=1", "\r=1", "＝1"])
def test_a_spreadsheet_runs_nothing_of_a_table(cell: str):
    assert disarmed(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.5", "+49", "1.234,5", "Anna", "a=b"])
def test_numbers_and_plain_texts_stay_as_they_are(cell: str):
    assert disarmed(cell) == cell


def test_a_table_keeps_its_columns_whatever_stands_in_it():
    assert csv_text(("a", "b"), [('x"y', "1\n2"), (None, 3)]) == ('a,b\r\n"x""y","1\n2"\r\n,3\r\n')


def test_a_first_link_that_is_none_says_so_calmly(studio: Studio):
    answer = studio.anonymous().get("/welcome/nothing", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "schon benutzt" in answer.text


def test_too_many_attempts_say_when_to_come_back(studio: Studio):
    with studio.site.database.writing() as session:
        key = fingerprint(f"account:{studio.owner.email}")
        session.add_all(FailedSignInRow(key=key, at=studio.clock()) for _ in range(8))
    form = {"email": studio.owner.email, "password": PASSWORD}
    answer = studio.anonymous().post("/login", data=form)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "set-cookie" not in answer.headers


def test_a_browser_that_leaves_while_it_sends_a_form_is_no_failure(
    studio: Studio, caplog: pytest.LogCaptureFixture
):
    client = studio.client()
    sent = [
        (b"host", b"testserver"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"x-csrf-token", client.headers["X-CSRF-Token"].encode()),
        (b"cookie", f"{COOKIE}={client.cookies[COOKIE]}".encode()),
    ]
    answered: list[int] = []
    with start_blocking_portal() as portal:  # a running browser has this thread's event loop
        portal.call(_leave_while_sending, studio, sent, answered)
    assert answered == [499]
    assert not caplog.records


async def _leave_while_sending(
    studio: Studio, headers: list[tuple[bytes, bytes]], answered: list[int]
) -> None:
    scope = {
        "type": "http", "method": "POST", "path": f"/w/{SLUG}/segments/new", "headers": headers,
        "query_string": b"", "scheme": "http", "http_version": "1.1",
        "server": ("testserver", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await studio.app(scope, receive, send)  # type: ignore[operator]  # an app, kept as object
