"""Cells hold what is computed there, without what somebody hid, and the cards that people typed."""

from __future__ import annotations

import pytest

from waypost.app import Workspace
from waypost.errors import InputError, RuleError
from waypost.maps.document import JourneyMap, MapStep, load_map
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.operations import apply
from waypost.maps.reading import ReadingFilter, document_from
from waypost.maps.reading.from_map import drawn_id
from waypost.model import Provenance

BROWSE, CART, ORDER = (drawn_id("steps", name) for name in ("browse", "cart", "order"))


@pytest.fixture(scope="module")
def drawn(browsing: Workspace) -> MapDocument:
    return document_from(browsing.map().document, "en")


def lane(kind: str) -> str:
    return drawn_id("lanes", kind)


def add(collection: str, name: str, **value: object) -> dict:
    return {
        "op": "add",
        "kind": collection,
        "id": derived_id(collection, name),
        "value": value,
    }


def changed(document: MapDocument, *ops: dict) -> MapDocument:
    return apply(document, ops).document


def step(found: JourneyMap, name: str) -> MapStep:
    return next(one for one in found.steps if one.id == name)


def test_typed_cards_follow_the_computed_ones(browsing: Workspace, drawn: MapDocument) -> None:
    note = add("cards", "n", lane=lane("actions"), step=CART, text={"en": "Ask Anna"})
    found = browsing.read(changed(drawn, note)).document

    *computed, typed = step(found, CART).cells[lane("actions")]
    assert computed
    assert all(card.id.startswith(f"computed:{lane('actions')}:{CART}:") for card in computed)
    assert (typed.kind, typed.type, typed.text["en"]) == ("typed", "note", "Ask Anna")
    assert found.provenance_counts()[Provenance.ASSUMED] == 1
    assert found.assumed.part == 1


def test_a_guiding_question_goes_when_somebody_answers_it(
    browsing: Workspace, drawn: MapDocument
) -> None:
    before = browsing.read(drawn).document
    note = add("cards", "n", lane=lane("thoughts"), step=CART, text={"en": "Is it in stock?"})
    after = browsing.read(changed(drawn, note)).document

    assert [c.kind for c in step(before, CART).cells[lane("thoughts")]] == ["question"]
    assert [c.kind for c in step(after, CART).cells[lane("thoughts")]] == ["typed"]


def test_a_hidden_card_stays_hidden_when_its_figures_change(
    browsing: Workspace, drawn: MapDocument
) -> None:
    card = step(browsing.read(drawn).document, CART).cells[lane("flow")][0]
    hide = add("hidden_computed", "h", step=CART, lane=lane("flow"), card=card.id)
    hidden = changed(drawn, hide)

    for chosen in (ReadingFilter(), ReadingFilter(since="2026-03-03")):
        assert lane("flow") not in step(browsing.read(hidden, chosen).document, CART).cells


def test_keys_of_computed_cards_are_the_same_in_every_reading(
    browsing: Workspace, drawn: MapDocument
) -> None:
    whole, part = (
        browsing.read(drawn, chosen).document
        for chosen in (ReadingFilter(), ReadingFilter(segment=("event = 'order_placed'",)))
    )
    keys = [
        {card.id for cards in step(found, CART).cells.values() for card in cards}
        for found in (whole, part)
    ]

    assert keys[0] & keys[1]
    assert f"computed:{lane('flow')}:{CART}:flow" in keys[0] & keys[1]


def test_a_typed_measure_keeps_counting(browsing: Workspace, drawn: MapDocument) -> None:
    kpi = next(
        card
        for card in step(browsing.read(drawn).document, CART).cells[lane("kpis")]
        if card.kind == "kpi"
    )
    typed = add(
        "cards",
        "k",
        lane=lane("kpis"),
        step=CART,
        kind="kpi",
        target=0.6,
        text={"en": "Get them to order"},
        evidence={"definition": kpi.kpi},
    )
    (shown,) = step(browsing.read(changed(drawn, typed)).document, CART).cells[lane("kpis")]

    assert (shown.value, shown.target, shown.label) == (0.4, 0.6, {"en": "Get them to order"})


def test_an_unbound_step_has_no_numbers_and_says_so(
    browsing: Workspace, drawn: MapDocument
) -> None:
    was = drawn.steps[CART].binding.model_dump(mode="json")
    unbind = {"op": "set", "kind": "steps", "id": CART, "field": "binding", "was": was}
    found = browsing.read(changed(drawn, {**unbind, "value": None})).document

    cart = step(found, CART)
    assert (cart.is_bound, cart.persons, cart.evidence) == (False, 0, None)
    assert [card.gap for card in cart.cells[lane("gaps")]] == ["no_touchpoint"]
    assert [n.step for n in found.reality if n.kind == "unbound"] == [CART]
    assert next(n.touchpoint for n in found.reality if n.kind == "undrawn") == "cart"


