"""Maps as a whole: made, copied, kept as templates, put away, brought back, one below another."""

import pytest

from waypost.app.studio.audit import AuditWishes, audit_entries
from waypost.app.studio.changes import check_log
from waypost.app.studio.map_making import NewMap, copy_map, create_map, save_as_template
from waypost.app.studio.maps import (
    archive_map,
    delete_map,
    list_maps,
    open_map,
    purge_trash,
    restore_map,
)
from waypost.errors import ForbiddenError, InputError, NotFoundError
from waypost.maps.editing.document import load_document


def titles(house, shelf="open", by="vito"):
    return [one.title_in("de") for one in list_maps(house.site, house.people[by], shelf)]


def test_a_map_from_a_template_has_its_stages_and_the_title_that_was_given(house):
    new = NewMap("template", title="Mein Laden", template="store")
    made = create_map(house.site, house.emil, new)
    document = house.open(made).document
    assert document.head.title == {"de": "Mein Laden"}
    assert document.stages
    assert document.lanes
    assert check_log(house.site, "shop") == 1


def test_a_blank_map_has_one_empty_step_and_lanes(house):
    document = house.open(house.new_map()).document
    assert (len(document.stages), len(document.steps), document.cards) == (1, 1, {})
    assert document.lanes


def test_a_map_needs_a_title(house):
    with pytest.raises(InputError):
        create_map(house.site, house.emil, NewMap("blank", title=" \n"))


def test_who_may_not_edit_makes_no_map(house):
    for name in ("cora", "vito"):
        with pytest.raises(ForbiddenError):
            house.new_map(by=name)


def test_a_map_exported_as_json_comes_back_the_same(house):
    shop = house.new_map("Alt")
    house.add_card(shop, "Die Kasse")
    told = house.open(shop).document
    new = NewMap("file", content=told.to_json(), name="map.json")
    made = create_map(house.site, house.emil, new)
    assert house.open(made).document == told
    assert load_document(told.to_json()) == told


@pytest.mark.parametrize("content", [b"{", b'{"schema_version": 2, "head": 5}', b"{}x"])
def test_a_file_that_is_no_map_is_refused(house, content):
    with pytest.raises(InputError):
        create_map(house.site, house.emil, NewMap("file", title="X", content=content))


def test_a_copy_is_a_draft_with_the_same_content(house):
    shop = house.new_map("Alt")
    card = house.add_card(shop, "Die Kasse")
    status = {"op": "set", "kind": "head", "id": "head", "field": "status"}
    house.change(shop, {**status, "was": "draft", "value": "agreed"})
    copied = house.open(copy_map(house.site, house.emil, shop, "Kopie")).document
    assert (copied.head.title, copied.head.status) == ({"de": "Kopie"}, "draft")
    assert card in copied.cards


def test_a_template_of_ours_begins_a_new_map(house):
    shop = house.new_map("Alt")
    house.add_card(shop, "Die Kasse")
    bare = save_as_template(house.site, house.emil, shop, "Gerüst", with_cards=False)
    full = save_as_template(house.site, house.emil, shop, "Alles", with_cards=True)
    assert sorted(titles(house, "templates")) == ["Alles", "Gerüst"]
    assert titles(house) == ["Alt"]
    for template, cards in ((bare, 0), (full, 1)):
        new = NewMap("template", title="Neu", template=template)
        assert len(house.open(create_map(house.site, house.emil, new)).document.cards) == cards


def test_an_archived_map_is_found_in_the_archive_and_comes_back(house):
    shop = house.new_map("Alt")
    archive_map(house.site, house.emil, shop, is_archived=True)
    assert (titles(house), titles(house, "archive")) == ([], ["Alt"])
    archive_map(house.site, house.emil, shop, is_archived=False)
    assert titles(house) == ["Alt"]


def test_a_deleted_map_comes_back_for_thirty_days_and_then_is_gone(house):
    kept, lost = house.new_map("Behalten"), house.new_map("Weg")
    for shop in (kept, lost):
        delete_map(house.site, house.emil, shop)
    assert (titles(house), sorted(titles(house, "trash"))) == ([], ["Behalten", "Weg"])
    with pytest.raises(NotFoundError):
        house.open(kept)
    restore_map(house.site, house.emil, kept)
    house.clock.move(days=30)
    assert purge_trash(house.site) == 1
    assert (titles(house), titles(house, "trash")) == (["Behalten"], [])
    with pytest.raises(NotFoundError):
        restore_map(house.site, house.emil, lost)
    log = audit_entries(house.site, house.olga, AuditWishes(act="map-deleted"))
    assert [one.subject for one in log] == ["Weg", "Behalten"]


def test_who_may_not_edit_deletes_and_brings_back_nothing(house):
    shop = house.new_map()
    with pytest.raises(ForbiddenError):
        delete_map(house.site, house.vito, shop)
    delete_map(house.site, house.emil, shop)
    with pytest.raises(ForbiddenError):
        restore_map(house.site, house.cora, shop)
    assert titles(house, "trash") == ["Ich kaufe ein"]


def test_a_map_below_others_tells_the_way_from_the_top_even_in_a_circle(house):
    top, middle, low = (house.new_map(title) for title in ("Oben", "Mitte", "Unten"))
    parent = {"op": "set", "kind": "head", "id": "head", "field": "parent_map", "was": ""}
    house.change(low, {**parent, "value": middle})
    house.change(middle, {**parent, "value": top})
    assert open_map(house.site, house.vito, low).crumbs == ((top, "Oben"), (middle, "Mitte"))
    house.change(top, {**parent, "value": low})
    assert [name for name, _ in open_map(house.site, house.vito, low).crumbs] == [top, middle]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "A\u202eB", "😀 ü\u0000x", "'; --"])
def test_words_come_back_as_they_were_typed_but_for_what_no_database_holds(house, words):
    shop = house.new_map(words)
    assert house.open(shop).document.head.title == {"de": words.replace("\0", "")}


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(house):
    with pytest.raises(InputError):
        create_map(house.site, house.emil, NewMap("file", content=b"{" + b" " * (33 << 20)))
