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
    session = one.page.context.new_cdp_session(one.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, down in (("touchStart", 0), ("touchMove", 25), ("touchMove", 45), ("touchEnd", 0)):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y + down}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(point).not_to_have_attribute("aria-valuenow", str(before))


def test_a_card_is_moved_to_another_step_by_its_menu(new_map, editing):  # noqa: F811
    one = editing(new_map(), width=390, has_touch=True)
    one.write_card("actions", 0, "wandert mit")
    one.cards().first.focus()
    one.page.keyboard.press("Space")
    one.page.get_by_role("menuitem", name="Verschieben nach …").click()
    expect(one.page.get_by_role("menuitemcheckbox").first).to_be_focused()
    one.page.get_by_role("menuitemcheckbox").nth(1).click()
    expect(one.page.get_by_label("Schritt", exact=True)).to_have_value("1")
    expect(one.cards().filter(has_text="wandert mit")).to_be_focused()
