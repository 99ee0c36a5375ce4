"""Links: unguessable, ending, revocable, with a password that waits; roles of members on a map."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.studio.maps.conftest import member
from waypost.app.studio.comments import NewComment, add_comment, comments_of
from waypost.app.studio.map_people import people_of_map, set_map_role
from waypost.app.studio.maps import list_maps, open_map
from waypost.app.studio.notifications import notices_of
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.shared_map import GuestComment, comment_as_guest, open_shared
from waypost.app.studio.sharing import (
    ShareWishes,
    revoke_share,
    share_map,
    shared_map,
    shares_of,
    unlock_share,
)
from waypost.errors import ForbiddenError, InputError, NotFoundError

PASSWORD = "drei nasse schafe"


def link(house, shop, by="emil", **wishes):
    return share_map(house.site, house.people[by], shop, ShareWishes(**wishes))


def test_a_link_leads_to_its_map_and_counts_its_visits(house):
    shop = house.new_map("Ich kaufe ein")
    share = link(house, shop, label="Agentur")
    page = open_shared(house.site, (share.secret, ""), is_visit=True)
    assert (page.title, page.workspace, page.is_locked) == ("Ich kaufe ein", "Alpenrad", False)
    (listed,) = shares_of(house.site, house.emil, shop)
    assert (listed.visits, listed.secret) == (1, "")


def test_a_secret_has_256_bits_and_lies_nowhere_in_the_database(house):
    shop = house.new_map()
    secret = link(house, shop).secret
    assert len(secret) == 43
    with house.site.database.reading() as session:
        stored = session.execute(text("SELECT * FROM map_shares")).all()
    assert secret not in str(stored)
    assert secret.encode() not in bytes(str(stored), "utf-8")


@pytest.mark.parametrize(
    "guess", ["", "x", "x_", "%", "Do9lfavW7zNGIqu5C4gf0aSj15d23DJJqO_E3XORnLk", "ü" * 5000]
)
def test_a_guess_leads_nowhere(house, guess):
    link(house, house.new_map())
    with pytest.raises(NotFoundError) as refused:
        shared_map(house.site, guess)
    assert refused.value.facts["reason"] == "unknown"


def test_a_revoked_link_says_so(house):
    shop = house.new_map()
    share = link(house, shop)
    revoke_share(house.site, house.olga, shop, share.id)
    with pytest.raises(NotFoundError) as refused:
        open_shared(house.site, (share.secret, ""))
    assert refused.value.facts["reason"] == "revoked"


def test_a_link_ends_at_its_time(house):
    shop = house.new_map()
    share = link(house, shop, expires_at=house.clock() + timedelta(days=1))
    open_shared(house.site, (share.secret, ""))
    house.clock.move(days=1)
    with pytest.raises(NotFoundError) as refused:
        open_shared(house.site, (share.secret, ""))
    assert refused.value.facts["reason"] == "expired"


def test_without_the_password_no_word_of_the_map_is_told(house):
    shop = house.new_map("Geheim")
    share = link(house, shop, password=PASSWORD, rights="comment")
    page = open_shared(house.site, (share.secret, ""))
    assert page.is_locked
    assert (page.title, page.places, page.comments) == ("", (), ())
    with pytest.raises(ForbiddenError):
        comment_as_guest(house.site, (share.secret, ""), GuestComment("Gast", "Hallo"))


def test_the_right_password_opens_the_link_and_its_proof_is_good_for_this_link_only(house):
    shop = house.new_map("Offen")
    one, other = (link(house, shop, password=PASSWORD) for _ in range(2))
    proof = unlock_share(house.site, one.secret, PASSWORD)
    assert not open_shared(house.site, (one.secret, proof)).is_locked
    assert open_shared(house.site, (other.secret, proof)).is_locked


@pytest.mark.parametrize("migrated_address", ["sqlite"], indirect=True)
def test_after_five_wrong_passwords_the_link_waits_even_for_the_right_one(house):
    share = link(house, house.new_map(), password=PASSWORD)
    for _ in range(5):
        with pytest.raises(ForbiddenError) as refused:
            unlock_share(house.site, share.secret, "falsch")
        assert refused.value.facts["reason"] == "password"
    with pytest.raises(ForbiddenError) as refused:
        unlock_share(house.site, share.secret, PASSWORD)
    assert refused.value.facts["wait_seconds"] > 0
    house.clock.move(minutes=2)
    assert unlock_share(house.site, share.secret, PASSWORD)


@pytest.mark.parametrize(
    "wishes",
    [
        {"password": "kurz"},
        {"origins": ["intranet.example"]},
        {"origins": ["https://a.example/pfad"]},
        {"origins": ["https://a.example; script-src *"]},
        {"origins": ["https://a.example"], "password": PASSWORD},
        {"origins": [f"https://a{n}.example" for n in range(21)]},
    ],
)
def test_wishes_that_make_no_safe_link_are_refused(house, wishes):
    with pytest.raises(InputError):
        link(house, house.new_map(), **wishes)


def test_a_link_of_a_deleted_map_leads_nowhere(house):
    from waypost.app.studio.maps import delete_map  # noqa: PLC0415 - used once

    shop = house.new_map()
    share = link(house, shop)
    delete_map(house.site, house.olga, shop)
    with pytest.raises(NotFoundError):
        open_shared(house.site, (share.secret, ""))


def test_only_who_may_share_makes_and_sees_links(house):
    shop = house.new_map()
    for name in ("cora", "vito"):
        with pytest.raises(ForbiddenError):
            link(house, shop, by=name)
        with pytest.raises(ForbiddenError):
            shares_of(house.site, house.people[name], shop)


def test_a_guest_comments_and_sees_only_the_threads_of_the_link(house):
    shop = house.new_map()
    add_comment(house.site, house.cora, shop, NewComment("Intern"))
    share, other = (link(house, shop, rights="comment") for _ in range(2))
    visitor = (share.secret, "")
    comment_as_guest(house.site, visitor, GuestComment(" Gerda ", "Schön!"))
    comment_as_guest(house.site, (other.secret, ""), GuestComment("Gast", "Anderswo"))
    (mine,) = open_shared(house.site, visitor).comments
    assert (mine.by, mine.by_name, mine.text) == (0, "Gerda", "Schön!")
    add_comment(house.site, house.emil, shop, NewComment("Danke", parent=mine.id))
    assert [c.text for c in open_shared(house.site, visitor).comments] == ["Schön!", "Danke"]
    assert len(comments_of(house.site, house.vito, shop)) == 4
    assert "guest" in {notice.kind for notice in notices_of(house.site, house.emil)}


def test_a_guest_cannot_answer_what_was_said_inside_the_house(house):
    shop = house.new_map()
    inside = add_comment(house.site, house.cora, shop, NewComment("Intern"))
    share = link(house, shop, rights="comment")
    said = GuestComment("Gast", "Aha", parent=inside.id)
    with pytest.raises(NotFoundError):
        comment_as_guest(house.site, (share.secret, ""), said)


def test_a_link_for_reading_takes_no_comment(house):
    share = link(house, house.new_map(), rights="view")
    with pytest.raises(ForbiddenError):
        comment_as_guest(house.site, (share.secret, ""), GuestComment("Gast", "Hallo"))


def test_a_flood_of_comments_through_one_link_is_stopped(house):
    share = link(house, house.new_map(), rights="comment")
    for number in range(20):
        comment_as_guest(house.site, (share.secret, ""), GuestComment("Gast", f"Nr. {number}"))
    with pytest.raises(ForbiddenError) as refused:
        comment_as_guest(house.site, (share.secret, ""), GuestComment("Gast", "Noch eins"))
    assert refused.value.facts["wait_seconds"] > 0


def test_a_role_on_one_map_can_be_stronger_or_weaker_or_hide_it(house):
    shop, other = house.new_map("Eins"), house.new_map("Zwei")
    set_map_role(house.site, house.olga, shop, house.vito.user, "editor")
    set_map_role(house.site, house.olga, shop, house.emil.user, "none")
    house.rename(shop, "Eins", "Von Vito", by="vito")
    with pytest.raises(ForbiddenError):
        house.rename(other, "Zwei", "Von Vito", by="vito")
    with pytest.raises(NotFoundError):
        open_map(house.site, house.emil, shop)
    assert [one.id for one in list_maps(house.site, house.emil)] == [other]
    set_map_role(house.site, house.olga, shop, house.emil.user, None)
    assert Right.EDIT_MAPS in open_map(house.site, house.emil, shop).rights


def test_nobody_gives_more_than_they_have_nor_takes_from_an_owner(house):
    shop = house.new_map()
    set_map_role(house.site, house.olga, shop, house.cora.user, "editor")
    with pytest.raises(ForbiddenError):
        set_map_role(house.site, house.emil, shop, house.olga.user, "viewer")
    with pytest.raises(ForbiddenError):
        set_map_role(house.site, house.vito, shop, house.vito.user, "owner")
    with pytest.raises(NotFoundError):
        set_map_role(house.site, house.olga, shop, 999, "viewer")


def test_people_of_a_map_are_told_with_their_role_on_it(house):
    shop = house.new_map()
    set_map_role(house.site, house.olga, shop, house.vito.user, "commenter")
    set_map_role(house.site, house.olga, shop, house.cora.user, "none")
    roles = {one.name: one.role for one in people_of_map(house.site, house.emil, shop)}
    assert roles == {"Emil": "editor", "Olga": "owner", "Vito": "commenter"}


def test_a_token_never_gets_more_on_a_map_than_its_scopes(house):
    shop = house.new_map()
    set_map_role(house.site, house.olga, shop, house.vito.user, "editor")
    token = type(house.vito)(
        house.vito.user, "Vito", "de", "shop", Role.VIEWER, frozenset({Right.SEE}), "token"
    )
    assert open_map(house.site, token, shop).rights == {Right.SEE}


def test_a_map_of_another_workspace_is_not_found_whatever_the_role(house):
    shop = house.new_map()
    stranger = member(house.site, "zoe", Role.OWNER, workspace="other")
    share = link(house, shop)
    for attempt in (
        lambda: open_map(house.site, stranger, shop),
        lambda: house.people.update(zoe=stranger) or house.rename(shop, "", "x", by="zoe"),
        lambda: comments_of(house.site, stranger, shop),
        lambda: shares_of(house.site, stranger, shop),
        lambda: revoke_share(house.site, stranger, shop, share.id),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert list_maps(house.site, stranger) == []
