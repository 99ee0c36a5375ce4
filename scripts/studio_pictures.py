"""Pictures of every page of the studio: German and English, light and dark, wall to phone.

A demo company is built for it, with a map from its data, personas, opportunities and actions.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 - found only with the root on the path

import waypost  # noqa: E402 - as above
from scripts import frontend  # noqa: E402 - as above
from scripts.browser import chromium  # noqa: E402 - as above
from tests.studio_fixtures import Serving, Studio, new_studio  # noqa: E402 - as above
from waypost.app.studio.accounts import change_profile  # noqa: E402 - as above
from waypost.app.studio.actions import ActionFields, add_action  # noqa: E402 - as above
from waypost.app.studio.comments import NewComment, add_comment  # noqa: E402 - as above
from waypost.app.studio.map_making import NewMap, create_map  # noqa: E402 - as above
from waypost.app.studio.maps import open_map  # noqa: E402 - as above
from waypost.app.studio.opportunities import (  # noqa: E402 - as above
    OpportunityFields,
    add_opportunity,
)
from waypost.app.studio.permissions import Role  # noqa: E402 - as above
from waypost.app.studio.personas import PersonaFields, add_persona  # noqa: E402 - as above
from waypost.app.studio.versions import name_version  # noqa: E402 - as above
from waypost.demo import write_demo  # noqa: E402 - as above

WIDTHS = (390, 1440, 2560)
HEIGHT = 900
QUIET_MS = 1_200
"""How long a page may go on drawing before its picture is taken."""
PAGES = {
    "start": "",
    "maps": "/maps",
    "map-new": "/maps/new",
    "editor": "/maps/{map}",
    "versions": "/maps/{map}/versions",
    "sharing": "/maps/{map}/sharing",
    "activity": "/activity",
    "notices": "/notices",
    "journeys": "/journeys",
    "funnel": "/journeys/funnel?steps=product_page&steps=cart&steps=order",
    "transitions": "/journeys/transitions",
    "retention": "/journeys/retention",
    "segments": "/segments",
    "personas": "/personas",
    "persona": "/personas/{persona}",
    "persona-edit": "/personas/{persona}/edit",
    "people": "/people",
    "identity": "/people/identity",
    "opportunities": "/opportunities",
    "opportunity": "/opportunities/{opportunity}",
    "actions": "/actions",
    "action-new": "/actions/new",
    "data": "/data",
    "coverage": "/rules/coverage",
    "rules": "/rules",
    "jobs": "/data/jobs",
    "members": "/settings/members",
    "account": "/settings/account",
    "tokens": "/settings/tokens",
    "workspace": "/settings/workspace",
    "audit": "/settings/audit",
    "components": "/components",
}


@contextmanager
def demo_studio(persons: int) -> Iterator[tuple[Studio, dict[str, str]]]:
    """A studio with something on every page, and the ids of what can be looked at."""
    frontend.build()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_demo(root, persons=persons, seed=7)
        shop = waypost.create(root / "shop", waypost.Settings(name="Alpenrad"))
        shop.add(root / "exports")
        shop.build()
        studio = new_studio([root / "shop"], root / "documents.sqlite")
        change_profile(studio.site, studio.owner.id, name="Miriam Kessler", language="de")
        try:
            yield studio, filled(studio)
        finally:
            studio.site.close()


def filled(studio: Studio) -> dict[str, str]:
    """Make a map, personas, opportunities and actions."""
    site, actor = studio.site, studio.actor()
    today = site.clock().date()
    made = create_map(site, actor, NewMap(origin="data", title="Ich kaufe mein E-Bike"))
    name_version(site, actor, made, name="Nach dem Workshop")
    step = open_map(site, actor, made).document.steps_in_order()[0]
    add_comment(site, actor, made, NewComment("Stimmt das auch im Laden?", ("steps", step)))
    persona = add_persona(
        site,
        actor,
        PersonaFields(
            name="Ladenkundin",
            summary="Kommt in den Laden, lässt sich beraten und nimmt das Rad gleich mit.",
            segment=("channel = 'store'",),
            is_pinned=True,
            story={
                "portrait": "Räder kennt sie von früher, mit Motoren hatte sie nie zu tun.",
                "needs": "eine klare Antwort auf „passt es mir?“",
                "worries": "viel Geld für das falsche Rad",
            },
        ),
    )
    add_persona(site, actor, PersonaFields(name="Ruft an", segment=("channel = 'phone'",)))
    opportunity = _work(studio, today)
    return {"map": made, "persona": persona.id, "opportunity": opportunity}


def _work(studio: Studio, today: date) -> str:
    site, actor = studio.site, studio.actor()
    worth = (
        ("Die Rahmengröße bleibt unklar", 18_400, 612, 4),
        ("Die Zahlung scheitert am Handy", 12_900, 187, 2),
        ("Die Suche findet nichts", 7_200, 731, 3),
    )
    ids = [
        add_opportunity(
            site,
            actor,
            OpportunityFields(
                title=title,
                value_minor=value * 100,
                value_low=value * 70,
                value_high=value * 140,
                value_origin="estimated",
                persons=persons,
                effort=effort,
                owner=actor.user,
            ),
        ).id
        for title, value, persons, effort in worth
    ]
    columns = ("planned", "doing", "verified")
    for name, column, days in zip(ids, columns, (40, -3, 0), strict=True):
        add_action(
            site,
            actor,
            ActionFields(
                title="Größe am Produkt beantworten" if days > 0 else "Zahlung sicher fortsetzen",
                status=column,
                opportunity=name,
                owner=actor.user,
                due=today + timedelta(days=days),
                verdict="unknown" if column == "verified" else "",
            ),
        )
    return ids[0]


def draw(studio: Studio, names: dict[str, str], target: Path, pages: dict[str, str]) -> list[str]:
    """Every page in every way; gives what a page got wrong while it was drawn."""
    target.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with Serving(studio) as address, chromium() as browser:
        for language, theme in product(("de", "en"), ("light", "dark")):
            change_profile(studio.site, studio.owner.id, name="Miriam Kessler", language=language)
            for width in WIDTHS:
                page = browser.new_page(
                    viewport={"width": width, "height": HEIGHT}, color_scheme=theme
                )
                page.goto(address + studio.enter_link())
                if page.locator("form button[type=submit], main form button").count():
                    page.locator("main form button").first.click()
                for name, path in pages.items():
                    where = f"{address}/w/{studio.slug}{path.format(**names)}"
                    faults += _shot(page, where, target / f"{name}.{language}-{theme}-{width}.png")
                page.close()
    return faults


def _shot(page: Page, where: str, picture: Path) -> list[str]:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{picture.name}: {error}"))
    answer = page.goto(where)
    page.wait_for_timeout(QUIET_MS)
    if answer is None or not answer.ok:
        faults.append(f"{picture.name}: {answer.status if answer else 'no answer'} {where}")
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if over > 0:
        faults.append(f"{picture.name}: {over} px wider than its window")
    page.screenshot(path=picture, full_page=True)
    return faults


def main() -> int:
    """Draw, and say what was wrong; 1 where something was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of pages; all where none is named")
    parser.add_argument("--to", type=Path, default=ROOT / "screenshots" / "studio")
    parser.add_argument("--persons", type=int, default=1_500)
    told = parser.parse_args()
    pages = {name: PAGES[name] for name in told.pages} or PAGES
    with demo_studio(told.persons) as (studio, names):
        studio.person(Role.EDITOR)
        faults = draw(studio, names, told.to, pages)
    for fault in faults:
        print(fault)
    print(f"{len(pages) * 12} pictures in {told.to}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
