"""Paper and slides tell how reality differs, whose curve is whose, and which line divides what."""

from __future__ import annotations

import io
from functools import lru_cache

import pypdf
import pytest
from pptx import Presentation

from tests.exports.fixtures import bicycle_map, wide_map
from waypost.exports import FileWishes, map_file
from waypost.exports.html.page import page_view
from waypost.maps.document import Curve, DrawnPoint, JourneyMap, RealityNote, Share
from waypost.model import Provenance


def told_apart(persons: int = 300) -> JourneyMap:
    """The bicycle shop with notes at its second step, two further curves and a line."""
    found = bicycle_map()
    first, second, third = found.steps[:3]
    share = Share(part=persons, whole=1000)
    notes = [
        RealityNote(id="r1", kind="skipped", step=second.id, persons=persons, share=share),
        RealityNote(id="r2", kind="looped", step=second.id, persons=persons - 1, share=share),
        RealityNote(id="r3", kind="silent", step=second.id, values={"median_seconds": 864_000.0}),
    ]
    points = tuple(
        DrawnPoint(step=one.id, value=0.5, n=40, provenance=Provenance.REPORTED)
        for one in (first, second, third)
    )
    curves = (
        Curve(
            id="c1",
            lane="emotion",
            persona="p",
            label={"de": "Werkstattkundin"},
            colour="2",
            runs=(points,),
        ),
        Curve(id="c2", lane="emotion", series="to-be", runs=(points,)),
    )
    lanes = [
        lane.model_copy(update={"line_above": "visibility"}) if place == 2 else lane
        for place, lane in enumerate(found.lanes)
    ]
    changed = {"reality": tuple(notes), "curves": curves, "lanes": tuple(lanes)}
    return found.model_copy(update=changed)


@lru_cache
def on_paper(persons: int = 300) -> str:
    document = told_apart(persons)
    reader = pypdf.PdfReader(io.BytesIO(map_file(document, "pdf", FileWishes("de"))))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@lru_cache
def on_slides(persons: int = 300) -> str:
    document = told_apart(persons)
    deck = Presentation(io.BytesIO(map_file(document, "pptx", FileWishes("de"))))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    for shape in shapes:
        if shape.has_table:
            texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("told", [on_paper, on_slides])
@pytest.mark.parametrize(
    "words",
    [
        "300 überspringen diesen Schritt",
        "und 1 weitere",
        "Was in Wirklichkeit anders ist",
        "Werkstattkundin",
        "Alle, wie es werden soll",
        "Linie der Sichtbarkeit",
        "Ereignisse nach Quelle",
    ],
)
def test_what_only_an_edited_map_has_stands_on_paper_and_slides(told, words):
    assert words.replace(" ", "") in told().replace(" ", "").replace("\u00ad", "")


@pytest.mark.parametrize("told", [on_paper, on_slides])
def test_a_note_about_few_persons_is_on_neither(told):
    assert "überspringen" not in told(4)


def test_a_step_tells_its_two_greatest_differences_and_how_many_more():
    steps = [
        step for stage in page_view(told_apart(), language="en").stages for step in stage.steps
    ]
    assert [note.words for note in steps[1].notes] == [
        "300 skip this step",
        "299 come here again",
        "and 1 more",
    ]
    assert not steps[0].notes


def test_every_sheet_and_every_slide_names_its_map_and_its_number():
    document = told_apart()
    content = map_file(document, "pdf", FileWishes("de"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    for number, text in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in " ".join(text.split())
    deck = Presentation(io.BytesIO(map_file(document, "pptx", FileWishes("de"))))
    for number, slide in enumerate(deck.slides, 1):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert str(number) in texts


def test_thirty_steps_are_listed_by_stage_on_the_overview():
    document = wide_map(30, 3)
    deck = Presentation(io.BytesIO(map_file(document, "pptx", FileWishes("de"))))
    boxes = [shape for shape in deck.slides[0].shapes if shape.has_text_frame]
    named = [box for box in boxes if box.text_frame.text.startswith(("1 ", "11 ", "21 "))]
    assert len(named) == 3
    assert all(len(box.text_frame.paragraphs) <= 7 for box in boxes)
