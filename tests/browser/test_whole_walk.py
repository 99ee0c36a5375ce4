"""From an empty workspace to a shared and exported map: the real command, three browsers, German.

Nothing is done behind the pages: what the walk cannot do by looking and clicking it does not do.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pypdf import PdfReader

from tests.browser.test_editor import drag
from tests.browser.walking import Walker, walkers
from tests.serve_command import ServeCommand, serving
from waypost.demo import write_demo

pytestmark = pytest.mark.browser

PASSWORD = "pferd batterie heftklammer"
LINK_PASSWORD = "vier nasse katzen"
NEW_STEP, RENAMED, CARD = "Probe gefahren", "Ins Träumen kommen", "Wer holt das alte Rad ab?"


@pytest.fixture
def command(built_front_end: None, tmp_path: Path) -> Iterator[ServeCommand]:
    """`waypost init` and `waypost serve`, as somebody types them."""
    shop = tmp_path / "laden"
    words = [sys.executable, "-m", "waypost", "init", str(shop), "--name", "Alpenrad"]
    subprocess.run(words, check=True, capture_output=True)
    with serving(shop, "--language", "de") as running:
        yield running
    assert "Traceback" not in running.printed, running.printed[-6000:]


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    """The files of a small company."""
    write_demo(tmp_path / "company", persons=300, seed=11)
    return sorted((tmp_path / "company" / "exports").iterdir())


def test_from_an_empty_workspace_to_a_shared_and_exported_map(
    browser: Browser, command: ServeCommand, exports: list[Path]
):
    with walkers(browser) as people:
        owner, colleague, stranger = people.come(), people.come(), people.come()
        make_the_first_account(owner, command)
        import_files(owner, exports)
        discover(owner)
        edit(owner)
        bind(owner)
        invite(owner, colleague)
        comment(owner, colleague)
        link = share(owner)
        look(stranger, link)
        files = export(owner)
    in_pdf(files["pdf"])
    in_slides(files["pptx"])
    in_sheet(files["xlsx"])
    in_document(files["json"])


def make_the_first_account(owner: Walker, command: ServeCommand) -> None:
    assert "Hier das erste Konto anlegen" in command.printed
    page = owner.page
    page.goto(command.entrance)
    page.get_by_label("Ihr Name").fill("Mara Kern")
    page.get_by_label("E-Mail").fill("mara@example.org")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ihre erste Karte beginnt mit Ihren Dateien."
    )


def import_files(owner: Walker, files: list[Path]) -> None:
    page = owner.page
    page.get_by_role("link", name="Daten", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Legen Sie Ihre Dateien hier ab.")
    owner.drop(files)
    expect(page.locator(".upload.is-looked")).to_have_count(len(files), timeout=60_000)
    page.get_by_role("button", name=f"{len(files)} Dateien einlesen").click()
    outcome = page.locator(".outcome")
    expect(outcome.locator(".notice-ok")).to_contain_text("Personen sind bereit", timeout=90_000)
    expect(outcome.locator(".account-bar")).to_have_count(len(files))
    page.get_by_role("link", name="Karte entdecken").click()


def discover(owner: Walker) -> None:
    page = owner.page
    page.get_by_role("link", name="Neue Karte").or_(
        page.get_by_role("link", name="Karte aus den Daten zeichnen")
    ).first.click()
    page.get_by_label("Titel, wie ihn die Kundin sagen würde").fill("Ich kaufe ein Rad")
    expect(page.get_by_role("radio", name="Aus den Daten")).to_be_checked()
    page.get_by_role("button", name="Karte anlegen").click()
    owner.opened_map()
    expect(page.locator(".step-n b").first).to_be_visible()
    expect(page.locator(".real").first).to_be_visible()


def edit(owner: Walker) -> None:
    """Rename a step, add one, write a card and carry it over with the mouse."""
    page = owner.page
    page.locator("[data-kind=steps]").nth(1).dblclick()
    page.keyboard.press("Control+a")
    owner.write(RENAMED)
    owner.press("Enter")
    before = page.locator("[data-kind=steps]").count()
    head = page.locator("[data-kind=steps]").nth(1)
    head.hover()
    head.locator(".m-insert").click()
    owner.write(NEW_STEP)
    owner.press("Enter")
    expect(page.locator("[data-kind=steps]")).to_have_count(before + 1)
    expect(page.locator("[data-kind=steps] .name").nth(2)).to_have_text(NEW_STEP)
    cells = page.locator(".lane-gaps [data-kind=cells]")
    cells.nth(1).scroll_into_view_if_needed()
    cells.nth(1).hover()
    cells.nth(1).locator(".guide, .c-add").first.click()
    owner.write(CARD)
    owner.press("Enter")
    card = page.locator("[data-kind=cards]").filter(has_text=CARD)
    expect(card).to_have_count(1)
    drag(page, card, cells.nth(2), at=(60, 30))
    expect(cells.nth(2)).to_contain_text(CARD)


def bind(owner: Walker) -> None:
    page = owner.page
    step = page.locator("[data-kind=steps]").nth(2)
    step.scroll_into_view_if_needed()
    step.click()
    page.get_by_role("button", name="Berührungspunkt", exact=True).click()
    page.locator(".chooser button").first.click()
    counted = page.locator(".m-live .m-live-n b")
    expect(counted).to_be_visible()
    expect(page.locator(".saved")).to_contain_text("Gespeichert")
    page.get_by_role("button", name="Schließen").first.click()


def invite(owner: Walker, colleague: Walker) -> None:
    page = owner.page
    map_address = page.url
    page.goto(map_address.split("/maps/")[0])
    page.get_by_role("link", name="Einstellungen").first.click()
    page.get_by_role("link", name="Mitglieder").first.click()
    page.get_by_label("Rolle", exact=True).select_option(label="Kommentator")
    page.get_by_role("button", name="Einladung ausstellen").click()
    link = page.get_by_label("Der Link").input_value()
    colleague.page.goto(link)
    colleague.page.get_by_label("Ihr Name").fill("Jan Weber")
    colleague.page.get_by_label("E-Mail").fill("jan@example.org")
    colleague.page.get_by_label("Passwort").fill("drei blaue elche singen")
    colleague.page.get_by_role("button", name="Konto anlegen und hereinkommen").click()
    for person in (owner, colleague):
        open_the_map(person.page)
        person.opened_map()


def open_the_map(page: Page) -> None:
    page.get_by_role("link", name="Karten", exact=True).first.click()
    page.get_by_role("link", name="Ich kaufe ein Rad").first.click()


def comment(owner: Walker, colleague: Walker) -> None:
    """The colleague says something on the card; the owner sees it without doing anything."""
    page = colleague.page
    page.locator("[data-kind=cards]").filter(has_text=CARD).click()
    page.get_by_role("tab", name="Kommentare").click()
    page.get_by_label("Kommentar schreiben").fill("Der Fahrer, seit Mai.")
    page.get_by_role("button", name="Kommentieren").click()
    pin = owner.page.locator(".m-pin")
    expect(pin).to_have_count(1)
    pin.click()
    expect(owner.page.locator(".thread")).to_contain_text("Der Fahrer, seit Mai.")
    expect(owner.page.locator(".thread")).to_contain_text("Jan Weber")


def share(owner: Walker) -> str:
    page = owner.page
    page.get_by_role("button", name="Teilen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Wofür").fill("Beirat")
    dialog.get_by_label("Passwort, wenn Sie mögen").fill(LINK_PASSWORD)
    dialog.get_by_role("button", name="Link erstellen").click()
    link = dialog.get_by_label("Link", exact=True).input_value()
    dialog.get_by_role("button", name="Schließen").click()
    return link


def look(stranger: Walker, link: str) -> None:
    page = stranger.page
    page.goto(link)
    page.get_by_label("Passwort des Links").fill("geraten und falsch")
    page.get_by_role("button", name="Karte zeigen").click()
    expect(page.get_by_role("alert").or_(page.locator(".notice-neg"))).to_be_visible()
    page.get_by_label("Passwort des Links").fill(LINK_PASSWORD)
    page.get_by_role("button", name="Karte zeigen").click()
    frame = page.frame_locator("iframe.shared-frame")
    for text in (RENAMED, NEW_STEP, CARD):
        expect(frame.get_by_text(text).first).to_be_attached()
    expect(page.get_by_text("Der Fahrer, seit Mai.")).to_have_count(0)


def export(owner: Walker) -> dict[str, bytes]:
    page = owner.page
    page.get_by_role("button", name="Ausgeben").click()
    dialog = page.get_by_role("dialog")
    names = {"pdf": "PDF", "pptx": "Folien (PPTX)", "xlsx": "Tabelle (XLSX)"}
    files = {}
    for suffix, name in {**names, "json": "Dokument (JSON)"}.items():
        with page.expect_download() as loaded:
            dialog.get_by_role("link", name=name).click()
        assert loaded.value.suggested_filename.endswith(f".{suffix}")
        files[suffix] = Path(loaded.value.path()).read_bytes()
    return files


def in_pdf(file: bytes) -> None:
    texts = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(file)).pages]
    all_says(" ".join(" ".join(texts).split()))


def in_slides(file: bytes) -> None:
    shapes = [shape for slide in Presentation(io.BytesIO(file)).slides for shape in slide.shapes]
    said = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    said += [
        cell.text
        for shape in shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    all_says(" ".join(" ".join(said).split()))


def in_sheet(file: bytes) -> None:
    book = load_workbook(io.BytesIO(file))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    all_says(" ".join(cells))


def in_document(file: bytes) -> None:
    all_says(json.dumps(json.loads(file), ensure_ascii=False))


def all_says(text: str) -> None:
    for wanted in (RENAMED, NEW_STEP, CARD):
        assert wanted in text
