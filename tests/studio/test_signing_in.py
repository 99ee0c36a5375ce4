"""Accounts, sessions, links and the brake on guessing, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.studio_fixtures import HERE, PASSWORD, SLUG, Studio
from waypost.app.studio.accounts import (
    NewAccount,
    change_password,
    change_profile,
)
from waypost.app.studio.members import workspaces_of
from waypost.app.studio.passwords import check_password
from waypost.app.studio.permissions import Role
from waypost.app.studio.signing_in import (
    ABSOLUTE,
    IDLE,
    Place,
    end_session,
    first_owner_link,
    make_first_owner,
    sessions_of,
    sign_in,
    sign_in_by_link,
    sign_in_link,
    sign_out,
    sign_out_everywhere,
    signed_by,
)
from waypost.app.studio.site import open_site
from waypost.documents.account_tables import OneTimeLinkRow, SessionRow, UserRow
from waypost.errors import ConflictError, InputError, NotFoundError, SignInError


@pytest.fixture
def studio(any_studio: Studio) -> Studio:
    return any_studio


def come_in(studio: Studio, password: str = PASSWORD, address: str = "10.0.0.1"):
    return sign_in(studio.site, studio.owner.email, password, Place(address, "Firefox"))


def test_the_cookie_s_secret_is_stored_nowhere(studio: Studio):
    secret = come_in(studio).secret
    with studio.site.database.reading() as session:
        stored = session.scalars(select(SessionRow.id)).all()
        hashes = session.scalars(select(UserRow.password_hash)).all()
    assert secret not in stored
    assert all(text.startswith("$argon2id$") for text in hashes)


def test_guessing_a_password_costs_64_mib_three_times_over(cheap_passwords):
    assert cheap_passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_new_session_is_another_one(studio: Studio):
    assert come_in(studio).secret != come_in(studio).secret


def test_the_address_is_taken_in_any_case_and_with_spaces(studio: Studio):
    again = sign_in(studio.site, f"  {studio.owner.email.upper()} ", PASSWORD, HERE)
    assert again.user == studio.owner


def test_a_wrong_password_and_an_unknown_account_sound_the_same(studio: Studio):
    with pytest.raises(SignInError) as wrong:
        come_in(studio, "wrong wrong wrong")
    with pytest.raises(SignInError) as unknown:
        sign_in(studio.site, "nobody@example.org", PASSWORD, HERE)
    assert wrong.value.as_dict() == unknown.value.as_dict()


def test_an_account_is_closed_for_a_while_after_eight_failures(studio: Studio):
    for number in range(8):
        with pytest.raises(SignInError):
            come_in(studio, "wrong wrong wrong", f"10.0.0.{number}")
    with pytest.raises(SignInError, match="Too many") as caught:
        come_in(studio)
    assert 0 < int(str(caught.value.facts["wait_seconds"])) <= 15 * 60
    studio.clock.ahead += timedelta(minutes=16)
    assert come_in(studio).user == studio.owner


def test_an_address_that_guesses_many_accounts_is_closed_too(studio: Studio, monkeypatch):
    monkeypatch.setattr("waypost.app.studio.signing_in.matches", lambda *_: False)
    for number in range(40):
        with pytest.raises(SignInError, match="wrong"):
            sign_in(studio.site, f"{number}@example.org", "x", Place("10.9.9.9", ""))
    with pytest.raises(SignInError, match="Too many"):
        come_in(studio, address="10.9.9.9")


def test_coming_in_forgets_the_failures_before(studio: Studio):
    for _ in range(3):
        for _ in range(5):
            with pytest.raises(SignInError):
                come_in(studio, "wrong wrong wrong")
        come_in(studio)


def test_a_session_ends_when_nobody_comes(studio: Studio):
    secret = come_in(studio).secret
    studio.clock.ahead += IDLE - timedelta(minutes=1)
    assert signed_by(studio.site, secret) is not None
    studio.clock.ahead += IDLE - timedelta(minutes=1)
    assert signed_by(studio.site, secret) is not None
    studio.clock.ahead += IDLE + timedelta(minutes=1)
    assert signed_by(studio.site, secret) is None


def test_a_session_ends_after_a_month_in_any_case(studio: Studio):
    secret = come_in(studio).secret
    for _ in range(10):
        studio.clock.ahead += ABSOLUTE / 10 - timedelta(seconds=1)
        assert signed_by(studio.site, secret) is not None
    studio.clock.ahead += timedelta(seconds=11)
    assert signed_by(studio.site, secret) is None


def test_signing_out_ends_this_session_only(studio: Studio):
    here, there = come_in(studio).secret, come_in(studio).secret
    sign_out(studio.site, signed_by(studio.site, here))
    assert signed_by(studio.site, here) is None
    assert signed_by(studio.site, there) is not None


def test_signing_out_everywhere_can_leave_this_one(studio: Studio):
    here, there = come_in(studio).secret, come_in(studio).secret
    sign_out_everywhere(studio.site, studio.owner.id, but=signed_by(studio.site, here).session)
    assert signed_by(studio.site, here) is not None
    assert signed_by(studio.site, there) is None


def test_nobody_ends_the_session_of_somebody_else(studio: Studio):
    come_in(studio)
    session = sessions_of(studio.site, studio.owner.id)[0].id
    other = studio.person(Role.EDITOR)
    with pytest.raises(NotFoundError):
        end_session(studio.site, other.id, session)
    assert sessions_of(studio.site, studio.owner.id)


def test_a_sign_in_link_works_once(studio: Studio):
    secret = sign_in_link(studio.site, studio.owner.email)
    done = sign_in_by_link(studio.site, secret, HERE)
    assert signed_by(studio.site, done.secret).may_set_password
    with pytest.raises(NotFoundError, match="used already"):
        sign_in_by_link(studio.site, secret, HERE)


def test_a_sign_in_link_is_too_old_after_a_quarter_of_an_hour(studio: Studio):
    secret = sign_in_link(studio.site, studio.owner.email)
    studio.clock.ahead += timedelta(minutes=15)
    with pytest.raises(NotFoundError, match="too old"):
        sign_in_by_link(studio.site, secret, HERE)


def test_an_hour_after_a_link_the_old_password_is_asked_again(studio: Studio):
    done = sign_in_by_link(studio.site, sign_in_link(studio.site, studio.owner.email), HERE)
    studio.clock.ahead += timedelta(hours=1)
    assert not signed_by(studio.site, done.secret).may_set_password


def test_the_first_owner_gets_every_workspace(tmp_path, any_studio, database_address):
    site = open_site(any_studio.site.workspaces.values(), database=tmp_path / "new.sqlite")
    secret = first_owner_link(site)
    account = NewAccount("Mara@Example.org", "  Mara   Kern ", PASSWORD, "de")
    done = make_first_owner(site, secret, account, HERE)
    assert (done.user.email, done.user.name) == ("mara@example.org", "Mara Kern")
    assert workspaces_of(site, done.user.id) == [SLUG, "other"]
    with site.database.reading() as session:
        assert secret not in session.scalars(select(OneTimeLinkRow.id)).all()
    with pytest.raises(NotFoundError):
        make_first_owner(site, secret, NewAccount("b@b.de", "B", PASSWORD), HERE)
    with pytest.raises(ConflictError):
        first_owner_link(site)
    site.close()


def test_a_newer_first_link_ends_the_older(tmp_path, any_studio):
    site = open_site(any_studio.site.workspaces.values(), database=tmp_path / "new.sqlite")
    old, _new = first_owner_link(site), first_owner_link(site)
    with pytest.raises(NotFoundError):
        make_first_owner(site, old, NewAccount("b@b.de", "B", PASSWORD), HERE)
    site.close()


def test_a_password_is_changed_with_the_old_one(studio: Studio):
    with pytest.raises(InputError, match="old password is wrong"):
        change_password(studio.site, studio.owner.id, old="no", new="vier neue nasse Katzen")
    change_password(studio.site, studio.owner.id, old=PASSWORD, new="vier neue nasse Katzen")
    assert come_in(studio, "vier neue nasse Katzen").user == studio.owner


def test_a_profile_keeps_what_is_left_out(studio: Studio):
    change_profile(studio.site, studio.owner.id, theme="dark")
    changed = change_profile(studio.site, studio.owner.id, language="de")
    assert (changed.name, changed.language, changed.theme) == (studio.owner.name, "de", "dark")
    assert come_in(studio, PASSWORD).user == changed


@pytest.mark.parametrize("values", [{"theme": "pink"}, {"language": "xx"}, {"name": "a\x00b"}])
def test_a_profile_takes_nothing_that_cannot_be(studio: Studio, values):
    with pytest.raises(InputError):
        change_profile(studio.site, studio.owner.id, **values)


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "elfzeichen1",
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "abcdefghijklmnop",
        "qwertzuiopas",
        "passwort1234",
        "PasswordPassword",
        "mara.kern2024",
        "Mara Kern 1984",
        "x" * 1001,
    ],
)
def test_a_password_that_is_short_or_easy_to_guess_is_refused(password: str):
    with pytest.raises(InputError):
        check_password(password, email="mara.kern@example.org", name="Mara Kern")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery",
        "Zwölf Ähren!",
        "日本語のながいパスワードです",
        "k3#Vq9!zLp0w",
    ],
)
def test_a_long_password_needs_no_special_signs(password: str):
    check_password(password, email="mara.kern@example.org", name="Mara Kern")
