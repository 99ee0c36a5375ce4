"""From the sign-in page to an exported map with a keyboard and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from tests.browser.walking import Walker, walkers
from tests.studio_fixtures import (
    PASSWORD,
    SLUG,
    Studio,
    built_front_end,
    demo_shop,
    served,
    studio,
)
from waypost.documents.account_tables import UserRow

__all__ = ["built_front_end", "demo_shop", "served", "studio"]

pytestmark = pytest.mark.browser

MOST_STOPS = 80
STOP = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const ringed = (node) => {
        if (!node) return false;
        const look = getComputedStyle(node);
        return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
            || look.boxShadow !== 'none';
    };
    const near = [here, here.parentElement, here.nextElementSibling, here.closest('label')];
    const box = here.getBoundingClientRect();
    const label = here.labels?.length ? here.labels[0].innerText : '';
    const name = here.getAttribute('aria-label') || label || here.innerText || here.title || '';
    return {
        name: name.trim().replace(/\\s+/g, ' '),
        kind: here.dataset.kind ?? here.type ?? here.tagName.toLowerCase(),
        seen: near.some(ringed) && box.bottom > 0 && box.top < innerHeight,
        html: here.outerHTML.slice(0, 160),
    };
}"""


class Keys:
    """Somebody without a mouse; each place the focus comes to must be seen."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.page = walker.page

    def stop(self) -> dict[str, str]:
        """Where the focus is; it is somewhere, and one sees where."""
        found = self.page.evaluate(STOP)
        assert found is not None, "the focus is lost"
        assert found["seen"], f"nobody sees the focus on {found['html']}"
        return found

    def tab_to(self, name: str, *, back: bool = False, kind: str = "") -> None:
        """Tab until the focus is there; too many stops are a trap."""
        names = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                continue
            found = self.stop()
            names.append(found["name"])
            if found["name"].startswith(name) and kind in ("", found["kind"]):
                return
        pytest.fail(f"no way to {name!r}: {names}")

    def go_to(self, name: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def choose(self, item: str) -> None:
        """Open the menu of the thing and take an item."""
        self.page.keyboard.press("Space")
        expect(self.page.get_by_role("menu")).to_be_visible()
        for _ in range(30):
            if self.stop()["name"].startswith(item):
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no menu item {item!r}")

    def name_it(self, text: str) -> None:
        """Write over what is being named."""
        expect(self.page.locator("textarea.write")).to_be_focused()
        self.walker.write(text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("textarea.write")).to_have_count(0)

    def on_the_map(self, kind: str) -> None:
        """Until the focus is on a thing of this kind."""
        self.page.wait_for_function(
            "(kind) => document.activeElement?.dataset.kind === kind", arg=kind
        )
        self.stop()


def test_a_map_is_made_bound_discussed_and_exported_without_a_mouse(
    browser: Browser, studio: Studio, served: str
):
    with studio.site.database.writing() as session:
        session.execute(update(UserRow).values(language="de"))
    with walkers(browser) as people:
        keys = Keys(people.come(reduced_motion="reduce"))
        come_in(keys, studio, served)
        make_a_blank_map(keys)
        build_the_head(keys)
        write_and_carry_a_card(keys)
        bind(keys)
        comment(keys)
        undo(keys)
        told = export(keys)
    assert [one["label"]["de"] for one in told["steps"].values()].count("Fragen") == 1


def come_in(keys: Keys, studio: Studio, address: str) -> None:
    keys.page.goto(f"{address}/login")
    keys.tab_to("E-Mail")
    keys.walker.write(studio.owner.email)
    keys.tab_to("Passwort")
    keys.walker.write(PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(f"**/w/{SLUG}")


def make_a_blank_map(keys: Keys) -> None:
    keys.go_to("Karten")
    keys.page.wait_for_url("**/maps")
    keys.go_to("Neue Karte")
    keys.page.wait_for_url("**/maps/new**")
    keys.tab_to("Titel")
    keys.walker.write("Ohne Maus")
    keys.tab_to("", kind="radio")
    blank = keys.page.locator("input[value=blank]")
    for _ in range(20):
        if blank.is_checked():
            break
        keys.page.keyboard.press("ArrowDown")
        keys.stop()
    expect(blank).to_be_checked()
    keys.go_to("Karte anlegen")
    keys.walker.opened_map()


def build_the_head(keys: Keys) -> None:
    """Name the step, add another and a phase, move the step and bring it back."""
    page = keys.page
    walk_to(keys, "steps", "PageUp")
    page.keyboard.press("F2")
    keys.name_it("Suchen")
    keys.on_the_map("steps")
    keys.choose("Schritt dahinter")
    keys.name_it("Fragen")
    keys.on_the_map("steps")
    names = page.locator("[data-kind=steps] .name")
    expect(names).to_have_text(["Suchen", "Fragen"])
    page.keyboard.press("Alt+ArrowLeft")
    expect(names).to_have_text(["Fragen", "Suchen"])
    keys.on_the_map("steps")
    page.keyboard.press("Alt+ArrowRight")
    expect(names).to_have_text(["Suchen", "Fragen"])
    page.keyboard.press("ArrowUp")
    keys.on_the_map("stages")
    keys.choose("Phase dahinter")
    keys.name_it("Danach")
    expect(page.locator("[data-kind=stages]")).to_have_count(2)
    keys.on_the_map("stages")


def walk_to(keys: Keys, kind: str, key: str) -> None:
    """Into the map, then with an arrow until the focus is on such a thing."""
    for _ in range(MOST_STOPS):
        keys.page.keyboard.press("Tab")
        if keys.page.evaluate("!!document.activeElement.closest('.map.edit')"):
            break
    for _ in range(40):
        if keys.stop()["kind"] == kind:
            return
        keys.page.keyboard.press(key)
    pytest.fail(f"no way to {kind}")


def write_and_carry_a_card(keys: Keys) -> None:
    page = keys.page
    page.keyboard.press("Home")
    keys.on_the_map("stages")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        if keys.stop()["kind"] == "cells":
            break
    page.keyboard.press("Enter")
    keys.name_it("Passt mir das?")
    keys.on_the_map("cards")
    cell = page.locator("[data-kind=cards]").locator("xpath=ancestor::*[@data-kind='cells'][1]")
    before = cell.get_attribute("data-id")
    page.keyboard.press("Alt+ArrowRight")
    expect(cell).not_to_have_attribute("data-id", before or "")
    keys.on_the_map("cards")


def bind(keys: Keys) -> None:
    page = keys.page
    page.keyboard.press("PageUp")
    keys.on_the_map("steps")
    keys.choose("Wofür")
    expect(page.locator("#panel")).to_be_visible()
    keys.go_to("Berührungspunkt")
    keys.tab_to("Berührungspunkt suchen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.chooser') !== null")
    page.keyboard.press("Enter")
    expect(page.locator(".m-live .m-live-n b")).not_to_have_text("0")
    keys.stop()


def comment(keys: Keys) -> None:
    page = keys.page
    page.keyboard.press("Escape")
    keys.on_the_map("steps")
    keys.choose("Kommentieren")
    expect(page.get_by_role("tab", name="Kommentare")).to_have_attribute("aria-selected", "true")
    keys.tab_to("Kommentar schreiben")
    keys.walker.write("Ohne Maus gesagt")
    keys.go_to("Kommentieren")
    expect(page.locator(".thread")).to_contain_text("Ohne Maus gesagt")
    keys.stop()
    page.keyboard.press("Escape")
    keys.on_the_map("steps")


def undo(keys: Keys) -> None:
    keys.choose("Moment der Wahrheit")
    star = keys.page.locator(".step-head .star")
    expect(star).to_have_count(1)
    keys.on_the_map("steps")
    keys.page.keyboard.press("Control+z")
    expect(star).to_have_count(0)
    keys.stop()


def export(keys: Keys) -> dict:
    page = keys.page
    keys.tab_to("Ausgeben", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.tab_to("Dokument (JSON)")
    with page.expect_download() as loaded:
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys.stop()["name"] == "Ausgeben"
    return json.loads(Path(loaded.value.path()).read_text("utf-8"))
