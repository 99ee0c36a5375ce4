"""What is pasted is a copy: new ids, the same content, valid references, and undone at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.edited_maps import maps
from waypost.errors import InputError, NotFoundError
from waypost.maps.editing import MapDocument, apply, id_maker, load_document
from waypost.maps.editing.copying import Clip, Pasted, copy, paste
from waypost.maps.editing.side_by_side import side_by_side


def add(kind: str, name: str, /, **value: Any) -> dict[str, Any]:
    return {"op": "add", "kind": kind, "id": name, "value": value}


def named(letter: str, number: int) -> str:
    return f"{letter}_{number:012d}"


def shop(language: str = "de", *, offset: int = 0) -> MapDocument:
    """Two stages of two steps, an action lane with a card in each step, links and a curve."""
    ops = [
        {
            "op": "set",
            "kind": "head",
            "id": "head",
            "field": "title",
            "was": {},
            "value": {language: f"Map {offset}"},
        },
        add("lanes", named("l", offset), kind="actions"),
        add("lanes", named("l", offset + 1), kind="emotion", order="a1"),
    ]
    for number in range(4):
        stage, step = named("s", offset + number // 2), named("t", offset + number)
        if number % 2 == 0:
            label = {language: f"Stage {number}"}
            ops.append(add("stages", stage, label=label, order=f"a{number}"))
        ops.append(
            add("steps", step, stage=stage, label={language: f"Step {number}"}, order=f"a{number}")
        )
        card = {"lane": named("l", offset), "step": step, "text": {language: f"Card {number}"}}
        ops.append(add("cards", named("c", offset + number), **card))
        ops.append(
            add(
                "points",
                named("p", offset + number),
                lane=named("l", offset + 1),
                step=step,
                value=number / 2,
            )
        )
    ops.append(
        add("links", named("k", offset), source=named("c", offset), target=named("c", offset + 1))
    )
    return apply(MapDocument(), ops).document


def texts(document: MapDocument) -> list[str]:
    return sorted(text for card in document.cards.values() for text in card.text.values())


def pasted(document: MapDocument, clip: Clip, **at: str) -> tuple[MapDocument, Pasted]:
    found = paste(document, clip, at=at, make_id=id_maker("x"))
    return apply(document, found.ops).document, found


def test_a_stage_pasted_in_its_own_map_stands_after_it_with_all_its_content() -> None:
    document = shop()
    first = document.stages_in_order()[0]
    now, _ = pasted(document, copy(document, "stages", [first]), stage=first)
    second = now.stages_in_order()[1]
    assert now.stages[second].label == document.stages[first].label
    assert texts(now) == sorted([*texts(document), "Card 0", "Card 1"])
    assert len(now.lanes) == len(document.lanes)
    assert len(now.links) == 2
    assert len(now.points) == 6


def test_a_step_pasted_into_an_empty_map_brings_the_lanes_it_needs() -> None:
    document = shop()
    stage = add("stages", "s_zzzzzzzzzzzz")
    empty = apply(MapDocument(), [stage]).document
    now, _ = pasted(empty, copy(document, "steps", [named("t", 2)]), stage="s_zzzzzzzzzzzz")
    assert [lane.kind for lane in now.lanes.values()] == ["actions", "emotion"]
    assert texts(now) == ["Card 2"]
    assert not set(now.cards) & set(document.cards)


def test_a_lane_finds_the_columns_of_another_map_by_their_names() -> None:
    document, other = shop(), shop(offset=50)
    fewer = apply(other, [{"op": "remove", "kind": "stages", "id": named("s", 51)}]).document
    now, found = pasted(fewer, copy(document, "lanes", [named("l", 0)]), lane=named("l", 50))
    assert texts(now) == ["Card 0", "Card 0", "Card 1", "Card 1"]
    assert [note.in_language("en") for note in found.notes] == [
        "2 cards were left out: their steps or lanes are not on this map."
    ]


def test_cards_keep_their_order_across_columns() -> None:
    document = shop()
    clip = copy(document, "cards", [named("c", 0), named("c", 1)])
    now, _ = pasted(document, clip, step=named("t", 2), lane=named("l", 0))
    steps = {
        card.text["de"]: card.step for name, card in now.cards.items() if name not in document.cards
    }
    assert steps == {"Card 0": named("t", 2), "Card 1": named("t", 3)}


def test_cards_past_the_last_column_are_left_out_and_told() -> None:
    document = shop()
    clip = copy(document, "cards", [named("c", 0), named("c", 1)])
    _, found = pasted(document, clip, step=named("t", 3), lane=named("l", 0))
    assert found.notes[0].in_language("de").startswith("1 Kärtchen wurde weggelassen")


def test_a_persona_of_the_same_name_is_kept_and_an_unknown_one_dropped_with_a_note() -> None:
    document = shop()
    persona = add("personas", "e_aaaaaaaaaaaa", label={"de": "Eilige"})
    mark = {"op": "set", "kind": "cards", "id": named("c", 0), "field": "persona", "was": ""}
    document = apply(document, [persona, {**mark, "value": "e_aaaaaaaaaaaa"}]).document
    clip = copy(document, "cards", [named("c", 0)])
    with_persona = apply(
        shop(offset=50), [add("personas", "e_bbbbbbbbbbbb", label={"de": "Eilige"})]
    )
    place = {"step": named("t", 50), "lane": named("l", 50)}
    now, found = pasted(with_persona.document, clip, **place)
    assert [card.persona for name, card in now.cards.items() if name in found.new_ids.values()] == [
        "e_bbbbbbbbbbbb"
    ]
    _, found = pasted(shop(offset=50), clip, **place)
    assert "no longer names its persona" in found.notes[0].in_language("en")


def test_pictures_that_the_map_lacks_are_told_so_that_their_bytes_can_follow() -> None:
    image = add("images", "i_aaaaaaaaaaaa", media_type="image/png", width=2, height=3)
    mark = {"op": "set", "kind": "steps", "id": named("t", 0), "field": "image", "was": ""}
    document = apply(shop(), [image, {**mark, "value": "i_aaaaaaaaaaaa"}]).document
    clip = copy(document, "steps", [named("t", 0)])
    now, found = pasted(shop(offset=50), clip, stage=named("s", 50))
    assert found.images == ("i_aaaaaaaaaaaa",)
    assert now.images == document.images


@settings(max_examples=50)
@given(maps(), maps(), st.sampled_from(["stages", "steps", "lanes"]), st.data())
def test_pasting_anything_anywhere_leaves_a_valid_map_and_is_undone(
    document: MapDocument, other: MapDocument, kind: str, data: st.DataObject
) -> None:
    names = sorted(document.collection(kind))
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    clip = Clip.from_json(copy(document, kind, chosen).as_json())
    at = {"stage": min(other.stages, default="")} if kind != "lanes" else {}
    if kind == "steps" and not other.stages:
        with pytest.raises(NotFoundError):
            paste(other, clip, at=at, make_id=id_maker("x"))
        return
    found = paste(other, clip, at=at, make_id=id_maker("x"))
    applied = apply(other, found.ops)
    assert load_document(applied.document.to_json()) == applied.document
    assert apply(applied.document, applied.undo).document == other
    assert len(applied.document.collection(kind)) >= len(other.collection(kind)) + len(chosen)


@settings(max_examples=40)
@given(maps(), maps())
def test_two_maps_side_by_side_keep_every_card_of_both(
    first: MapDocument, second: MapDocument
) -> None:
    applied = apply(first, side_by_side(first, second, make_id=id_maker("x")).ops)
    assert load_document(applied.document.to_json()) == applied.document
    assert texts(applied.document) == sorted(texts(first) + texts(second))
    assert len(applied.document.links) == len(first.links) + len(second.links)
    assert apply(applied.document, applied.undo).document == first


def test_side_by_side_joins_columns_and_doubles_lanes_for_each_persona() -> None:
    first, second = shop(), shop(offset=50)
    now = apply(first, side_by_side(first, second, make_id=id_maker("x")).ops).document
    assert [now.steps[name].label["de"] for name in now.steps_in_order()] == [
        f"Step {number}" for number in range(4)
    ]
    kinds = [(now.lanes[name].kind, bool(now.lanes[name].persona)) for name in now.lanes_in_order()]
    assert kinds == [("actions", True), ("actions", True), ("emotion", False)]
    assert len({point.persona for point in now.points.values()}) == 2
    assert [persona.label["de"] for persona in now.personas.values()] == ["Map 0", "Map 50"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "cards", "names": ["c_x"], "part": {}},
        {"kind": "head", "names": [], "part": MapDocument().as_json()},
    ],
)
def test_what_was_not_copied_from_a_map_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="not copied from a map"):
        Clip.from_json(value)


def test_copying_what_is_not_there_is_told() -> None:
    with pytest.raises(NotFoundError, match="c_none"):
        copy(shop(), "cards", ["c_none"])
