"""The drawing can be read by everybody."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tests.docs.pages import DOCS

DRAWING = DOCS / "images" / "way-of-the-data.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_drawing_has_a_title_and_a_description_for_those_who_do_not_see_it():
    root = ET.parse(DRAWING).getroot()
    named = root.attrib["aria-labelledby"].split()
    texts = {child.attrib.get("id"): child.text for child in root}
    assert root.attrib["role"] == "img"
    assert all(len(texts[name]) > 10 for name in named)


def test_the_drawing_names_every_part_that_the_description_names():
    root = ET.parse(DRAWING).getroot()
    shown = {element.text.casefold() for element in root.iter(f"{SVG}text") if element.text}
    parts = ("files", "intake", "event log", "journey store", "questions", "map document")
    assert [
        part for part in (*parts, "quarantine", "identity", "binding") if part not in shown
    ] == []


def test_the_drawing_fetches_nothing():
    text = DRAWING.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?:|<image|<script|@import", text) == []
