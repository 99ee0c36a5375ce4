"""One browser for all tests of pages, and the pages as files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.browser import MODULES, NoBrowserError, chromium
from tests.exports.fixtures import bicycle_map, hard_map, wide_map
from tests.studio_fixtures import built_front_end, cheap_passwords, demo_shop
from waypost.exports import render_html

__all__ = ["built_front_end", "cheap_passwords", "demo_shop"]

expect.set_options(timeout=30_000)  # the other worker may have the machine for a while
AXE = MODULES / "axe-core" / "axe.min.js"
DOCUMENTS = {
    "bicycle": bicycle_map,
    "hard": hard_map,
    "wide": lambda: wide_map(14, 7),
    "narrow": lambda: wide_map(1, 1),
}


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without one the tests are skipped, never where CI=true."""
    try:
        with chromium() as running:
            yield running
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """Renders a named document once per language; returns its address."""
    directory = tmp_path_factory.mktemp("pages")

    def rendered(name: str, language: str) -> str:
        path: Path = directory / f"{name}.{language}.html"
        if not path.exists():
            path.write_bytes(render_html(DOCUMENTS[name](), language=language))
        return path.as_uri()

    return rendered


@pytest.fixture
def opened(browser, page_file):
    """Opens a page in a context of its own; extra arguments go to the context."""
    contexts = []

    def open_page(name="bicycle", language="de", width=1440, **options) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.on("request", lambda request: watched.requests.append(request.url))
        watched.page.on("console", lambda message: watched.complaints.append(message.text))
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        watched.page.goto(page_file(name, language))
        return watched

    yield open_page
    for context in contexts:
        context.close()
