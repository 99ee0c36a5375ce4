"""The quoted text is typical, short, and names nobody."""

from __future__ import annotations

import math

from waypost.maps.discovery.voices import Voice, blotted, typical


def said(text: str, at: int = 0) -> Voice:
    return Voice(text, at, "survey", math.nan, "de")


def test_the_text_whose_words_others_use_too_is_quoted() -> None:
    voices = [
        said("Die Lieferung kam viel zu spät an"),
        said("Meine Lieferung ist immer noch zu spät"),
        said("Lieferung schon wieder verspätet, spät informiert"),
        said("Der Sattel quietscht ganz furchtbar laut"),
    ]

    assert "Lieferung" in typical(voices)[0].text


def test_addresses_and_numbers_are_blotted_out() -> None:
    text = "Order #1042 for anna@example.org, call 0170 1234567 or +49 (30) 12345"

    assert blotted(text) == "Order … for …, call … or …"


def test_small_numbers_stay() -> None:
    assert blotted("Ich bin 1,64 m und warte 12 Tage") == "Ich bin 1,64 m und warte 12 Tage"


def test_texts_too_short_or_too_long_are_not_quoted() -> None:
    assert typical([said("Gut."), said("lang " * 60)]) == []


def test_a_second_quote_says_something_else() -> None:
    voices = [said("Größe falsch bestellt, Rahmen zu klein", i) for i in range(3)]
    voices += [
        said("Rahmen zu klein, Größe falsch bestellt", 9),
        said("Hotline nie erreichbar gewesen"),
    ]

    quotes = typical(voices, limit=2)

    assert [quote.text for quote in quotes][1] == "Hotline nie erreichbar gewesen"
