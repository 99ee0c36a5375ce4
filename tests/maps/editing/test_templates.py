"""Templates are whole maps in both languages, and bound steps are bound to what is shipped."""

from __future__ import annotations

import re

import pytest

from waypost.errors import NotFoundError
from waypost.journeys.binding.rulebooks import rulebook
from waypost.kit.translation import translator
from waypost.maps.editing import MapDocument, apply, load_document
from waypost.maps.editing.kinds import (
    CARD_NAMES,
    LANE_NAMES,
    MAP_KIND_NAMES,
    guiding_question,
    lane_name,
)
from waypost.maps.editing.templates import as_template, from_template, new_map, template, templates

NAMES = [one.id for one in templates()]
LONGEST_QUESTION = 120


def texts_of(document: MapDocument) -> list[dict[str, str]]:
    found = [document.head.title]
    for stage in document.stages.values():
        found += [stage.label, *stage.guiding.values()]
    found += [step.label for step in document.steps.values()]
    for lane in document.lanes.values():
        found += [lane.guiding, *([lane.label] if lane.label else [])]
    return found


def test_every_kind_of_map_and_every_trade_has_a_template() -> None:
    assert {one.content.head.kind for one in templates()} == set(MAP_KIND_NAMES)
    assert {"general", "shop", "b2b", "saas", "store"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_says_everything_in_german_and_english(name: str) -> None:
    found = template(name)
    for text in [found.label, found.about, found.use_when, *texts_of(found.content)]:
        assert set(text) == {"de", "en"}
        assert all(one.strip() == one and one for one in text.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_five_to_seven_stages_with_steps_and_questions(name: str) -> None:
    document = template(name).content
    assert 5 <= len(document.stages) <= 7
    for stage in document.stages:
        assert document.steps_of(stage)
    for step in document.steps:
        for lane in document.lanes:
            assert guiding_question(document, step=step, lane=lane)


@pytest.mark.parametrize("name", NAMES)
def test_guiding_questions_are_short_questions_and_differ_within_a_map(name: str) -> None:
    document = template(name).content
    asked = [text for stage in document.stages.values() for text in stage.guiding.values()]
    asked += [lane.guiding for lane in document.lanes.values()]
    for language in ("de", "en"):
        said = [text[language] for text in asked]
        assert all(len(text) <= LONGEST_QUESTION and text.endswith("?") for text in said)
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", NAMES)
def test_questions_of_a_stage_are_for_lanes_that_the_map_has_or_can_get(name: str) -> None:
    document = template(name).content
    kinds = {kind for stage in document.stages.values() for kind in stage.guiding}
    assert kinds <= set(LANE_NAMES)


@pytest.mark.parametrize("name", ["shop", "store", "support", "b2b", "saas"])
def test_bound_steps_name_touchpoints_of_the_shipped_rulebook(name: str) -> None:
    known = {
        one.id for one in rulebook({"b2b": "b2b", "saas": "saas"}.get(name, "b2c")).touchpoints
    }
    bound = [step.binding for step in template(name).content.steps.values() if step.binding]
    assert len(bound) >= 7
    for binding in bound:
        assert binding.touchpoints
        assert set(binding.touchpoints) <= known


@pytest.mark.parametrize("name", NAMES)
def test_no_touchpoint_is_bound_twice_in_one_map(name: str) -> None:
    steps = template(name).content.steps.values()
    bound = [one for step in steps if step.binding for one in step.binding.touchpoints]
    assert len(bound) == len(set(bound))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_new_map_speaks_one_language_and_is_valid(name: str, language: str) -> None:
    document = new_map(name, language)
    assert document.head.language == language
    assert all(set(text) == {language} for text in texts_of(document))
    assert load_document(document.to_json()) == document


def test_a_blueprint_has_its_three_lines() -> None:
    lanes = template("blueprint").content.lanes.values()
    assert {lane.line_above for lane in lanes} == {"", "interaction", "visibility", "internal"}


def test_the_columns_of_a_day_are_times_of_day() -> None:
    steps = new_map("day", "de").steps.values()
    assert all(re.match(r"(Ab )?\d{1,2}(–\d{1,2})? Uhr: ", step.label["de"]) for step in steps)


def test_a_title_of_one_s_own_takes_the_place_of_the_template_s() -> None:
    assert new_map("shop", "de", title="Ich kaufe ein Rad").head.title == {
        "de": "Ich kaufe ein Rad"
    }


def test_an_unknown_template_is_told_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="blueprint"):
        new_map("blueprnt", "de")


def test_a_map_becomes_a_template_without_its_content() -> None:
    document = new_map("shop", "de")
    lane, step = next(iter(document.lanes)), next(iter(document.steps))
    value = {"lane": lane, "step": step, "text": {"de": "geheim"}}
    ops = [
        {"op": "add", "kind": "cards", "id": "c_aaaaaaaaaaaa", "value": value},
        {"op": "set", "kind": "head", "id": "head", "field": "owner", "was": "", "value": "Kim"},
    ]
    filled = apply(document, ops).document
    empty = as_template(filled)
    assert empty == document
    assert b"geheim" not in empty.to_json()
    kept = as_template(filled, with_content=True)
    assert kept.cards == filled.cards
    assert kept.head.owner == ""
    assert from_template(kept, language="de", title="Neu").head.title == {"de": "Neu"}


def test_a_template_in_one_language_keeps_its_texts_in_the_other() -> None:
    german = new_map("shop", "de")
    again = from_template(german, language="en")
    assert again.head.language == "en"
    assert again.stages == german.stages


def test_kinds_lanes_and_cards_have_german_names() -> None:
    german = translator("de")
    for name in [*MAP_KIND_NAMES.values(), *LANE_NAMES.values(), *CARD_NAMES.values()]:
        assert german.gettext(name) != name or name == "Link"


def test_a_lane_is_called_by_its_label_else_by_its_kind() -> None:
    [lane] = [one for one in new_map("day", "de").lanes.values() if one.label]
    assert lane_name(lane, "de") == "Ort und Menschen"
    assert lane_name(lane.model_copy(update={"label": {}, "kind": "marks"}), "de") == "Auffälliges"
