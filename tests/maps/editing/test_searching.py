"""Words are found whatever their case and accents; the assumed share counts cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.edited_maps import maps
from waypost.maps.editing import MapDocument, apply
from waypost.maps.editing.provenance import assumed_share, cells_by_provenance
from waypost.maps.editing.searching import search
from waypost.maps.editing.templates import new_map
from waypost.model import Provenance


@pytest.fixture
def shop() -> MapDocument:
    document = new_map("shop", "de")
    lane = document.lanes_in_order()[0]
    steps = document.steps_in_order()
    texts = ["Straße zum Café", "STRASSE gesperrt", "Kein Wort"]
    ops: list[dict[str, Any]] = [
        {
            "op": "add",
            "kind": "cards",
            "id": f"c_{number:012d}",
            "value": {"lane": lane, "step": steps[number], "text": {"de": text}, "source": "Büro"},
        }
        for number, text in enumerate(texts)
    ]
    return apply(document, ops).document


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("strasse", [0, 1]),
        ("STRASSE CAFE", [0]),
        ("café zum", [0]),
        ("straße büro", [0, 1]),
        ("gibt es nicht", []),
        ("  ", []),
    ],
)
def test_all_words_are_found_whatever_their_case_and_accents(
    shop: MapDocument, text: str, found: list[int]
) -> None:
    hits = [hit.id for hit in search(shop, text) if hit.kind == "cards"]
    assert hits == [f"c_{number:012d}" for number in found]


def test_hits_come_from_left_to_right_with_the_text_that_has_the_word(shop: MapDocument) -> None:
    hits = search(shop, "bestellen")
    assert [(hit.kind, hit.field) for hit in hits] == [("steps", "label")]
    assert hits[0].text == "Bestellen"


@given(maps())
def test_every_card_is_found_by_its_own_words(document: MapDocument) -> None:
    for name, card in document.cards.items():
        for text in card.text.values():
            if text.strip():
                assert name in {hit.id for hit in search(document, text)}


def test_a_cell_counts_as_what_is_known_best_in_it(shop: MapDocument) -> None:
    cell = {"lane": shop.lanes_in_order()[0], "step": shop.steps_in_order()[0]}
    better = {**cell, "provenance": "reported"}
    question = {"lane": shop.lanes_in_order()[1], "step": cell["step"], "kind": "question"}
    ops = [
        {"op": "add", "kind": "cards", "id": "c_aaaaaaaaaaaa", "value": better},
        {"op": "add", "kind": "cards", "id": "c_bbbbbbbbbbbb", "value": question},
    ]
    counts = cells_by_provenance(apply(shop, ops).document)
    assert counts[Provenance.REPORTED] == 1
    assert counts[Provenance.ASSUMED] == 2


def test_a_card_over_three_columns_fills_three_cells(shop: MapDocument) -> None:
    wide = {
        "op": "set",
        "kind": "cards",
        "id": f"c_{2:012d}",
        "field": "span",
        "was": 1,
        "value": 3,
    }
    assert assumed_share(apply(shop, [wide]).document).whole == 5


@given(maps())
def test_the_assumed_share_lies_between_nothing_and_everything(document: MapDocument) -> None:
    share = assumed_share(document)
    assert 0 <= share.assumed <= share.whole
    assert 0 <= share.share <= 1


def test_an_empty_map_assumes_nothing() -> None:
    assert assumed_share(MapDocument()).share == 0


@given(st.text())
def test_any_text_can_be_searched_for(text: str) -> None:
    assert isinstance(search(MapDocument(), text), list)
