"""What happens to a map reaches everybody who listens, once, in order, from every process."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from waypost.app.studio.comments import NewComment, add_comment
from waypost.app.studio.listening import listen_to_map
from waypost.app.studio.live import Happening, LiveHub
from waypost.app.studio.live_store import PRESENT_FOR, StoredHappenings, close_hub, hub_of, initials
from waypost.app.studio.maps import delete_map
from waypost.app.studio.presence import leave_map, say_where
from waypost.app.studio.site import Site
from waypost.app.studio.versions import name_version
from waypost.documents import Database
from waypost.errors import NotFoundError

CLIENT = "8a2f2d8e-browser"


class Ear:
    """Remembers what it heard; takes at most ``room`` happenings."""

    def __init__(self, room: int = 1_000) -> None:
        self.heard: list[Happening] = []
        self.room = room

    def __call__(self, happening: Happening) -> bool:
        self.heard.append(happening)
        return len(self.heard) < self.room

    def wait_for(self, kind: str, count: int = 1, seconds: float = 60.0) -> list[Happening]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [one for one in self.heard if one.kind == kind]
            if len(found) >= count:
                return found
            time.sleep(0.005)
        raise AssertionError(f"heard only {[one.kind for one in self.heard]}")

    def wait_for_number(self, number: int, seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and all(one.number < number for one in self.heard):
            time.sleep(0.005)


@pytest.fixture
def other_process(house, address):
    """The same database as another process has it open."""
    site = Site(Database.open(address), house.site.workspaces, clock=house.clock)
    yield site
    close_hub(site)
    site.close()


def test_a_change_is_heard_with_its_operations(house):
    shop, ear = house.new_map("Alt"), Ear()
    listening = listen_to_map(house.site, house.vito, shop, ear, since=1)
    house.rename(shop, "Alt", "Neu")
    (change,) = ear.wait_for("change")
    listening.close()
    assert change.data["revision"] == 2
    assert change.data["by"] == "Emil"
    assert change.data["ops"][0]["value"] == {"de": "Neu"}


def test_a_change_of_another_process_is_heard_within_half_a_second(house, other_process):
    """The quickest of some: a machine that does other things meanwhile is no fault of ours."""
    shop, ear, took = house.new_map("0"), Ear(), []
    listening = listen_to_map(other_process, house.vito, shop, ear, since=1)
    time.sleep(0.3)
    while len(took) < 10 and min(took, default=1) >= 0.5:
        began, number = time.monotonic(), len(took)
        house.rename(shop, str(number), str(number + 1))
        ear.wait_for("change", number + 1)
        took.append(time.monotonic() - began)
    listening.close()
    assert min(took) < 0.5


def test_who_comes_back_hears_what_was_missed(house):
    shop = house.new_map("0")
    for number in range(3):
        house.rename(shop, str(number), str(number + 1))
    listening = listen_to_map(house.site, house.vito, shop, Ear(), after=2)
    listening.close()
    assert [one.number for one in listening.missed] == [3, 4]


def test_from_the_revision_of_the_loaded_document_nothing_is_missed(house):
    shop = house.new_map("Alt")
    add_comment(house.site, house.cora, shop, NewComment("Aha"))
    opened = house.open(shop)
    house.rename(shop, "Alt", "Neu")
    listening = listen_to_map(house.site, house.vito, shop, Ear(), since=opened.revision)
    listening.close()
    assert [one.kind for one in listening.missed] == ["comment", "change"]


def test_listening_while_others_write_hears_everything_once(house):
    shop = house.new_map()
    document = house.open(shop).document
    place = {"lane": min(document.lanes), "step": min(document.steps)}

    def write(number: int) -> None:
        card = {"op": "add", "kind": "cards", "id": f"c_{number:012d}", "value": place}
        house.change(shop, card)

    ears = []
    with ThreadPoolExecutor(6) as crew:
        writing = [crew.submit(write, number) for number in range(40)]
        for _ in range(4):
            ear = Ear()
            ears.append((ear, listen_to_map(house.site, house.vito, shop, ear, since=1)))
            time.sleep(0.02)
        for one in writing:
            one.result()
    for ear, listening in ears:
        late = [one.number for one in listening.missed]
        ear.wait_for_number(41)
        new = [one.number for one in ear.heard if one.number > max(late, default=1)]
        assert [*late, *new] == list(range(2, 42))
        listening.close()


def test_a_listener_that_takes_no_more_is_left_alone(house):
    shop, full, other = house.new_map("0"), Ear(room=1), Ear()
    hub = hub_of(house.site)
    hub.listen(shop, full)
    kept = hub.listen(shop, other)
    house.rename(shop, "0", "1")
    other.wait_for("change")
    house.rename(shop, "1", "2")
    other.wait_for("change", count=2)
    assert len(full.heard) == 1
    assert hub.listeners() == 1
    hub.leave(kept)


def test_the_hub_rests_when_nobody_listens(house):
    shop = house.new_map()
    hub = LiveHub(StoredHappenings(house.site.database, house.clock), tick=0.01)
    listener = hub.listen(shop, Ear())
    hub.leave(listener)
    hub.leave(listener)
    assert hub.listeners() == 0


def test_comments_and_versions_are_heard(house):
    shop, ear = house.new_map(), Ear()
    listening = listen_to_map(house.site, house.vito, shop, ear, since=1)
    add_comment(house.site, house.cora, shop, NewComment("Aha"))
    name_version(house.site, house.emil, shop, name="Erste")
    assert ear.wait_for("comment")[0].data["comment"]["text"] == "Aha"
    assert ear.wait_for("version")[0].data["name"] == "Erste"
    listening.close()


def test_who_is_there_is_heard_and_forgotten_after_a_while(house):
    shop, ear = house.new_map(), Ear()
    listening = listen_to_map(house.site, house.vito, shop, ear, since=1)
    say_where(house.site, house.cora, shop, CLIENT, {"kind": "steps", "id": "t_x"})
    (here,) = ear.wait_for("presence")
    assert here.data["people"] == [
        {
            "client": CLIENT,
            "user": house.cora.user,
            "name": "Cora",
            "initials": "C",
            "where": {"kind": "steps", "id": "t_x"},
        }
    ]
    house.clock.now += PRESENT_FOR
    assert ear.wait_for("presence", count=2)[1].data["people"] == []
    listening.close()


def test_who_closes_the_map_is_gone_at_once(house):
    shop = house.new_map()
    say_where(house.site, house.cora, shop, CLIENT, None)
    leave_map(house.site, house.emil, shop, CLIENT)
    source = StoredHappenings(house.site.database, house.clock)
    assert len(source.present([shop])[shop]) == 1, "only oneself can be taken away"
    leave_map(house.site, house.cora, shop, CLIENT)
    assert source.present([shop]) == {}


def test_a_deleted_map_is_closed_for_those_who_have_it_open(house):
    shop, ear = house.new_map(), Ear()
    listening = listen_to_map(house.site, house.vito, shop, ear, since=1)
    delete_map(house.site, house.olga, shop)
    ear.wait_for("closed")
    assert listening.why_closed(lambda: house.vito) == "no-access"
    listening.close()


def test_a_revision_that_is_not_there_yet_cannot_be_listened_from(house):
    shop = house.new_map()
    with pytest.raises(NotFoundError):
        listen_to_map(house.site, house.vito, shop, Ear(), after=99)
    assert hub_of(house.site).listeners() == 0


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maria von Kern", "MK"), ("Ada", "A"), ("", "?"), ("(Gast)", "?"), ("élan ö", "ÉÖ")],
)
def test_initials_are_the_first_letters_of_first_and_last_word(name, letters):
    assert initials(name) == letters


def test_a_browser_that_says_twice_at_once_where_it_is_is_there_once(house):
    shop = house.new_map()
    with ThreadPoolExecutor(8) as crew:
        for _ in crew.map(
            lambda _: say_where(house.site, house.cora, shop, CLIENT, None), range(16)
        ):
            pass
    source = StoredHappenings(house.site.database, house.clock)
    assert len(source.present([shop])[shop]) == 1
