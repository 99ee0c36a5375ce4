"""Parts of the page: evidence, drawings, sentences, soft hyphens, German words in cells."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.fixtures import bicycle_map, wide_map
from waypost.exports.html.asking import as_command
from waypost.exports.html.columns import stages_of
from waypost.exports.html.emotion_drawing import draw_emotion
from waypost.exports.html.facts import FACTS, fact_sentence
from waypost.exports.html.flow_drawing import draw_flow
from waypost.exports.html.guiding import guiding_question
from waypost.exports.html.hyphenation import SOFT_HYPHEN, breakable, softened
from waypost.exports.html.page import page_view
from waypost.exports.html.phrases import phrase
from waypost.exports.html.scene import scene_of
from waypost.exports.html.speech import Words, speech_for, words_in
from waypost.exports.html.vocabulary import SOURCE_NAMES, channel_icon
from waypost.intake.formats import FORMATS
from waypost.model import KNOWN_CHANNELS
from waypost.questions import Funnel, StepFlow, question_from_dict

VALUES = {
    "share": 0.5,
    "persons": 12,
    "median": 3,
    "mean": 2.5,
    "seconds": 660,
    "value": 4900,
    "hour_from": 19,
    "hour_to": 22,
}
GERMAN, ENGLISH = speech_for("de", "EUR"), speech_for("en", "EUR")


def plain(spans) -> str:
    return "".join(span.text for span in spans).replace("\u00a0", " ").replace("\u2060", "")


def test_a_question_becomes_the_command_that_asks_it():
    question = Funnel(("cart", "order placed"), within="12d", where="channel = 'web'").to_dict()
    assert as_command(question, "my shop") == (
        "waypost funnel 'my shop' cart 'order placed'"
        " --where 'channel = '\"'\"'web'\"'\"'' --within 12d"
    )


def test_a_question_without_a_command_of_its_own_is_asked_as_json():
    question = StepFlow(since="2026-08-01").to_dict()
    *words, told = shlex.split(as_command(question, "shop"))
    assert words == ["waypost", "ask", "shop"]
    assert question_from_dict(json.loads(told)) == StepFlow(since="2026-08-01")


def test_a_question_that_its_command_cannot_say_whole_is_asked_as_json():
    question = Funnel(("cart", "order"), order="strict").to_dict()
    assert as_command(question, "shop").startswith("waypost ask shop ")


def test_without_a_question_there_is_no_command():
    assert as_command({}, "shop") == ""


@pytest.mark.parametrize("fact", sorted(FACTS))
@pytest.mark.parametrize("speech", [GERMAN, ENGLISH])
def test_every_fact_makes_a_whole_sentence(fact, speech):
    told = plain(fact_sentence(speech, fact, VALUES, Words("Räder")))
    assert "{" not in told
    assert len(told) > 5


def test_a_sentence_sets_its_figures_apart():
    told = fact_sentence(GERMAN, "did", {"share": 0.38, "persons": 853}, Words("fragen nach"))
    assert plain(told) == "fragen nach: 38 %, 853 Personen"
    assert [span.text.replace("\u00a0", " ") for span in told if span.is_figure] == ["38 %", "853"]


def test_a_fact_nobody_knows_is_told_plainly():
    assert plain(fact_sentence(GERMAN, "new-fact", {"n": 12_345}, Words(""))) == "new-fact: 12.345"


def test_words_in_values_are_never_read_as_a_template():
    told = phrase("{n} of {label}", {"n": "{label}", "label": "{n}"}, frozenset({"label"}))
    assert [(span.text, span.is_figure) for span in told] == [
        ("{label}", True),
        (" of ", False),
        ("{n}", False),
    ]


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("Größenrechner", "Grö-ßen-rech-ner"),
        ("Berührungspunkte", "Berüh-rungs-punkte"),
        ("Terminbuchung", "Ter-min-bu-chung"),
        ("Kasse", "Kasse"),
        ("E-Bike", "E-\u2060Bike"),
    ],
)
def test_long_words_break_at_their_syllables(word, broken):
    assert softened(word).replace(SOFT_HYPHEN, "-") == broken.replace("--", "-")


def test_what_no_hyphen_breaks_stays_in_its_cell_on_paper():
    assert breakable("a" * 40).count("\u200b") == 39
    assert breakable("Rechtsschutzversicherungsgesellschaften") == (
        "Rechtsschutzversicherungsgesellschaften"
    )


@given(st.text())
def test_soft_hyphens_change_nothing_that_can_be_read(text):
    if SOFT_HYPHEN not in text and "\u2060" not in text:
        assert softened(text).replace(SOFT_HYPHEN, "").replace("\u2060", "") == text


def test_the_emotion_curve_ends_where_nobody_rated():
    lines = [shape.path for shape in draw_emotion(bicycle_map().steps) if shape.look == "cv-rep"]
    assert [re.findall(r"[ML](\d+) ", line) for line in lines] == [
        ["150", "250", "350"],
        ["550", "650", "750", "850"],
    ]


def heights(path: str) -> tuple[float, float]:
    """Upright thickness of a ribbon at its end and at its beginning."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return numbers[8], numbers[-1] - numbers[1]


