"""What is different between two states of a map is told once, and can be put back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.edited_maps import changes, maps
from waypost.maps.editing import MapDocument, StaleError, apply
from waypost.maps.editing.diff import Where, compare, grouped, operations_between
from waypost.maps.editing.ordering import keys_between

STAGE, LANE = "s_000000000000", "l_000000000000"
STEPS = [f"t_{n:012d}" for n in range(5)]


@pytest.fixture
def row() -> MapDocument:
    """One stage with five steps, one lane, a card in the first step."""
    ops: list[dict[str, Any]] = [
        {"op": "add", "kind": "stages", "id": STAGE, "value": {}},
        {"op": "add", "kind": "lanes", "id": LANE, "value": {}},
    ]
    for name, order in zip(STEPS, keys_between(None, None, 5), strict=True):
        value = {"stage": STAGE, "order": order}
        ops.append({"op": "add", "kind": "steps", "id": name, "value": value})
    card = {"lane": LANE, "step": STEPS[0], "text": {"de": "alt"}}
    ops.append({"op": "add", "kind": "cards", "id": "c_000000000000", "value": card})
    return apply(MapDocument(), ops).document


def put(kind: str, name: str, field: str, was: Any, value: Any) -> dict[str, Any]:
    return {"op": "set", "kind": kind, "id": name, "field": field, "was": was, "value": value}


@settings(max_examples=40)
@given(maps(), maps())
def test_the_operations_between_two_maps_make_one_into_the_other(
    old: MapDocument, new: MapDocument
) -> None:
    applied = apply(old, operations_between(old, new))
    assert applied.document == new
    assert apply(new, applied.undo).document == old


@given(st.data())
def test_putting_a_version_back_is_an_ordinary_change(data: st.DataObject) -> None:
    old = data.draw(maps())
    new = apply(old, data.draw(changes(old))).document
    restored = apply(new, operations_between(new, old))
    assert restored.document == old


@given(st.data())
def test_maps_differ_exactly_where_something_is_told(data: st.DataObject) -> None:
    old = data.draw(maps())
    new = apply(old, data.draw(changes(old))).document
    told = {(one.kind, one.id) for one in compare(old, new)}
    set_or_gone = {(op["kind"], op["id"]) for op in operations_between(old, new)}
    assert told <= set_or_gone
    silent = set_or_gone - told
    for op in operations_between(old, new):
        assert (op["kind"], op["id"]) not in silent or op["field"] == "order"


@given(maps())
def test_a_map_does_not_differ_from_itself(document: MapDocument) -> None:
    assert compare(document, document) == []
    assert operations_between(document, document) == []


@settings(max_examples=40)
@given(maps(), maps())
def test_every_difference_is_in_exactly_one_group(old: MapDocument, new: MapDocument) -> None:
    found = compare(old, new)
    regrouped = [
        one for steps in grouped(found).values() for some in steps.values() for one in some
    ]
    assert sorted(map(repr, regrouped)) == sorted(map(repr, found))


def test_a_changed_text_is_told_with_both_texts(row: MapDocument) -> None:
    new = apply(
        row, [put("cards", "c_000000000000", "text", {"de": "alt"}, {"de": "neu"})]
    ).document
    [one] = compare(row, new)
    assert (one.change, one.field, one.before, one.after) == (
        "changed",
        "text",
        {"de": "alt"},
        {"de": "neu"},
    )
    assert one.where == Where(STAGE, STEPS[0], LANE)


def test_moving_one_step_moves_one_step(row: MapDocument) -> None:
    new = apply(row, [put("steps", STEPS[0], "order", "a0", "a9")]).document
    assert [(one.change, one.id) for one in compare(row, new)] == [("moved", STEPS[0])]


def test_who_kept_the_order_key_did_not_move(row: MapDocument) -> None:
    new = apply(row, [put("steps", STEPS[1], "order", "a1", "a2V")]).document
    assert [(one.change, one.id) for one in compare(row, new)] == [("moved", STEPS[1])]
    new = apply(row, [put("steps", STEPS[2], "order", "a2", "a0V")]).document
    assert [(one.change, one.id) for one in compare(row, new)] == [("moved", STEPS[2])]


def test_a_new_order_key_among_the_same_neighbours_is_no_difference(row: MapDocument) -> None:
    new = apply(row, [put("steps", STEPS[4], "order", "a4", "a9")]).document
    assert compare(row, new) == []


def test_a_card_in_another_cell_has_moved(row: MapDocument) -> None:
    new = apply(row, [put("cards", "c_000000000000", "step", STEPS[0], STEPS[3])]).document
    [one] = compare(row, new)
    assert (one.change, one.before["step"], one.after["step"]) == ("moved", STEPS[0], STEPS[3])


def test_what_is_removed_is_told_where_it_stood(row: MapDocument) -> None:
    new = apply(row, [{"op": "remove", "kind": "steps", "id": STEPS[0]}]).document
    found = compare(row, new)
    assert [(one.change, one.kind) for one in found] == [("removed", "steps"), ("removed", "cards")]
    assert {one.where.step for one in found} == {STEPS[0]}


def test_differences_come_in_the_order_of_the_map(row: MapDocument) -> None:
    ops = [put("steps", name, "note", {}, {"de": "x"}) for name in reversed(STEPS)]
    assert [one.id for one in compare(row, apply(row, ops).document)] == STEPS


def test_putting_back_over_somebody_s_newer_text_is_stale(row: MapDocument) -> None:
    new = apply(row, [put("steps", STEPS[1], "note", {}, {"de": "x"})]).document
    back = operations_between(new, row)
    newer = apply(new, [put("steps", STEPS[1], "note", {"de": "x"}, {"de": "y"})]).document
    with pytest.raises(StaleError):
        apply(newer, back)
