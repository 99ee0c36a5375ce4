"""The map in every form: on paper, as a picture, as slides, in CJML."""

from __future__ import annotations

import io
import math
import re
from xml.etree import ElementTree as ET

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from tests.exports.fixtures import HOSTILE, LONG, bicycle_map, hard_map, wide_map
from waypost.errors import InputError
from waypost.exports import MAP_FORMATS, FileWishes, map_file
from waypost.exports.html.page import page_view
from waypost.exports.printing.papers import (
    OVERLAP_MM,
    PAPERS,
    TILE_MARGIN_MM,
    Paper,
    paper_named,
    tiling,
)
from waypost.exports.printing.sheets import print_pdf
from waypost.exports.slides.measuring import height_of, lines_of
from waypost.exports.slides.texts import Run

POINTS_PER_MM = 72 / 25.4
MAPS = {"bicycle": bicycle_map, "hard": hard_map, "wide": lambda: wide_map(24, 8)}


def _pdf(document, **wishes):
    return pypdf.PdfReader(io.BytesIO(map_file(document, "pdf", FileWishes("de", **wishes))))


def _words(reader):
    return " ".join(page.extract_text() for page in reader.pages)


def _flat(text):
    return re.sub(r"[\s\u00ad\u00a0\u2060-]+", "", text)


@pytest.mark.parametrize("form", [form for form in MAP_FORMATS if form != "pptx"])
@pytest.mark.parametrize("name", MAPS)
def test_the_same_map_gives_the_same_bytes_in_every_form(form, name):
    document = MAPS[name]()
    assert map_file(document, form) == map_file(document, form)


@pytest.mark.parametrize("form", ["docx", "", ".pfd"])
def test_a_form_that_there_is_not_is_refused_with_those_there_are(form):
    with pytest.raises(InputError, match=r"cannot be written.*\.pdf|ending in"):
        map_file(bicycle_map(), form)


def test_a_paper_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=r"no paper size 'B5'.*A4"):
        map_file(bicycle_map(), "pdf", FileWishes(paper="B5"))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_sheet_has_the_size_of_its_paper(paper):
    page = _pdf(bicycle_map(), paper=paper.lower()).pages[0]
    wide, high = PAPERS[paper].width * POINTS_PER_MM, PAPERS[paper].height * POINTS_PER_MM
    assert float(page.mediabox.width) == pytest.approx(wide, abs=0.5)
    assert float(page.mediabox.height) == pytest.approx(high, abs=0.5)


def test_everything_that_the_page_says_stands_on_paper_too():
    document = bicycle_map()
    told = _flat(_words(_pdf(document)))
    view = page_view(document, language="de")
    for stage in view.stages:
        for step in stage.steps:
            assert _flat(step.name.text) in told
            assert _flat(step.persons) in told
    for lane in view.lanes:
        assert _flat(lane.name.text) in told
    for journey in view.journeys.journeys:
        assert _flat(journey.share) in told


def test_letters_on_paper_are_letters_and_not_pictures():
    page = _pdf(bicycle_map()).pages[0]
    assert not [image for image in page.images if image.name.lower().endswith((".png", ".jpg"))]
    assert len(page.extract_text()) > 1_000


def test_the_map_of_the_bicycle_shop_takes_one_sheet_of_a3():
    first = _pdf(bicycle_map()).pages[0].extract_text()
    assert all(f"{number}" in first for number in range(1, 10))


def test_a_map_too_wide_for_its_paper_goes_on_to_further_sheets_with_its_lanes_named_again():
    document = wide_map(24, 8)
    lane = _flat(page_view(document, language="de").lanes[0].name.text)
    pages = [_flat(page.extract_text()) for page in _pdf(document, paper="A4").pages]
    assert sum(lane in page for page in pages) >= 2


def test_every_figure_of_the_map_is_in_the_table_of_evidence():
    document = bicycle_map()
    without, with_it = _words(_pdf(document)), _words(_pdf(document, evidence=True))
    view = page_view(document, language="de")
    panel = view.stages[0].steps[0].panels[0]
    assert _flat(panel.definition) not in _flat(without)
    assert _flat(panel.definition) in _flat(with_it)


def test_groups_under_five_persons_are_on_no_sheet_and_no_slide():
    document = hard_map()
    slides = " ".join(_slide_texts(map_file(document, "pptx")))
    cjml = map_file(document, "xml").decode()
    for told in (_words(_pdf(document, evidence=True)), slides, cjml):
        assert "secret-small" not in told


@given(
    st.sampled_from(list(PAPERS.values())),
    st.floats(0.001, 0.999),
    st.floats(0.001, 0.999),
)
def test_every_point_of_a_poster_is_on_some_sheet(poster, across, down):
    sheet = PAPERS["A4"]
    cut = tiling(poster, sheet)
    wide, high = sheet.width - 2 * TILE_MARGIN_MM, sheet.height - 2 * TILE_MARGIN_MM
    x, y = across * poster.width, down * poster.height
    assert any(
        column * cut.step_x <= x <= column * cut.step_x + wide for column in range(cut.columns)
    )
    assert any(row * cut.step_y <= y <= row * cut.step_y + high for row in range(cut.rows))


