"""Editing with a finger on a narrow screen: the whole curve, points, and cards that move."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import editing, new_map, violations  # noqa: F401 - fixtures
from tests.studio_fixtures import (  # noqa: F401 - fixtures that other fixtures ask for
    built_front_end,
    demo_shop,
    served,
    studio,
)

pytestmark = pytest.mark.browser


def finger(page, start, *to, rests=0):
    """A finger that touches, rests so many milliseconds, moves on and lets go."""
    session = page.context.new_cdp_session(page)
    touch = "Input.dispatchTouchEvent"
    for place, (x, y) in enumerate((start, *to)):
        kind = "touchMove" if place else "touchStart"
        session.send(touch, {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30 if place else rests)
    session.send(touch, {"type": "touchEnd", "touchPoints": []})


def test_the_whole_curve_stands_above_the_step_and_leads_to_each(new_map, editing):  # noqa: F811
    one = editing(new_map(), width=390, has_touch=True)
    steps = one.page.locator(".phone-at")
    assert steps.count() > 5
    last = steps.last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 390
    assert one.page.locator(".phone-line").count() >= 1
    steps.nth(3).tap()
    expect(one.page.get_by_label("Schritt", exact=True)).to_have_value("3")
    assert violations(one.page) == []


def test_a_point_of_the_curve_follows_the_finger(new_map, editing):  # noqa: F811
    one = editing(new_map("blank"), width=390, has_touch=True)
    one.cell("emotion", 0).focus()
    one.page.keyboard.press("Enter")
    point = one.page.locator(".pt-hand").first
    expect(point).to_be_visible()
    before = point.get_attribute("aria-valuenow")
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger(one.page, (x, y), (x, y + 25), (x, y + 45))
    expect(point).not_to_have_attribute("aria-valuenow", str(before))


def test_a_finger_that_rests_lifts_a_card_or_asks_for_its_menu(new_map, editing):  # noqa: F811
    one = editing(new_map(), width=390, has_touch=True)
    expect(one.page.locator(".step-n b")).to_be_visible()
    one.cell("actions", 0).focus()
    one.page.keyboard.press("Enter")
    one.page.keyboard.type("wandert mit")
    one.page.keyboard.press("Enter")
    card, there = one.cards().filter(has_text="wandert mit"), one.cell("thoughts", 0)
    card.evaluate("card => card.scrollIntoView({block: 'center'})")
    start, end = middle_of(card), middle_of(there)
    finger(one.page, start, (start[0], start[1] + 30), end, rests=600)
    expect(there.locator("[data-kind=cards]")).to_contain_text("wandert mit")
    finger(one.page, middle_of(card), rests=600)
    one.page.get_by_role("menuitem", name="Verschieben nach …").click()
    expect(one.page.get_by_role("menuitemcheckbox").first).to_be_focused()
    one.page.get_by_role("menuitemcheckbox").nth(1).click()
    expect(one.page.get_by_label("Schritt", exact=True)).to_have_value("1")
    expect(one.cards().filter(has_text="wandert mit")).to_be_focused()


def middle_of(node):
    box = node.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 14)
