"""Sentences that other parts compose are said in German, by patterns that fit what is composed."""

from __future__ import annotations

import pytest

import waypost
from tests.cli.running import run
from waypost.cli.phrase_list import PHRASES
from waypost.cli.phrases import said
from waypost.errors import WaypostError
from waypost.identity.persons import FATES, STANDINGS
from waypost.intake.formats import FORMATS, STREAMS
from waypost.kit.translation import translator
from waypost.model.conditions.reading import read

german = translator("de").gettext


@pytest.mark.parametrize("word", sorted({*FATES.values(), *STANDINGS.values()}))
def test_every_standing_and_fate_of_an_identifier_has_a_german_word(word):
    assert german(word) != word


@pytest.mark.parametrize("label", sorted(one.label for one in (*FORMATS, *STREAMS)))
def test_every_format_has_a_phrase_for_its_label(label):
    assert label in PHRASES


def test_what_stands_in_a_phrase_keeps_its_place():
    sentence = "12 events had a time without zone; it was taken as Europe/Vienna."
    told = said(german, sentence)
    assert told.startswith("12 Ereignisse hatten")
    assert "Europe/Vienna" in told


def test_a_sentence_that_fits_no_phrase_is_said_as_it_is():
    assert said(german, "Nobody translated this one") == "Nobody translated this one"


def test_a_phrase_of_two_sentences_is_known_behind_another_sentence():
    told = "No column holds times, so no event can be made. Columns are: a, b. Name the time in a "
    german = said(translator("de").gettext, told + "mapping.")
    assert german.endswith("Die Spalten sind: a, b. Nennen Sie den Zeitpunkt in einer Zuordnung.")


def test_nothing_stays_nothing():
    assert said(german, "") == ""


def test_a_wide_pattern_swallows_no_sentence_that_a_narrow_one_says():
    told = said(german, "empty.csv is empty: it has 0 bytes. Export the data again.")
    assert told == "empty.csv ist leer: 0 Bytes. Exportieren Sie die Daten noch einmal."


def test_of_two_patterns_that_fit_the_narrower_is_taken():
    told = said(german, "a.csv cannot be opened: you may not read it.")
    assert told == german("{file} cannot be opened: you may not read it.").format(file="a.csv")


def test_a_clause_is_not_taken_for_a_value_so_nothing_is_half_german():
    assert said(german, "The frob is not in this column.") == "The frob is not in this column."
    assert said(german, "periods is 999.") == "periods ist 999."


def test_an_or_within_what_somebody_wrote_stays():
    told = said(german, "The condition “value > 1 or” cannot be used: it stops.")
    assert "„value > 1 or“" in told
    assert said(german, "Did you mean 'cart' or 'call'?") == "Meinten Sie 'cart' oder 'call'?"


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("value > 99999999999999999999", "eine Zahl liegt unter 10^15"),
        ("channel = web", "nicht mit einem anderen Feld"),
        ("value > 'much'", "wird mit Zahlen verglichen"),
        ("channel = 'web", "bleibt offen"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said_in_german(condition, reason):
    with pytest.raises(WaypostError) as caught:
        read(condition)
    told = said(german, caught.value.message)
    assert reason in told
    assert "at character" not in told
    assert said(german, caught.value.hint) != caught.value.hint


@pytest.mark.parametrize("pattern", ["cart -> (", "cart, order", "cart ->{} order", "[value > 1"])
def test_what_is_wrong_with_a_pattern_is_said_in_german(pattern):
    with pytest.raises(WaypostError) as caught:
        waypost.Patterns([pattern])
    told = said(german, caught.value.message)
    assert told.startswith("Das Muster „")
    assert not {"is", "missing", "has", "cannot"} & set(told.split())


def failing(tmp_path, shop):
    workspace = waypost.open(shop)
    yield lambda: waypost.open(tmp_path / "nowhere")
    yield lambda: waypost.create(shop)
    yield lambda: workspace.add(tmp_path / "nothing.csv")
    yield lambda: workspace.who("nobody@example.org")
    yield lambda: workspace.ask(waypost.Funnel(["catr"]))
    yield lambda: workspace.change(zone="Europe/Viena")
    yield lambda: waypost.DropOff(quiet="soon")
    yield lambda: workspace.map().save(tmp_path / "map.docx")
    yield lambda: workspace.undo("zzzz")


def test_the_errors_that_users_meet_most_are_told_in_german(tmp_path, shop):
    for attempt in failing(tmp_path, shop):
        with pytest.raises(WaypostError) as caught:
            attempt()
        message = caught.value.message
        assert said(german, message) != message, message


def test_a_file_that_nobody_knows_is_refused_in_german_and_the_rest_is_read(own_shop, tmp_path):
    (tmp_path / "mess").mkdir()
    (tmp_path / "mess" / "leer.csv").write_text("")
    (tmp_path / "mess" / "briefe.txt").write_text("Hallo\nWelt\n")
    ran = run("add", own_shop, tmp_path / "mess", language="de")
    assert ran.code == 2
    assert "leer.csv ist leer: 0 Bytes." in ran.out
    assert ran.err.startswith("2 von 2 Dateien konnten nicht eingelesen werden.")
