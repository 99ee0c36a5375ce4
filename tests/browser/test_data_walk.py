"""Walks through the data pages as new users go them, in German, in a real browser."""

import time
from pathlib import Path

import pytest

from scripts.browser import MODULES
from tests.studio_fixtures import Serving, built_front_end, empty_studio
from waypost.app.studio.permissions import Role
from waypost.demo import write_demo
from waypost.documents.account_tables import UserRow
from waypost.web.access import COOKIE

__all__ = ["built_front_end", "empty_studio"]

pytestmark = pytest.mark.browser

AXE = MODULES / "axe-core" / "axe.min.js"
WAIT = 60_000
ROWS = "".join(
    f"{1 + n % 28:02d}.10.2026;{2000 + n};K-{n % 9};kunde{n % 9}@example.org;"
    f"1.{n:03d},50 €;{'Umtausch' if n % 5 == 0 else 'Verkauf'};passt gut so\n"
    for n in range(40)
)
TILL = (
    "Kassenbericht Filiale Süd\n"
    "Datum;Bon-Nr.;Kunden-Nr;E-Mail;Betrag (brutto);Vorgang;Bemerkung\n"
    f"{ROWS}31.02.2026;1000;K-1;anna@example.org;5,00 €;Verkauf;unmöglicher Tag\n"
)


@pytest.fixture
def walk(browser, empty_studio):
    """A page of the served, empty studio, its owner signed in and speaking German."""
    user = empty_studio.person(Role.OWNER)
    with empty_studio.site.database.writing() as session:
        session.get(UserRow, user.id).language = "de"
    with Serving(empty_studio) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE")
        secret = empty_studio.session_secret(user)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        page = context.new_page()
        page.set_default_timeout(WAIT)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{address}/w/shop/data")
        yield page
        assert faults == []
        context.close()


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> list[Path]:
    """The files of a small simulated company."""
    root = tmp_path_factory.mktemp("company")
    write_demo(root, persons=300, seed=5)
    return sorted((root / "exports").iterdir())


def drop(page, files: list[Path]) -> None:
    """Let the files fall onto the page, as a hand would."""
    holder = page.evaluate_handle(
        """(files) => {
            const all = new DataTransfer();
            for (const [name, text] of files) {
                const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
                all.items.add(new File([bytes], name));
            }
            return all;
        }""",
        [[path.name, _base64(path)] for path in files],
    )
    page.dispatch_event("body", "drop", {"dataTransfer": holder})


def _base64(path: Path) -> str:
    import base64  # noqa: PLC0415 - only where files are dropped

    return base64.b64encode(path.read_bytes()).decode()


def settled(page, count: int) -> None:
    """Until so many files are recognised."""
    until = time.monotonic() + WAIT / 1000
    while time.monotonic() < until:
        open_ones = page.locator(".upload.is-complete, .sending-row").count()
        if page.locator(".upload").count() == count and open_ones == 0:
            return
        page.wait_for_timeout(150)
    pytest.fail(page.locator("#incoming").inner_text()[:800])


def violations(page) -> list[str]:
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    told = session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run({resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => v.id + v.nodes[0].html))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    return told["result"]["value"]


def test_files_that_are_dropped_become_journeys_and_the_map_list_offers_a_map(walk, exports):
    assert "Legen Sie Ihre Dateien hier ab." in walk.inner_text("main")
    drop(walk, exports)
    settled(walk, len(exports))
    assert violations(walk) == []
    walk.click(".import-now button")
    walk.wait_for_selector(".outcome .notice-ok")
    assert "Personen sind bereit" in walk.inner_text(".outcome .notice-ok")
    assert walk.locator(".outcome .account-bar").count() == len(exports)
    assert walk.locator(".outcome .err").count() == 0
    walk.click(".outcome .notice-ok .btn-main")
    walk.wait_for_url("**/w/shop/maps**")


def test_a_marketer_maps_an_unknown_file_by_pointing(walk, tmp_path):
    path = tmp_path / "kasse.csv"
    path.write_text(TILL, encoding="utf-8-sig")
    walk.set_input_files("#choose-files", str(path))
    settled(walk, 1)
    walk.click("text=Spalten zuordnen")
    walk.wait_for_selector(".preview-table")
    assert "40 von 41 Datensätzen ergeben Ereignisse." in walk.inner_text("#preview")
    assert violations(walk) == []

    bemerkung = walk.locator('[data-column="Bemerkung"] select')
    bemerkung.select_option("text")
    walk.wait_for_selector("#preview q.voice")
    walk.locator('[data-column="Datum"] select').select_option("ignore")
    walk.wait_for_selector("#preview [data-cannot]")
    assert walk.locator("button[data-save]").is_disabled()
    walk.locator('[data-column="Datum"] select').select_option("time")
    walk.wait_for_selector(".preview-table")
    walk.select_option("#channel", "store")
    walk.wait_for_selector(".preview-table .ch-store")
    walk.click("button[data-save]")

    walk.wait_for_selector(".import-now button:not([disabled])")
    walk.click(".import-now button")
    walk.wait_for_selector(".outcome .notice-ok")
    assert "41 Datensätze gelesen" in walk.inner_text(".outcome")

    walk.goto(walk.url)
    walk.click(".delivery-acts a")
    walk.wait_for_selector(".held")
    assert violations(walk) == []
    wrong = walk.locator('.held input[aria-invalid="true"]')
    assert wrong.input_value() == "31.02.2026"
    wrong.fill("28.02.2026")
    walk.keyboard.press("Enter")
    walk.wait_for_selector(".outcome .notice-ok")
    walk.wait_for_selector(".delivery-acts .tag-sign", state="detached")


def test_the_pages_hold_on_a_phone(walk):
    walk.set_viewport_size({"width": 390, "height": 800})
    for place in ("data", "data/jobs", "rules", "rules/new", "rules/text", "people"):
        walk.goto(walk.url.split("/w/")[0] + f"/w/shop/{place}")
        wide = walk.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, place
        assert violations(walk) == [], place
