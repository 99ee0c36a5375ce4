"""The page draws maps that somebody edited: free lanes, typed cards, curves and reality."""

from __future__ import annotations

import pytest

from tests.exports.fixtures import bicycle_map
from waypost.exports import render_html
from waypost.exports.html.curves import curve_names, draw_curves
from waypost.exports.html.hyphenation import SOFT_HYPHEN
from waypost.exports.html.lanes import drawable
from waypost.exports.html.page import page_view
from waypost.exports.html.reality import REALITY
from waypost.exports.html.speech import speech_for
from waypost.exports.printing.drawings import emotion_svg
from waypost.maps.document import (
    Curve,
    DrawnPoint,
    FlowCard,
    JourneyMap,
    Lane,
    Link,
    MapStep,
    RealityNote,
    Share,
    TypedCard,
)
from waypost.model import Provenance


def drawn() -> JourneyMap:
    """The bicycle shop's map with lanes under free ids and one card of every type."""
    found = bicycle_map()
    names = {lane.id: f"l_{number:012}" for number, lane in enumerate(found.lanes)}
    first, *others = found.steps
    typed = [
        TypedCard(
            id=f"c_{kind}",
            type=kind,
            provenance=Provenance.ASSUMED,
            text={"de": f"Das ist {kind}", "en": f"This is {kind}"},
            persons=40,
            value_minor=1_230_000,
        )
        for kind in ("note", "pain", "opportunity", "action", "quote", "kpi", "channel", "link")
    ]
    cells = {names[lane]: cards for lane, cards in first.cells.items()}
    mine = first.model_copy(update={"cells": cells | {"l_own": tuple(typed)}})
    rest = [
        step.model_copy(update={"cells": {names[n]: c for n, c in step.cells.items()}})
        for step in others
    ]
    lanes = [
        lane.model_copy(update={"id": names[lane.id], "kind": lane.id}) for lane in found.lanes
    ]
    own = Lane(id="l_own", kind="opportunities", guiding={"de": "Was tun wir hier?"})
    return found.model_copy(
        update={
            "lanes": (*lanes, own),
            "steps": (mine, *rest),
            "made_from": {"snapshot": "s", "document": "d"},
        }
    )


def page(found: JourneyMap, language: str = "de") -> str:
    return render_html(found, language=language).decode()


def test_a_discovered_map_keeps_its_lanes() -> None:
    found = bicycle_map()

    assert drawable(found) is found


def test_a_second_lane_of_a_kind_gets_a_number() -> None:
    found = drawn()
    twice = found.model_copy(update={"lanes": (*found.lanes, Lane(id="l_2", kind="actions"))})

    assert [lane.id for lane in drawable(twice).lanes][-2:] == ["opportunities", "actions-2"]


def test_typed_cards_are_shown_by_their_words() -> None:
    text = page(drawn())

    for kind in ("note", "pain", "quote", "channel"):
        assert f"Das ist {kind}" in text
    assert "Chance: Das ist oppor" in text
    assert "Maßnahme: Das ist action" in text


def test_a_card_says_what_it_is_connected_with() -> None:
    found = drawn()
    step = found.steps[1]
    links = (
        Link(source="c_pain", target="c_action", kind="causes"),
        Link(source="c_note", target=step.id, kind="leads-to"),
        Link(source="c_note", target="c_gone", kind="answers"),
    )
    text = page(found.model_copy(update={"links": links})).replace(SOFT_HYPHEN, "")

    assert "verursacht: Das ist action" in text
    assert f"führt zu: {step.label['de']}" in text
    assert text.count("beantwortet:") == 0


def test_a_line_of_a_blueprint_is_drawn_above_its_lane() -> None:
    found = drawn()
    lane = found.lanes[1].model_copy(update={"line_above": "visibility"})
    changed = found.model_copy(update={"lanes": (found.lanes[0], lane, *found.lanes[2:])})
    text = page(changed).replace(SOFT_HYPHEN, "")

    assert 'class="lane-line ll-visibility"' in text
    assert text.count("Linie der Sichtbarkeit") == 1 + len(found.steps)


def test_an_empty_cell_asks_the_question_of_its_lane() -> None:
    assert page(drawn()).count("Was tun wir hier?") == len(bicycle_map().steps) - 1


def test_everything_computed_is_still_there() -> None:
    before, after = (page_view(one, language="en") for one in (bicycle_map(), drawn()))

    for one, other in zip(before.stages, after.stages, strict=True):
        for step, same in zip(one.steps, other.steps, strict=True):
            assert [cell.rows for cell in step.cells] == [cell.rows for cell in same.cells[:-1]]
    assert before.flow == after.flow
    assert before.emotion == after.emotion


def test_no_command_is_told_for_steps_that_only_this_map_draws() -> None:
    assert "waypost " in page(bicycle_map(), "en")
    commands = [
        panel.command
        for stage in page_view(drawn(), language="en").stages
        for step in stage.steps
        for panel in step.panels
    ]
    assert not any("step" in command for command in commands)


