"""Coming into the studio with a real browser: first owner, invitation, keyboard, phone, axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

import waypost
from tests.browser.conftest import AXE
from tests.studio_fixtures import PASSWORD, SLUG, Clock, Serving, Studio, new_studio
from waypost.app.studio.data import deliveries_of
from waypost.app.studio.signing_in import first_owner_link
from waypost.app.studio.site import open_site

pytestmark = pytest.mark.browser
SETTINGS = ("account", "tokens", "members", "workspace", "audit")


@pytest.fixture(scope="module")
def fresh(built_front_end, tmp_path_factory) -> Iterator[tuple[Studio, str]]:
    """A served studio that nobody has been in, and its address."""
    folder = tmp_path_factory.mktemp("fresh")
    waypost.create(folder / SLUG, waypost.Settings(name="Alpenrad"))
    site = open_site([folder / SLUG])
    studio = Studio(site, Clock(), owner=None)
    with Serving(studio) as address:
        yield studio, address
    site.close()


@pytest.fixture(scope="module")
def lived_in(built_front_end, demo_shop, tmp_path_factory) -> Iterator[tuple[Studio, str]]:
    """A served studio on the demo company, with an owner."""
    folder = tmp_path_factory.mktemp("lived")
    studio = new_studio([demo_shop], folder / "documents.sqlite")
    with Serving(studio) as address:
        yield studio, address
    studio.site.close()


@pytest.fixture
def page_of(browser: Browser):
    """Opens a browser context of its own; what the page complains about fails the test."""
    contexts, complaints = [], []

    def opened(width: int = 1440, height: int = 900, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in found["violations"]
    ]


def enter(page: Page, studio: Studio, address: str) -> None:
    page.goto(address + studio.enter_link())
    page.wait_for_url(re.compile(rf"/w/{SLUG}$"))


def test_from_the_first_link_to_a_colleague_s_first_visit(fresh, page_of):
    studio, address = fresh
    owner = page_of(locale="de-DE")
    owner.goto(address)
    expect(owner.get_by_role("heading", level=1)).to_have_text("Hier hat noch niemand ein Konto.")
    owner.goto(f"{address}/welcome/{first_owner_link(studio.site)}")
    owner.get_by_label("Ihr Name").fill("Mara Kern")
    owner.get_by_label("E-Mail").fill("mara@example.org")
    owner.get_by_label("Passwort").fill("passwort1234")
    owner.get_by_role("button", name="Konto anlegen").click()
    expect(owner.get_by_role("alert")).to_contain_text("leicht zu erraten")
    owner.get_by_label("Passwort").fill(PASSWORD)
    owner.get_by_role("button", name="Konto anlegen").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text(
        "Ihre erste Karte beginnt mit Ihren Dateien."
    )
    owner.goto(f"{address}/w/{SLUG}/settings/members")
    owner.get_by_label("Rolle", exact=True).select_option("commenter")
    owner.get_by_role("button", name="Einladung ausstellen").click()
    link = owner.get_by_label("Der Link").input_value()

    colleague = page_of(locale="en-GB")
    colleague.goto(re.sub(r"^http://[^/]+", address, link))
    expect(colleague.get_by_text("Mara Kern invites you. Your role: Commenter.")).to_be_visible()
    colleague.get_by_label("Your name").fill("Jan Weber")
    colleague.get_by_label("E-mail").fill("jan@example.org")
    colleague.get_by_label("Password").fill("four wet cats in a row")
    colleague.get_by_role("button", name="Make the account and come in").click()
    expect(
        colleague.get_by_text("An editor or an owner of the workspace can add files.")
    ).to_be_visible()
    owner.reload()
    owner.goto(f"{address}/w/{SLUG}/settings/members")
    expect(owner.get_by_role("heading", name="2 Mitglieder")).to_be_visible()


def test_a_session_that_has_ended_leads_to_the_sign_in_page_and_back(lived_in, page_of):
    studio, address = lived_in
    page = page_of()
    page.goto(f"{address}/w/{SLUG}/settings/audit")
    page.get_by_label("E-mail").fill(studio.owner.email)
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")


def test_the_overview_shows_what_the_data_say(lived_in, page_of):
    studio, address = lived_in
    page = page_of()
    enter(page, studio, address)
    expect(page.get_by_role("heading", name="State of the data")).to_be_visible()
    rows = page.locator("table.src tbody tr")
    sources = {one.report.source for one in deliveries_of(studio.site, studio.actor())}
    assert rows.count() == len(sources)


@pytest.mark.parametrize(("width", "theme"), [(375, "dark"), (1440, "light")])
def test_in_english_pages_are_free_of_axe_violations_and_sideways_scrolling(
    lived_in, page_of, width, theme
):
    """In German, every page is looked at in ``test_every_page``."""
    studio, address = lived_in
    page = page_of(width, color_scheme=theme, locale="en")
    page.goto(f"{address}/login")
    assert violations(page) == []
    enter(page, studio, address)
    paths = ["", "/components", "/nothing-here", *(f"/settings/{area}" for area in SETTINGS)]
    for path in paths:
        page.goto(f"{address}/w/{SLUG}{path}")
        assert violations(page) == [], path
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, path


def test_the_theme_is_remembered_and_there_from_the_first_byte(lived_in, page_of):
    studio, address = lived_in
    page = page_of(color_scheme="light")
    enter(page, studio, address)
    page.goto(f"{address}/w/{SLUG}/settings/account")
    page.get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    text = page.request.get(f"{address}/w/{SLUG}").text()
    assert 'data-theme="dark"' in text[:200]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="As the system").click()
    expect(page.get_by_role("button", name="As the system")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_the_keyboard_alone_signs_in_skips_to_the_content_and_leaves(lived_in, page_of):
    studio, address = lived_in
    page = page_of()
    page.goto(f"{address}/login")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(studio.owner.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/w/{SLUG}$"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.goto(f"{address}/w/{SLUG}/settings/account")
    leave = page.get_by_role("button", name="Sign out", exact=True)
    leave.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/login"))


def test_a_phone_has_every_area_at_the_thumb(lived_in, page_of):
    studio, address = lived_in
    page = page_of(375, 700)
    enter(page, studio, address)
    areas = page.get_by_role("navigation", name="Areas")
    assert areas.bounding_box()["y"] > 600
    settings = areas.get_by_role("link", name="Settings")
    expect(settings).to_be_hidden()
    areas.get_by_role("button", name="More").click()
    expect(settings).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_be_hidden()
    areas.get_by_role("button", name="More").click()
    settings.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Workspace")


def test_nothing_is_loaded_from_elsewhere(lived_in, page_of):
    studio, address = lived_in
    page = page_of()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, studio, address)
    page.goto(f"{address}/w/{SLUG}/components")
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_a_token_is_shown_once_and_copied(lived_in, page_of):
    studio, address = lived_in
    page = page_of()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    enter(page, studio, address)
    page.goto(f"{address}/w/{SLUG}/settings/tokens")
    page.get_by_label("What it is for").fill("Nightly report")
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_role("textbox", name="The token").input_value()
    assert secret.startswith("wp_")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    answer = page.request.get(
        f"{address}/api/v1/workspaces/{SLUG}/me", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.json()["rights"] == ["see"]
    page.goto(f"{address}/w/{SLUG}/settings/tokens")
    assert secret not in page.content()
