"""Pages that axe has nothing to complain about."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.browser.conftest import AXE

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BRIEFLY = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
"""Every rule; without the long account of what is as it should be."""
OPEN_SOME = """
() => document.querySelectorAll('.evidence').forEach((panel, place) => {
  if (place % 23 === 0) panel.setAttribute('data-open', '');
})
"""


def violations(page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("wishes => axe.run(document, wishes)", BRIEFLY)
    return [
        f"{entry['id']}: {node['target']} {node['failureSummary']}"
        for entry in found["violations"]
        for node in entry["nodes"]
    ]


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("de", "light", 1440),
        ("de", "dark", 375),
        ("en", "dark", 1440),
        ("en", "light", 375),
    ],
)
def test_axe_finds_nothing_in_either_language_light_dark_and_on_a_phone(
    opened, language, scheme, width
):
    page = opened(language=language, width=width, color_scheme=scheme).page
    page.evaluate(OPEN_SOME)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["hard", "narrow"])
def test_axe_finds_nothing_on_maps_that_are_hard_to_draw(opened, name):
    assert violations(opened(name).page) == []


def test_headings_come_in_order_and_there_is_one_first_heading(opened):
    page = opened().page
    levels = page.eval_on_selector_all(
        "h1,h2,h3,h4", "found => found.map(each => Number(each.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_motion_stops_for_who_asked_for_it(opened):
    page = opened(reduced_motion="reduce").page
    page.click("#f-s1-head")
    lasting = page.eval_on_selector(
        "#e-s1-head", "panel => getComputedStyle(panel).animationDuration"
    )
    assert lasting in {"0s", "0ms"}
