"""The map editor as people use it: mouse, keyboard, finger, and somebody else at the same time."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update

from tests.browser.conftest import AXE
from tests.browser.test_accessibility import BRIEFLY
from tests.studio_fixtures import (  # noqa: F401 - fixtures that other fixtures ask for
    SLUG,
    Studio,
    built_front_end,
    demo_shop,
    served,
    studio,
)
from waypost.app.studio.permissions import Role
from waypost.documents.account_tables import UserRow
from waypost.web.access import COOKIE

pytestmark = pytest.mark.browser

PICTURE = [
    {
        "name": "regal.png",
        "mimeType": "image/png",
        "buffer": base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        ),
    }
]
COME = """
() => ['/numbers', '/proposals', '/lint', '/touchpoints'].every((one) =>
  performance.getEntriesByType('resource').some((asked) => asked.name.includes(one)))
"""
OFFLINE_NOISE = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "409 (Conflict)")


@dataclass
class Editing:
    """One browser on one map, and what it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def ready(self) -> None:
        """Wait until the map is drawn and everything beside it has come."""
        self.page.wait_for_selector(".map.edit")
        self.page.wait_for_function(COME)
        self.page.wait_for_timeout(100)

    def lane(self, kind: str) -> Locator:
        return self.page.locator(f".lane-{kind}")

    def cell(self, kind: str, step: int) -> Locator:
        return self.lane(kind).locator('[data-kind="cells"]').nth(step)

    def step(self, index: int) -> Locator:
        return self.page.locator('[data-kind="steps"]').nth(index)

    def cards(self) -> Locator:
        return self.page.locator('[data-kind="cards"]')

    def step_names(self) -> list[str]:
        return self.page.locator('[data-kind="steps"] .name').all_inner_texts()

    def write_card(self, kind: str, step: int, text: str) -> Locator:
        """Write a card as somebody with a keyboard does."""
        self.cell(kind, step).click()
        self.cell(kind, step).focus()
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        card = self.cards().filter(has_text=text)
        expect(card).to_have_count(1)
        return card

    def saved(self) -> None:
        expect(self.page.locator(".saved")).to_contain_text("Gespeichert")

    def focused(self) -> str:
        label = "document.activeElement.getAttribute('aria-label') ?? ''"
        return str(self.page.evaluate(label))


