"""Versions: named, of every day, compared, brought back in place."""

import pytest

from waypost.app.studio.changes import check_log
from waypost.app.studio.difference_words import told_differences
from waypost.app.studio.versions import (
    NOW,
    compare_versions,
    document_of_version,
    name_version,
    restore_version,
    versions_of,
)
from waypost.errors import ForbiddenError, InputError, NotFoundError


def test_a_named_version_keeps_the_map_as_it_was(house):
    shop = house.new_map("Alt")
    kept = name_version(house.site, house.emil, shop, name="  Für den\nVorstand ")
    house.rename(shop, "Alt", "Neu")
    version, document = document_of_version(house.site, house.vito, shop, kept.number)
    assert (version.name, version.by_name) == ("Für den Vorstand", "Emil")
    assert document.head.title == {"de": "Alt"}


def test_bringing_a_version_back_is_a_change_and_keeps_what_was_before(house):
    shop = house.new_map("Alt")
    kept = name_version(house.site, house.emil, shop, name="Erste")
    house.rename(shop, "Alt", "Neu")
    card = house.add_card(shop)
    accepted = restore_version(house.site, house.emil, shop, kept.number)
    assert house.open(shop).document.head.title == {"de": "Alt"}
    assert house.open(shop).document.cards == {}
    newest = versions_of(house.site, house.emil, shop)[0]
    assert newest.reason == "before-restore"
    house.change(shop, *accepted.undo)
    assert card in house.open(shop).document.cards
    assert check_log(house.site, "shop") == 1


def test_bringing_back_what_is_there_changes_nothing(house):
    shop = house.new_map()
    kept = name_version(house.site, house.emil, shop, name="Erste")
    revision = house.open(shop).revision
    assert restore_version(house.site, house.emil, shop, kept.number).revision == revision
    assert len(versions_of(house.site, house.emil, shop)) == 1


def test_one_version_is_kept_of_every_day_on_which_the_map_changed(house):
    shop = house.new_map("0")
    house.rename(shop, "0", "1")
    house.clock.move(days=1)
    house.rename(shop, "1", "2")
    house.rename(shop, "2", "3")
    house.clock.move(days=3)
    house.rename(shop, "3", "4")
    kept = versions_of(house.site, house.vito, shop)
    assert [version.reason for version in kept] == ["daily", "daily"]
    titles = [
        document_of_version(house.site, house.vito, shop, version.number)[1].head.title["de"]
        for version in kept
    ]
    assert titles == ["3", "1"]


def test_a_comparison_says_what_is_different_between_two_states(house):
    shop = house.new_map("Alt")
    kept = name_version(house.site, house.emil, shop, name="Erste")
    house.rename(shop, "Alt", "Neu")
    house.add_card(shop, "Die Kasse streikt")
    found = compare_versions(house.site, house.vito, shop, kept.number, NOW)
    changes = [(one.change, one.kind, one.field) for one in found.differences]
    assert changes == [("changed", "head", "title"), ("added", "cards", "")]
    back = compare_versions(house.site, house.vito, shop, NOW, kept.number)
    assert [one.change for one in back.differences] == ["changed", "removed"]


@pytest.mark.parametrize(("language", "kind"), [("de", "Notiz"), ("en", "Note")])
def test_a_comparison_reads_in_the_readers_language(house, language, kind):
    shop = house.new_map("Alt")
    kept = name_version(house.site, house.emil, shop, name="Erste")
    house.add_card(shop, "Die Kasse streikt")
    found = compare_versions(house.site, house.vito, shop, kept.number, NOW)
    (stage,) = told_differences(found.documents, found.differences, language)
    (row,) = stage.rows
    assert (row.kind, row.name, row.change) == (kind, "Die Kasse streikt", "added")


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_version_without_a_usable_name_is_refused(house, name):
    shop = house.new_map()
    with pytest.raises(InputError):
        name_version(house.site, house.emil, shop, name=name)


def test_who_may_not_edit_makes_and_restores_no_version(house):
    shop = house.new_map()
    kept = name_version(house.site, house.emil, shop, name="Erste")
    with pytest.raises(ForbiddenError):
        name_version(house.site, house.cora, shop, name="Zweite")
    with pytest.raises(ForbiddenError):
        restore_version(house.site, house.vito, shop, kept.number)


def test_a_version_that_is_not_there_is_not_found(house):
    shop = house.new_map()
    with pytest.raises(NotFoundError):
        compare_versions(house.site, house.vito, shop, 7, NOW)
