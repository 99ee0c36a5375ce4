"""Every page that the router knows: free of axe findings, and no wider than its window.

A page that is added needs an address here, or the first test fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from scripts.studio_pictures import filled
from tests.browser.conftest import AXE
from tests.browser.walking import OVERFLOW
from tests.studio_fixtures import (
    SLUG,
    Serving,
    Studio,
    built_front_end,
    demo_shop,
    studio,
)
from waypost.app.studio.accounts import change_profile
from waypost.app.studio.actions import list_actions
from waypost.app.studio.data import deliveries_of
from waypost.app.studio.members import invite
from waypost.app.studio.permissions import Role
from waypost.app.studio.rule_editing import rule_board
from waypost.app.studio.segments import SegmentFields, add_segment
from waypost.app.studio.sharing import ShareWishes, share_map
from waypost.web.access import COOKIE
from waypost.web.routers import routes

__all__ = ["built_front_end", "demo_shop", "studio"]

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BRIEFLY: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False}
"""Pages in frames have an address of their own here."""
FULL = {"runOnly": {"type": "tag", "values": RULES}}
NARROW = {
    "runOnly": {
        "type": "rule",
        "values": [
            "button-name",
            "landmark-one-main",
            "link-name",
            "page-has-heading-one",
            "scrollable-region-focusable",
            "target-size",
        ],
    },
    "rules": {"target-size": {"enabled": True}},
}
"""What can go wrong when things move together or go."""
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PARTS = {
    "/w/{slug}/data/incoming",
    "/w/{slug}/journeys/choices",
    "/w/{slug}/journeys/part/{part}",
    "/w/{slug}/journeys/{name}/card",
    "/w/{slug}/journeys/{name}/answer",
    "/w/{slug}/journeys/{name}/meaning",
    "/w/{slug}/notices/bell",
    "/w/{slug}/people/identity/list",
    "/w/{slug}/people/{person}/identity",
    "/w/{slug}/rules/coverage",
}
"""Parts of pages, which the pages fetch themselves."""
FILES = {
    "/health",
    "/w/{slug}/data/deliveries/{batch}/quarantine.csv",
    "/w/{slug}/settings/audit.csv",
}
ELSEWHERE = {"/w/{slug}/data/uploads/{upload}/mapping"}
"""Looked at where files are dropped, in the data walk."""
QUIET_MS, PATIENCE_SECONDS = 60, 30
MAP_PAGES = ("/versions", "/compare", "/sharing")
FUNNEL = "steps=step:cart&steps=step:order"
MISTYPED = "funnel?steps=step:cart&steps=step:ordr"
QUESTIONS = (f"funnel?{FUNNEL}", MISTYPED, "transitions", "retention?every=month&periods=6")
RULE = "?rule=step%20=%20'cart'"
REFUSING = ("/welcome/", "/enter/", f"/w/{SLUG}/journeys/{MISTYPED}")
"""Links that are over and a mistyped question: the page says so, with a status of its own."""
PERSON = re.compile(r"/people/(p_[0-9A-Za-z]+)[\"?]")
EDITOR = re.compile(r"/maps/(?!new)[0-9A-Za-z_-]+$")
MEMBERS = re.compile(r'href="([^"]*/members\?[^"]*)"')


@dataclass
class Pages:
    """A served studio with something on every page, and a browser that is signed in."""

    address: str
    examples: dict[str, list[str]]
    page: Page
    under_way: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._over)
        self.page.on("requestfailed", self._over)

    def _asked(self, request: Request) -> None:
        self.under_way.add(request)

    def _over(self, request: Request) -> None:
        self.under_way.discard(request)


def page_paths() -> list[str]:
    """Routes whose answer is a whole page."""
    found = {
        route.path
        for route in routes()
        if "GET" in (route.methods or ()) and not route.path.startswith("/api/")
    }
    return sorted(found - PARTS - FILES - ELSEWHERE)


def examples_of(made: Studio) -> dict[str, list[str]]:
    """Of each page with a place in its path: addresses where something is."""
    ids = filled(made)
    return of_maps(made, ids["map"]) | of_work(made, ids) | of_data(made) | of_links(made, ids)


def of_maps(made: Studio, map_id: str) -> dict[str, list[str]]:
    site, actor = made.site, made.actor()
    here = "/w/{slug}/maps/{map_id}"
    share = share_map(site, actor, map_id, ShareWishes(rights="comment"))
    locked = share_map(site, actor, map_id, ShareWishes(password="vier nasse katzen"))
    framed = share_map(site, actor, map_id, ShareWishes(origins=("https://example.org",)))
    return {
        **{here + rest: [f"/w/{SLUG}/maps/{map_id}{rest}"] for rest in ("", *MAP_PAGES)},
        "/s/{secret}": [f"/s/{share.secret}", f"/s/{locked.secret}"],
        "/s/{secret}/map": [f"/s/{share.secret}/map"],
        "/embed/{secret}": [f"/embed/{framed.secret}"],
    }


def of_work(made: Studio, ids: dict[str, str]) -> dict[str, list[str]]:
    site, actor = made.site, made.actor()
    fields = SegmentFields(name="Im Laden", rules=("channel = 'store'",))
    action = list_actions(site, actor)[0].id
    return {
        "/w/{slug}/segments/new": [f"/w/{SLUG}/segments/new{rule}" for rule in ("", RULE)],
        "/w/{slug}/segments/{name}": [f"/w/{SLUG}/segments/{add_segment(site, actor, fields).id}"],
        "/w/{slug}/opportunities/{name}": [f"/w/{SLUG}/opportunities/{ids['opportunity']}"],
        "/w/{slug}/actions/{name}": [f"/w/{SLUG}/actions/{action}"],
        "/w/{slug}/personas/{name}": [f"/w/{SLUG}/personas/{ids['persona']}"],
        "/w/{slug}/personas/{name}/edit": [f"/w/{SLUG}/personas/{ids['persona']}/edit"],
    }


def of_data(made: Studio) -> dict[str, list[str]]:
    batch = deliveries_of(made.site, made.actor())[0].batch
    delivery = f"/w/{SLUG}/data/deliveries/{batch}"
    rule = rule_board(made.site, made.actor()).cards[0].touchpoint.id
    client = made.client()
    funnel = f"/w/{SLUG}/journeys/funnel"
    person = PERSON.search(client.get(f"/w/{SLUG}/people").text)
    members = MEMBERS.search(client.get(f"{funnel}?{FUNNEL}").text)
    assert person is not None
    assert members is not None
    return {
        "/w/{slug}/data/deliveries/{batch}": [delivery],
        "/w/{slug}/data/deliveries/{batch}/quarantine": [f"{delivery}/quarantine"],
        "/w/{slug}/rules/{touchpoint}": [f"/w/{SLUG}/rules/{rule}"],
        "/w/{slug}/people/{person}": [f"/w/{SLUG}/people/{person.group(1)}"],
        "/w/{slug}/journeys/{name}": [f"/w/{SLUG}/journeys/{one}" for one in QUESTIONS],
        "/w/{slug}/journeys/{name}/definition": [f"{funnel}/definition?{FUNNEL}"],
        "/w/{slug}/journeys/{name}/members": [unescape(members.group(1))],
    }


def of_links(made: Studio, ids: dict[str, str]) -> dict[str, list[str]]:
    invitation = invite(made.site, made.actor(), role=Role.EDITOR).secret
    return {
        "/invite/{secret}": [f"/invite/{invitation}"],
        "/welcome/{secret}": ["/welcome/over"],
        "/enter/{secret}": ["/enter/over"],
    }


@pytest.fixture(scope="module")
def pages(browser: Browser, studio: Studio) -> Iterator[Pages]:
    examples = examples_of(studio)
    change_profile(studio.site, studio.owner.id, name="Miriam Kessler", language="de")
    with Serving(studio) as address:
        context = browser.new_context(locale="de-DE", reduced_motion="reduce")
        secret = studio.session_secret(studio.owner)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        yield Pages(address, examples, context.new_page())
        context.close()


@pytest.mark.parametrize("path", page_paths())
def test_a_page_has_no_axe_finding_and_fits_its_window(pages: Pages, path: str):
    assert path in pages.examples or re.sub(r"\{slug\}", "", path).count("{") == 0, (
        "a page without an example"
    )
    for example in pages.examples.get(path, [path.replace("{slug}", SLUG)]):
        faults = faults_of(pages, example)
        assert not faults, "\n".join([example, *faults])


def faults_of(pages: Pages, example: str) -> list[str]:
    """Every rule on a light desk; in the dark, colours; on a phone, what its width changes."""
    page = pages.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    pages.under_way.clear()
    answer = page.goto(pages.address + example)
    assert answer is not None
    assert answer.ok != example.startswith(REFUSING), f"{answer.status} {example}"
    settle(pages)
    faults = found(page, "wide light", FULL)
    page.emulate_media(color_scheme="dark")
    faults += found(page, "wide dark", CONTRAST)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    settle(pages)
    return faults + found(page, "narrow light", NARROW)


def settle(pages: Pages) -> None:
    """Until the page has fetched its parts and, with a map, drawn it."""
    page = pages.page
    if EDITOR.search(page.url):
        page.wait_for_selector(".map.edit .step-n b")
        page.wait_for_timeout(QUIET_MS)
        return
    until, quiet = monotonic() + PATIENCE_SECONDS, 0
    while quiet < 2:
        page.wait_for_timeout(QUIET_MS)
        quiet = 0 if pages.under_way else quiet + 1
        assert monotonic() < until, f"{page.url} still fetches {pages.under_way}"


def found(page: Page, how: str, wishes: dict[str, Any]) -> list[str]:
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text("utf-8"))
    told = page.evaluate("wishes => axe.run(document, wishes)", BRIEFLY | wishes)
    faults = [
        f"{how}: {entry['id']}: {node['target']} {node['failureSummary']}"
        for entry in told["violations"]
        for node in entry["nodes"]
    ]
    over = page.evaluate(OVERFLOW)
    return faults + ([f"{how}: {over} px too wide"] if over > 0 else [])
