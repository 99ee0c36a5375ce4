"""Small files with few letters beyond ASCII are read in the encoding they were written in."""

from __future__ import annotations

import codecs

import pytest

from waypost.intake.tables.encodings import detect_encoding

SAMPLES = (
    "Artikel;Preis\nTee;12,50 €\n",
    "Artikel;Preis (€)\nTee;12,50\n",
    "Preis in €;Menge\n3,00;1\n",
    "€;Menge\n3,00;1\n",
    "Datum;Betrag\n01.02.2025;€ 5,00\n",
    "Kunde;Preis\nMüller;3 €\n",
    "Kunde;Ort\nMüller;Bonn\n",
    "Kunde;Straße\nMeier;Hauptweg 1\n",
    "Kunde;Ort\nJäger;Köln\n",
    "Gebühr;Zahl\n1;2\n",
    "Größe;Zahl\n1;2\n",
    "Menge;Stückpreis\n1;2\n",
    "Datum;Übergabe\n1;2\n",
    "Ärzte;Öffnung\n1;2\n",
    "Name\nÖztürk\n",
    "Name\nGroßmann\n",
    "Name\nWeiß\n",
    "Name\nCafé am Markt\n",
    "Name\nRené\n",
    "Name\nAndré Müßig\n",
    "Name\nFrançois\n",
    "Avis\nTrès satisfait, à bientôt\n",
    "Lieu\nForêt Noire\n",
    "Avis;Ton\nà rembourser;déçu\n",
    "Name\nGarcía\n",
    "Name\nPeláez;Núñez\n",
    "Frage;Antwort\n1;§ 5 Absatz 2, für alle\n",
    "Text\nEr sagte: „Schön“ – und ging.\n",
    "Text\nIt’s fine\n",
    "Wetter\n21 °C, schön\n",
    "Fläche\n35 m²\n",
    "STRASSE;GRÖSSE\nA;B\n",
    "Name\nDÜRR\n",
    "Zahlungsart\nÜberweisung\n",
    "Status\nzurückgeschickt\nzugestellt\n",
    "Rückgabe;Grund\nja;zu groß\n",
    "Anrede;Name\nFrau;Schäfer-Höß\n",
    "Käufer\nan; b\n",
    "Ort\nWürzburg\nFürth\n",
    "Bewertung\nsehr gut, gerne wieder!! schöne Auswahl, süß\n",
    "Tee für 2 €\n",
    "Name\nBjörn\n",
)


def _written(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


WINDOWS_ONLY = ("Name\nLefèvre\n", "Ort\nà Genève\n")
ENCODINGS = ("utf-8", "cp1252", "iso8859-15", "mac-roman", "cp850", "cp858")
CASES = [
    pytest.param(text, encoding, id=f"{encoding}-{number}")
    for encoding in ENCODINGS
    for number, text in enumerate(SAMPLES)
    if _written(text, encoding) is not None
] + [pytest.param(text, "cp1252", id=text) for text in WINDOWS_ONLY]


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_a_small_file_reads_as_it_was_written(text: str, encoding: str) -> None:
    found = detect_encoding(text.encode(encoding))
    assert text.encode(encoding)[found.mark :].decode(found.name) == text, found


@pytest.mark.parametrize("text", SAMPLES)
@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_a_small_file_of_wide_letters_reads_as_it_was_written(text: str, name: str) -> None:
    content = text.encode(name)
    found = detect_encoding(content)
    assert content[found.mark :].decode(found.name) == text, found


def test_what_western_windows_wrote_is_not_taken_for_dos() -> None:
    content = "Kunde;Betrag\nMüller;12,50 €\n".encode("cp1252")
    assert codecs.lookup(detect_encoding(content).name).name == "cp1252"


def test_a_long_text_is_told_with_more_confidence_than_one_sign() -> None:
    one = detect_encoding("Menge\n5 €".encode("cp1252"))
    many = detect_encoding(("Grüße aus Köln für 5 €\n" * 20).encode("cp1252"))
    assert one.confidence < many.confidence
