"""What the data suggest can be accepted one by one, and is not suggested twice."""

from __future__ import annotations

import pytest

from waypost.app import Workspace
from waypost.maps.discovery.labels import label_likeness
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.operations import apply
from waypost.maps.reading import Proposal, document_from, proposals
from waypost.maps.reading.from_map import drawn_id

BROWSE, CART, ORDER = (drawn_id("steps", name) for name in ("browse", "cart", "order"))


@pytest.fixture(scope="module")
def drawn(browsing: Workspace) -> MapDocument:
    return document_from(browsing.map().document, "en")


def proposed(shop: Workspace, document: MapDocument) -> list[Proposal]:
    return proposals(document, shop.read(document).document, source=shop.source)


def without(document: MapDocument, step: str) -> MapDocument:
    return apply(document, [{"op": "remove", "kind": "steps", "id": step}]).document


def unbound(document: MapDocument, step: str) -> MapDocument:
    was = document.steps[step].binding.model_dump(mode="json")
    op = {"op": "set", "kind": "steps", "id": step, "field": "binding", "was": was, "value": None}
    return apply(document, [op]).document


def test_every_proposal_can_be_accepted(browsing: Workspace, drawn: MapDocument) -> None:
    document = unbound(without(drawn, CART), ORDER)
    for one in proposed(browsing, document):
        document = apply(document, one.ops).document

    assert browsing.read(document).document.head.persons == 41


def test_an_accepted_one_is_not_proposed_again(browsing: Workspace, drawn: MapDocument) -> None:
    for one in proposed(browsing, drawn):
        after = apply(drawn, one.ops).document
        assert one.id not in [other.id for other in proposed(browsing, after)]


def test_ids_stay_while_other_things_change(browsing: Workspace, drawn: MapDocument) -> None:
    first = {one.id for one in proposed(browsing, drawn)}
    title = {"op": "set", "kind": "head", "id": "head", "field": "title", "was": drawn.head.title}
    renamed = apply(drawn, [{**title, "value": {"en": "Another"}}]).document

    assert {one.id for one in proposed(browsing, renamed)} == first != set()


def test_a_missing_step_goes_where_people_met_it(browsing: Workspace, drawn: MapDocument) -> None:
    document = without(drawn, CART)
    (step,) = [one for one in proposed(browsing, document) if one.kind == "step"]

    after = apply(document, step.ops).document

    notes = browsing.read(document).document.reality
    note = next(one for one in notes if one.touchpoint == "cart")
    order = after.steps_in_order()
    (new,) = set(after.steps) - set(document.steps)
    assert order.index(new) == order.index(note.step) + 1
    assert after.steps[new].label["en"] == drawn.steps[CART].label["en"]
    assert step.persons == 20


def test_an_unbound_step_is_proposed_what_is_called_alike(
    browsing: Workspace, drawn: MapDocument
) -> None:
    document = unbound(drawn, CART)
    found = proposed(browsing, document)

    (binding,) = [one for one in found if one.kind == "binding"]
    after = apply(document, binding.ops).document
    assert browsing.read(after).document.steps[1].persons == 20
    assert [one for one in found if one.kind == "step"] == []


def test_a_pain_point_takes_the_place_of_the_mark(browsing: Workspace, drawn: MapDocument) -> None:
    pain = next(one for one in proposed(browsing, drawn) if one.kind == "pain")
    after = browsing.read(apply(drawn, pain.ops).document).document
    step = next(one for one in after.steps if one.id == pain.where["id"])

    cards = step.cells[drawn_id("lanes", "marks")]
    assert [card.type for card in cards if card.kind == "typed"] == ["pain"]
    assert pain.evidence is not None


def test_reasons_are_told_in_both_languages(browsing: Workspace, drawn: MapDocument) -> None:
    for one in proposed(browsing, unbound(drawn, CART)):
        assert set(one.reason) == {"en", "de"}
        assert one.reason["en"] != one.reason["de"]
        assert "{" not in one.reason["en"] + one.reason["de"]


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Order placed", "Orders placed", 0.9, 1.0),
        ("Bestellung", "Bestellen", 0.6, 1.0),
        ("In den Warenkorb", "Warenkorb", 1.0, 1.0),
        ("Anruf", "Bezahlen", 0.0, 0.3),
        ("", "Anruf", 0.0, 0.0),
    ],
)
def test_names_are_alike_by_their_words(one: str, other: str, least: float, most: float) -> None:
    assert least <= label_likeness(one, other) <= most
    assert label_likeness(one, other) == pytest.approx(label_likeness(other, one))
