"""A sheet of a map is read in a process of its own, which may end without harm."""

import io
import zipfile

import pytest

from waypost.app.studio import sheet_child
from waypost.app.studio.sheet_child import changes_in, map_in
from waypost.errors import InputError, UnreadableFileError
from waypost.exports.sheets import sheet_changes, sheet_file
from waypost.maps.editing.templates import new_map


@pytest.fixture
def document():
    return new_map("general", "de", title="Karte")


def test_a_child_reads_what_the_server_would(document):
    content = sheet_file(document, "xlsx", language="de")
    told = changes_in(content, document, "de")
    found = sheet_changes(content, document)
    assert told == {"ops": list(found.ops), "account": found.account.lines("de")}


def test_a_map_comes_out_of_a_child_whole(document):
    assert map_in(document.to_json(), "map.json") == document


def test_a_bomb_is_refused_in_words(document):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (200 * 1024 * 1024))
    with pytest.raises(UnreadableFileError, match="larger than a map"):
        changes_in(packed.getvalue(), document, "en")


def test_what_needs_too_long_ends_only_the_child(document, monkeypatch):
    monkeypatch.setattr(sheet_child, "_SECONDS", 0.01)
    with pytest.raises(UnreadableFileError, match="more memory or time"):
        map_in(document.to_json(), "map.json")


def test_what_needs_too_much_memory_ends_only_the_child(document, monkeypatch):
    monkeypatch.setattr(sheet_child, "_MEMORY_BYTES", 192 * 1024 * 1024)
    big = b'{"schema_version": 2, "x": [' + b"1," * 12_000_000 + b"1]}"
    with pytest.raises(UnreadableFileError, match="more memory or time"):
        map_in(big, "map.json")


def test_a_file_that_is_no_map_is_told_as_before(document):
    with pytest.raises(InputError):
        map_in(b'{"hello": 1}', "map.json")
