"""Names of map files, and settings that change."""

from __future__ import annotations

import pytest

from waypost.app import Settings, check_map_name
from waypost.app.settings import changed_settings
from waypost.errors import InputError


@pytest.mark.parametrize("name", ["a.html", "deep/er/b.json"])
def test_a_map_may_be_a_page_or_a_document(name):
    assert str(check_map_name(name)) == name


@pytest.mark.parametrize("name", ["map", "map.docx", "html"])
def test_another_ending_is_refused_with_those_allowed(name):
    with pytest.raises(InputError, match=r"\.html, \.pdf"):
        check_map_name(name)


def test_changed_settings_keep_what_was_not_named():
    settings = Settings(name="Alpenrad", currency="CHF")
    changed = changed_settings(settings, {"zone": "Europe/Zurich"})
    assert (changed.name, changed.currency, changed.zone) == ("Alpenrad", "CHF", "Europe/Zurich")


def test_a_changed_setting_is_checked_like_a_new_one():
    with pytest.raises(InputError, match="currency"):
        changed_settings(Settings(name="Alpenrad"), {"currency": "euro"})


def test_the_version_of_a_workspace_is_no_setting():
    with pytest.raises(InputError, match="version"):
        changed_settings(Settings(name="Alpenrad"), {"version": "2"})