def test_neighbouring_sheets_of_a_poster_overlap_and_none_is_empty():
    for poster in PAPERS.values():
        cut = tiling(poster, PAPERS["A4"])
        assert cut.step_x + OVERLAP_MM == PAPERS["A4"].width - 2 * TILE_MARGIN_MM
        assert (cut.columns - 1) * cut.step_x < poster.width
        assert (cut.rows - 1) * cut.step_y < poster.height


def test_a_poster_has_as_many_sheets_as_its_tiling_says():
    cut = tiling(PAPERS["A2"], PAPERS["A4"])
    pages = _pdf(bicycle_map(), paper="A2", tiles=True).pages
    assert len(pages) == cut.rows * cut.columns
    size = (float(pages[0].mediabox.width), float(pages[0].mediabox.height))
    assert size == pytest.approx((297 * POINTS_PER_MM, 210 * POINTS_PER_MM), abs=0.5)


def test_a_poster_of_the_size_of_a_sheet_is_not_cut():
    asked = {"language": "de", "paper": PAPERS["A4"]}
    assert print_pdf(bicycle_map(), tiles=True, **asked) == print_pdf(bicycle_map(), **asked)


def test_papers_are_found_in_any_case_and_a_small_poster_takes_at_least_one_sheet():
    assert paper_named(" a3 ") is PAPERS["A3"]
    assert tiling(Paper("stamp", 30, 20), PAPERS["A4"]).columns == 1


def test_a_png_is_a_picture_with_something_on_it():
    picture = Image.open(io.BytesIO(map_file(bicycle_map(), "png")))
    assert picture.width > 1_200
    assert len(picture.convert("L").getcolors()) > 50


def test_an_svg_is_well_formed_and_asks_nobody_for_anything():
    drawing = map_file(hard_map(), "svg").decode()
    assert ET.fromstring(drawing).tag.endswith("svg")
    loaded = re.findall(r'(?:href|src)="(?!#|data:)([^"]*)"', drawing)
    assert not loaded


def _slide_texts(content):
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)


def test_slides_hold_real_text_of_every_step_and_no_picture():
    content = map_file(bicycle_map(), "pptx", FileWishes("de"))
    deck = Presentation(io.BytesIO(content))
    kinds = {shape.shape_type for slide in deck.slides for shape in slide.shapes}
    assert MSO_SHAPE_TYPE.PICTURE not in kinds
    told = " ".join(_slide_texts(content))
    view = page_view(bicycle_map(), language="de")
    for stage in view.stages:
        assert stage.name.text in told
        for step in stage.steps:
            assert step.name.text in told
            assert step.persons in told


def test_there_is_an_overview_a_slide_per_stage_and_a_legend():
    deck = Presentation(io.BytesIO(map_file(bicycle_map(), "pptx", FileWishes("de"))))
    titles = [slide.shapes.title.text for slide in deck.slides]
    view = page_view(bicycle_map(), language="de")
    assert titles[0] == view.head.title.text
    for stage in view.stages:
        assert any(title.startswith(stage.name.text) for title in titles[1:-1])


@pytest.mark.parametrize("name", MAPS)
def test_nothing_stands_outside_its_slide(name):
    deck = Presentation(io.BytesIO(map_file(MAPS[name](), "pptx", FileWishes("de"))))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 12_700
            assert shape.top <= deck.slide_height


def test_hostile_text_stays_text_on_slides_and_in_cjml():
    document = hard_map()
    assert HOSTILE in " ".join(_slide_texts(map_file(document, "pptx", FileWishes("de"))))
    root = ET.fromstring(map_file(document, "xml", FileWishes("de")))
    assert any(element.text == HOSTILE for element in root.iter("companyName"))


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=4))
def test_more_text_never_stands_lower(texts):
    paragraphs = [(Run(text),) for text in texts]
    heights = [height_of(paragraphs[:count], 120, 10) for count in range(1, len(texts) + 1)]
    assert heights == sorted(heights)


def test_a_long_word_is_reckoned_with_the_lines_it_breaks_into():
    assert lines_of((Run(LONG),), 100, 10) > 3
    assert lines_of((Run("kurz"),), 100, 10) == 1
    assert math.isfinite(height_of([()], 100, 10))


def test_cjml_keeps_plan_and_reality_apart():
    document = bicycle_map()
    root = ET.fromstring(map_file(document, "xml", FileWishes("en")))
    assert root.tag == "CJML"
    assert root.get("version") == "2.0"
    assert len(root.findall("plannedJourney")) == 1
    actual = root.findall("actualJourney")
    assert len(actual) == sum(journey.persons >= 5 for journey in document.journeys)
    assert {journey.findtext("plannedReference") for journey in actual} == {"PJ1"}


def test_cjml_names_every_phase_and_refers_to_none_it_has_not():
    root = ET.fromstring(map_file(bicycle_map(), "xml", FileWishes("en")))
    for journey in root:
        phases = {phase.get("phaseID") for phase in journey.iter("journeyPhase")}
        actors = {user.get("actorID") for user in journey.find("actors")}
        assert {found.get("phaseIDref") for found in journey.iter("belongsTo")} <= phases
        assert {found.get("actorIDref") for found in journey.iter("refersTo")} <= actors


def test_cjml_has_experience_only_where_persons_rated_themselves():
    root = ET.fromstring(map_file(bicycle_map(), "xml", FileWishes("en")))
    planned, *actual = root
    assert not list(planned.iter("touchpointExperience"))
    assert any(list(journey.iter("experienceRating")) for journey in actual)
