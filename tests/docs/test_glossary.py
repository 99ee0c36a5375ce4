"""The glossary and the translations use the same words."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from tests.docs.pages import DOCS, ROOT

CATALOGUE = ROOT / "src" / "waypost" / "locale" / "de" / "LC_MESSAGES" / "waypost.po"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def terms():
    """German word by English word."""
    rows = ROW.findall((DOCS / "glossary.md").read_text(encoding="utf-8"))
    return {english: german for english, german, _ in rows if english not in ("English", "---")}


def words(german):
    """The alternatives of a German cell; what stands in brackets says when one is meant."""
    return {plain(word) for word in re.sub(r"\([^)]*\)", "", german).split(",")}


def messages():
    with CATALOGUE.open("rb") as file:
        return [one for one in read_po(file) if isinstance(one.id, str) and one.string]


def plain(text):
    return text.replace("\u00ad", "").strip(" .:").casefold()


def test_no_term_stands_twice():
    rows = ROW.findall((DOCS / "glossary.md").read_text(encoding="utf-8"))
    english = [row[0] for row in rows if row[0] != "English"]
    assert sorted(set(english)) == sorted(english)


@pytest.mark.parametrize(("english", "german"), sorted(terms().items()))
def test_a_message_that_is_a_term_is_translated_by_the_word_of_the_glossary(english, german):
    found = {
        plain(one.string) for one in messages() if plain(one.id) == english and not one.context
    }
    assert found <= words(german)
