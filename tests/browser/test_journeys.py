"""An analyst builds a funnel, a marketer a segment; with keys only."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys

import pytest

import waypost
from tests.studio_fixtures import (
    Serving,
    studio,  # noqa: F401 - fixtures
)
from waypost.app.studio.permissions import Role
from waypost.questions import Funnel
from waypost.web.access import COOKIE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(studio):  # noqa: F811 - the fixture of that name
    with Serving(studio) as found:
        yield found


@pytest.fixture
def opened(browser, studio, address):  # noqa: F811 - the fixture of that name
    contexts = []

    def open_page(path: str, **wishes):
        context = browser.new_context(bypass_csp=True, **wishes)
        contexts.append(context)
        secret = studio.session_secret(studio.person(Role.OWNER))
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        page = context.new_page()
        page.goto(address + path)
        page.wait_for_function("document.documentElement.dataset.ready !== undefined")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_an_analyst_builds_a_funnel_and_gets_the_number_of_the_command_line(opened, studio):  # noqa: F811
    page = opened("/w/shop/journeys/questions")
    page.locator(".q-list").get_by_role("link", name="Funnel", exact=True).click()
    steps = page.locator("input[name=steps]")
    steps.nth(0).fill("step:cart")
    steps.nth(1).fill("step:order")
    page.get_by_label("Within", exact=True).fill("30")
    page.get_by_label("Within: unit").select_option("days")
    page.locator("#meaning").get_by_text("30 days").wait_for()
    page.get_by_role("button", name="Ask").click()
    page.locator("#answer table").wait_for()
    funnel = Funnel(steps=["step:cart", "step:order"], within="30d")
    persons = list(waypost.open(studio.path).ask(funnel).rows())[1]["persons"]
    row = page.locator("#answer tbody tr").nth(1)
    assert row.locator("td").first.inner_text() == str(persons)
    assert "within=30d" in page.url
    assert reached_by_command(page, studio.path)[1] == persons
    page.go_back()
    assert page.locator("input[name=steps]").nth(0).is_visible()


def reached_by_command(page, shop) -> list[int]:
    """The persons of each step, by the command that the page offers, typed beside the shop."""
    command = shlex.split(page.locator("#copy-command").text_content())
    assert command[:2] == ["waypost", "funnel"]
    words = [sys.executable, "-m", *command, "--json"]
    done = subprocess.run(words, cwd=shop.parent, capture_output=True, check=True)
    return json.loads(done.stdout)["columns"]["persons"]


def test_a_table_is_sorted_with_keys(opened):
    page = opened("/w/shop/journeys/volumes?by=channel")
    page.locator("#answer table").wait_for()
    button = page.get_by_role("button", name="Events", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    column = page.locator("#answer tbody tr td:nth-child(2)").all_inner_texts()
    figures = [int(re.sub(r"\D", "", text)) for text in column]
    assert figures == sorted(figures, reverse=True)
    assert page.locator("th[aria-sort=descending]").count() == 1


def test_a_segment_is_counted_while_it_is_built(opened):
    page = opened("/w/shop/segments/new")
    found = page.locator(".conds-found b")
    page.get_by_label("Field").select_option("step")
    page.get_by_label("Value").fill("Fill the cart")
    first = int(re.sub(r"\D", "", found.inner_text()))
    page.get_by_role("button", name="and", exact=True).click()
    page.get_by_label("Persons who").nth(1).select_option("never")
    page.get_by_label("Field").nth(1).select_option("value")
    page.get_by_label("Comparison").nth(1).select_option("between")
    page.get_by_label("From", exact=True).fill("50,5")
    page.get_by_label("To, inclusive").fill("1000")
    page.wait_for_function(
        "was => document.querySelector('.conds-found b')?.innerText !== was", arg=found.inner_text()
    )
    second = int(re.sub(r"\D", "", found.inner_text()))
    assert 0 < second < first
    page.get_by_label("Name", exact=True).fill("Cart without a bicycle")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Cart without a bicycle").click()
    kept = "step = 'cart'\nnever: value >= 50.5 and value <= 1000"
    assert page.locator("textarea[name=rules]").input_value() == kept
    assert page.get_by_label("From", exact=True).input_value() == "50.5"
