"""What is told lives as long as somebody may hear it and can still need it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import waypost
from tests.studio.maps.test_live import CLIENT, Ear
from waypost.app.studio.listening import listen_to_map
from waypost.app.studio.live_store import close_hub
from waypost.app.studio.map_people import set_map_role
from waypost.app.studio.map_rows import find_map, note_happening
from waypost.app.studio.permissions import Right
from waypost.app.studio.presence import say_where
from waypost.app.studio.site import Site
from waypost.demo import write_demo
from waypost.documents import Database
from waypost.documents.map_tables import MapHappeningRow
from waypost.errors import SignInError


def kept(house, shop: str) -> tuple[int, int]:
    """How many happenings are kept, and the number of the oldest one."""
    with house.site.database.reading() as session:
        found = select(func.count(), func.min(MapHappeningRow.number)).where(
            MapHappeningRow.map == shop
        )
        count, oldest = session.execute(found).one()
        return count, oldest


def happen(house, shop: str, times: int) -> None:
    with house.site.database.writing() as session:
        found = find_map(session, house.emil, shop, Right.EDIT_MAPS, lock=True)
        for _ in range(times):
            note_happening(session, found.row, "comment", {}, at=house.clock.now)
            session.flush()


def test_no_more_than_about_a_thousand_happenings_are_kept(house):
    shop = house.new_map()
    happen(house, shop, 2_500)
    count, oldest = kept(house, shop)
    assert 1_000 <= count <= 1_100
    assert oldest > 1_400


def test_happenings_of_yesterday_are_forgotten(house):
    shop = house.new_map()
    happen(house, shop, 90)
    house.clock.now += timedelta(hours=25)
    happen(house, shop, 30)
    assert kept(house, shop)[0] <= 30


def test_who_listens_from_a_revision_that_is_forgotten_hears_what_is_left(house):
    shop = house.new_map("Alt")
    happen(house, shop, 90)
    house.clock.now += timedelta(hours=25)
    happen(house, shop, 15)
    listening = listen_to_map(house.site, house.vito, shop, Ear(), since=1)
    listening.close()
    assert 0 < len(listening.missed) <= 15


def test_who_may_do_less_or_is_signed_out_is_told_why_the_stream_ends(house):
    shop = house.new_map()
    listening = listen_to_map(house.site, house.vito, shop, Ear(), since=1)

    def signed_out():
        raise SignInError("Please sign in.")

    assert listening.why_closed(lambda: house.vito) == ""
    assert listening.why_closed(lambda: house.emil) == "rights"
    assert listening.why_closed(signed_out) == "no-access"
    set_map_role(house.site, house.olga, shop, house.vito.user, "none")
    assert listening.why_closed(lambda: house.vito) == "no-access"
    listening.close()


@pytest.fixture
def own_shop(house, address, tmp_path) -> Iterator[Site]:
    """The house's database with a workspace that may be written to."""
    waypost.create(tmp_path / "shop", waypost.Settings(name="Alpenrad"))
    site = Site(Database.open(address), {"shop": tmp_path / "shop"}, clock=house.clock)
    yield site
    close_hub(site)
    site.close()


def test_new_numbers_are_heard_once_for_each_build_beside_the_studio(house, own_shop, tmp_path):
    write_demo(tmp_path / "demo", persons=20, seed=3)
    files = sorted((tmp_path / "demo" / "exports").glob("*.csv"))[:2]
    shop, ear = house.new_map(), Ear()
    listening = listen_to_map(own_shop, house.vito, shop, ear, since=1)
    beside = waypost.open(tmp_path / "shop")
    snapshots = []
    for number, file in enumerate(files, 1):
        beside.add(file)
        snapshots.append(beside.build().snapshot)
        ear.wait_for("numbers", count=number)
    say_where(own_shop, house.vito, shop, CLIENT, None)
    ear.wait_for("presence")
    listening.close()
    heard = [one for one in ear.heard if one.kind == "numbers"]
    assert [one.data["snapshot"] for one in heard] == snapshots
    assert all(one.number == 0 for one in heard)