def test_ribbons_are_as_thick_at_their_end_as_at_their_beginning():
    shapes = draw_flow(bicycle_map().steps).shapes
    ribbons = [shape for shape in shapes if shape.look in {"fl-on", "fl-off", "fl-far"}]
    assert len(ribbons) > 15
    for shape in ribbons:
        end, begin = heights(shape.path)
        assert end == pytest.approx(begin, abs=0.11)


def test_bars_are_as_tall_as_all_that_leaves_them():
    steps = bicycle_map().steps
    drawn = [shape for shape in draw_flow(steps).shapes if shape.look.startswith("fl-bar")]
    tall: dict[float, float] = {}
    for shape in drawn:
        left, _top, _width, height, _back = (float(n) for n in re.findall(r"-?[\d.]+", shape.path))
        tall[left] = tall.get(left, 0) + height
    most = max(step.persons for step in steps)
    for index, step in enumerate(steps):
        assert tall[100 * index + 46.5] == pytest.approx(50 * step.persons / most, abs=0.2)


def test_a_step_without_a_flow_has_no_bar():
    steps = bicycle_map().steps
    silent = steps[3].model_copy(update={"cells": {}})
    drawing = draw_flow((*steps[:3], silent, *steps[4:]))
    assert not [shape for shape in drawing.shapes if shape.path.startswith("M346.5")]


def test_steps_follow_the_order_of_the_stages():
    document = bicycle_map()
    shuffled = document.model_copy(update={"steps": tuple(reversed(document.steps))})
    stages = stages_of(scene_of(shuffled, "en"))
    names = [stage.name.text for stage in stages]
    assert names == ["Awareness", "Consideration", "Purchase", "Service", "Loyalty"]
    numbers = [step.number for stage in stages for step in stage.steps]
    assert numbers == list(range(1, 10))


def test_a_foreign_name_carries_its_language():
    assert words_in({"de": "Warenkorb", "en": "Cart"}, ENGLISH) == Words("Cart")
    assert words_in({"de": "Warenkorb"}, ENGLISH) == Words("Warenkorb", "de")
    assert words_in({}, ENGLISH, "cart") == Words("cart")


def test_every_known_channel_has_an_icon_of_its_own():
    icons = [channel_icon(channel) for channel in KNOWN_CHANNELS]
    assert "circle-dot" not in icons
    assert len(set(icons)) == len(icons)


def test_every_source_of_a_known_format_has_a_name_for_people():
    assert {form.source for form in FORMATS} <= SOURCE_NAMES.keys()


def test_an_empty_cell_asks_the_question_of_its_stage():
    assert guiding_question(ENGLISH, "thoughts", "thoughts.purchase").endswith("buy?")
    assert guiding_question(ENGLISH, "thoughts", "thoughts.unknown-stage").startswith("What goes")
    assert guiding_question(ENGLISH, "thoughts", "Typed by hand?") == "Typed by hand?"


def test_a_map_with_many_steps_is_printed_smaller():
    sizes = [page_view(wide_map(steps, 3), language="de").print_size for steps in (3, 9, 14)]
    assert sizes[0] > sizes[1] > sizes[2] > 7
