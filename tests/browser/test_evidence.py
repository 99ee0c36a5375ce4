"""Every figure explains itself: by click, by keyboard, and without the script."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

FACTS = (
    "49,2 %",
    "2.651 von 5.384 Personen",
    "Spanne 47,9–50,6 % (95 %)",
    "deren Frist abgelaufen ist",
    "1. Aug. bis 31. Okt. 2026",
    "Webshop (GA4)",
    "waypost drop-off alpenrad --by step",
)
CLICK_ALL = """
() => [...document.querySelectorAll('.fig[data-evidence]')].filter((figure) => {
  figure.click();
  const panel = document.getElementById(figure.dataset.evidence);
  const told = panel && panel.checkVisibility() && document.activeElement === panel
    && figure.getAttribute('aria-expanded') === 'true'
    && document.querySelectorAll('.evidence[data-open]').length === 1;
  document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
  const back = document.activeElement.dataset.evidence === figure.dataset.evidence;
  return !(told && back && !panel.checkVisibility());
}).map((figure) => figure.outerHTML)
"""


@pytest.mark.parametrize("width", [375, 1440])
def test_a_click_opens_one_panel_and_escape_gives_the_focus_back_for_every_figure(opened, width):
    page = opened(width=width).page
    assert page.locator(".fig[data-evidence]").count() > 100
    assert page.evaluate(CLICK_ALL) == []


def test_every_number_in_a_cell_belongs_to_a_figure_that_opens(opened):
    page = opened().page
    outside = page.eval_on_selector_all(
        ".c b.num, .m-kpis b.num, .jr b.num",
        """found => found.filter(each => !each.closest('.fig,.jr-rest,.evidence'))
             .map(each => each.outerHTML)""",
    )
    assert outside == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_figure_opens_by_key_and_the_panel_closes_by_escape(opened, key):
    page = opened().page
    page.focus("#f-s3-flow-0")
    page.keyboard.press(key)
    assert page.locator("#e-s3-flow-0").is_visible()
    assert page.evaluate("document.activeElement.id") == "e-s3-flow-0"
    page.keyboard.press("Escape")
    assert not page.locator("#e-s3-flow-0").is_visible()
    assert page.evaluate("document.activeElement.id") == "f-s3-flow-0"


def test_the_close_button_gives_the_focus_back(opened):
    page = opened().page
    page.click("#f-s2-kpis-0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-close')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-s2-kpis-0"


def test_without_the_script_a_figure_is_a_link_to_its_panel(opened):
    page = opened(java_script_enabled=False).page
    assert not page.locator("#e-s3-marks-0").is_visible()
    page.click("#f-s3-marks-0")
    assert page.locator("#e-s3-marks-0").is_visible()
    page.click("#e-s3-marks-0 [data-close]")
    assert not page.locator("#e-s3-marks-0").is_visible()


def test_an_address_with_a_panel_opens_it(opened, page_file):
    page = opened().page
    page.goto(page_file("bicycle", "de") + "#e-s5-marks-0")
    assert page.locator("#e-s5-marks-0").is_visible()


def test_a_panel_says_what_how_many_since_when_and_from_where(opened):
    page = opened().page
    page.click("#f-s2-marks-0")
    told = re.sub("[\u2060\u00ad]", "", page.inner_text("#e-s2-marks-0")).replace("\u00a0", " ")
    for fact in FACTS:
        assert fact in told


def test_a_dot_of_the_curve_opens_the_same_panel_as_its_line(opened):
    page = opened().page
    page.click("#step-4 .em-plot .pt")
    assert page.locator("#e-s4-emotion-0").is_visible()