@pytest.fixture
def new_map(studio: Studio) -> Callable[..., str]:  # noqa: F811 - the fixture
    """A new map of the demo company's journeys, or a blank one."""
    client = studio.client()

    def make(origin: str = "data", **more: Any) -> str:
        body = {"from": origin, "title": "Ich kaufe ein Rad", "language": "de", **more}
        made = client.post(f"/api/v1/workspaces/{SLUG}/maps", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    return make


@pytest.fixture
def editing(
    browser: Browser,
    studio: Studio,  # noqa: F811 - the fixture
    served: str,  # noqa: F811 - the fixture
) -> Iterator[Callable[..., Editing]]:
    """Opens a map in a browser of its own; extra arguments go to the context."""
    opened: list[Editing] = []

    def edit(map_id: str, *, role: Role = Role.OWNER, width: int = 1440, **more: Any) -> Editing:
        user = studio.person(role)
        with studio.site.database.writing() as session:
            session.execute(update(UserRow).where(UserRow.id == user.id).values(language="de"))
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="de-DE",
            reduced_motion="reduce",
            **more,
        )
        secret = studio.session_secret(user)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": served}])
        context.set_default_timeout(60_000)
        one = Editing(context.new_page())
        one.page.on(
            "console",
            lambda told: (
                one.complaints.append(told.text) if told.type in ("error", "warning") else None
            ),
        )
        one.page.on("pageerror", lambda fault: one.complaints.append(str(fault)))
        one.page.goto(f"{served}/w/{SLUG}/maps/{map_id}")
        one.ready()
        opened.append(one)
        return one

    yield edit
    complaints = [
        told
        for one in opened
        for told in one.complaints
        if not any(noise in told for noise in OFFLINE_NOISE)
    ]
    for one in opened:
        one.page.context.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    """What axe finds on the page but for the rail, which every page has."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("wishes => axe.run({exclude: ['#rail']}, wishes)", BRIEFLY)
    return [
        f"{entry['id']}: {node['target']} {node['failureSummary']}"
        for entry in found["violations"]
        for node in entry["nodes"]
    ]


def drag(page: Page, source: Locator, target: Locator, *, at: tuple[float, float]) -> None:
    """Take hold near the corner of ``source`` and let go at a place inside of ``target``."""
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 14, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + at[0] - 6, end["y"] + at[1], steps=6)
    page.mouse.move(end["x"] + at[0], end["y"] + at[1])
    page.mouse.up()


def stretch(page: Page, card: Locator, to: Locator) -> None:
    """Pull the right edge of a card into a cell."""
    card.scroll_into_view_if_needed()
    edge, end = card.locator(".resize").bounding_box(), to.bounding_box()
    assert edge is not None
    assert end is not None
    page.mouse.move(edge["x"] + 5, edge["y"] + 6)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 12, steps=6)
    page.mouse.up()


def test_a_map_from_data_shows_its_figures_and_how_reality_differs(new_map, editing):
    one = editing(new_map())
    expect(one.page.locator(".step-n b").first).to_be_visible()
    expect(one.page.locator(".real").first).to_be_visible()
    one.page.get_by_role("button", name="Wirklichkeit").click()
    expect(one.page.locator(".real")).to_have_count(0)


def test_a_step_is_renamed_in_place_and_is_so_after_a_reload(new_map, editing):
    one = editing(new_map())
    one.step(1).click()
    one.page.keyboard.press("F2")
    one.page.keyboard.type("Träumen")
    one.page.keyboard.press("Enter")
    assert one.step_names()[1] == "Träumen"
    one.saved()
    one.page.reload()
    one.ready()
    assert one.step_names()[1] == "Träumen"


def test_escape_leaves_a_name_as_it_was(new_map, editing):
    one = editing(new_map())
    before = one.step_names()
    one.step(0).click()
    one.page.keyboard.press("F2")
    one.page.keyboard.type("Unsinn")
    one.page.keyboard.press("Escape")
    assert one.step_names() == before


def test_the_keyboard_alone_writes_moves_stretches_copies_and_deletes(new_map, editing):
    one = editing(new_map())
    keys = one.page.keyboard
    one.write_card("gaps", 1, "Wem gehört das?")
    assert "Wem gehört das?" in one.focused()
    keys.press("Alt+ArrowRight")
    expect(one.cell("gaps", 2)).to_contain_text("Wem gehört das?")
    keys.press("Alt+Shift+ArrowRight")
    expect(one.lane("gaps").locator(".wide")).to_have_attribute("aria-colspan", "2")
    keys.press("Alt+Shift+ArrowLeft")
    expect(one.lane("gaps").locator(".wide")).to_have_count(0)
    keys.press("Control+d")
    expect(one.cards()).to_have_count(2)
    keys.press("Delete")
    expect(one.cards()).to_have_count(1)
    keys.press("Control+z")
    expect(one.cards()).to_have_count(2)
    keys.press("Control+Shift+z")
    expect(one.cards()).to_have_count(1)
    one.saved()


def test_the_map_is_one_tab_stop_and_arrows_walk_over_it(new_map, editing):
    one = editing(new_map())
    expect(one.page.locator('.map.edit [tabindex="0"]')).to_have_count(1)
    one.step(0).click()
    one.page.keyboard.press("ArrowRight")
    one.page.wait_for_function("() => document.activeElement.dataset.kind === 'steps'")
    second = one.step(1).get_attribute("data-id")
    one.page.wait_for_function(f"() => document.activeElement.dataset.id === '{second}'")
    one.page.keyboard.press("ArrowUp")
    one.page.wait_for_function("() => document.activeElement.dataset.kind === 'stages'")
    expect(one.page.locator('.map.edit [tabindex="0"]')).to_have_count(1)


def test_a_card_is_dragged_to_another_step_and_stretched_over_two(new_map, editing):
    one = editing(new_map())
    card = one.write_card("gaps", 0, "sucht ein Rad")
    drag(one.page, card, one.cell("gaps", 1), at=(60, 30))
    expect(one.cell("gaps", 1)).to_contain_text("sucht ein Rad")
    card = one.cards().first
    card.hover()
    stretch(one.page, card, one.cell("gaps", 2))
    expect(one.lane("gaps").locator(".wide")).to_have_attribute("aria-colspan", "2")


def test_a_step_is_dragged_before_another(new_map, editing):
    one = editing(new_map())
    first, second, third = one.step_names()[:3]
    drag(one.page, one.step(2), one.step(1), at=(12, 14))
    expect(one.page.locator('[data-kind="steps"] .name').nth(1)).to_have_text(third)
    assert one.step_names()[:3] == [first, third, second]


def test_what_was_copied_in_one_map_is_pasted_into_another(new_map, editing):
    one = editing(new_map())
    one.write_card("gaps", 0, "Über alle Karten hinweg")
    one.page.keyboard.press("Control+c")
    one.saved()
    other = new_map("blank")
    one.page.goto(one.page.url.rsplit("/", 1)[0] + f"/{other}")
    one.ready()
    one.cell("actions", 0).focus()
    one.page.keyboard.press("Control+v")
    expect(one.cards().filter(has_text="Über alle Karten hinweg")).to_have_count(1)


def test_a_feeling_is_drawn_dragged_and_nudged(new_map, editing):
    one = editing(new_map())
    one.cell("emotion", 0).focus()
    one.page.keyboard.press("Enter")
    point = one.page.locator(".pt-hand")
    expect(point).to_have_count(1)
    one.page.wait_for_function("() => document.activeElement.role === 'slider'")
    for _ in range(5):
        one.page.keyboard.press("ArrowUp")
    expect(point).to_have_attribute("aria-valuenow", "0.5")
    one.lane("marks").scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    one.page.mouse.move(box["x"] + 8, box["y"] + 8)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + 8, box["y"] + 90, steps=4)
    one.page.mouse.up()
    assert float(point.get_attribute("aria-valuenow") or "9") < 0


def test_a_binding_counts_while_one_chooses(new_map, editing):
    one = editing(new_map("blank"))
    one.step(0).click()
    one.page.get_by_role("button", name="Berührungspunkt", exact=True).click()
    one.page.locator(".chooser button").first.click()
    expect(one.page.locator(".m-live .m-live-n b")).not_to_have_text("0")
    counted = one.page.locator(".m-live .m-live-n b").inner_text()
    expect(one.page.locator(".step-n b").first).to_have_text(counted)


def test_evidence_becomes_an_opportunity_on_the_map(new_map, editing):
    one = editing(new_map())
    one.lane("marks").locator('[data-kind="computed"]').first.click()
    expect(one.page.locator("#panel")).to_contain_text("beobachtet")
    one.page.get_by_role("button", name="eine Chance").click()
    expect(one.page.locator(".card-opportunity")).to_have_count(1)


def test_proposals_are_taken_one_by_one(studio, new_map, editing):  # noqa: F811 - the fixture
    map_id = new_map()
    client = studio.client()
    address = f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    opened = client.get(address).json()
    was = {name: step["binding"] for name, step in opened["document"]["steps"].items()}
    ops = [
        {"op": "set", "kind": "steps", "id": name, "field": "binding", "was": was[name]}
        | {"value": None}
        for name in sorted(was)[:2]
    ]
    change = {"id": str(uuid.UUID(int=3)), "base": opened["revision"], "ops": ops}
    assert client.post(f"{address}/changes", json=change).status_code == 200
    one = editing(map_id)
    one.page.get_by_role("button", name="Vorschläge").click()
    proposal = one.page.locator("dialog .prop")
    expect(proposal.first).to_be_visible()
    before = proposal.count()
    assert before >= 2
    proposal.first.get_by_role("button", name="Annehmen").click()
    expect(proposal).not_to_have_count(before)
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("button", name="Rückgängig")).to_be_enabled()


def test_what_was_counted_is_taken_over_where_it_stands(new_map, editing):
    one = editing(new_map())
    kept = one.lane("kpis").locator(".card")
    figure = one.lane("kpis").locator(".k-kpi:has(.m-adopt)").first
    expect(one.lane("kpis").locator(".prop")).to_have_count(0)
    figure.hover()
    figure.get_by_role("button", name="Ziel setzen").click()
    expect(kept).to_have_count(1)
    one.page.get_by_role("button", name="Rückgängig").click()
    expect(kept).to_have_count(0)


def test_a_finding_is_mended_with_one_click(new_map, editing):
    one = editing(new_map("blank"))
    one.page.get_by_role("button", name="Prüfung").click()
    mending = one.page.locator("dialog .lint .btn")
    expect(mending.first).to_be_visible()
    before = mending.count()
    mending.first.click()
    expect(one.page.get_by_role("button", name="Rückgängig")).to_be_enabled()
    expect(mending).not_to_have_count(before)


def test_filters_change_every_figure_at_once(new_map, editing):
    one = editing(new_map())
    everybody = one.page.locator(".head-count b")
    expect(everybody).to_be_visible()
    before = everybody.inner_text()
    one.page.get_by_role("button", name="Alle Kanäle").click()
    one.page.get_by_role("menuitemcheckbox", name="Telefon").click()
    expect(everybody).not_to_have_text(before)


def test_two_browsers_see_each_other_and_each_others_edits(new_map, editing):
    map_id = new_map()
    one, two = editing(map_id), editing(map_id, role=Role.EDITOR)
    one.write_card("gaps", 0, "Von der anderen Seite")
    expect(two.cards().filter(has_text="Von der anderen Seite")).to_have_count(1)
    expect(two.page.locator(".people .who")).to_have_count(2)


def test_a_stale_write_shows_both_texts_and_keeps_what_is_chosen(new_map, editing):
    map_id = new_map("blank")
    one = editing(map_id)
    one.write_card("actions", 0, "alt")
    one.saved()
    two = editing(map_id, role=Role.EDITOR)
    two.page.context.route("**/live*", lambda route: route.abort())
    two.page.reload()
    two.ready()
    rewrite(one, "von der Ersten")
    one.saved()
    rewrite(two, "vom Zweiten")
    dialog = two.page.get_by_role("dialog")
    expect(dialog).to_contain_text("von der Ersten")
    expect(dialog).to_contain_text("vom Zweiten")
    dialog.get_by_role("button", name="Meines behalten").click()
    expect(one.cards().first).to_contain_text("vom Zweiten")


def rewrite(one: Editing, text: str) -> None:
    one.cards().first.click()
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Control+a")
    one.page.keyboard.type(text)
    one.page.keyboard.press("Enter")


def test_what_is_written_without_a_network_is_shown_as_waiting_and_sent_later(new_map, editing):
    one = editing(new_map("blank"))
    one.page.context.route("**/changes", lambda route: route.abort())
    one.write_card("actions", 0, "im Zug geschrieben")
    expect(one.page.locator(".saved.is-waiting")).to_contain_text(
        "1 Änderung noch nicht gespeichert"
    )
    one.page.context.unroute("**/changes")
    one.page.get_by_role("button", name="Jetzt versuchen").click()
    one.saved()


def test_a_comment_reaches_the_second_browser_with_its_mention(new_map, editing):
    map_id = new_map()
    one, two = editing(map_id), editing(map_id, role=Role.COMMENTER)
    one.step(0).click()
    one.page.get_by_role("tab", name="Kommentare").click()
    one.page.get_by_label("Kommentar schreiben").fill("Stimmt das noch?")
    one.page.get_by_role("button", name="Kommentieren").click()
    expect(two.page.locator(".m-pin")).to_have_count(1)
    two.page.locator(".m-pin").click()
    expect(two.page.locator(".thread")).to_contain_text("Stimmt das noch?")
    two.page.get_by_role("button", name="Erledigen").click()
    expect(one.page.locator(".m-pin")).to_have_count(0)


def test_a_viewer_can_look_but_has_nothing_to_change(new_map, editing):
    one = editing(new_map(), role=Role.VIEWER)
    expect(one.page.locator(".step-n b").first).to_be_visible()
    expect(one.page.locator(".m-insert, .guide, .c-add, .resize")).to_have_count(0)
    one.step(0).click()
    one.page.keyboard.press("F2")
    expect(one.page.locator("textarea.write")).to_have_count(0)


def test_a_version_is_named_and_brought_back(new_map, editing):
    one = editing(new_map("blank"))
    one.write_card("actions", 0, "vor der Sitzung")
    one.saved()
    one.page.get_by_role("button", name="Versionen").click()
    one.page.get_by_label("Name der Version").fill("Sitzung")
    one.page.get_by_role("button", name="Diesen Stand sichern").click()
    expect(one.page.locator(".versions")).to_contain_text("Sitzung")
    one.page.get_by_role("button", name="Schließen").first.click()
    one.cards().first.click()
    one.page.keyboard.press("Delete")
    expect(one.cards()).to_have_count(0)
    one.saved()
    one.page.get_by_role("button", name="Versionen").click()
    one.page.get_by_role("button", name="Wiederherstellen").last.click()
    expect(one.cards()).to_have_count(1)


def test_lanes_are_added_pinned_folded_hidden_and_shown_again(new_map, editing):
    one = editing(new_map())
    before = one.page.locator(".m-lane").count()
    one.page.locator(".tools").get_by_role("button", name="Zeile").click()
    one.page.get_by_role("menuitem", name="Hinter den Kulissen").click()
    lane = one.lane("backstage")
    expect(lane).to_have_count(1)
    for item in ("Linie der Sichtbarkeit darüber", "Oben anheften", "Zeile einklappen"):
        choose(one, lane, item)
    expect(lane).to_have_class(all_of("line-visibility", "is-pinned", "is-folded"))
    choose(one, lane, "Zeile ausblenden")
    expect(one.page.locator(".m-lane")).to_have_count(before)
    one.page.get_by_role("button", name="Ausgeblendete Zeilen").click()
    one.page.get_by_role("menuitem", name="Hinter den Kulissen").click()
    expect(lane).to_have_count(1)


def choose(one: Editing, lane: Locator, item: str) -> None:
    lane.locator(".lane-head").click(button="right")
    one.page.locator("[role=menu]").get_by_text(item, exact=True).click()


def all_of(*names: str) -> Any:
    return re.compile("".join(f"(?=.*\\b{name}\\b)" for name in names))


def test_a_text_is_found_on_the_map(new_map, editing):
    one = editing(new_map())
    one.write_card("gaps", 3, "Nadel im Heuhaufen")
    one.page.keyboard.press("Control+f")
    one.page.get_by_role("searchbox", name="In der Karte suchen").fill("heuhaufen")
    expect(one.page.locator(".card.is-found")).to_have_count(1)
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".searchbar")).to_contain_text("1 von 1")


def test_a_phone_shows_one_step_at_a_time_without_scrolling_sideways(new_map, editing):
    one = editing(new_map(), width=390, has_touch=True, is_mobile=True)
    expect(one.page.locator('[data-kind="steps"]')).to_have_count(1)
    first = one.step_names()[0]
    one.page.get_by_role("button", name="Nächster Schritt").click()
    expect(one.page.locator('[data-kind="steps"] .name').first).not_to_have_text(first)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert one.page.evaluate(wide) <= 0
    one.page.locator(".guide").first.click()
    one.page.keyboard.type("Mit dem Daumen geschrieben")
    one.page.keyboard.press("Enter")
    expect(one.cards().filter(has_text="Mit dem Daumen geschrieben")).to_have_count(1)


def test_a_finger_that_rests_takes_hold_of_a_step_and_moves_it(new_map, editing):
    one = editing(new_map(), width=900, has_touch=True)
    first, second, third = one.step_names()[:3]
    start, end = one.step(2).bounding_box(), one.step(1).bounding_box()
    assert start is not None
    assert end is not None
    finger = one.page.context.new_cdp_session(one.page)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start["x"] + 30, start["y"] + 12)
    expect(one.page.locator(".ghost")).to_have_count(1)
    touch("touchMove", end["x"] + 60, end["y"] + 12)
    touch("touchMove", end["x"] + 14, end["y"] + 12)
    touch("touchEnd")
    expect(one.page.locator('[data-kind="steps"] .name').nth(1)).to_have_text(third)
    assert one.step_names()[:3] == [first, third, second]


def test_a_picture_is_put_on_a_card(new_map, editing):
    one = editing(new_map("blank"))
    one.write_card("actions", 0, "So sieht es aus").click()
    one.page.set_input_files("#panel input[type=file]", PICTURE)
    picture = one.page.locator(".card img")
    expect(picture).to_have_count(1)
    one.page.wait_for_function("() => document.querySelector('.card img').naturalWidth > 0")


def test_a_step_spelled_out_in_another_map_leads_there_and_back(new_map, editing):
    child = new_map("blank", title="Im Einzelnen")
    one = editing(new_map("blank"))
    one.step(0).click()
    one.page.get_by_role("tab", name="Eigenschaften").click()
    with one.page.expect_response(lambda told: told.url.endswith(f"{child}/changes")):
        one.page.get_by_label("Unterkarte").select_option(child)
    one.saved()
    one.page.locator(".step-head .m-sub").click()
    expect(one.page.locator(".map-title")).to_have_text("Im Einzelnen")
    one.page.get_by_role("link", name="Ich kaufe ein Rad").click()
    expect(one.page.locator(".map-title")).to_have_text("Ich kaufe ein Rad")


def test_names_and_texts_are_shown_as_they_are_and_never_run(new_map, editing):
    nasty = "<img src=x onerror=alert(1)> & \"'</script>"
    one = editing(new_map("blank"))
    card = one.write_card("actions", 0, nasty)
    expect(card).to_contain_text(nasty)
    assert one.page.locator("img").count() == 0


def test_axe_finds_nothing_on_the_editor_with_its_panel_open(new_map, editing):
    one = editing(new_map())
    expect(one.page.locator(".step-n b").first).to_be_visible()
    one.step(0).click()
    expect(one.page.locator(".m-live")).to_be_visible()
    faults = {}
    for scheme in ("light", "dark"):
        one.page.emulate_media(color_scheme=scheme)
        faults[scheme] = violations(one.page)
    assert faults == {"light": [], "dark": []}


def test_axe_finds_nothing_on_the_editor_on_a_phone(new_map, editing):
    one = editing(new_map(), width=390)
    expect(one.page.locator(".step-n b").first).to_be_visible()
    assert violations(one.page) == []
