"""Settings are checked when they are made and when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from waypost.app.settings import Settings, read_settings, write_settings
from waypost.errors import InputError, NotFoundError


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    settings = Settings(name='Räder & "Mehr"', zone="Europe/Vienna", country="AT", stages="b2b")

    write_settings(tmp_path, settings)

    assert read_settings(tmp_path) == settings


def test_a_misspelt_zone_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="Europe/Berlin"):
        Settings(name="x", zone="Europe/Berln")


def test_a_misspelt_setting_offers_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "waypost.toml").write_text('name = "x"\ncurency = "EUR"\n')

    with pytest.raises(InputError, match="currency"):
        read_settings(tmp_path)


def test_a_number_where_a_word_belongs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "waypost.toml").write_text('name = "x"\nzone = 1\n')

    with pytest.raises(InputError, match="zone must be str"):
        read_settings(tmp_path)


def test_a_directory_without_settings_says_how_to_make_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="waypost init"):
        read_settings(tmp_path)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "waypost.toml").write_text("name = \n")

    with pytest.raises(InputError, match="line 1"):
        read_settings(tmp_path)