def test_an_unbound_step_shows_no_number() -> None:
    found = drawn()
    first = found.steps[0].model_copy(update={"is_bound": False, "persons": 0})
    view = page_view(found.model_copy(update={"steps": (first,)}), language="en")

    step = view.stages[0].steps[0]
    assert (step.persons, step.persons_word) == ("–", "not counted yet")


@pytest.mark.parametrize("kind", sorted(REALITY))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_of_note_is_a_sentence(kind: str, language: str) -> None:
    found = drawn()
    note = RealityNote(
        id=kind,
        kind=kind,
        step=found.steps[0].id,
        to_step=found.steps[1].id,
        label={"de": "Anruf", "en": "Call"},
        channels=("web", "email"),
        persons=40,
        share=Share(part=40, whole=100, low=0.3, high=0.5),
        values={"median_seconds": 600_000.0, "between": 20},
    )
    view = page_view(found.model_copy(update={"reality": (note,)}), language=language)

    (told,) = view.reality
    text = "".join(span.text for span in told.item.spans)
    assert "{" not in text
    assert told.item.icon in page(found)


def test_notes_about_few_persons_are_not_told() -> None:
    notes = tuple(
        RealityNote(id=str(part), kind="looped", persons=part, share=Share(part=part, whole=100))
        for part in (3, 98, 50)
    )
    view = page_view(drawn().model_copy(update={"reality": notes}), language="en")

    assert [entry.item.spans[0].text for entry in view.reality] == ["50%"]


def steps(count: int) -> list[MapStep]:
    return [
        MapStep(id=f"s{n}", label={}, stage="", touchpoints=(), persons=9, events=9)
        for n in range(count)
    ]


def point(place: int, n: int | None) -> DrawnPoint:
    origin = Provenance.REPORTED if n else Provenance.ASSUMED
    return DrawnPoint(step=f"s{place}", value=1.0, provenance=origin, n=n)


def test_a_stretch_to_a_drawn_point_is_drawn_as_assumed() -> None:
    run = (point(0, 9), point(1, 9), point(2, None), point(3, None))
    curve = Curve(id="c", lane="emotion", persona="p", colour="2", runs=(run,))

    solid, dotted = draw_curves([curve], steps(4))

    assert (solid.look, dotted.look) == ("cv-persona cv-p2", "cv-persona cv-p2 cv-drawn")
    assert (solid.path.count("L"), dotted.path.count("L")) == (1, 2)


def test_runs_are_not_bridged() -> None:
    curve = Curve(id="c", lane="emotion", persona="p", runs=((point(0, 9),), (point(2, 9),)))

    assert ["L" in shape.path for shape in draw_curves([curve], steps(3))] == [False, False]


def test_ratings_of_everybody_are_not_drawn_twice() -> None:
    curve = Curve(id="c", lane="emotion", runs=((point(0, 9), point(1, 9)),))

    assert draw_curves([curve], steps(2)) == ()
    assert curve_names([curve], speech_for("en", "EUR")) == ()


def test_curves_are_named_in_the_legend() -> None:
    runs = ((point(0, 9), point(1, None)),)
    curves = [
        Curve(id="a", lane="emotion", runs=runs),
        Curve(id="b", lane="emotion", persona="p", label={"en": "Anna"}, colour="1", runs=runs),
        Curve(id="c", lane="emotion", series="to-be", runs=runs),
    ]

    names = [name for _, name in curve_names(curves, speech_for("en", "EUR"))]

    assert names == ["Everybody, drawn by hand", "Anna", "Everybody, as it shall be"]


def test_hidden_parts_of_a_flow_stay_hidden() -> None:
    found = drawn()
    flow = next(lane.id for lane in found.lanes if lane.kind == "flow")
    card = FlowCard(
        id="f",
        provenance=Provenance.OBSERVED,
        persons=100,
        on=60,
        back=0,
        left=0,
        still_open=0,
        hidden=("left", "still_open"),
    )
    step = found.steps[0]
    hidden = step.model_copy(update={"persons": 100, "cells": {**step.cells, flow: (card,)}})
    view = page_view(found.model_copy(update={"steps": (hidden,)}), language="en")

    cell = next(cell for cell in view.stages[0].steps[0].cells if cell.lane == "flow")
    assert [(row.name.text, row.value) for row in cell.rows] == [
        ("on", "60%"),
        ("leave", "hidden"),
        ("still open", "hidden"),
    ]


def test_a_print_draws_curves_as_lines() -> None:
    run = (point(0, 9), point(1, None))
    curve = Curve(id="c", lane="emotion", persona="p", colour="3", series="to-be", runs=(run,))

    svg = emotion_svg(draw_curves([curve], steps(2)), 2)

    assert 'fill="none"' in svg
    assert 'stroke-dasharray="6 3"' in svg
