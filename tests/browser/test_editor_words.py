"""Long words in narrow columns: where the editor breaks them, whatever the browser knows."""

from __future__ import annotations

import json

import pytest

from tests.browser.test_editor_model import bundled, run_node

__all__ = ["bundled"]

GERMAN = {
    "Suchmaschine": "Such-maschine",
    "Produktseite": "Pro-dukt-seite",
    "Kaufabschluss": "Kauf-abschluss",
    "Ladenkasse": "Laden-kasse",
    "vergleichen": "ver-glei-chen",
    "mindestens": "min-des-tens",
    "Unterschrift": "Unter-schrift",
    "Rücksendung": "Rück-sen-dung",
}
ENGLISH = {"Recommendation": "Recom-menda-tion", "understanding": "understand-ing"}
WORDS = ["Berührungspunkte", "Größenberater", "Donaudampfschifffahrt", "Weiterempfehlungsquote"]


@pytest.fixture(scope="module")
def broken(bundled, tmp_path_factory):
    """Breaks words as the editor does; hyphens show where."""
    program = bundled("words.ts")
    asked = tmp_path_factory.mktemp("words") / "cases.json"

    def run(language: str, words: list[str]) -> list[str]:
        asked.write_text(json.dumps({language: words}))
        told: list[str] = json.loads(run_node([str(program), str(asked)]))[language]
        return told

    return run


def test_german_compounds_break_at_their_seams(broken):
    found = broken("de", list(GERMAN))
    assert dict(zip(GERMAN, found, strict=True)) == GERMAN


def test_english_words_break_before_endings_and_between_consonants(broken):
    found = broken("en", list(ENGLISH))
    assert dict(zip(ENGLISH, found, strict=True)) == ENGLISH


def test_no_rest_is_shorter_than_three_letters(broken):
    for language in ("de", "en"):
        for word in broken(language, [*WORDS, *GERMAN, *ENGLISH]):
            assert min(len(part) for part in word.split("-")) >= 3, word


def test_a_word_that_breaks_is_the_same_word(broken):
    assert [word.replace("-", "") for word in broken("de", WORDS)] == WORDS


def test_short_words_stay_whole(broken):
    assert broken("de", ["Kasse", "Bezahlung", "im Laden"]) == ["Kasse", "Bezahlung", "im Laden"]
