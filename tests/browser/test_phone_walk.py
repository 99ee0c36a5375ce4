"""On a phone, with a thumb, in German; and a short way in English."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from tests.browser.walking import OVERFLOW, Walker, walkers
from tests.studio_fixtures import (
    PASSWORD,
    SLUG,
    Studio,
    built_front_end,
    demo_shop,
    served,
    studio,
)
from waypost.app.studio.map_making import NewMap, create_map
from waypost.documents.account_tables import UserRow

__all__ = ["built_front_end", "demo_shop", "served", "studio"]

pytestmark = pytest.mark.browser


@pytest.fixture
def bicycle_map(studio: Studio) -> str:
    """A map of the demo company's journeys; its owner reads German."""
    speak(studio, "de")
    made = NewMap(origin="data", title="Ich kaufe ein Rad", language="de")
    return create_map(studio.site, studio.actor(), made)


def speak(studio: Studio, language: str) -> None:
    owner = studio.owner.id
    with studio.site.database.writing() as session:
        session.execute(update(UserRow).where(UserRow.id == owner).values(language=language))


def test_a_thumb_signs_in_opens_a_map_writes_and_comments(
    browser: Browser, studio: Studio, served: str, bicycle_map: str
):
    with walkers(browser) as people:
        phone = people.come(width=390, height=844, has_touch=True, is_mobile=True)
        sign_in(phone, studio, served)
        page = phone.page
        page.get_by_role("navigation", name="Bereiche").get_by_role("link", name="Karten").tap()
        page.get_by_role("link", name="Ich kaufe ein Rad").first.tap()
        phone.opened_map()
        go_through_the_steps(phone)
        write_and_change_a_card(phone)
        comment(phone)
        assert page.evaluate(OVERFLOW) <= 0
        page.reload()
        phone.opened_map()
        expect(page.locator(f"[data-home*='{SLUG}']")).to_have_count(1)


def sign_in(phone: Walker, studio: Studio, address: str) -> None:
    page = phone.page
    page.goto(f"{address}/login")
    page.get_by_label("E-Mail").fill(studio.owner.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").tap()
    page.wait_for_url(f"**/w/{SLUG}")
    assert page.evaluate(OVERFLOW) <= 0


def go_through_the_steps(phone: Walker) -> None:
    page = phone.page
    name = page.locator("[data-kind=steps] .name").first
    onward = page.get_by_role("button", name="Nächster Schritt")
    seen = [name.inner_text()]
    while onward.is_enabled():
        onward.tap()
        expect(name).not_to_have_text(seen[-1])
        seen.append(name.inner_text())
        assert page.evaluate(OVERFLOW) <= 0
    assert len(seen) == len(set(seen)) > 3
    page.get_by_role("button", name="Schritt davor").tap()
    expect(name).to_have_text(seen[-2])


def write_and_change_a_card(phone: Walker) -> None:
    page = phone.page
    page.locator(".guide").first.tap()
    phone.write("Mit dem Daumen")
    phone.press("Enter")
    card = page.locator("[data-kind=cards]").filter(has_text="Mit dem Daumen")
    expect(card).to_have_count(1)
    expect(page.locator(".saved")).to_contain_text("Gespeichert")
    card.tap()
    sheet = page.locator("#panel")
    expect(sheet).to_be_visible()
    text = sheet.locator("textarea").first
    text.fill("Mit dem Daumen geändert")
    text.blur()
    expect(page.locator("[data-kind=cards]").filter(has_text="geändert")).to_have_count(1)


def comment(phone: Walker) -> None:
    sheet = phone.page.locator("#panel")
    sheet.get_by_role("tab", name="Kommentare").tap()
    sheet.get_by_label("Kommentar schreiben").fill("Unterwegs gelesen")
    sheet.get_by_role("button", name="Kommentieren").tap()
    expect(sheet.locator(".thread")).to_contain_text("Unterwegs gelesen")
    assert phone.page.evaluate(OVERFLOW) <= 0
    sheet.get_by_role("button", name="Schließen").tap()
    expect(sheet).to_have_count(0)


def test_in_english_a_map_is_made_from_data_and_a_step_named(
    browser: Browser, studio: Studio, served: str
):
    speak(studio, "en")
    with walkers(browser) as people:
        walker = people.come(locale="en-GB")
        page = walker.page
        page.goto(served + studio.enter_link())
        page.get_by_role("link", name="Maps", exact=True).first.click()
        page.get_by_role("link", name="New map").first.click()
        page.get_by_label("Title, as the customer would say it").fill("I buy a bicycle")
        page.get_by_label("Language of the map").select_option("en")
        page.get_by_role("button", name="Make the map").click()
        walker.opened_map()
        page.locator("[data-kind=steps]").first.dblclick()
        page.keyboard.press("Control+a")
        walker.write("Dream of it")
        walker.press("Enter")
        expect(page.locator(".saved")).to_contain_text("Saved")
        expect(page.locator("[data-kind=steps] .name").first).to_have_text("Dream of it")
        page.get_by_role("button", name="Export").click()
        page.get_by_role("dialog").get_by_label("Language").select_option("en")
        with page.expect_download() as loaded:
            page.get_by_role("link", name=re.compile("CSV")).click()
        with open(loaded.value.path(), encoding="utf-8-sig") as table:  # noqa: PTH123 - a path of Playwright's
            assert "Dream of it" in table.read()
