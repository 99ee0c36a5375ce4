"""Changes of a map: whole, once, in order, never over somebody else's."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.studio.maps.conftest import title_op
from waypost.app.studio.changes import (
    Change,
    StaleChangeError,
    change_map,
    changes_since,
    check_log,
)
from waypost.errors import DamagedError, ForbiddenError, InputError, NotFoundError


def test_a_change_makes_the_next_revision_and_says_how_to_take_it_back(house):
    shop = house.new_map("Alt")
    accepted = house.rename(shop, "Alt", "Neu")
    assert accepted.revision == 2
    assert house.open(shop).document.head.title == {"de": "Neu"}
    house.change(shop, *accepted.undo)
    assert house.open(shop).document.head.title == {"de": "Alt"}


def test_the_same_change_sent_twice_is_accepted_once_with_the_same_answer(house):
    shop = house.new_map("Alt")
    change = Change(str(uuid.uuid4()), 1, [title_op("Alt", "Neu")], "Titel")
    first = change_map(house.site, house.emil, shop, change)
    second = change_map(house.site, house.emil, shop, change)
    assert first == second
    assert house.open(shop).revision == first.revision


def test_a_stale_write_is_refused_with_both_texts_and_who_wrote_the_other_when(house):
    shop = house.new_map("Alt")
    house.clock.move(minutes=5)
    house.rename(shop, "Alt", "Von Emil", by="emil")
    with pytest.raises(StaleChangeError) as refused:
        house.rename(shop, "Alt", "Von Olga", by="olga")
    told = refused.value.as_dict()
    (conflict,) = told["conflicts"]
    assert (conflict["theirs"], conflict["yours"]) == ({"de": "Von Emil"}, {"de": "Von Olga"})
    assert conflict["theirs_by"] == {
        "user": house.emil.user,
        "name": "Emil",
        "at": house.clock().isoformat(),
    }
    assert told["revision"] == 2
    assert house.open(shop).document.head.title == {"de": "Von Emil"}


def test_one_stale_operation_keeps_back_the_whole_change(house):
    shop = house.new_map("Alt")
    house.rename(shop, "Alt", "Neu")
    document = house.open(shop).document
    card = {"lane": min(document.lanes), "step": min(document.steps)}
    fine = {"op": "add", "kind": "cards", "id": "c_aaaaaaaaaaaa", "value": card}
    with pytest.raises(StaleChangeError):
        house.change(shop, fine, title_op("Alt", "Anders"))
    assert house.open(shop).document.cards == {}
    assert house.open(shop).revision == 2


def test_changes_of_different_fields_never_meet(house):
    shop = house.new_map("Alt")
    scenario = {**title_op("", ""), "field": "scenario", "was": {}, "value": {"de": "Samstag"}}
    house.change(shop, scenario, by="olga")
    house.rename(shop, "Alt", "Neu", by="emil")
    head = house.open(shop).document.head
    assert (head.title, head.scenario) == ({"de": "Neu"}, {"de": "Samstag"})


def test_twenty_writers_at_once_lose_nothing(house):
    shop = house.new_map()
    document = house.open(shop).document
    place = {"lane": min(document.lanes), "step": min(document.steps)}

    def write(writer: int) -> list[int]:
        names = [f"c_{writer:06d}{number:06d}" for number in range(5)]
        ops = [{"op": "add", "kind": "cards", "id": name, "value": place} for name in names]
        return [house.change(shop, op).revision for op in ops]

    with ThreadPoolExecutor(20) as crew:
        revisions = [revision for done in crew.map(write, range(20)) for revision in done]
    assert sorted(revisions) == list(range(2, 102))
    assert len(house.open(shop).document.cards) == 100
    assert check_log(house.site, "shop") == 1


def test_of_twenty_who_write_the_same_field_at_once_one_is_accepted(house):
    shop = house.new_map("Alt")

    def write(writer: int) -> str:
        try:
            house.rename(shop, "Alt", f"Von {writer}")
        except StaleChangeError:
            return ""
        return f"Von {writer}"

    with ThreadPoolExecutor(20) as crew:
        accepted = [title for title in crew.map(write, range(20)) if title]
    assert [house.open(shop).document.head.title["de"]] == accepted


def test_every_map_can_be_computed_again_from_its_changes(house):
    shop = house.new_map()
    house.add_card(shop, "Eins")
    step = min(house.open(shop).document.steps)
    house.change(shop, {"op": "remove", "kind": "steps", "id": step})
    house.new_map("Noch eine")
    assert check_log(house.site, "shop") == 2


def test_a_document_that_its_changes_do_not_give_is_found(house):
    house.new_map()
    with house.site.database.writing() as session:
        session.execute(text("UPDATE map_changes SET ops = '[]'"))
    with pytest.raises(DamagedError):
        check_log(house.site, "shop")


def test_changes_after_a_revision_come_in_their_order(house):
    shop = house.new_map("0")
    for number in range(3):
        house.rename(shop, str(number), str(number + 1))
    since = changes_since(house.site, house.vito, shop, 2)
    assert [change.revision for change in since] == [3, 4]
    assert [change.ops[0]["value"] for change in since] == [{"de": "2"}, {"de": "3"}]


@pytest.mark.parametrize("name", ["", "kurz", "x" * 65, "mit leer zeichen", "ümlaut-ümlaut"])
def test_a_change_without_a_usable_id_is_refused(house, name):
    shop = house.new_map("Alt")
    with pytest.raises(InputError):
        change_map(house.site, house.emil, shop, Change(name, 1, [title_op("Alt", "Neu")]))


def test_who_may_only_comment_or_see_changes_nothing(house):
    shop = house.new_map("Alt")
    for name in ("cora", "vito"):
        with pytest.raises(ForbiddenError):
            house.rename(shop, "Alt", "Neu", by=name)


def test_a_map_that_is_not_there_is_not_found(house):
    with pytest.raises(NotFoundError):
        house.rename("m_aaaaaaaaaaaaaaaa", "Alt", "Neu")
