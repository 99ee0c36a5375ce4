"""Languages of the command line and the pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from waypost.errors import InputError
from waypost.kit import translation
from waypost.kit.translation import N_, NN_, translator

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "catalogues.py"
PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Stage"
msgstr "Phase"

msgid "{n} person"
msgid_plural "{n} persons"
msgstr[0] "{n} Person"
msgstr[1] "{n} Personen"
"""


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    source = tmp_path / "de" / "LC_MESSAGES" / "waypost.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    monkeypatch.setattr(translation, "LOCALE_DIRECTORY", tmp_path)
    translation._catalogue.cache_clear()
    yield source
    translation._catalogue.cache_clear()


def test_english_gives_every_message_back():
    assert translator("en").gettext("Stage") == "Stage"
    assert translator("en").ngettext("{n} person", "{n} persons", 2) == "{n} persons"


def test_a_catalogue_is_read_without_being_compiled(catalogue):
    german = translator("de")
    assert german.gettext("Stage") == "Phase"
    assert german.ngettext("{n} person", "{n} persons", 1) == "{n} Person"
    assert german.ngettext("{n} person", "{n} persons", 7) == "{n} Personen"


def test_an_untranslated_message_comes_back_in_english(catalogue):
    assert translator("de").gettext("Nobody translated this") == "Nobody translated this"


def test_a_compiled_catalogue_older_than_its_source_is_not_used(catalogue):
    with catalogue.open("rb") as text, catalogue.with_suffix(".mo").open("wb") as binary:
        write_mo(binary, read_po(text, locale="de"))
    catalogue.write_text(PO.replace('"Phase"', '"Abschnitt"'), encoding="utf-8")
    compiled = catalogue.with_suffix(".mo").stat().st_mtime
    os.utime(catalogue, (compiled - 10, compiled - 10))
    assert translator("de").gettext("Stage") == "Phase"
    translation._catalogue.cache_clear()
    os.utime(catalogue, (compiled + 10, compiled + 10))
    assert translator("de").gettext("Stage") == "Abschnitt"


def test_an_unknown_language_is_refused_with_those_spoken():
    with pytest.raises(InputError, match="'fr'"):
        translator("fr")


def test_marking_changes_nothing():
    assert N_("Stage") == "Stage"
    assert NN_("{n} person", "{n} persons") == ("{n} person", "{n} persons")


def test_the_german_catalogue_is_complete():
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
