"""A change of a map is whole, can be taken back, and overwrites nothing that its writer saw not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies.edited_maps import changes, maps
from waypost.errors import InputError
from waypost.maps.editing import MapDocument, StaleError, apply, load_document
from waypost.maps.editing.operations import LIMITS

STAGE, STEP, LANE, CARD = (f"{letter}_{'a' * 12}" for letter in "stlc")
OTHER_STEP, OTHER_CARD = (f"{letter}_{'b' * 12}" for letter in "tc")


def add(kind: str, name: str, /, **value: Any) -> dict[str, Any]:
    return {"op": "add", "kind": kind, "id": name, "value": value}


def put(kind: str, name: str, field: str, was: Any, value: Any) -> dict[str, Any]:
    return {"op": "set", "kind": kind, "id": name, "field": field, "was": was, "value": value}


def remove(kind: str, name: str, /, **told: Any) -> dict[str, Any]:
    return {"op": "remove", "kind": kind, "id": name, **told}


@pytest.fixture
def small() -> MapDocument:
    ops = [
        add("stages", STAGE, label={"de": "Kaufen"}),
        add("steps", STEP, stage=STAGE),
        add("steps", OTHER_STEP, stage=STAGE, order="a1"),
        add("lanes", LANE, kind="actions"),
        add("cards", CARD, lane=LANE, step=STEP, text={"de": "sucht"}),
        put("head", "head", "goal_step", "", STEP),
    ]
    return apply(MapDocument(), ops).document


def conflicts_of(document: MapDocument, *ops: dict[str, Any]) -> list[tuple[Any, ...]]:
    with pytest.raises(StaleError) as raised:
        apply(document, ops)
    return [
        (one.index, one.field, one.was, one.theirs, one.yours) for one in raised.value.conflicts
    ]


@given(st.data())
def test_undo_restores_the_document_to_the_byte(data: st.DataObject) -> None:
    document = data.draw(maps())
    applied = apply(document, data.draw(changes(document)))
    back = apply(applied.document, applied.undo)
    assert back.document == document
    assert back.document.to_json() == document.to_json()
    assert apply(back.document, back.undo).document == applied.document


@given(st.data())
def test_the_operations_told_say_everything_that_happened(data: st.DataObject) -> None:
    document = data.draw(maps())
    applied = apply(document, data.draw(changes(document)))
    assert apply(document, applied.ops).document == applied.document


@given(st.data())
def test_the_same_change_twice_is_the_change_once(data: st.DataObject) -> None:
    document = data.draw(maps())
    applied = apply(document, data.draw(changes(document)))
    assert apply(applied.document, applied.ops).document == applied.document


@given(st.data())
def test_a_valid_change_leaves_a_valid_document(data: st.DataObject) -> None:
    document = data.draw(maps())
    changed = apply(document, data.draw(changes(document))).document
    assert load_document(changed.to_json()) == changed


@given(st.data())
def test_two_changes_that_both_orders_accept_come_to_the_same_map(data: st.DataObject) -> None:
    document = data.draw(maps())
    mine = apply(document, data.draw(changes(document, 3))).ops
    yours = apply(document, data.draw(changes(document, 3))).ops
    try:
        one = apply(apply(document, mine).document, yours).document
        other = apply(apply(document, yours).document, mine).document
    except StaleError:
        assume(False)  # they met: one of them is told
    assert one == other


@given(st.data())
def test_nobody_s_accepted_text_is_overwritten_unseen(data: st.DataObject) -> None:
    """Where a second writer's change is accepted, what the first wrote still stands in the map.

    Unless the second writer wrote the very same.
    """
    document = data.draw(maps())
    first = apply(document, data.draw(changes(document, 3)))
    second = apply(document, data.draw(changes(document, 3))).ops
    try:
        both = apply(first.document, second).document
    except StaleError:
        return
    wrote = {
        (op["kind"], op["id"])
        for op in first.ops
        if op["kind"] == "head" or op["id"] in first.document.collection(op["kind"])
    }
    touched = {(op["kind"], op["id"]) for op in second}
    for kind, name in wrote - touched:
        there = both.head if kind == "head" else both.collection(kind).get(name)
        theirs = first.document.head if kind == "head" else first.document.collection(kind)[name]
        assert there == theirs


def test_a_set_on_what_somebody_changed_meanwhile_is_told_with_both_texts(
    small: MapDocument,
) -> None:
    theirs = apply(small, [put("cards", CARD, "text", {"de": "sucht"}, {"de": "findet"})]).document
    found = conflicts_of(theirs, put("cards", CARD, "text", {"de": "sucht"}, {"de": "fragt"}))
    assert found == [(0, "text", {"de": "sucht"}, {"de": "findet"}, {"de": "fragt"})]


def test_the_same_text_by_two_writers_is_no_conflict(small: MapDocument) -> None:
    op = put("cards", CARD, "text", {"de": "sucht"}, {"de": "findet"})
    once = apply(small, [op]).document
    assert apply(once, [op]).ops == ()


def test_of_a_stale_change_nothing_is_applied_and_every_conflict_told(small: MapDocument) -> None:
    theirs = apply(small, [remove("cards", CARD)]).document
    before = theirs.to_json()
    found = conflicts_of(
        theirs,
        put("head", "head", "owner", "", "Kim"),
        put("cards", CARD, "text", {"de": "sucht"}, {"de": "fragt"}),
        add("cards", OTHER_CARD, lane=LANE, step="t_cccccccccccc"),
    )
    assert found == [
        (1, "text", {"de": "sucht"}, None, {"de": "fragt"}),
        (2, "step", None, None, "t_cccccccccccc"),
    ]
    assert theirs.to_json() == before


def test_an_id_that_names_something_else_already_is_a_conflict(small: MapDocument) -> None:
    [(_, field, _, theirs, yours)] = conflicts_of(small, add("lanes", LANE, kind="text"))
    assert (field, theirs["kind"], yours) == ("", "actions", {"kind": "text"})


def test_removing_a_stage_takes_its_steps_and_cards_and_undo_brings_them_back(
    small: MapDocument,
) -> None:
    applied = apply(small, [remove("stages", STAGE)])
    assert not applied.document.steps
    assert not applied.document.cards
    assert applied.document.head.goal_step == ""
    assert [op["op"] for op in applied.ops] == ["set", "remove", "remove", "remove", "remove"]
    assert apply(applied.document, applied.undo).document == small


def test_removing_a_persona_keeps_cards_and_takes_the_curve(small: MapDocument) -> None:
    persona, point = "e_aaaaaaaaaaaa", "p_aaaaaaaaaaaa"
    drawn = apply(
        small,
        [
            add("personas", persona, label={"de": "Eilige"}),
            put("cards", CARD, "persona", "", persona),
            add("points", point, lane=LANE, step=STEP, persona=persona, value=1.5),
        ],
    ).document
    left = apply(drawn, [remove("personas", persona)]).document
    assert left.cards[CARD].persona == ""
    assert not left.points


def test_removing_what_is_gone_is_accepted(small: MapDocument) -> None:
    gone = apply(small, [remove("cards", CARD)]).document
    assert apply(gone, [remove("cards", CARD)]).ops == ()


def test_a_removal_that_says_what_it_saw_is_stale_after_another_s_edit(small: MapDocument) -> None:
    seen = small.cards[CARD].model_dump(mode="json")
    edited = apply(small, [put("cards", CARD, "severity", None, 3)]).document
    [(_, _, was, theirs, _)] = conflicts_of(edited, remove("cards", CARD, was=seen))
    assert (was["severity"], theirs["severity"]) == (None, 3)


def test_a_removal_that_says_what_goes_along_is_stale_when_more_would_go(
    small: MapDocument,
) -> None:
    with pytest.raises(StaleError) as raised:
        apply(small, [remove("steps", STEP, takes=[])])
    told = [(one.kind, one.id, one.field) for one in raised.value.conflicts]
    assert told == [("cards", CARD, ""), ("head", "head", "goal_step")]


def test_a_removal_that_knows_what_goes_along_is_applied(small: MapDocument) -> None:
    after = apply(small, [remove("steps", STEP, takes=[CARD, "head"])]).document
    assert (after.cards, after.head.goal_step) == ({}, "")


def test_undoing_an_addition_does_not_take_what_others_put_there(small: MapDocument) -> None:
    step = "t_cccccccccccc"
    mine = apply(small, [add("steps", step, stage=STAGE)])
    theirs = apply(mine.document, [add("cards", OTHER_CARD, lane=LANE, step=step)]).document
    with pytest.raises(StaleError):
        apply(theirs, mine.undo)


@pytest.mark.parametrize(
    ("op", "told"),
    [
        ({"op": "put"}, "add, set or remove"),
        ({"op": "add", "kind": "cards", "id": CARD}, "add needs ['value']"),
        (add("card", CARD), "cards"),
        (add("cards", "c_1"), "twelve"),
        (add("cards", STEP), "twelve"),
        (put("cards", CARD, "txt", 1, 2), "text"),
        (put("cards", CARD, "span", 1, 0), "span"),
        (put("cards", CARD, "url", "", "javascript:alert(1)"), "https://"),
        (put("cards", CARD, "target", None, float("nan")), "finite"),
        (
            put(
                "cards", CARD, "evidence", None, {"definition": "n", "counts": {"n": float("inf")}}
            ),
            "JSON",
        ),
        (put("steps", STEP, "order", "a0", "a00"), "no order key"),
        (put("points", "p_aaaaaaaaaaaa", "value", 0, 2.5), "it must be 2 or less"),
        (put("head", "HEAD", "owner", "", "Kim"), "“head”"),
        ({**remove("cards", CARD), "takes": "all"}, "list of ids"),
        (add("lanes", LANE, nonsense=1), "nonsense"),
        (put("cards", CARD, "text", {}, {"deutsch!": "x"}), "language code"),
    ],
)
def test_an_operation_that_says_nothing_usable_is_named(
    small: MapDocument, op: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError) as raised:
        apply(small, [put("head", "head", "owner", "", "Kim"), op])
    assert "Operation 2" in str(raised.value)
    assert told in str(raised.value)


def test_a_map_does_not_grow_without_end(small: MapDocument, monkeypatch: Any) -> None:
    monkeypatch.setitem(LIMITS, "cards", 1)
    with pytest.raises(InputError, match="1 cards at most"):
        apply(small, [add("cards", OTHER_CARD, lane=LANE, step=STEP)])


def test_what_no_sheet_can_hold_is_left_out_of_a_text(small: MapDocument) -> None:
    op = put("cards", CARD, "text", {"de": "sucht"}, {"de": "a\x00b\r\nc\ufffe\ud800", "en": ""})
    assert apply(small, [op]).document.cards[CARD].text == {"de": "ab\nc"}
