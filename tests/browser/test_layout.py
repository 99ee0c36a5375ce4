"""Pages that fit: no sideways overflow, no request, one sheet of paper."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.browser

WIDTHS = (375, 768, 1024, 1440, 2560)
A3_POINTS = (1190.55, 841.89)


@pytest.mark.parametrize("name", ["bicycle", "hard", "wide", "narrow"])
def test_the_page_never_scrolls_sideways(opened, name):
    page = opened(name).page
    page.evaluate(
        "document.querySelectorAll('.evidence').forEach(e => e.setAttribute('data-open',''))"
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["bicycle", "hard"])
def test_nothing_is_fetched_and_nothing_goes_wrong(opened, name):
    watched = opened(name)
    watched.page.wait_for_load_state("networkidle")
    outside = [url for url in watched.requests if not url.startswith(("file:", "data:"))]
    assert outside == []
    assert len([url for url in watched.requests if url.startswith("file:")]) == 1
    assert watched.complaints == []


def test_its_own_fonts_are_used(opened):
    page = opened().page
    page.evaluate("document.fonts.ready")
    assert page.evaluate(
        "[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)"
    )
    assert page.evaluate("document.fonts.check('500 34px Newsreader')")
    assert page.evaluate("document.fonts.check('400 14px \"Source Sans 3\"')")


def test_nothing_moves_after_the_page_is_drawn(opened):
    page = opened().page
    moved = page.evaluate(
        """() => new Promise((resolve) => {
          let sum = 0;
          const add = (list) => list.getEntries().forEach((entry) => { sum += entry.value; });
          new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
          setTimeout(() => resolve(sum), 400);
        })"""
    )
    assert moved < 0.01


@pytest.mark.parametrize("name", ["bicycle", "wide", "narrow"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_map_fills_the_first_a3_sheet_and_no_other(opened, name, language):
    page = opened(name, language).page
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    sheet = pages[0].mediabox
    assert (float(sheet.width), float(sheet.height)) == pytest.approx(A3_POINTS, abs=1)
    lane = "WertundZiel" if language == "de" else "valueandtarget"
    first, *others = (re.sub(r"\s", "", each.extract_text()) for each in pages)
    assert lane in first
    assert all(lane not in other for other in others)


def test_evidence_that_was_opened_is_printed_after_the_map(opened):
    page = opened().page
    page.click("#f-s3-marks-0")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    assert "Woher wir das wissen" not in pages[0].extract_text()
    assert "Woher wir das wissen" in pages[1].extract_text()


def test_a_phone_shows_chips_that_lead_to_the_steps(opened):
    page = opened(width=390, has_touch=True, reduced_motion="reduce").page
    chips = page.locator(".chips a")
    assert chips.count() == 9
    chips.nth(4).click()
    page.wait_for_function("document.querySelector('.chips a[aria-current]')?.hash === '#step-5'")
    top = page.eval_on_selector("#step-5", "step => step.getBoundingClientRect().top")
    assert 0 <= top < 200


def test_a_wide_map_scrolls_inside_its_own_region(opened):
    page = opened("wide").page
    inner, outer = page.eval_on_selector("#map", "map => [map.scrollWidth, map.clientWidth]")
    assert inner > outer
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.getElementById('map').scrollLeft > 0")


def test_the_emotion_line_is_broken_where_nobody_rated(opened):
    page = opened().page
    starts = page.eval_on_selector_all(
        ".cv-rep", "lines => lines.map(line => line.getAttribute('d'))"
    )
    assert len(starts) == 2
    assert starts[0].startswith("M150 ")
    assert starts[1].startswith("M550 ")