def test_a_hidden_lane_is_not_drawn(browsing: Workspace, drawn: MapDocument) -> None:
    hide = {"op": "set", "kind": "lanes", "id": lane("flow"), "field": "hidden", "was": False}
    found = browsing.read(changed(drawn, {**hide, "value": True})).document

    assert lane("flow") not in [one.id for one in found.lanes]
    assert all(lane("flow") not in one.cells for one in found.steps)


def test_the_reading_survives_its_json(browsing: Workspace, drawn: MapDocument) -> None:
    found = browsing.read(drawn).document

    assert load_map(found.to_json()) == found


@pytest.fixture(scope="module")
def peopled(drawn: MapDocument) -> MapDocument:
    """With a persona of buyers, one of everybody, and a lane of the buyers."""
    return changed(
        drawn,
        add("personas", "b", label={"en": "Buyer"}, segment="event = 'order_placed'"),
        add("personas", "e", order="a1", label={"en": "Anybody"}),
        add("lanes", "l", kind="actions", persona=derived_id("personas", "b")),
    )


def test_personas_are_counted_at_every_step(browsing: Workspace, peopled: MapDocument) -> None:
    found = browsing.read(peopled).document

    buyer, anybody = (derived_id("personas", name) for name in "be")
    assert {one.id: one.persons for one in found.personas} == {buyer: 8, anybody: 41}
    assert step(found, CART).persons_by_persona == {buyer: 8, anybody: 20}


def test_a_persona_changes_all_numbers(browsing: Workspace, peopled: MapDocument) -> None:
    chosen = ReadingFilter(persona=derived_id("personas", "b"))
    found = browsing.read(peopled, chosen).document

    assert [one.persons for one in found.steps[:3]] == [8, 8, 8]
    assert found.head.persona == {"en": "Buyer"}
    assert [one.id for one in found.personas] == [chosen.persona]


def test_a_lane_of_a_persona_counts_its_persons(browsing: Workspace, peopled: MapDocument) -> None:
    found = browsing.read(peopled).document
    (own,) = [one.id for one in found.lanes if one.persona]

    shares = {card.fact: card.values for card in step(found, CART).cells[own]}
    assert shares["goal"]["share"] == 1.0


def test_a_persona_whose_rule_is_wrong_leaves_the_others(
    browsing: Workspace, drawn: MapDocument
) -> None:
    wrong = changed(drawn, add("personas", "w", segment="evnt = 'x'", label={"en": "Wrong"}))
    found = browsing.read(wrong).document

    assert found.head.persons == 41
    assert [n.persona for n in found.reality if n.kind == "broken"] == [derived_id("personas", "w")]


def test_filters_that_leave_nobody_are_an_answer(browsing: Workspace, drawn: MapDocument) -> None:
    found = browsing.read(drawn, ReadingFilter(channel="carrier pigeon")).document

    assert found.head.persons == 0
    assert [one.persons for one in found.steps] == [0] * len(found.steps)
    assert {n.kind for n in found.reality} == {"nobody", "unvisited"}
    assert found.reality[0].kind == "nobody"


def test_a_filter_that_cannot_be_read_is_refused(browsing: Workspace, drawn: MapDocument) -> None:
    with pytest.raises(RuleError):
        browsing.read(drawn, ReadingFilter(where="evnt = 'x'"))


def test_an_unknown_persona_is_refused(browsing: Workspace, drawn: MapDocument) -> None:
    with pytest.raises(InputError, match="no persona"):
        browsing.read(drawn, ReadingFilter(persona="e_nobody"))


def test_the_filter_of_the_document_counts_too(browsing: Workspace, drawn: MapDocument) -> None:
    head = {"op": "set", "kind": "head", "id": "head", "field": "filter", "was": drawn.head.filter}
    head["was"] = drawn.head.filter.model_dump(mode="json")
    filtered = changed(
        drawn, {**head, "value": {"where": "", "segment": ["event = 'order_placed'"], "only": None}}
    )

    assert browsing.read(filtered).document.head.persons == 8
    both = browsing.read(filtered, ReadingFilter(channel="web")).document
    assert both.head.persons == 8
