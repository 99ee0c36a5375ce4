"""Laws of the ways of connections, and that every export draws them."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx import Presentation

from tests.exports.test_drawn_maps import drawn, page
from waypost.exports import map_file
from waypost.exports.files import FileWishes
from waypost.exports.printing.arrows import arrows_on
from waypost.exports.printing.sheets import _picture, _places
from waypost.exports.routing import Lines, Placed, Wish, routed
from waypost.maps.document import Link, TypedCard
from waypost.model import Provenance

WIDE, HIGH, FREE = 150.0, 120.0, 8.0


@st.composite
def grids(draw):
    """Cards in some cells of a grid, a few over two columns, and wishes between them."""
    columns, rows = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    cards, reaching = [], set()
    for row in range(rows):
        column = 0
        while column < columns:
            span = draw(st.sampled_from([0, 1, 1, 1, 2]))
            span = min(span, columns - column)
            if span:
                box = (column * WIDE + FREE, row * HIGH + FREE, span * WIDE - 2 * FREE)
                height = draw(st.floats(20, HIGH - 2 * FREE))
                cards.append(Placed(*box, height, column, column + span))
                reaching |= {(column + inner, row) for inner in range(1, span)}
            column += max(span, 1)
    lines = Lines(
        tuple(n * WIDE for n in range(columns + 1)),
        tuple(n * HIGH for n in range(rows + 1)),
        frozenset(reaching),
    )
    ends = st.tuples(st.sampled_from(cards), st.sampled_from(cards)) if cards else st.nothing()
    pairs = draw(st.lists(ends, max_size=10)) if cards else []
    wishes = [Wish(f"k{n}", a, b) for n, (a, b) in enumerate(pairs) if a is not b]
    return cards, wishes, lines


def stretches(way):
    return [(one, other) for one, other in pairwise(way.dots)]


def crosses(one, other, card):
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    return (
        left < card.x + card.width - 0.5
        and right > card.x + 0.5
        and top < card.y + card.height - 0.5
        and bottom > card.y + 0.5
    )


@settings(max_examples=120, deadline=None)
@given(grids())
def test_no_stretch_of_a_way_crosses_a_card(made):
    cards, wishes, lines = made

    for way in routed(wishes, lines):
        for one, other in stretches(way):
            assert one.x == other.x or one.y == other.y
            assert not any(crosses(one, other, card) for card in cards)


@settings(max_examples=60, deadline=None)
@given(grids())
def test_a_way_begins_and_ends_at_the_sides_of_its_cards(made):
    _cards, wishes, lines = made

    for wish, way in zip(wishes, routed(wishes, lines), strict=True):
        for dot, card in ((way.dots[0], wish.start), (way.dots[-1], wish.end)):
            assert dot.x in (card.x, card.x + card.width)
            assert card.y <= dot.y <= card.y + card.height


def connected():
    """The bicycle shop's map with connections between stages and lanes, and to a step."""
    found = drawn()
    cells = [dict(step.cells) for step in found.steps]
    lanes = [lane.id for lane in found.lanes]
    for number, (step, lane) in enumerate([(0, 1), (1, -1), (2, 0), (2, 6), (4, 1), (5, -1)]):
        card = TypedCard(
            id=f"c_{number}",
            type="note",
            provenance=Provenance.ASSUMED,
            text={"de": f"Zettel {number}", "en": f"Note {number}"},
        )
        there = lanes[lane]
        cells[step][there] = (*cells[step].get(there, ()), card)
    steps = [s.model_copy(update={"cells": c}) for s, c in zip(found.steps, cells, strict=True)]
    pairs = [("0", "1"), ("1", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("5", "0"), ("1", "3")]
    kinds = ("leads-to", "answers", "causes")
    links = [
        Link(source=f"c_{a}", target=f"c_{b}", kind=kinds[n % 3]) for n, (a, b) in enumerate(pairs)
    ]
    links.append(Link(source="c_2", target=steps[3].id))
    return found.model_copy(update={"steps": tuple(steps), "links": tuple(links)})


@pytest.fixture(scope="module")
def on_paper():
    content = _picture(connected(), "de")
    return content, _places(content)


def test_every_connection_is_drawn_on_paper(on_paper):
    content, places = on_paper
    (arrows,) = arrows_on(places, content["connections"], 1.0).values()

    assert arrows["svg"].count('stroke-opacity="0.75"') == 8
    assert "Zettel 0 führt zu: Zettel 1" in arrows["svg"]


def test_ways_on_paper_keep_off_every_marked_card(on_paper):
    content, places = on_paper
    (arrows,) = arrows_on(places, content["connections"], 1.0).values()
    cards = [
        Placed(a["x"], a["y"], b["x"] - a["x"], b["y"] - a["y"], 0, 1)
        for a in places
        for b in places
        if (a["kind"], b["kind"]) == ("from", "to") and a["id"] == b["id"] and a["id"][1] == "_"
    ]
    lines = re.findall(r'd="([^"]+)" fill="none" stroke="#fff', arrows["svg"])
    assert len(cards) == 6

    for line in lines:
        ends = [tuple(map(float, one)) for one in re.findall(r"L([\d.]+) ([\d.]+)", line)]
        corners = [Placed(x, y, 0, 0, 0, 0) for x, y in ends[:-1]]
        for dot in corners:
            assert not any(crosses(dot, dot, card) for card in cards)


def test_slides_glue_connectors_to_cards_on_the_same_slide():
    deck = Presentation(io.BytesIO(map_file(connected(), "pptx", FileWishes("de"))))
    told, glued = [], 0
    for slide in deck.slides:
        shapes = {shape.shape_id for shape in slide.shapes}
        for found in slide.shapes._spTree.iter("{*}cxnSp"):
            ends = [int(end.get("id")) for end in found.iter("{*}stCxn", "{*}endCxn")]
            assert set(ends) <= shapes
            glued += bool(ends)
            told += [name.get("descr") for name in found.iter("{*}cNvPr") if name.get("descr")]

    assert "Zettel 2 führt zu: Probe fahren" in told
    assert glued >= 2 * len(told) > 0


def test_a_page_names_both_ends_of_every_connection():
    text = page(connected())
    ends = re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', text)

    assert len(ends) == 8
    for one in {end for pair in ends for end in pair}:
        assert f'data-card="{one}"' in text or f'data-step="{one}"' in text


def test_pictures_say_their_connections():
    svg = map_file(connected(), "svg", FileWishes("de")).decode()
    png = Image.open(io.BytesIO(map_file(connected(), "png", FileWishes("de"))))
    png.load()

    for words in (svg[: svg.index("</desc>")], png.info["Description"]):
        assert "Zettel 0 führt zu: Zettel 1" in words
