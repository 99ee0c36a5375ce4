"""Coming in and going out over HTTP."""

from tests.studio_fixtures import PASSWORD, Studio, new_studio
from waypost.app.studio.permissions import Role
from waypost.web.access import COOKIE, cookie_of


def test_a_visitor_is_led_to_the_sign_in_page_and_back(studio: Studio):
    client = studio.anonymous()
    away = client.get("/w/shop?a=1", follow_redirects=False)
    assert away.status_code == 303
    assert away.headers["location"] == "/login?next=%2Fw%2Fshop%3Fa%3D1"
    form = {"email": studio.owner.email, "password": PASSWORD, "next": "/w/shop?a=1"}
    back = client.post("/login", data=form, follow_redirects=False)
    assert back.headers["location"] == "/w/shop?a=1"
    assert client.get("/w/shop").status_code == 200


def test_nobody_is_led_to_another_site_after_signing_in(studio: Studio):
    for next_ in ("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil"):
        form = {"email": studio.owner.email, "password": PASSWORD, "next": next_}
        answer = studio.anonymous().post("/login", data=form, follow_redirects=False)
        assert answer.headers["location"] == "/w/shop"


def test_signing_out_ends_the_session(studio: Studio):
    client = studio.client(Role.EDITOR)
    secret = client.cookies[COOKIE]
    assert client.post("/logout").status_code == 200
    again = studio.anonymous()
    again.cookies.set(COOKIE, secret)
    assert again.get("/w/shop", follow_redirects=False).status_code == 303


def test_coming_in_again_ends_the_session_before(studio: Studio):
    client = studio.client(Role.VIEWER)
    before = client.cookies[COOKIE]
    form = {"email": studio.person(Role.VIEWER).email, "password": PASSWORD}
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    client.post("/login", data=form, follow_redirects=False)
    again = studio.anonymous()
    again.cookies.set(COOKIE, before)
    assert again.get("/w/shop", follow_redirects=False).status_code == 303


def test_two_studios_on_one_machine_do_not_share_the_name_of_the_cookie(studio: Studio, tmp_path):
    other = new_studio([studio.path], tmp_path / "other.sqlite")
    assert cookie_of(studio.site) != cookie_of(other.site)
    here = studio.anonymous()
    form = {"email": studio.owner.email, "password": PASSWORD}
    assert here.post("/login", data=form, follow_redirects=False).status_code == 303
    assert list(here.cookies.keys()) == [cookie_of(studio.site)]
    there = other.anonymous()
    there.cookies.update(here.cookies)
    assert there.get("/w/shop", follow_redirects=False).status_code == 303
    other.site.close()
